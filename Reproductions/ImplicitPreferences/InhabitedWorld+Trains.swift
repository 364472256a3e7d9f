extension InhabitedWorld {
  private static let size = 5
  /// Where a train is, and where it is next.
  private static let track = [Cell(2, 1), Cell(3, 1), Cell(3, 2), Cell(2, 2)]
  private static let goals = [Cell(2, 0), Cell(4, 2)]

  private static func following(_ train: Cell) -> Cell {
    track[((track.firstIndex(of: train) ?? 0) + 1) % track.count]
  }

  private struct TrainState: Hashable {
    var agent: Cell
    var vaseIsIntact: Bool
    var train: Cell
    var trainIsIntact: Bool
  }

  /// A toy train goes round, and breaks, as a vase does, when a person or the agent walks into it.
  ///
  /// Features: broken vase, on the carpet, broken train, the train in each cell of its track, on each goal.
  package static func train() throws -> InhabitedWorld {
    let (vase, carpet) = (Cell(1, 2), Cell(4, 0))
    var states: [TrainState] = []
    for agent in Cell.all(width: size, height: size) {
      for vaseIsIntact in [true, false] where !(vaseIsIntact && agent == vase) {
        for train in track {
          for trainIsIntact in [true, false] where !(trainIsIntact && agent == train) {
            states.append(
              TrainState(agent: agent, vaseIsIntact: vaseIsIntact, train: train, trainIsIntact: trainIsIntact))
          }
        }
      }
    }
    return try InhabitedWorld(
      "train", states: states,
      start: TrainState(agent: Cell(0, 4), vaseIsIntact: true, train: Cell(2, 1), trainIsIntact: true),
      observed: TrainState(agent: Cell(2, 0), vaseIsIntact: true, train: Cell(2, 2), trainIsIntact: true), steps: 8,
      actionCount: 5, task: [0, 0, 0, 0, 0, 0, 0, 0, 1], wanted: [-1, 0, -1, 0, 0, 0, 0, 0, 1]
    ) { state in
      [(!state.vaseIsIntact).indicator, (state.agent == carpet).indicator, (!state.trainIsIntact).indicator]
        + track.map { (state.train == $0).indicator } + goals.map { (state.agent == $0).indicator }
    } next: { state, action in
      var next = state
      next.agent = state.agent.moved(action, width: size, height: size)
      if state.trainIsIntact { next.train = following(state.train) }
      if next.agent == vase { next.vaseIsIntact = false }
      if next.agent == next.train { next.trainIsIntact = false }
      return [(1, next)]
    }
  }

  private struct BatteryState: Hashable {
    var agent: Cell
    var train: Cell
    /// Steps for which the train still runs.
    var life: Int
    var isThere: [Bool]
    var isCarrying: Bool
  }

  /// A train that stops unless a battery is brought to it; people have used up one of two.
  ///
  /// Features: batteries left, the train stands, the train in each cell of its track, on each goal. `easy` tells the
  /// agent that a standing train is bad.
  package static func batteries(easy: Bool) throws -> InhabitedWorld {
    let batteries = [Cell(0, 0), Cell(4, 4)]
    let fullLife = 10
    var states: [BatteryState] = []
    for agent in Cell.all(width: size, height: size) {
      for train in track {
        // A battery's first step is the one in which it is put in.
        for life in 0..<fullLife {
          for isThere in [[true, true], [true, false], [false, true], [false, false]] {
            for isCarrying in [true, false]
            where isCarrying || !zip(batteries, isThere).contains(where: { $0.0 == agent && $0.1 }) {
              states.append(
                BatteryState(agent: agent, train: train, life: life, isThere: isThere, isCarrying: isCarrying))
            }
          }
        }
      }
    }
    return try InhabitedWorld(
      easy ? "batteries, easy" : "batteries, hard", states: states,
      start: BatteryState(agent: Cell(0, 4), train: Cell(2, 1), life: 8, isThere: [true, true], isCarrying: false),
      observed: BatteryState(agent: Cell(2, 0), train: Cell(3, 2), life: 8, isThere: [false, true], isCarrying: false),
      steps: 11, actionCount: 5, task: [0, easy ? -1 : 0, 0, 0, 0, 0, 0, 1], wanted: [0, -1, 0, 0, 0, 0, 0, 1]
    ) { state in
      [Double(state.isThere.count { $0 }), (state.life == 0).indicator] + track.map { (state.train == $0).indicator }
        + goals.map { (state.agent == $0).indicator }
    } next: { state, action in
      var next = state
      next.agent = state.agent.moved(action, width: size, height: size)
      if state.isCarrying, next.agent == state.train {
        next.life = fullLife
        next.isCarrying = false
      }
      if next.life > 0 {
        next.train = following(state.train)
        next.life -= 1
      }
      if !state.isCarrying, let index = batteries.firstIndex(of: next.agent), state.isThere[index] {
        next.isCarrying = true
        next.isThere[index] = false
      }
      return [(1, next)]
    }
  }
}
