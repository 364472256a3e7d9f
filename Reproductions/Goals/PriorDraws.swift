import Audits
import Compute
import Environments

/// Agents and devices drawn from the very mixtures that tell them apart: for those the posterior must be calibrated,
/// whatever the world.
package enum PriorDraws {
  static let agents = AgentClass(slips: [0.01, 0.05, 0.1, 0.2], changes: [0, 0.1], tastes: [.even])

  /// Posteriors of an agent, and whether it was one: each with probability ½.
  package static func told(
    count: Int, steps: Int, random: RandomSource
  ) throws -> [(posterior: Double, isAgent: Bool)] {
    try ThreadPool.shared.map(count) { index in
      Result { () throws -> (posterior: Double, isAgent: Bool) in
        var stream = random.stream("draw", index)
        let maze = try PlantedMaze(size: 4, walls: 0.1, random: &stream)
        let goals = try maze.goals()
        let devices = DeviceContext.standard(in: maze.mdp)
        let isAgent = stream.bernoulli(0.5)
        let record =
          isAgent
          ? try agent(maze, goals, steps, &stream) : try device(maze, devices, steps, &stream)
        let told = AgentOrDevice(record, goals: goals, agents: agents, devices: devices)
        return (told.probabilityOfAgent, isAgent)
      }
    }.map { try $0.get() }
  }

  private static func agent(
    _ maze: PlantedMaze, _ goals: GoalLibrary, _ steps: Int, _ random: inout RandomStream
  ) throws -> ActionRecord {
    let slip = agents.slips[random.below(agents.slips.count)]
    let change = agents.changes[random.below(agents.changes.count)]
    var goal = random.below(goals.goals.count)
    return try record(maze, steps, &random) { state, _, random in
      let best = goals.goals[goal].bestActions(in: state)
      let others = (0..<4).filter { !best.contains($0) }
      let slips = !others.isEmpty && random.bernoulli(slip)
      let action = slips ? others[random.below(others.count)] : best[random.below(best.count)]
      if goals.goals.count > 1, random.bernoulli(change.rate) {
        let other = random.below(goals.goals.count - 1)
        goal = other < goal ? other : other + 1
      }
      return action
    }
  }

  private static func device(
    _ maze: PlantedMaze, _ devices: [DeviceContext], _ steps: Int, _ random: inout RandomStream
  ) throws -> ActionRecord {
    let device = devices[random.categorical(devices.map { 1 / Double(1 << $0.depth) })]
    // Krichevsky and Trofimov's estimator is what a Dirichlet prior of this concentration predicts.
    let laws = (0..<maze.mdp.stateCount * 5).map { _ in random.law(concentration: 0.25) }
    return try record(maze, steps, &random) { state, last, random in
      random.categorical(laws[device.classes[state] * 5 + (device.seesLastAction ? last ?? 4 : 4)])
    }
  }

  private static func record(
    _ maze: PlantedMaze, _ steps: Int, _ random: inout RandomStream,
    _ act: (_ state: Int, _ last: Int?, _ random: inout RandomStream) -> Int
  ) throws -> ActionRecord {
    var record = ActionRecord(stateCount: maze.mdp.stateCount, actionCount: 4)
    var state = random.below(maze.mdp.stateCount)
    var (states, actions) = ([Int](), [Int]())
    for _ in 0..<steps {
      let action = act(state, actions.last, &random)
      states.append(state)
      actions.append(action)
      state = maze.next[state * 4 + action]
    }
    try record.append(states: states, actions: actions)
    return record
  }
}
