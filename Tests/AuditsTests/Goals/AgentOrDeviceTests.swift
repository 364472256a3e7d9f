import Audits
import Compute
import Environments
import Foundation
import Testing

@Suite("Agents and devices")
struct AgentOrDeviceTests {
  /// The worked example's simplifications: one chance of slipping, one rate of change, even choice among equals.
  private static func simple(change: AgentClass.Change) -> AgentClass {
    AgentClass(slips: [0.1], changes: [change], tastes: [.even])
  }

  @Test("the corridor's worked example: RR, and RRLLL with and without changes of goal")
  func workedExample() throws {
    let corridor = try Corridor(5)
    let goals = try corridor.goals([0, 4])
    let state = DeviceContext.state(stateCount: 5)
    for (moves, change, agent, device, probability) in [
      ("RR", 0.0, 0.41, 0.25, 0.6212), ("RRLLL", 0, 0.00405, 0.0078125, 0.3414),
      ("RRLLL", 0.1, 0.02997, 0.0078125, 0.7932),
    ] {
      let told = AgentOrDevice(
        try corridor.record(moves), goals: goals, agents: Self.simple(change: .init(change)), devices: [state])
      #expect(abs(exp(told.logAgent) - agent) < 1e-12)
      #expect(abs(exp(told.logDevice) - device) < 1e-12)
      #expect(abs(told.probabilityOfAgent - probability) < 5e-5)
    }
    let free = AgentOrDevice(
      try corridor.record("RRLLL"), goals: goals, agents: Self.simple(change: 0), devices: [.nothing(stateCount: 5)])
    #expect(abs(exp(free.logDevice) - 0.0117188) < 5e-8)
  }

  @Test("the mixture is the mean over goals and slips of the products, and with changes over all paths of goals")
  func bruteForce() throws {
    let corridor = try Corridor(5)
    let goals = try corridor.goals([0, 2, 4])
    let slips = [0.05, 0.2]
    func chance(_ goal: Int, _ state: Int, _ action: Int, _ slip: Double) -> Double {
      let best = goals.goals[goal].bestActions(in: state)
      if best.count == 2 { return 0.5 }
      return best.contains(action) ? 1 - slip : slip
    }
    for moves in ["RRLL", "LRLR", "RRRR", "LLRR"] {
      let record = try corridor.record(moves)
      for change in [0, 0.3] {
        var sum = 0.0
        for slip in slips {
          for path in 0..<81 {
            let path = [path % 3, path / 3 % 3, path / 9 % 3, path / 27]
            var weight = 1.0 / 3
            for step in 0..<4 {
              if step > 0 { weight *= path[step] == path[step - 1] ? 1 - change : change / 2 }
              weight *= chance(path[step], record.states[step], record.actions[step], slip)
            }
            sum += weight / 2
          }
        }
        let agents = AgentClass(slips: slips, changes: [.init(change)], tastes: [.even])
        let told = AgentOrDevice(record, goals: goals, agents: agents, devices: [.nothing(stateCount: 5)])
        #expect(abs(exp(told.logAgent) - sum) < 1e-12, "\(moves), \(change)")
      }
    }
  }

  @Test("whatever can be done has probability 1 in all, for agents of every class and for devices")
  func normalised() throws {
    let grid = try ShapedWorlds.grid(rows: 2, columns: 3).mdp
    let goals = try GoalLibrary(
      planning: [.being("a corner", in: [0]), .being("another", in: [5]), .being("either", in: [0, 4])], in: grid)
    var (agents, devices) = (0.0, 0.0)
    for code in 0..<625 {
      let actions = [code % 5, code / 5 % 5, code / 25 % 5, code / 125]
      var states = [1]
      for action in actions { states.append(grid.successors[grid.transitions(states.last ?? 0, action).lowerBound]) }
      var record = ActionRecord(stateCount: 6, actionCount: 5)
      try record.append(states: [states[0], states[1]], actions: Array(actions[..<2]))
      try record.append(states: [states[2], states[3]], actions: Array(actions[2...]))
      let told = AgentOrDevice(record, goals: goals, devices: DeviceContext.standard(in: grid))
      agents += exp(told.logAgent)
      devices += exp(told.logDevice)
    }
    #expect(abs(agents - 1) < 1e-12)
    #expect(abs(devices - 1) < 1e-12)
  }

  @Test("a device's law is learned as a Dirichlet prior says, and kinds weigh 2 to the power of minus their depth")
  func estimators() throws {
    let corridor = try Corridor(7)
    let record = try corridor.record("RRLRRRLL")
    // Γ(1) Π Γ(n + ½) / (Γ(½)² Γ(9)) with five to the right and three to the left.
    let expected = lgamma(5.5) + lgamma(3.5) - 2 * lgamma(0.5) - lgamma(9)
    let goals = try corridor.goals([0, 6])
    let alone = AgentOrDevice(record, goals: goals, devices: [.nothing(stateCount: 7)])
    #expect(abs(alone.logDevice - expected) < 1e-12)
    let state = AgentOrDevice(record, goals: goals, devices: [.state(stateCount: 7)])
    let both = AgentOrDevice(record, goals: goals, devices: [.nothing(stateCount: 7), .state(stateCount: 7)])
    #expect(abs(exp(both.logDevice) - (0.8 * exp(alone.logDevice) + 0.2 * exp(state.logDevice))) < 1e-15)
    #expect(abs(both.devices.reduce(0) { $0 + $1.probability } - 1) < 1e-12)
    let last = AgentOrDevice(record, goals: goals, devices: [.lastAction(stateCount: 7)])
    // First R; after R: R L R R L; after L: R L — each from its own counts.
    let afterRight = (0.5 / 1) * (0.5 / 2) * (1.5 / 3) * (2.5 / 4) * (1.5 / 5)
    #expect(abs(exp(last.logDevice) - 0.5 * afterRight * (0.5 / 1) * (0.5 / 2)) < 1e-15)
  }

