import Agents
import Compute
import Environments
import Findings

/// How far rewards of one environment are apart, from a sample of its transitions: learned rewards over worlds that have
/// no table.
///
/// ```swift
/// let compared = try SampledComparison(
///   entry, rewards: [ComparedReward("first", first), ComparedReward("second", second), .environment("true")],
///   agents: [("first", policy)], random: RandomSource(seed: 0))
/// compared.starc.distances[0][1]?.value      // 0 … 2
/// compared.starc.distances[0][1]?.interval   // 95 %
/// compared.findings
/// ```
///
/// Three metrics over the same transitions: STARC (VAL, Euclidean, the base policy is random play; values are fitted
/// by least squares), EPIC, and DARD with next states from the environment's own dynamics. All rewards see the same draws, so
/// that EPIC and DARD take shaping out exactly; what STARC's fitted values leave of it is measured
/// (``shapingLeft``). Of transitions outside the coverage no distance knows anything; ``reaches`` says how much of what
/// random play and the agents do lies inside.
///
/// Sources: Skalse et al., "STARC", ICLR 2024; Gleave et al., "Quantifying differences in reward functions", ICLR 2021;
/// Wulfe et al., "Dynamics-aware comparison of learned reward functions", ICLR 2022.
public struct SampledComparison: Sendable, Codable, Hashable {
  /// The environment's id.
  public let environment: String
  /// Of the rewards, in order: rows and columns of all matrices.
  public let names: [String]
  /// γ of the returns and of the shaping that is taken out.
  public let discount: Double
  /// Whose episodes the transitions come from.
  public let coverage: CoverageSource
  /// Their names, each with the same share.
  public let behaviors: [String]
  /// How many transitions were compared, and from how many independent blocks of episodes.
  public let transitions: Int
  /// See ``transitions``.
  public let blocks: Int
  /// Whether the environment's dynamics draw random numbers.
  public let usesChance: Bool
  /// Whether each state has a value of its own, so that values are exact for the sampled world.
  public let hasExactValues: Bool
  /// What of random play and of each agent the sample covers.
  public let reaches: [CoverageReach]
  /// The share of the environment's reachable pairs of state and action that are in the sample; nil without a table.
  public let coveredPairs: Double?
  /// By Skalse et al., from 0 to 2.
  public let starc: SampledMatrix
  /// By Gleave et al., from 0 to 1.
  public let epic: SampledMatrix
  /// By Wulfe et al., from 0 to 1.
  public let dard: SampledMatrix
  /// The largest STARC distance of each reward from itself shaped by random potentials, which would be 0 if values were
  /// exact; nil if the reward does not vary.
  public let shapingLeft: [Double?]
  /// Distances up to this count as close.
  public let acceptable: Double

  /// Distances of many rewards, each from each.
  public struct SampledMatrix: Sendable, Codable, Hashable {
    /// "STARC", "EPIC" or "DARD".
    public let metric: String
    /// What opposite rewards are apart.
    public let greatest: Double
    /// [row × column]; nil on the diagonal.
    public let distances: [[SampledDistance?]]
  }

  /// - Parameters:
  ///   - entry: the environment.
  ///   - rewards: at least two, of different names.
  ///   - agents: policies that the coverage may use, and whose states are held against it.
  ///   - coverage: whose episodes the transitions come from.
  ///   - discount: at least 0 and below 1.
  ///   - transitions: how many to compare, at least 64; rounded up so that all blocks are alike.
  ///   - acceptable: the STARC distance up to which two rewards count as close.
  ///   - random: what all draws come from.
  /// - Throws: `InputError` for fewer rewards, an impossible number, agents missing for the coverage, or a reward that is
  ///   not finite.
  /// - Complexity: for each reward, n = `transitions`, about n · (max(512, n / 2) + 3 · actions) + 10⁵ evaluations.
  public init(
    _ entry: EnvironmentEntry, rewards: [ComparedReward], agents: [(name: String, policy: any ActingPolicy)] = [],
    coverage: CoverageSource = .mixture, discount: Double = 0.99, transitions: Int = 1024, acceptable: Double = 0.1,
    random: RandomSource
  ) throws {
    try Self.check(rewards, discount, transitions, acceptable)
    let actors = agents.map { CoverageBehavior($0.name, $0.policy) }
    let behaviors =
      switch coverage {
      case .random: [CoverageBehavior.random]
      case .agents: actors
      case .mixture: [CoverageBehavior.random] + actors
      }
    guard !behaviors.isEmpty else {
      throw InputError("there are no agents to take episodes of", at: "coverage", remedy: "give agents, or use random")
    }
    let plan = WorldDrawing(
      discount: discount, transitions: transitions, asksEnvironment: rewards.contains(where: \.isEnvironment))
    let (sample, reaches) = plan.draw(
      entry, behaviors, others: coverage == .random ? actors : coverage == .agents ? [.random] : [],
      random: random.child("sampled-comparison"))
    try self.init(
      sample, rewards, entry: entry, coverage: coverage, behaviors: behaviors.map(\.name), reaches: reaches,
      acceptable: acceptable, random: random)
  }

