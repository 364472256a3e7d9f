import Compute
import Environments
import Rewards

/// Everything that can be said exactly about how two rewards of one finite world differ, and the findings from it.
///
/// ```swift
/// let two = try TwoRewards(mdp, ("truth", truth), ("proxy", proxy), random: RandomSource(seed: 0))
/// two.distance.value            // STARC, VAL-2-2: 0 … 2; two.distance.rounding is what of it may be rounding
/// two.worstCase.forward?.value  // of the truth, at worst lost by going by the proxy
/// two.findings
/// ```
///
/// "Forward" always means: the first reward is true, and the second is optimised.
public struct TwoRewards: Sendable, Codable, Hashable {
  /// What the first reward is called in findings.
  public let firstName: String
  /// What the second reward is called in findings.
  public let secondName: String
  /// The distance by `RewardMetric.standard`.
  public let distance: RewardDistance
  /// The distances by other metrics, in the order of `RewardMetric.shown`. Those whose tables would be too large for
  /// the world are left out.
  public let distances: [Named]
  /// EPIC over all transitions and over those that can happen, DARD over those that can happen.
  public let pearson: [NamedPearson]
  /// What going by the wrong one can cost between any two policies; nil in worlds too large for the program.
  public let worstCase: BothWays<WorstCaseRegret>
  /// Where the program is too large: between which bounds that cost lies.
  public let worstCaseBracket: BothWays<WorstCaseBracket>
  /// What the best policy of one costs under the other.
  public let optimal: BothWays<OptimalPolicyRegret>
  /// How far both order policies alike.
  public let agreement: PolicyOrderAgreement
  /// What turns one into the other, if they rank all policies alike.
  public let equivalence: Equivalence?
  /// States that no policy reaches; they are left out of everything.
  public let unreachableStates: Int
  /// What share of the true range may be lost before a finding fails.
  public let acceptableRegret: Double

  /// In worlds with more states × actions the worst case is bracketed, which is faster than its linear program there.
  public static let programLimit = 2000

  /// The name, here and for `--metric`, of the distance whose norm counts states by how often the uniform policy is there.
  public static let occupancyMetric = "VAL-occupancy"

  /// A distance with the name of its metric.
  public struct Named: Sendable, Codable, Hashable {
    /// The metric's name, as `--metric` takes it.
    public let metric: String
    /// Whether it is 0 exactly for rewards that order all policies alike.
    public let isSTARC: Bool
    /// The distance itself.
    public let distance: RewardDistance
  }

  /// A correlation distance (EPIC, DARD) with its name.
  public struct NamedPearson: Sendable, Codable, Hashable {
    /// "EPIC" or "DARD".
    public let name: String
    /// Nil inside if one of the rewards is constant after canonical shaping.
    public let result: PearsonDistance.Result
  }

  /// A quantity that depends on which of the two is the truth.
  public struct BothWays<Value: Sendable & Codable & Hashable>: Sendable, Codable, Hashable {
    /// The first reward is true; nil if the world is too large.
    public let forward: Value?
    /// With the second reward as the truth.
    public let backward: Value?
  }

  /// Why two rewards order all policies alike, if they do.
  public enum Equivalence: String, Sendable, Codable, Hashable {
    /// Both pay every policy the same.
    case bothTrivial
    /// They differ by a factor.
    case scaling
    /// They differ by a factor and by shaping.
    case shaping
    /// They differ by a factor, by shaping and by what is paid for next states.
    case redistribution
  }

  /// - Throws: `InputError` for a discount of 1 or a reward for another world.
  public init(
    _ mdp: TabularMDP, _ first: (name: String, table: RewardTable), _ second: (name: String, table: RewardTable),
    acceptableRegret: Double = 0.1, random: RandomSource
  ) throws {
    firstName = first.name
    secondName = second.name
    self.acceptableRegret = acceptableRegret
    let space = try RewardSpace(mdp, .valueAdjusted)
    let world = space.world
    let a = try space.canonical(first.table)
    let b = try space.canonical(second.table)
    distance = space.distance(a, b)
    pearson = try Self.pearson(mdp, first.table, second.table, world)
    unreachableStates = space.unreachableCount
    let pieces = try Pieces(
      mdp: mdp, space: space, tables: (first.table, second.table), canonical: (a, b), random: random
    )
    .computed()
    distances = pieces.distances
    worstCase = BothWays(forward: pieces.worst[0].regret, backward: pieces.worst[1].regret)
    worstCaseBracket = BothWays(forward: pieces.worst[0].bracket, backward: pieces.worst[1].bracket)
    optimal = BothWays(forward: pieces.optimal[0], backward: pieces.optimal[1])
    agreement = pieces.agreement[0]
    equivalence = Self.equivalence(distance, distances)
  }

  private static func equivalence(_ distance: RewardDistance, _ distances: [Named]) -> Equivalence? {
    func isZero(_ name: String) -> Bool { distances.first { $0.metric == name }?.distance.isZero ?? false }
    if distance.degeneracy == .bothTrivial { return .bothTrivial }
    if distance.degeneracy != nil || !distance.isZero { return nil }
    return isZero("none-2-2") ? .scaling : isZero("VALPotential-2-2") ? .shaping : .redistribution
  }

  private static func pearson(
    _ mdp: TabularMDP, _ first: RewardTable, _ second: RewardTable, _ world: ReachableStates
  ) throws -> [NamedPearson] {
    guard world.rowCount * world.stateCount <= 20_000_000 else { return [] }
    let kinds: [(String, PearsonDistance.Transform, PearsonDistance.Coverage)] = [
      ("EPIC, all transitions", .epic, .product), ("EPIC, possible transitions", .epic, .feasible),
      ("DARD, possible transitions", .dard, .feasible),
    ]
    return try kinds.map { name, transform, coverage in
      NamedPearson(name: name, result: try PearsonDistance(mdp, transform, coverage: coverage).distance(first, second))
    }
  }
}

extension RewardMetric {
  /// The metrics that a comparison shows, by canonicalisation.
  public static let shown: [(Canonicalization, [(RewardNorm?, RewardComparison)])] = [
    (
      .valueAdjusted,
      [
        (.l2, .norm(.l2)), (.l1, .norm(.l1)), (.maximum, .norm(.maximum)), (.l2, .angle),
      ]
    ),
    (.minimal(.l2), [(.l2, .norm(.l2)), (.l2, .angle)]),
    (.minimal(.l1), [(.l1, .norm(.l1))]),
    (.minimal(.maximum), [(.maximum, .norm(.maximum))]),
    (.projection, [(.weightedL2, .norm(.weightedL2)), (.l2, .angle)]),
    (.valuePotential(nil), [(.l2, .norm(.l2)), (.weightedL2, .norm(.weightedL2))]),
    (.none, [(.l2, .norm(.l2))]),
  ]
}
