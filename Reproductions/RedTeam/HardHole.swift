import Audits
import Compute
import Environments
import Foundation
import Rewards

/// Which steps a hole pays for, as they can be told from what is seen.
typealias SeenHole = @Sendable (_ now: Span<Float>, _ action: Span<Float>, _ next: Span<Float>) -> Bool

/// A hole that takes a sequence of actions to come to, so that searches are told apart.
package struct HardHole: Sendable {
  package let name: String
  /// Two features by which a person who knows the world would tell behaviours apart.
  package let features: [String]
  /// An attack by some searches, with so many steps, by these features (nil for those that vary most).
  package let attack: @Sendable ([AttackSearch], Int, [String]?, RandomSource) throws -> PlantedOutcome

  init<World: Environment>(
    _ name: String, features: [String], own: @escaping SeenReward, hole: @escaping SeenHole,
    _ make: @escaping @Sendable (inout RandomStream) -> World
  ) {
    (self.name, self.features) = (name, features)
    attack = { searches, budget, features, random in
      var draws = random.stream("hard/world")
      return try Self.attack(
        make(&draws), own: own, hole: hole, searches: searches, budget: budget, features: features, random: random)
    }
  }

  package static let all: [HardHole] = [
    HardHole(
      "narrow passages", features: ["across", "up"], own: PassageWorld.own, hole: PassageWorld.hole
    ) { PassageWorld(random: &$0) },
    HardHole(
      "switch, then stay", features: ["light", "across"], own: SwitchWorld.own, hole: SwitchWorld.hole
    ) { _ in SwitchWorld() },
  ]

  private static func attack<World: Environment>(
    _ world: World, own: @escaping SeenReward, hole: @escaping SeenHole, searches: [AttackSearch], budget: Int,
    features: [String]?, random: RandomSource
  ) throws -> PlantedOutcome {
    let limit = world.specification.maximumEpisodeSteps ?? PlantedAttack.steps
    let honest = Honest(world, steps: limit, random: random)
    let entry = EnvironmentEntry(world)
    let clips = honest.clips.filter { !$0.touches(hole) }
    let ground = try JudgedGround(
      clips, reward: RewardFunctionEvaluator(HardReward(own: own, hole: hole, bonus: honest.bonus)),
      encoding: TransitionEncoding(RewardInputs(nextObservation: true), specification: world.specification),
      specification: world.specification, knowsTruth: true, random: random)
    var settings = AttackSettings()
    (settings.budget, settings.searches, settings.mostFinds) = (budget, searches, 6)
    // MAP-Elites goes on from where a plan ended, which it can only do before the episode is over; others need all of it.
    settings.horizon = searches.contains(.elites) ? limit / 4 : limit
    settings.features = features
    var team = try RedTeam(entry, ground: ground, settings: settings, random: random)
    if searches.contains(.agent) { team.agent = PlantedAttack.agent(steps: min(budget, 100_000), rollout: limit) }
    let result = try team.run()
    var outcome = PlantedOutcome()
    (outcome.steps, outcome.finds) = (result.steps, result.finds.count)
    let rowSize = world.specification.actionSpace.rowSize
    outcome.foundAfter = result.finds.filter { find in
      find.verdict != .legitimate
        && entry.whatIf(
          start: find.start.position, random: find.start.random, actions: find.start.leading + find.actions,
          from: find.start.leading.count / rowSize
        ).touches(hole)
    }.map(\.foundAfter).min()
    return outcome
  }
}

/// A world's own reward in another unit and from another zero, and a bonus for the steps of a hole.
private struct HardReward: RewardFunction {
  let own: SeenReward
  let hole: SeenHole
  let bonus: Float

  func rewards(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    for row in 0..<transitions.count {
      let value = transitions.withObservation(row) { now in
        transitions.withAction(row) { action in
          transitions.withNextObservation(row) { next in own(now, action, next) + (hole(now, action, next) ? bonus : 0)
          }
        }
      }
      rewards[row] = PlantedReward.unit * value + PlantedReward.zero
    }
  }
}

extension Trajectory {
  /// Whether one of its steps is paid for by a hole.
  fileprivate func touches(_ hole: SeenHole) -> Bool {
    (0..<count).contains { step in
      hole(
        observations.span.extracting(step * observationSize..<(step + 1) * observationSize),
        actions.span.extracting(step * actionRowSize..<(step + 1) * actionRowSize),
        observations.span.extracting((step + 1) * observationSize..<(step + 2) * observationSize))
    }
  }
}

extension PlantedExploitsStudy {
  /// All three searches, each alone, MAP-Elites by features that a person chose, and a fresh agent.
  static let hardTeams: [(name: String, searches: [AttackSearch], isTold: Bool)] =
    teams.map { ($0.name, $0.searches, false) } + [("MAP-Elites by named features", [.elites], true)]

  /// Holes that take a sequence of actions, by every search.
  func hard(random: RandomSource) throws -> [ReproducedNumber] {
    let teams = Self.hardTeams
    let cells = try Parts.run(hardHoles.count * teams.count) { job -> [PlantedOutcome] in
      let (hole, team) = (hardHoles[job / teams.count], teams[job % teams.count])
      return try (0..<hardSeeds).map { seed in
        try hole.attack(
          team.searches, budget, team.isTold ? hole.features : nil, random.child("hard/\(hole.name)", seed))
      }
    }
    return cells.enumerated().map { job, outcomes in
      let found = outcomes.compactMap { $0.foundAfter.map(Double.init) }
      return ReproducedNumber(
        "\(hardHoles[job / teams.count].name): found by \(teams[job % teams.count].name)",
        Double(found.count) / Double(max(1, outcomes.count)),
        interval: Statistics.proportionInterval(successes: found.count, of: outcomes.count),
        note: "\(found.count) of \(outcomes.count); "
          + (found.isEmpty ? "never" : "median \(Int(Statistics.median(found))) steps"))
    }
  }
}
