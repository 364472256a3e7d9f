extension InhabitedWorld {
  private struct OrchardState: Hashable {
    var agent: Cell
    /// As the action that moves there.
    var facing: Int
    var hasApple: [Bool]
    var bucket: Int
    var isCarrying: Bool
  }

  /// Trees, and a bucket into which people have put two apples; the agent is told nothing.
  ///
  /// Features: apples in the bucket, on trees, whether one is carried, and one for each cell where the agent can be.
  package static func apples() throws -> InhabitedWorld {
    let (width, height, capacity, regrowth) = (3, 5, 10, 0.1)
    let trees = [Cell(0, 0), Cell(2, 0), Cell(2, 4)]
    let bucket = Cell(1, 2)
    let (stay, interact) = (4, 5)
    let cells = Cell.all(width: width, height: height).filter { !trees.contains($0) && $0 != bucket }
    var states: [OrchardState] = []
    for facing in 0..<stay {
      for agent in cells {
        for bits in 0..<1 << trees.count {
          for inBucket in 0...capacity {
            for isCarrying in [true, false] {
              states.append(
                OrchardState(
                  agent: agent, facing: facing, hasApple: trees.indices.map { bits >> $0 & 1 == 1 }, bucket: inBucket,
                  isCarrying: isCarrying))
            }
          }
        }
      }
    }
    let nothing = [Double](repeating: 0, count: 3 + cells.count)
    return try InhabitedWorld(
      "apples", states: states,
      start: OrchardState(agent: Cell(0, 2), facing: 0, hasApple: [true, true, true], bucket: 0, isCarrying: false),
      observed: OrchardState(
        agent: Cell(1, 1), facing: 1, hasApple: [true, false, true], bucket: 2, isCarrying: false),
      steps: 11, actionCount: 6, task: nothing, wanted: [1] + nothing.dropFirst()
    ) { state in
      [Double(state.bucket), Double(state.hasApple.count { $0 }), state.isCarrying.indicator]
        + cells.map { (state.agent == $0).indicator }
    } next: { state, action in
      var next = state
      if action < stay {
        next.facing = action
        let goal = state.agent.moved(action)
        if cells.contains(goal) { next.agent = goal }
      } else if action == interact {
        let faced = state.agent.moved(state.facing)
        if state.isCarrying {
          // It is dropped where the agent is.
          next.isCarrying = false
          if faced == bucket { next.bucket = min(state.bucket + 1, capacity) }
        } else if let tree = trees.firstIndex(of: faced), state.hasApple[tree] {
          next.isCarrying = true
          next.hasApple[tree] = false
        }
      }
      // A tree that was bare before this step may bear again; one just picked does not.
      var outcomes = [(chance: 1.0, state: next)]
      for tree in trees.indices where !state.hasApple[tree] {
        outcomes = outcomes.flatMap { outcome in
          var grown = outcome.state
          grown.hasApple[tree] = true
          return [(outcome.chance * regrowth, grown), (outcome.chance * (1 - regrowth), outcome.state)]
        }
      }
      return outcomes
    }
  }
}
