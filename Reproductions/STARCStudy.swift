import Compute
import Environments
import Rewards
import Synchronization

/// How well distances between rewards predict regret, over random worlds and random rewards: the experiment of the
/// STARC paper (Skalse et al., ICLR 2024; settings from `lucyfarnik/starc`, commit e13f8fa).
///
/// For each world, pairs of rewards (R₁, R₂); for each pair, points R₁ + i/16 · (R₂ − R₁), i = 1 … 16, each compared
/// with R₁.
struct STARCStudy: Sendable {
  var worlds = 384
  var pairs = 8
  var points = 16
  var states = 32
  var actions = 4
  var discount = 0.95
  var returns = Returns.exact

  /// The metrics whose correlation with regret is asked for.
  static let metrics:
    [(name: String, canonicalization: Canonicalization, norm: RewardNorm, comparison: RewardComparison)] = [
      ("none-2-2", .none, .l2, .norm(.l2)), ("EPIC-2-2", .epic, .l2, .norm(.l2)),
      ("DARD-2-2", .dard, .l2, .norm(.l2)), ("VALPotential-2-2", .valuePotential(nil), .l2, .norm(.l2)),
      ("VAL-2-2", .valueAdjusted, .l2, .norm(.l2)), ("VAL-1-1", .valueAdjusted, .l1, .norm(.l1)),
      ("VAL-2-angle", .valueAdjusted, .l2, .angle), ("VAL-inf-inf", .valueAdjusted, .maximum, .norm(.maximum)),
    ]

  struct Outcome: Sendable {
    /// [metric][point]
    var distances: [[Double]]
    var regrets: [Double]
  }

  func run(_ random: RandomSource) throws -> Outcome {
    let collected = Mutex<[Result<Outcome, any Error>?]>([Result<Outcome, any Error>?](repeating: nil, count: worlds))
    ThreadPool.shared.run(worlds) { world in
      let outcome = Result { try one(random.child("starc/world", world)) }
      collected.withLock { $0[world] = outcome }
    }
    var all = Outcome(distances: Self.metrics.map { _ in [] }, regrets: [])
    for outcome in collected.withLock({ $0 }).compactMap({ $0 }) {
      let part = try outcome.get()
      for metric in part.distances.indices { all.distances[metric] += part.distances[metric] }
      all.regrets += part.regrets
    }
    return all
  }

  /// One world with its pairs of rewards.
  private func one(_ random: RandomSource) throws -> Outcome {
    let mdp = try RandomWorlds.starc(
      states: states, actions: actions, discount: discount, random: random.stream("transitions"))
    var spaces: [(canonicalization: Canonicalization, space: RewardSpace)] = []
    for metric in Self.metrics where !spaces.contains(where: { $0.canonicalization == metric.canonicalization }) {
      spaces.append((metric.canonicalization, try RewardSpace(mdp, metric.canonicalization)))
    }
    let planner = SmallPlanner(mdp)
    let adjusted = try RewardSpace(mdp, .valueAdjusted)
    var outcome = Outcome(distances: Self.metrics.map { _ in [] }, regrets: [])
    for pair in 0..<pairs {
      let ends = try (0..<2).map { side in
        try RewardTable(
          states: states, actions: actions, axes: .transition,
          values: RandomWorlds.starcReward(
            states: states, actions: actions, discount: discount, random: random.stream("reward", 2 * pair + side)))
      }
      outcome.regrets += try regrets(ends, adjusted, mdp, planner, random.stream("rollouts", pair))
      for (canonicalization, space) in spaces {
        // Canonicalisations are linear, so the points between two rewards lie between their canonical forms.
        let canonical = try ends.map { try space.canonical($0) }
        let between = Interpolation(space, canonical[0], canonical[1])
        for (index, metric) in Self.metrics.enumerated() where metric.canonicalization == canonicalization {
          for point in 1...points {
            outcome.distances[index].append(
              between.distance(Double(point) / Double(points), metric.norm, metric.comparison))
          }
        }
      }
    }
    return outcome
  }
}
