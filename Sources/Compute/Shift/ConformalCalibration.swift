/// What share of familiar rows would score as high: a score with the unit of a probability.
///
/// p = (1 + #{calibration ≥ score}) / (n + 1). Of a row that comes as the calibration rows came, exchangeably with
/// them, p ≤ α has probability at most α, whatever the score and whatever the distribution. Rows of one episode are
/// *not* exchangeable with one another: calibrate and ask by one number for each clip or episode, or read shares of
/// rows as what they are on average only.
///
/// Source: Vovk, Gammerman, Shafer, "Algorithmic Learning in a Random World", 2005; split form: Papadopoulos et al.
/// 2002.
public struct ConformalCalibration: Sendable, Hashable, Codable {
  /// In ascending order.
  public let scores: [Double]

  /// - Parameters:
  ///   - scores: of rows that the score was not fitted to; infinity is allowed, it is the least familiar.
  ///   - level: the level at which p-values are to be read: fewer than 1 / level − 1 scores cannot reach it.
  /// - Throws: ``NotMeasurable`` with too few scores for the level, one that is not a number, or scores that are all
  ///   equal.
  public init(_ scores: [Double], level: Double = 0.05) throws(NotMeasurable) {
    precondition(level > 0 && level < 1, "a level lies strictly between 0 and 1")
    if let row = scores.firstIndex(where: \.isNaN) { throw .notFinite(row: row, column: 0) }
    // However small the level, a number that counts.
    let need = Int(min((1 / level - 1 - 1e-9).rounded(.up), 1e15))
    guard scores.count >= max(2, need) else { throw .tooFew(have: scores.count, need: max(2, need)) }
    let sorted = scores.sorted()
    guard sorted[0] != sorted[sorted.count - 1] else { throw .ties(orderedShare: 0) }
    self.scores = sorted
  }

  /// The share of exchangeable rows that score at least as high, at most; between 1 / (n + 1) and 1. A score that is
  /// not a number counts as infinity.
  ///
  /// - Complexity: O(log n).
  public func pValue(_ score: Double) -> Double {
    let least = score.isNaN ? .infinity : score
    var (low, high) = (0, scores.count)
    while low < high {
      let middle = (low + high) / 2
      if scores[middle] < least { low = middle + 1 } else { high = middle }
    }
    return Double(1 + scores.count - low) / Double(scores.count + 1)
  }

  /// The p-values of many scores, in order.
  public func pValues(_ scores: [Double]) -> [Double] { scores.map(pValue) }

  /// How many of the scores have a p-value of at most `level`.
  public func unfamiliar(_ scores: [Double], level: Double) -> Int { scores.count { pValue($0) <= level } }

  private enum CodingKeys: String, CodingKey { case scores }

  /// - Throws: `InputError` for scores that are not in order or cannot calibrate anything.
  public init(from decoder: any Decoder) throws {
    let scores = try decoder.container(keyedBy: CodingKeys.self).decode([Double].self, forKey: .scores)
    guard scores.count > 1, zip(scores, scores.dropFirst()).allSatisfy({ $0 <= $1 }), scores.first != scores.last else {
      throw InputError("a calibration needs scores in ascending order that are not all equal", at: "scores")
    }
    self.scores = scores
  }
}
