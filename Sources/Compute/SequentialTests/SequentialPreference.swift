import Foundation

/// Whether one of two is preferred more often than not, judged while the answers come in.
///
/// ```swift
/// var test = SequentialPreference(error: 0.05, planned: 110)
/// for answer in answers {
///   test.observe(answer)                  // true where the first of the two was preferred
///   if test.isSettled { break }           // the first is preferred; wrong in at most 5 % of all sequences
/// }
/// ```
///
/// It claims that the first is preferred with probability above ½, against all probabilities up to ½. The evidence is
/// capital, so the test may be looked at after every answer and stopped at any time, for any reason, and the claim is
/// wrong in at most `error` of sequences. Half of the capital is a mixture over all preferences above ½
/// (``BinomialEvidence``), which finds strong ones early. If a number of answers is planned, the other half bets on what
/// the ordinary test would say after that many: it is the chance that this test will reject, given the answers so far and
/// no preference, divided by what it was at first. That half finds the weak ones; when the plan is used up it stands still,
/// and more answers may come.
/// Source: Ville 1939; Ramdas et al. 2023; the second half is Doob's martingale of the binomial test.
public struct SequentialPreference: Sendable, Hashable, Codable {
  /// In how many sequences at most it claims a preference that there is not.
  public let error: Double
  /// The number of answers that half of the capital is bet on, if any.
  public let planned: Int?
  /// How often the first was preferred.
  public private(set) var wins = 0
  /// How often the second was.
  public private(set) var losses = 0
  /// The ln of the largest evidence so far, which an anytime-valid test may keep.
  public private(set) var highest = 0.0
  /// The wins with which the ordinary test of the planned answers rejects at half of the error; nil without such a test.
  private let critical: Int?

  private static let prior = (4.0, 4.0)

  /// No answers yet.
  ///
  /// - Parameters:
  ///   - error: α, strictly between 0 and 1.
  ///   - planned: how many answers there will be at most if nothing is found before; nil if that is open.
  public init(error: Double, planned: Int? = nil) {
    precondition(error > 0 && error < 1, "an error rate lies strictly between 0 and 1")
    precondition(planned ?? 1 > 0, "a plan has answers")
    self.error = error
    self.planned = planned
    critical = planned.flatMap { Self.criticalWins(of: $0, error: error / 2) }
  }

  /// Takes the next answer; answers that say neither are left out.
  public mutating func observe(_ isPreferred: Bool) {
    if isPreferred { wins += 1 } else { losses += 1 }
    highest = max(highest, logEvidence(wins: wins, of: wins + losses))
  }

  /// Whether the first is preferred, beyond the error. Once it is, it stays so.
  public var isSettled: Bool { settles(highest) }

  func settles(_ logEvidence: Double) -> Bool { logEvidence >= -log(error) }

  /// The ln of the evidence now.
  public var logEvidence: Double { logEvidence(wins: wins, of: wins + losses) }

  /// The smallest error at which it would be settled, whenever one looks; 1 at first.
  public var pValue: Double { min(1, exp(-highest)) }

  /// Where the chance that the first is preferred lies, at all numbers of answers at once, with a level of 1 − error.
  public var interval: Interval {
    BinomialEvidence.interval(successes: wins, of: wins + losses, level: 1 - error)
  }

  /// The ln of the evidence that this many wins of so many answers make.
  func logEvidence(wins: Int, of count: Int) -> Double {
    let mixture = BinomialEvidence.logarithmAbove(successes: wins, of: count, prior: Self.prior)
    guard let planned, let critical else { return mixture }
    let left = planned - count
    // At the end of the plan that half is lost, or it has settled the test.
    guard left >= 0 else { return mixture - log(2) }
    let chance = Self.tail(critical - wins, of: left) / Self.tail(critical, of: planned)
    return log(0.5 * exp(min(mixture, 700)) + 0.5 * chance)
  }

  /// The fewest wins among so many answers that an exact one-sided test at this error rejects; nil if none do.
  static func criticalWins(of count: Int, error: Double) -> Int? {
    // Tails fall with the wins: the first that is small enough, by halving.
    var (low, high) = (0, count + 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if tail(middle, of: count) <= error { high = middle } else { low = middle }
    }
    return high <= count ? high : nil
  }

  /// The chance of at least so many wins among answers with this chance of one each.
  package static func tail(_ wins: Int, of count: Int, preference: Double = 0.5) -> Double {
    if wins <= 0 { return 1 }
    if wins > count { return 0 }
    return SpecialFunctions.incompleteBeta(preference, Double(wins), Double(count - wins + 1))
  }
}
