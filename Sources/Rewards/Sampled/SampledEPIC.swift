import Compute
import Environments

/// EPIC between rewards that are only known by asking: networks over continuous worlds.
///
/// ```swift
/// let epic = SampledEPIC(coverage, discount: 0.99, random: random)
/// let d = try epic.distance(RewardEvaluator(first), RewardEvaluator(second))
/// d.value, d.interval        // 0 … 1; the interval by resampling the coverage
/// ```
///
/// The expectation over next actions and states is a mean over `comparisons` pairs (a, s′) drawn from the coverage. All
/// rewards and all states see the same pairs, so shaping cancels exactly, however few they are; with fresh pairs for
/// each it would leave a positive floor. States where episodes end are treated as any other, as EPIC does.
///
/// Source: Gleave et al., "Quantifying differences in reward functions", ICLR 2021, §5 and `evaluating-rewards`.
public struct SampledEPIC: Sendable {
  /// The transitions that are compared.
  public let coverage: CoverageSample
  /// γ of the shaping that is removed.
  public let discount: Double
  /// Coverage indices whose action and next observation make the means.
  private let pairs: [Int]
  private let random: RandomSource

  /// - `comparisons`: how many pairs (a, s′); the reward is asked (2 · coverage + comparisons) · comparisons
  ///   times.
  public init(_ coverage: CoverageSample, discount: Double, comparisons: Int = 256, random: RandomSource) {
    precondition(comparisons > 0 && coverage.count > 0, "something to take means over")
    self.coverage = coverage
    self.discount = discount
    self.random = random
    var stream = random.stream("epic/pairs")
    pairs = (0..<comparisons).map { _ in stream.below(coverage.count) }
  }

  /// A sampled distance with its bootstrap interval; nil where a canonical reward does not vary.
  public struct Result: Sendable, Hashable, Codable {
    /// The distance from 0 to 1; nil if a reward does not vary.
    public let value: Double?
    /// Pearson's correlation of the canonical rewards; nil if one does not vary.
    public let correlation: Double?
    /// 95 %, by resampling transitions. It does not know of the pairs behind the means, nor of what is not covered.
    public let interval: Interval?
    /// How many transitions were compared.
    public let transitions: Int
    /// How many states and actions each mean was taken over.
    public let comparisons: Int
  }

  /// The canonical reward of each transition of the coverage.
  ///
  /// - Throws: `InputError` if a reward is not finite.
  public func canonical(_ reward: any TransitionReward) throws -> [Double] {
    let size = coverage.specification.observationSpace.count
    let rowSize = coverage.specification.actionSpace.rowSize
    var asked = Asked(coverage.specification, capacity: max(coverage.count, pairs.count))
    for (row, pair) in pairs.enumerated() {
      asked.setAction(row, coverage.actions, pair * rowSize)
      asked.setNext(row, coverage.nextObservations, pair * size)
    }
    /// mean over the pairs of R(s, a, s′)
    func mean(_ observations: [Float], _ index: Int) throws -> Double {
      for row in 0..<pairs.count { asked.setObservation(row, observations, index * size) }
      let values = try asked.evaluate(reward, count: pairs.count)
      return values.reduce(0) { $0 + Double($1) } / Double(pairs.count)
    }
    let here = try (0..<coverage.count).map { try mean(coverage.observations, $0) }
    let next = try (0..<coverage.count).map { try mean(coverage.nextObservations, $0) }
    let offset = discount * pairs.reduce(0) { $0 + next[$1] } / Double(pairs.count)
    for row in 0..<coverage.count {
      asked.setObservation(row, coverage.observations, row * size)
      asked.setAction(row, coverage.actions, row * rowSize)
      asked.setNext(row, coverage.nextObservations, row * size)
    }
    let own = try asked.evaluate(reward, count: coverage.count)
    return (0..<coverage.count).map { Double(own[$0]) + discount * next[$0] - here[$0] - offset }
  }

  /// The distance of two rewards over the sample.
  public func distance(
    _ first: any TransitionReward, _ second: any TransitionReward, resamples: Int = 1000
  ) throws -> Result {
    distance(try canonical(first), try canonical(second), resamples: resamples)
  }

  /// The distance of two canonical rewards of this coverage.
  public func distance(_ first: [Double], _ second: [Double], resamples: Int = 1000) -> Result {
    // Rewards are floats: what they cannot resolve is no variation.
    let scales = (Vectors.largest(first) * 1e5, Vectors.largest(second) * 1e5)
    let paired = PairedDistance(first, second, scales: scales)
    let interval = paired.value.flatMap { _ in
      Statistics.bootstrapInterval(
        count: first.count, resamples: resamples, method: .percentile, random: random.child("epic/interval")
      ) { drawn in
        PairedDistance(drawn.map { first[$0] }, drawn.map { second[$0] }).value ?? .nan
      }
    }
    return Result(
      value: paired.value, correlation: paired.correlation, interval: interval, transitions: first.count,
      comparisons: pairs.count)
  }
}

/// Rows of transitions being put together, to be asked of a reward.
struct Asked {
  private let specification: EnvironmentSpecification
  private let size: Int
  private let rowSize: Int
  private var observations: [Float]
  private var actions: [Float]
  private var nextObservations: [Float]
  private let terminated: [Bool]
  private var rewards: [Float]

  init(_ specification: EnvironmentSpecification, capacity: Int) {
    self.specification = specification
    size = specification.observationSpace.count
    rowSize = specification.actionSpace.rowSize
    observations = [Float](repeating: 0, count: capacity * size)
    nextObservations = observations
    actions = [Float](repeating: 0, count: capacity * rowSize)
    terminated = [Bool](repeating: false, count: capacity)
    rewards = [Float](repeating: 0, count: capacity)
  }

  mutating func setObservation(_ row: Int, _ source: [Float], _ offset: Int) {
    for index in 0..<size { observations[row * size + index] = source[offset + index] }
  }

  mutating func setNext(_ row: Int, _ source: [Float], _ offset: Int) {
    for index in 0..<size { nextObservations[row * size + index] = source[offset + index] }
  }

  mutating func setAction(_ row: Int, _ source: [Float], _ offset: Int) {
    for index in 0..<rowSize { actions[row * rowSize + index] = source[offset + index] }
  }

  mutating func evaluate(_ reward: any TransitionReward, count: Int) throws -> ArraySlice<Float> {
    TransitionRows.over(
      count, observations: observations, actions: actions, nextObservations: nextObservations, terminated: terminated,
      specification: specification
    ) { reward.evaluate($0, into: &rewards) }
    if let row = rewards[0..<count].firstIndex(where: { !$0.isFinite }) {
      throw InputError(
        "the reward is \(rewards[row])",
        at: "observation \(observations[row * size..<(row + 1) * size]), action "
          + "\(actions[row * rowSize..<(row + 1) * rowSize])", remedy: "rewards must be finite")
    }
    return rewards[0..<count]
  }
}
