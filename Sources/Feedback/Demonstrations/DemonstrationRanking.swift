import Compute
import Environments

/// Demonstrations of which some are known to be better than others, and the comparisons that follow.
///
/// ```swift
/// let ranked = try DemonstrationRanking(trajectories, ranks: [0, 0, 1, 2])      // a higher rank is better
/// var draws = random.stream("ranked/pairs")
/// try choices.append(ranked.comparisons(2000, lengths: 20...50, random: &draws))
/// ```
///
/// Segments of two demonstrations of different rank are compared as the demonstrations are. That is right on average
/// only, so comparisons carry a lapse. Nothing is concluded about demonstrations of one rank.
///
/// Sources: T-REX (Brown, Goo, Nagarajan, Niekum, ICML 2019), where ranks come from people; D-REX (Brown, Goo, Niekum,
/// CoRL 2019), where a rank is how little noise a clone was run with.
public struct DemonstrationRanking: Sendable {
  /// The demonstrations; none is empty.
  public let trajectories: [Trajectory]
  /// One for each trajectory; a higher rank is better.
  public let ranks: [Int]

  /// - Throws: `InputError` unless there is a rank for each trajectory, two of them differ, and none is empty.
  public init(_ trajectories: [Trajectory], ranks: [Int]) throws {
    guard trajectories.count == ranks.count else {
      throw InputError("\(ranks.count) ranks for \(trajectories.count) demonstrations", remedy: "give one for each")
    }
    guard let first = ranks.first, ranks.contains(where: { $0 != first }) else {
      throw InputError("the demonstrations have no two different ranks", remedy: "rank at least two of them")
    }
    if let empty = trajectories.firstIndex(where: { $0.count == 0 }) {
      throw InputError("the demonstration has no transitions", at: "demonstration \(empty + 1)", remedy: "leave it out")
    }
    self.trajectories = trajectories
    self.ranks = ranks
  }

  /// Ranks demonstrations by their own true returns: the order that the score gives. Equal returns tie.
  public init(byTrueReturn trajectories: [Trajectory]) throws {
    let returns = trajectories.map(\.trueReturn)
    let levels = Set(returns).sorted()
    try self.init(trajectories, ranks: returns.map { levels.firstIndex(of: $0) ?? 0 })
  }

  /// Comparisons of segments, the better demonstration's picked.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - lengths: the segments' lengths, uniformly drawn, one for both; no longer than the shorter demonstration.
  ///   - laterStarts: the better one's segment starts no earlier than the worse one's, as in T-REX on Atari: where
  ///     progress makes later segments better, an early segment of a good demonstration is weak evidence.
  ///   - lapse: the probability that a comparison of segments contradicts the ranking.
  ///   - random: decides pairs, lengths and places.
  public func comparisons(
    _ count: Int, lengths: ClosedRange<Int>, laterStarts: Bool = false, lapse: Double = 0.1,
    random: inout RandomStream
  ) throws -> [Choice] {
    precondition(lengths.lowerBound > 0, "a segment has at least one transition")
    let person = PersonModel(lapse: lapse)
    return try (0..<count).flatMap { _ in
      var (worse, better) = (0, 0)
      repeat {
        (worse, better) = (random.below(ranks.count), random.below(ranks.count))
      } while ranks[worse] == ranks[better]
      if ranks[worse] > ranks[better] { swap(&worse, &better) }
      let (low, high) = (trajectories[worse], trajectories[better])
      let drawn = lengths.lowerBound + random.below(lengths.count)
      let length = min(drawn, low.count, high.count)
      let latest = (low.count - length, high.count - length)
      let lowStart = random.below((laterStarts ? min(latest.0, latest.1) : latest.0) + 1)
      let highStart = laterStarts ? lowStart + random.below(latest.1 - lowStart + 1) : random.below(latest.1 + 1)
      let segments = (low.segment(lowStart..<lowStart + length), high.segment(highStart..<highStart + length))
      // Which side is shown first carries no information.
      let first = random.bernoulli(0.5)
      let comparison = Comparison(first: first ? segments.1 : segments.0, second: first ? segments.0 : segments.1)
      return try PairComparison.ground(
        comparison, first ? .first : .second, details: .init(strengths: false, ties: false), person: person)
    }
  }
}
