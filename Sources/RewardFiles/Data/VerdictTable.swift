/// Replies with a verdict each, good or bad, whether or not another reply to the same prompt is there: rows as KTO's
/// trainers take them. What can be audited where there are no pairs.
public struct VerdictTable: Sendable {
  /// Whether people accepted the reply.
  public package(set) var isGood: [Bool] = []
  /// The reward model's scores; NaN where a row has none.
  public package(set) var score: NumberColumn = []
  /// Runs of letters, digits and apostrophes of each reply.
  public package(set) var words: [UInt32] = []
  /// Each reply's domain.
  public package(set) var domain = CategoryColumn()
  /// Each reply's split.
  public package(set) var split = CategoryColumn()

  /// Which of the files each reply is from.
  package var file: [UInt16] = []

  /// No replies.
  public init() {}

  /// How many replies there are.
  public var count: Int { isGood.count }
  /// Whether at least one has a score.
  public var hasScores: Bool { score.contains { !$0.isNaN } }

  /// Whether the replies are audited one by one: fewer than a tenth of them have found a partner.
  func areAlone(pairs: Int) -> Bool { count > 0 && 20 * pairs < count }

  /// Replies outside the training split.
  var evaluated: [Int] {
    (0..<count).filter { split[$0]?.lowercased().hasPrefix("train") != true }
  }

  /// Adds another file's replies.
  package mutating func append(contentsOf other: VerdictTable) {
    isGood += other.isGood
    score += other.score
    words += other.words
    domain.append(contentsOf: other.domain)
    split.append(contentsOf: other.split)
    file += other.file
  }
}
