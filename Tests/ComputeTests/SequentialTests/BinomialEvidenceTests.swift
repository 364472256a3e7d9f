import Compute
import Foundation
import Testing

/// Beside SciPy 1.17.1: betaln, betainc and brentq.
@Suite("Evidence from successes")
struct BinomialEvidenceTests {
  @Test(
    "the Beta–binomial evidence against one half",
    arguments: [(14, 20, 0.9120368958), (18, 20, 273.3070564270), (60, 100, 0.5960716011)])
  func jeffreys(successes: Int, trials: Int, evidence: Double) {
    let ours = exp(BinomialEvidence.logarithm(successes: successes, of: trials))
    #expect(abs(ours - evidence) < 5e-10 * max(1, evidence))
  }

  @Test("a uniform mixture, and another share that is doubted")
  func others() {
    #expect(abs(exp(BinomialEvidence.logarithm(successes: 14, of: 20, prior: (1, 1))) - 1.2882402084) < 5e-10)
    // Doubting a fifth of failures is doubting four fifths of successes.
    let doubted = BinomialEvidence.logarithm(successes: 14, of: 20, against: 0.8, prior: (2, 3))
    let mirrored = BinomialEvidence.logarithm(successes: 6, of: 20, against: 0.2, prior: (3, 2))
    #expect(abs(doubted - mirrored) < 1e-12)
    #expect(BinomialEvidence.logarithm(successes: 0, of: 0) == 0)
  }

  @Test("one-sided evidence has its mass above one half alone")
  func above() {
    for (successes, trials, prior, expected) in [
      (14, 20, (4.0, 4.0), 1.1841141191197613), (60, 100, (4, 4), 1.2164016844408634),
      (3, 40, (4, 4), -2.7814589333404953), (14, 20, (2, 3), 1.1513247878616546),
      (3, 40, (2, 3), -2.713691085622358),
    ] {
      let ours = BinomialEvidence.logarithmAbove(successes: successes, of: trials, prior: prior)
      #expect(abs(ours - expected) < 1e-10)
    }
    // Hopeless, but a number.
    #expect(BinomialEvidence.logarithmAbove(successes: 0, of: 5000, prior: (4, 4)).isFinite)
  }

  @Test("evidence of a fair game: its mean over all sequences is 1, below one half it is less")
  func fairness() {
    func mean(_ p: Double) -> Double {
      (0...30).reduce(0) { sum, wins in
        let chance = exp(
          SpecialFunctions.logGamma(31) - SpecialFunctions.logGamma(Double(wins) + 1)
            - SpecialFunctions.logGamma(Double(31 - wins)) + Double(wins) * log(p) + Double(30 - wins) * log1p(-p))
        return sum + chance * exp(BinomialEvidence.logarithmAbove(successes: wins, of: 30, prior: (4, 4)))
      }
    }
    #expect(abs(mean(0.5) - 1) < 1e-10)
    #expect(mean(0.45) < 0.7 && mean(0.65) > 10)
  }

  @Test("the confidence sequence is what the evidence has not refuted")
  func interval() {
    let some = BinomialEvidence.interval(successes: 60, of: 100)
    #expect(abs(some.lower - 0.4343147479412) < 1e-9 && abs(some.upper - 0.7514297560668) < 1e-9)
    let none = BinomialEvidence.interval(successes: 0, of: 10)
    #expect(none.lower == 0 && abs(none.upper - 0.3769873509907) < 1e-9)
    #expect(BinomialEvidence.interval(successes: 0, of: 0) == Interval(lower: 0, upper: 1, level: 0.95))
    let all = BinomialEvidence.interval(successes: 10, of: 10)
    #expect(all.upper == 1 && abs(all.lower - (1 - none.upper)) < 1e-9)
    #expect(abs(BinomialEvidence.interval(successes: 60, of: 100, level: 0.8).halfWidth) < some.halfWidth)
  }

  @Test("a confidence sequence leaves out the truth at some moment in at most its share of sequences")
  func coverage() {
    // At a level of 0.8 at most a fifth of the sequences may ever leave out the truth: above 0.269, three standard
    // errors more, by chance in 0.1 % of seeds at worst, and the rate lies well below a fifth.
    let missed = (0..<300).count { index in
      var stream = RandomSource(seed: 5).stream("sequence", index)
      var wins = 0
      return (1...300).contains { trial in
        if stream.bernoulli(0.3) { wins += 1 }
        return !BinomialEvidence.interval(successes: wins, of: trial, level: 0.8).contains(0.3)
      }
    }
    #expect(Double(missed) / 300 < 0.2 + 3 * (0.2 * 0.8 / 300).squareRoot())
    #expect(missed > 0)
  }
}