  @Test("after a thousand wrong moves a goal that never changes can still win")
  func underflow() throws {
    let corridor = try Corridor(5)
    let moves = String(repeating: "L", count: 1000) + String(repeating: "R", count: 1010)
    let told = AgentOrDevice(
      try corridor.record(moves), goals: try corridor.goals([0, 4]), agents: Self.simple(change: 0),
      devices: [.nothing(stateCount: 5)])
    // At 0 only moves to the left stay, at 4 only those to the right; in between both goals say which way.
    let right = 1010 * log(0.9) + 1000 * log(0.1)
    let left = 1000 * log(0.9) + 1010 * log(0.1)
    #expect(abs(told.logAgent - (log(0.5) + right + log(1 + exp(left - right)))) < 1e-8)
    #expect(told.goalPosterior[1] > 0.999)
    #expect(told.goalCourse.first.map { $0[0] > 0.9 } ?? false)
  }

  @Test("the goal is found, its posterior over time kept, and goals that cannot be told apart are named together")
  func inferred() throws {
    let corridor = try Corridor(9)
    let record = try corridor.record("RRRLRRRRRR", "RRRRRRRRRR", "RRRRLRRRRR")
    let told = AgentOrDevice(
      record, goals: try corridor.goals([0, 4, 8]), devices: DeviceContext.standard(in: corridor.mdp))
    #expect(told.inferred.name == "at 8" && told.inferred.share > 0.9)
    #expect(told.moments == Array(1...30) && told.goalCourse.count == 30 && told.logOdds.count == 30)
    #expect(told.goalCourse.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-9 })
    #expect(told.indistinguishable == ["at 8"] && told.share(of: ["at 8", "nowhere"]) == told.inferred.share)
    let twice = try GoalLibrary(
      planning: [.being("left", in: [0]), .being("right", in: [8]), .being("far right", in: [8])], in: corridor.mdp)
    let same = AgentOrDevice(record, goals: twice, devices: [.nothing(stateCount: 9)])
    #expect(same.indistinguishable == ["right", "far right"])
    #expect(try JSONDecoder().decode(AgentOrDevice.self, from: JSONEncoder().encode(told)) == told)
  }

  @Test("an empty record says what was believed before")
  func empty() throws {
    let corridor = try Corridor(5)
    let told = AgentOrDevice(
      ActionRecord(stateCount: 5, actionCount: 2), goals: try corridor.goals([0, 4]),
      devices: [.nothing(stateCount: 5)],
      prior: 0.25)
    #expect(told.probabilityOfAgent == 0.25 && told.logOddsPerStep == nil && told.goalShares == [0.5, 0.5])
  }

  @Test("habits are learned among equals, and goals that say too little get none")
  func habits() throws {
    let grid = try ShapedWorlds.grid(rows: 5, columns: 5).mdp
    let goals = try GoalLibrary(planning: [.being("a corner", in: [24]), .being("opposite", in: [0])], in: grid)
    // Always down (2) first, then right (4): among equals the first.
    var record = ActionRecord(stateCount: 25, actionCount: 5)
    for _ in 0..<20 {
      try record.append(states: [0, 5, 10, 15, 20, 21, 22, 23], actions: [2, 2, 2, 2, 4, 4, 4, 4])
    }
    func logAgent(_ tastes: [AgentClass.Taste], _ goals: GoalLibrary) -> Double {
      AgentOrDevice(
        record, goals: goals, agents: AgentClass(slips: [0.01], changes: [0], tastes: tastes),
        devices: [.nothing(stateCount: 25)]
      ).logAgent
    }
    #expect(logAgent([.habit], goals) > logAgent([.even], goals) + 30)
    // With (1 + 20·… successes) each tied place learns as a law of two; the wall's places have one best action.
    let tied = 4 * (0..<20).reduce(0.0) { $0 + log((Double($1) + 0.2) / (Double($1) + 0.4)) }
    let expected = tied + 160 * log(0.99) + log(0.5)
    #expect(abs(logAgent([.habit], goals) - expected) < 1e-6)
    // A goal for which everything is best explains nothing, with habits or without.
    let idle = try GoalLibrary(
      [Goal("anything", bestActions: [Set<Int>](repeating: [0, 1, 2, 3, 4], count: 25))], stateCount: 25, actionCount: 5
    )
    #expect(abs(logAgent([.habit], idle) - 160 * log(0.2)) < 1e-9)
  }
}
