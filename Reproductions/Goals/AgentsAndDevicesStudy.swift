import Audits
import Compute
import Environments

extension Reproduction {
  /// Agents, devices and twins of both planted in mazes: how many are told right, and whether the posterior is honest.
  static let agentsAndDevices = Reproduction(
    name: "agents-and-devices", summary: "planted agents, devices and their twins: who is told right, and how surely",
    source: "definition after Orseau et al. 2018 (arXiv 1805.12387); simulations of ours", duration: "about a minute",
    quick: { try AgentsAndDevicesStudy.result(each: 24, isQuick: true, $0) },
    run: { try AgentsAndDevicesStudy.result(each: 200, isQuick: false, $0) })
}

/// Planted behaviours, and how they are told.
package enum AgentsAndDevicesStudy {
  /// One individual.
  package struct Told: Sendable, Hashable {
    package var kind: PlantedBehavior
    package var probabilityOfAgent: Double
    /// For an agent with one place as its goal: whether that was the goal inferred.
    package var isGoalRight: Bool?

    /// Whether the likelier answer is right.
    package var isRight: Bool { (probabilityOfAgent > 0.5) == kind.isAgent }
  }

  /// Individuals of these kinds, in turn, each in a maze of its own: 6 × 6 with 15 % walls.
  package static func told(
    _ kinds: [PlantedBehavior], count: Int, episodes: Int = 8, steps: Int = 25, random: RandomSource
  ) throws -> [Told] {
    try ThreadPool.shared.map(count) { index in
      Result { () throws -> Told in
        let kind = kinds[index % kinds.count]
        var stream = random.stream(kind.rawValue, index)
        let maze = try PlantedMaze(size: 6, walls: 0.15, random: &stream)
        let goals = try maze.goals()
        let played = try kind.record(in: maze, goals: goals, episodes: episodes, steps: steps, random: &stream)
        let told = AgentOrDevice(played.record, goals: goals, devices: DeviceContext.standard(in: maze.mdp))
        return Told(
          kind: kind, probabilityOfAgent: told.probabilityOfAgent,
          isGoalRight: played.goal.map { told.indistinguishable.contains($0) })
      }
    }.map { try $0.get() }
  }

  static func result(each count: Int, isQuick: Bool, _ random: RandomSource) throws -> ReproductionResult {
    let bound = SimulatedBound(isQuick: isQuick)
    let groups: [(name: String, told: [Told])] = try [
      ("agents", PlantedBehavior.agents), ("devices", PlantedBehavior.devices), ("twins", PlantedBehavior.twins),
    ].map { ($0, try told($1, count: count, random: random.child($0))) }
    let tolerance = bound.tolerance(0.05, simulations: count)
    var numbers = groups.map { share("\($0.name): told right", $0.told.map(\.isRight), tolerance) }
    let goals = groups[0].told.compactMap(\.isGoalRight)
    numbers.append(
      share("agents: the goal is the one inferred", goals, bound.tolerance(0.05, simulations: goals.count)))
    for kind in PlantedBehavior.twins {
      numbers.append(share("twins: \(kind.rawValue)", groups[2].told.filter { $0.kind == kind }.map(\.isRight), nil))
    }
    numbers += bins(
      "planted", groups.flatMap(\.told).map { ($0.probabilityOfAgent, $0.kind.isAgent) },
      edges: [0, 0.001, 0.5, 0.999, 1],
      isExact: false)
    numbers += bins(
      "drawn from the prior", try PriorDraws.told(count: 10 * count, steps: 12, random: random.child("prior")),
      edges: [0, 0.2, 0.4, 0.6, 0.8, 1], isExact: true)
    let rounds = try told([.patrolling], count: count, random: random.child("rounds"))
    numbers.append(share("not counted: \(PlantedBehavior.patrolling.rawValue)", rounds.map(\.isRight), nil))
    return ReproductionResult(
      title: "Agents, devices and twins in mazes: who is told right, and how surely", numbers: numbers,
      remarks: [
        "Mazes of 6 × 6 cells, 15 % walls; 8 episodes of 25 steps; goals: to be in each of the cells; devices: nothing, "
          + "the last action, what is blocked, both, the state. Agents slip in 1 % to 20 % of moves.",
        "Half of the twins are agents whose goal is not in the library, half are devices whose ways look purposeful.",
        "Agents and devices that are drawn from the two mixtures themselves (12 steps) must be told with honest odds, and "
          + "are. Planted ones are not drawn from them: the few that are told wrong are told wrong with much confidence.",
        "Who goes to and fro between two places for ever does what a device with one step of memory does: about half of "
          + "those pass for devices.",
      ])
  }

  /// The share of agents by posterior, beside the mean posterior.
  private static func bins(
    _ name: String, _ told: [(posterior: Double, isAgent: Bool)], edges: [Double], isExact: Bool
  ) -> [ReproducedNumber] {
    zip(edges, edges.dropFirst()).compactMap { least, most in
      let bin = told.filter { $0.posterior >= least && ($0.posterior < most || most == 1) }
      guard !bin.isEmpty else { return nil }
      let agents = bin.count(where: \.isAgent)
      let mean = Statistics.mean(bin.map(\.posterior))
      // Four standard errors, and one case for bins of a few.
      let error = (mean * (1 - mean) / Double(bin.count)).squareRoot()
      return ReproducedNumber(
        "\(name), posterior \(least) to \(most): share of agents", Double(agents) / Double(bin.count),
        interval: Statistics.proportionInterval(successes: agents, of: bin.count), reference: mean,
        tolerance: isExact ? ((4 * error + 1 / Double(bin.count)) * 1000).rounded(.up) / 1000 : nil,
        note: "\(agents) of \(bin.count), beside the mean posterior")
    }
  }

  private static func share(_ name: String, _ right: [Bool], _ tolerance: Double?) -> ReproducedNumber {
    let count = right.count(where: \.self)
    return ReproducedNumber(
      name, Double(count) / Double(max(1, right.count)),
      interval: Statistics.proportionInterval(successes: count, of: right.count), reference: tolerance.map { _ in 1 },
      tolerance: tolerance, note: "\(count) of \(right.count)")
  }
}
