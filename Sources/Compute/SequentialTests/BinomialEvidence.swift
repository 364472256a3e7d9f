import Foundation

/// Evidence from successes among independent trials that stays valid however often it is looked at.
///
/// ```swift
/// exp(BinomialEvidence.logarithm(successes: 18, of: 20))             // 273: at 1/α = 20 or more, p is not ½
/// BinomialEvidence.interval(successes: 60, of: 100)                  // holds at every number of trials at once
/// ```
///
/// The evidence against p₀ is the likelihood under a Beta(a, b) mixture of p, divided by that under p₀: what a stake of 1
/// has become for one who bets against p₀ in a fair game. If p₀ is true, it ever reaches 1/α in at most α of all
/// sequences (Ville 1939), so one may look after each trial and stop when one likes.
/// Sources: Robbins 1970; Ramdas, Grünwald, Vovk and Shafer 2023, "Game-theoretic statistics and safe anytime-valid
/// inference".
public enum BinomialEvidence {
  /// The ln of the evidence against p = `null`, for a p on either side. Constant time.
  ///
  /// - Parameters:
  ///   - successes: how many of the trials succeeded.
  ///   - trials: how many there were.
  ///   - null: the p₀ that is doubted, strictly between 0 and 1.
  ///   - prior: a and b of the mixture; ½ each is Jeffreys's.
  public static func logarithm(
    successes: Int, of trials: Int, against null: Double = 0.5, prior: (Double, Double) = (0.5, 0.5)
  ) -> Double {
    check(successes, trials, null)
    let (won, lost) = (Double(successes), Double(trials - successes))
    return SpecialFunctions.logBeta(prior.0 + won, prior.1 + lost) - SpecialFunctions.logBeta(prior.0, prior.1)
      - won * log(null) - lost * log1p(-null)
  }

  /// The ln of the evidence that p is above `null`, against all p ≤ `null` at once: the mixture is cut off below `null`.
  ///
  /// Each factor of the likelihood ratio of a p above p₀ grows in expectation with the true p, and has expectation 1 at
  /// p₀, so under every smaller p it is a supermartingale.
  public static func logarithmAbove(
    _ null: Double = 0.5, successes: Int, of trials: Int, prior: (Double, Double)
  ) -> Double {
    let (won, lost) = (Double(successes), Double(trials - successes))
    /// The mass of a Beta distribution above p₀.
    func above(_ a: Double, _ b: Double) -> Double { SpecialFunctions.incompleteBeta(1 - null, b, a) }
    // Where all of the mass but what a double cannot hold lies below, the evidence is as good as none.
    let mass = max(above(prior.0 + won, prior.1 + lost), .leastNormalMagnitude)
    return logarithm(successes: successes, of: trials, against: null, prior: prior)
      + log(mass) - log(above(prior.0, prior.1))
  }

  /// All p that the evidence has not refuted: a confidence sequence, right for all numbers of trials at once in at least
  /// `level` of all sequences. Without trials it is all of 0 … 1.
  public static func interval(
    successes: Int, of trials: Int, level: Double = 0.95, prior: (Double, Double) = (0.5, 0.5)
  ) -> Interval {
    Statistics.checkLevel(level)
    check(successes, trials, 0.5)
    let limit = -log1p(-level)
    func isRefuted(_ p: Double) -> Bool {
      logarithm(successes: successes, of: trials, against: p, prior: prior) >= limit
    }
    /// The last p that is not refuted between the share of successes, which never is, and an end.
    func end(_ outer: Double) -> Double {
      var (inside, outside) = (Double(successes) / Double(max(1, trials)), outer)
      for _ in 0..<60 {
        let middle = (inside + outside) / 2
        guard middle > 0, middle < 1 else { break }
        if isRefuted(middle) { outside = middle } else { inside = middle }
      }
      return outside
    }
    if trials == 0 { return Interval(lower: 0, upper: 1, level: level) }
    return Interval(
      lower: successes == 0 ? 0 : end(0), upper: successes == trials ? 1 : end(1), level: level)
  }

  private static func check(_ successes: Int, _ trials: Int, _ null: Double) {
    precondition(successes >= 0 && successes <= trials, "successes lie between 0 and the number of trials")
    precondition(null > 0 && null < 1, "a probability that can be doubted lies strictly between 0 and 1")
  }
}
