import Compute

/// The mean return of uniformly random actions over whole episodes: measured, or worked out.
public struct RandomReturn: Sendable, Hashable {
  /// The mean, without discount.
  public var mean: Double
  /// Student's 95 % interval of the mean; nil where it is exact, or of a single episode.
  public var interval: Interval?
  /// How many episodes were played; nil where it is exact.
  public var episodes: Int?

  /// What was worked out.
  public init(exactly mean: Double) { self.mean = mean }

  /// What was measured, with the ends of its 95 % interval.
  public init(mean: Double, from lower: Double, to upper: Double, episodes: Int) {
    self.mean = mean
    interval = Interval(lower: lower, upper: upper, level: 0.95)
    self.episodes = episodes
  }

  /// The mean of these returns, one for each episode, with its interval as far as it is possible.
  init(of returns: [Double], in known: KnownReturns) {
    mean = Statistics.mean(returns)
    interval = known.meanInterval(returns)
    episodes = returns.count
  }
}

extension EnvironmentEntry {
  /// Plays whole episodes with uniformly random actions (standard normal where they are unbounded), each in a slot of
  /// its own, so that short episodes do not count more often than long ones.
  ///
  /// - Parameters:
  ///   - episodes: how many, at least one.
  ///   - random: where their chance and the actions come from.
  /// - Throws: `InputError` for a world without a time limit, and what ``Environment/check()`` throws.
  /// - Complexity: O(episodes × the longest one's steps).
  public func randomReturn(episodes: Int = 100, random: RandomSource) throws -> RandomReturn {
    precondition(episodes > 0, "some episodes are played")
    guard let limit = specification.maximumEpisodeSteps else {
      throw InputError("'\(specification.id)' has no time limit", remedy: "choose one that has")
    }
    let batch = makeBatch(count: episodes, random: random)
    var draws = random.stream("random-return")
    let size = specification.actionSpace.rowSize
    var actions = [Float](repeating: 0, count: episodes * size)
    var returns = [Double](repeating: 0, count: episodes)
    var isOver = [Bool](repeating: false, count: episodes)
    for _ in 0..<limit where isOver.contains(false) {
      actions.withUnsafeMutableBufferPointer { actions in
        guard let row = actions.baseAddress else { return }
        for slot in 0..<episodes { specification.actionSpace.draw(into: row + slot * size, &draws) }
        batch.step(row)
      }
      for slot in 0..<episodes where !isOver[slot] {
        returns[slot] += Double(batch.rewards[slot])
        isOver[slot] = batch.terminated[slot] || batch.truncated[slot]
      }
    }
    try batch.check()
    return RandomReturn(of: returns, in: self.returns)
  }
}
