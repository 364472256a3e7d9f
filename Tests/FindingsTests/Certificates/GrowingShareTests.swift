import Compute
import Findings
import Foundation
import Testing

@Suite("A share of cases that are still coming in")
struct GrowingShareTests {
  @Test("the evidence is the Beta mixture's above the limit: by hand for one and for two cases")
  func byHand() {
    // Beta(½, ½) cut to p > ½ has half the mass. One success: E[p | p > ½] ÷ ½ = (½ + 1/π) ÷ ½.
    let one = GrowingShare(successes: 1, of: 1, limit: 0.5)
    #expect(abs(exp(one.above) - (1 + 2 / Double.pi)) < 1e-12)
    #expect(abs(exp(one.below) - (1 - 2 / Double.pi)) < 1e-12)
    // One of two: E[p (1 − p)] ÷ ¼, the same on either side: (½ − E p²…) = 1/8 of the whole arcsine law.
    let two = GrowingShare(successes: 1, of: 2, limit: 0.5)
    #expect(abs(exp(two.above) - 0.5) < 1e-12 && abs(two.above - two.below) < 1e-12)
    // What was not seen says nothing.
    let none = GrowingShare(successes: 0, of: 0, limit: 0.7)
    #expect(abs(none.above) < 1e-12 && abs(none.below) < 1e-12)
    #expect(none.verdict(isAbove: true, error: 0.4) == .unknown)
  }

  @Test("it can hold and it can fail, and below is the mirror image of above")
  func verdicts() {
    let many = GrowingShare(successes: 38, of: 40, limit: 0.7)
    #expect(many.verdict(isAbove: true, error: 0.025) == .holds)
    #expect(many.verdict(isAbove: false, error: 0.025) == .fails)
    let few = GrowingShare(successes: 10, of: 40, limit: 0.7)
    #expect(few.verdict(isAbove: true, error: 0.025) == .fails)
    #expect(few.verdict(isAbove: false, error: 0.025) == .holds)
    #expect(GrowingShare(successes: 28, of: 40, limit: 0.7).verdict(isAbove: true, error: 0.025) == .unknown)
  }

  @Test(
    "10,000 growing runs certified after every batch: ever wrong in no more than α; an exact interval for one look is")
  func growing() {
    let (runs, batches, size, limit, error) = (10_000, 30, 5, 0.7, 0.05)
    var random = RandomSource(seed: 19).stream("growing")
    var (everHolds, everFails, onceHolds) = (0, 0, 0)
    // Whether each number of successes is called above the limit by the interval that is right for one look.
    let single = (1...batches).map { batch in
      (0...batch * size).map { successes in
        Statistics.proportionInterval(successes: successes, of: batch * size, level: 1 - 2 * error)!.lower > limit
      }
    }
    let verdicts = (1...batches).map { batch in
      (0...batch * size).map {
        GrowingShare(successes: $0, of: batch * size, limit: limit).verdict(isAbove: true, error: error)
      }
    }
    for _ in 0..<runs {
      // At the limit neither “above” nor “below” is true, and both are as likely as they can be without being so.
      var (successes, holds, fails, once) = (0, false, false, false)
      for batch in 0..<batches {
        for _ in 0..<size where random.uniform() < limit { successes += 1 }
        holds = holds || verdicts[batch][successes] == .holds
        fails = fails || verdicts[batch][successes] == .fails
        once = once || single[batch][successes]
      }
      if holds { everHolds += 1 }
      if fails { everFails += 1 }
      if once { onceHolds += 1 }
    }
    // α and three standard deviations of a share of 5 % among 10,000.
    #expect(everHolds <= 566 && everFails <= 566, "\(everHolds) and \(everFails)")
    // The control: looking again and again with an interval for one look errs more than twice as often as it says.
    #expect(onceHolds > 1000, "\(onceHolds)")
    // And it is not merely silent.
    #expect(everHolds > 50 && everFails > 50, "\(everHolds) and \(everFails)")
  }
}
