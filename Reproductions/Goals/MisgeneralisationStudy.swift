import Compute
import Environments
import Foundation

/// Agents trained in levels of which a share breaks the accident: how often they go for the accident's place where it
/// parts from what is rewarded.
struct MisgeneralisationStudy: Sendable {
  /// What is trained.
  struct Plan: Sendable {
    var families = LevelFamily.allCases
    /// The shares of the published experiment, none and all among them, and 1 % as in the exact twin.
    var shares = [0, 0.01, 0.02, 0.03, 0.06, 0.11, 1]
    var seeds = 5
    /// Rounds of PPO; `LevelAgent.stepsPerIteration` steps each.
    var iterations = 300
    /// Levels in which each agent is tried, of either kind.
    var levels = 400

    /// Two worlds, three shares, two seeds.
    static let quick = Plan(
      families: [.corridor, .maze], shares: [0, 0.06, 1], seeds: 2, iterations: 60, levels: 200)
  }

  /// One seed of one share.
  struct Cell: Sendable {
    let test: LevelAgent.Outcomes
    /// Fresh levels of the kind that it was trained in.
    let training: LevelAgent.Outcomes
  }

  let plan: Plan
  /// By family, share and seed.
  let cells: [[[Cell]]]

  init(_ plan: Plan, random: RandomSource) throws {
    self.plan = plan
    let (shares, seeds) = (plan.shares.count, plan.seeds)
    let results = ThreadPool.shared.map(plan.families.count * shares * seeds) { part in
      Result {
        try Self.cell(
          plan, plan.families[part / (shares * seeds)], varied: plan.shares[part / seeds % shares], seed: part % seeds,
          random: random)
      }
    }
    let all = try results.map { try $0.get() }
    cells = plan.families.indices.map { family in
      (0..<shares).map { share in
        let first = (family * shares + share) * seeds
        return Array(all[first..<first + seeds])
      }
    }
  }

  /// A seed's first weights and levels are the same for all shares, and its test levels the same for all.
  private static func cell(
    _ plan: Plan, _ family: LevelFamily, varied: Double, seed: Int, random: RandomSource
  ) throws -> Cell {
    let source = random.child("misgeneralisation/\(family.rawValue)", seed)
    let agent = try LevelAgent(family, varied: varied, iterations: plan.iterations, random: source)
    return Cell(
      test: agent.play(family, .testing, levels: plan.levels, random: source.child("test")),
      training: agent.play(family, .training(varied: varied), levels: plan.levels, random: source.child("fresh")))
  }

  /// The share of test levels in which the place came first, seed by seed.
  func failures(_ family: Int, _ share: Int) -> [Double] { cells[family][share].map { $0.test.share(.place) } }

  /// Student's interval over seeds: levels of one seed share its agent, so they are no independent trials.
  func interval(_ family: Int, _ share: Int) -> Interval? {
    Statistics.meanInterval(failures(family, share))?.within(0...1)
  }
}
