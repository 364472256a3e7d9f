import Compute
import Environments
import Rewards

/// The distances between many rewards of one world, each with each.
public struct RewardMatrix: Sendable, Codable, Hashable {
  /// What was measured: "VAL-2-2".
  public let metric: String
  /// Of rows and columns, in order.
  public let names: [String]
  /// [row × column]
  public let values: [[Double]]
  /// How much of each may be rounding, [row × column].
  public let rounding: [[Double]]
  /// Rewards that make no difference between policies; their distances are conventions.
  public let trivial: [String]

  /// - Throws: `InputError` for a discount of 1, a reward for another world, or a distance beyond any double.
  public init(
    _ mdp: TabularMDP, _ rewards: [(name: String, table: RewardTable)], metric: RewardMetric = .standard
  ) throws {
    try self.init(RewardSpace(mdp, metric.canonicalization), rewards, name: metric.description) { space, a, b in
      space.distance(a, b, normalization: metric.normalization, comparison: metric.comparison)
    }
  }

  /// By a metric's name, as `--metric` takes it: a name of `RewardMetric`, or
  /// ``TwoRewards/occupancyMetric``.
  ///
  /// - Throws: `InputError` as the other initialiser does, and for a name that is none.
  public init(
    _ mdp: TabularMDP, _ rewards: [(name: String, table: RewardTable)], metricNamed text: String
  ) throws {
    guard text.lowercased() == TwoRewards.occupancyMetric.lowercased() else {
      let metric: RewardMetric
      do { metric = try RewardMetric(named: text) } catch let error as InputError {
        let known = [TwoRewards.occupancyMetric]
        throw nearMisses(of: text, among: known).isEmpty
          ? error : InputError.unknown("metric", text, among: known, at: error.place)
      }
      try self.init(mdp, rewards, metric: metric)
      return
    }
    try self.init(RewardSpace(mdp, .valueAdjusted), rewards, name: TwoRewards.occupancyMetric) { space, a, b in
      space.occupancyDistance(a, b, in: mdp)
    }
  }

  init(
    _ space: RewardSpace, _ rewards: [(name: String, table: RewardTable)], name: String,
    distance: (RewardSpace, CanonicalReward, CanonicalReward) -> RewardDistance
  ) throws {
    let canonical = try rewards.map { try space.canonical($0.table) }
    names = rewards.map(\.name)
    trivial = zip(names, canonical).filter { $0.1.isTrivial }.map(\.0)
    metric = name
    var values = [[Double]](repeating: [Double](repeating: 0, count: rewards.count), count: rewards.count)
    var rounding = values
    for i in rewards.indices {
      for j in 0..<i {
        let distance = distance(space, canonical[i], canonical[j])
        guard distance.value.isFinite else {
          throw InputError(
            "the distance of \(names[i]) and \(names[j]) is larger than a number can be", at: "metric '\(name)'",
            remedy: "choose a metric that scales rewards, such as VAL-2-2")
        }
        values[i][j] = distance.value
        values[j][i] = distance.value
        rounding[i][j] = distance.rounding
        rounding[j][i] = distance.rounding
      }
    }
    self.values = values
    self.rounding = rounding
  }

  /// The values with 0 where rounding alone explains them: what a table shows.
  public var shown: [[Double]] {
    zip(values, rounding).map { zip($0, $1).map { value, rounding in value <= rounding ? 0 : value } }
  }
}

extension RewardMatrix {
  /// The name of a matrix of worst-case regrets.
  public static let regretName = "worst-case regret"

  /// The worst-case regrets of a world: row true, column gone by.
  public static func worstCaseRegrets(
    _ mdp: TabularMDP, _ rewards: [(name: String, table: RewardTable)]
  ) throws -> RewardMatrix {
    let space = try RewardSpace(mdp, .valueAdjusted)
    let canonical = try rewards.map { try space.canonical($0.table) }
    let values = try rewards.indices.map { i in
      try rewards.indices.map { j in
        i == j
          ? 0 : try WorstCaseRegret(space.world, truth: canonical[i], proxy: canonical[j], space: space).value ?? 0
      }
    }
    return RewardMatrix(
      metric: regretName, names: rewards.map(\.name), values: values,
      trivial: zip(rewards, canonical).filter { $0.1.isTrivial }.map(\.0.name))
  }

  private init(metric: String, names: [String], values: [[Double]], trivial: [String]) {
    self.metric = metric
    self.names = names
    self.values = values
    rounding = values.map { $0.map { _ in 0 } }
    self.trivial = trivial
  }
}