  private init(
    _ sample: WorldSample, _ rewards: [ComparedReward], entry: EnvironmentEntry, coverage: CoverageSource,
    behaviors: [String], reaches: [CoverageReach], acceptable: Double, random: RandomSource
  ) throws {
    environment = entry.specification.id
    names = rewards.map(\.name)
    discount = sample.discount
    self.coverage = coverage
    self.behaviors = behaviors
    transitions = sample.transitions.count
    blocks = sample.blocks
    usesChance = sample.outcomes.1 != nil
    self.reaches = reaches
    self.acceptable = acceptable
    coveredPairs = entry.tabular.map { Self.coveredPairs(sample.transitions, $0) }
    let values = try SampledValues(sample, rewards, random: random.child("sampled-comparison"))
    hasExactValues = values.isExact
    shapingLeft = values.shapingLeft
    starc = Self.matrix("STARC", greatest: 2, isCentred: false, values.advantages, sample)
    epic = Self.matrix("EPIC", greatest: 1, isCentred: true, try rewards.map(sample.epic), sample)
    dard = Self.matrix("DARD", greatest: 1, isCentred: true, try rewards.map(sample.dard), sample)
  }

  private static func check(
    _ rewards: [ComparedReward], _ discount: Double, _ transitions: Int, _ acceptable: Double
  ) throws {
    guard rewards.count > 1 else {
      throw InputError("\(rewards.count) reward has nothing to be compared with", at: "rewards", remedy: "give two")
    }
    if let name = rewards.map(\.name).first(where: { name in rewards.count { $0.name == name } > 1 }) {
      throw InputError("two rewards are called '\(name)'", at: "rewards", remedy: "give each its own name")
    }
    guard discount >= 0, discount < 1 else {
      throw InputError(
        "distances between rewards need a discount of at least 0 and below 1, not \(discount)", at: "discount",
        remedy: "use one such as 0.99")
    }
    guard (64...1_000_000).contains(transitions) else {
      throw InputError("a sample of \(transitions) transitions", at: "transitions", remedy: "take 64 to 1000000")
    }
    guard (0...2).contains(acceptable) else {
      throw InputError("a STARC distance of \(acceptable)", at: "acceptable", remedy: "distances are from 0 to 2")
    }
  }

  private static func matrix(
    _ metric: String, greatest: Double, isCentred: Bool, _ rows: [CanonicalRows], _ sample: WorldSample
  ) -> SampledMatrix {
    let pairs = rows.indices.flatMap { i in (0..<i).map { (i, $0) } }
    let found = ThreadPool.shared.map(pairs.count) { index in
      SampledDistance(
        rows[pairs[index].1], rows[pairs[index].0], of: sample, isCentred: isCentred, greatest: greatest)
    }
    var distances = [[SampledDistance?]](
      repeating: [SampledDistance?](repeating: nil, count: rows.count), count: rows.count)
    for (pair, distance) in zip(pairs, found) {
      distances[pair.0][pair.1] = distance
      distances[pair.1][pair.0] = distance
    }
    return SampledMatrix(metric: metric, greatest: greatest, distances: distances)
  }

  /// Of the table's pairs of state and action from which something can still happen and that can be reached.
  private static func coveredPairs(_ rows: SampledRows, _ world: TabularWorld) -> Double {
    let size = world.observationSize
    let reached = world.mdp.reachableStates
    var states: Set<[Float]> = []
    for state in 0..<world.mdp.stateCount where reached[state] && !world.mdp.isTerminal[state] {
      states.insert(Array(world.observations[state * size..<(state + 1) * size]))
    }
    let seen = Set((0..<rows.count).map { Array(rows.observation($0)) + [rows.actions[$0]] })
      .filter { states.contains(Array($0.dropLast())) }
    return Double(seen.count) / Double(max(1, states.count * world.mdp.actionCount))
  }
}
