import Compute

/// Comparisons in which the model was about equally sure.
public struct ReliabilityBin: Codable, Sendable, Hashable {
  /// Mean probability given to the favoured option.
  public var confidence: Double
  /// Mean outcome: the share in which the favoured option won, ties counting one half.
  public var outcome: Double
  /// How many comparisons are in the bin.
  public var count: Int
  /// Of the outcome: exact for wins, with ties rounded towards one half either way.
  public var interval: Interval?

  /// Bins of equal count, from least to most sure. `judged` sorted by confidence keeps equal values in given order.
  package static func bins(_ judged: [JudgedComparison], count: Int, level: Double) -> [ReliabilityBin] {
    let order = judged.indices.sorted {
      (judged[$0].confidence, $0) < (judged[$1].confidence, $1)
    }
    let bins = max(1, min(count, judged.count))
    guard !judged.isEmpty else { return [] }
    return (0..<bins).map { bin in
      let range = bin * judged.count / bins..<(bin + 1) * judged.count / bins
      let members = order[range].map { judged[$0] }
      let wins = members.reduce(0) { $0 + $1.favouredOutcome }
      let low = Statistics.proportionInterval(successes: Int(wins.rounded(.down)), of: members.count, level: level)
      let high = Statistics.proportionInterval(successes: Int(wins.rounded(.up)), of: members.count, level: level)
      var interval: Interval?
      if let low, let high { interval = Interval(lower: low.lower, upper: high.upper, level: level) }
      return ReliabilityBin(
        confidence: members.reduce(0) { $0 + $1.confidence } / Double(members.count),
        outcome: wins / Double(members.count), count: members.count, interval: interval)
    }
  }

  /// Mean distance between confidence and outcome, weighted by count.
  package static func expectedError(_ bins: [ReliabilityBin]) -> Double {
    let total = bins.reduce(0) { $0 + $1.count }
    return bins.reduce(0) { $0 + Double($1.count) * abs($1.confidence - $1.outcome) } / Double(total)
  }
}
