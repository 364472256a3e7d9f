import Compute

/// How much of what can be had an agent gets: (return − random) ÷ (agent on the true reward − random), in true returns.
///
/// 0 is a policy at random, 1 an agent with the same settings that is paid by the true reward; more than 1 is better than
/// that. The interval (95 %) has the uncertainty of all three means: of the agent's and the random policy's over their
/// episodes, of the true-reward agent's over its seeds, by the delta method with Welch and Satterthwaite's degrees of
/// freedom.
package struct TrueScore: Codable, Sendable, Hashable {
  package var value: Double
  /// Nil if there are too few episodes or seeds for one.
  package var interval: Interval?

  /// From which score on an agent has succeeded, and below which it has failed.
  package static let success = 0.9
  package static let failure = 0.5

  /// What came of it.
  package enum Outcome: String, Codable, Sendable, Hashable, CaseIterable {
    case success, between, failure
  }

  package var outcome: Outcome {
    value >= Self.success ? .success : value < Self.failure ? .failure : .between
  }

  /// Nil where the agent on the true reward is not surely better than random: then there is nothing to measure by.
  ///
  /// - Parameters:
  ///   - agent: returns of the agent.
  ///   - random: returns of the policy at random.
  ///   - reference: returns of agents on the true reward, one summary for each seed.
  package init?(_ agent: ReturnSummary, random: ReturnSummary, reference: [ReturnSummary]) {
    // Powers of two are exact: no size of returns over- or underflows in a square.
    let largest = ([agent, random] + reference).reduce(0) { max($0, abs($1.mean), $1.deviation) }
    guard largest > 0, largest.isFinite else { return nil }
    let unit = Double(sign: .plus, exponent: -min(1000, max(-1000, Int(largest.exponent))), significand: 1)
    let (agent, random) = (agent.scaled(unit), random.scaled(unit))
    let reference = reference.map { $0.scaled(unit) }
    guard let first = reference.first else { return nil }
    let means = reference.map(\.mean)
    let top = Statistics.mean(means)
    // Of one seed nothing is known but its episodes.
    let (topVariance, topDegrees) =
      reference.count > 1
      ? (Statistics.variance(means) / Double(means.count), Double(means.count - 1))
      : (first.meanVariance, Double(first.episodes - 1))
    let range = top - random.mean
    let spread = Self.reach([(topVariance, topDegrees), (random.meanVariance, Double(random.episodes - 1))])
    guard range > 0, range.isFinite, range > spread ?? 0 else { return nil }
    value = (agent.mean - random.mean) / range
    let scale = 1 / range
    let terms = [
      (agent.meanVariance * scale * scale, Double(agent.episodes - 1)),
      (topVariance * (value * scale) * (value * scale), topDegrees),
      (random.meanVariance * ((value - 1) * scale) * ((value - 1) * scale), Double(random.episodes - 1)),
    ]
    interval = Self.reach(terms).map { Interval(lower: value - $0, upper: value + $0, level: 0.95) }
  }

  /// Half the length of the 95 % interval of a sum of independent means, with their variances and degrees of freedom.
  private static func reach(_ terms: [(variance: Double, degrees: Double)]) -> Double? {
    let variance = terms.reduce(0) { $0 + $1.variance }
    guard variance > 0 else { return 0 }
    // A mean without degrees of freedom has no variance that is known.
    guard terms.allSatisfy({ $0.degrees >= 1 }) else { return nil }
    let degrees = variance * variance / terms.reduce(0) { $0 + $1.variance * $1.variance / $1.degrees }
    return variance.squareRoot() * SpecialFunctions.studentQuantile(0.975, degrees: degrees)
  }
}
