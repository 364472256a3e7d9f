import Audits
import Compute
import Testing

@Suite("Limits of findings about episodes")
struct EpisodeLimitTests {
  @Test("two episodes correlate; an interval takes eight")
  func fewest() {
    let two = EpisodeLengthLeak(lengths: [10, 20], predicted: [1, 2])
    #expect(abs((two?.correlation ?? 0) - 1) < 1e-12 && two?.interval == nil && two?.episodes == 2)
    #expect(two?.shortest == 10 && two?.longest == 20)
    for (count, has) in [(7, false), (8, true)] {
      let leak = EpisodeLengthLeak(lengths: Array(1...count), predicted: (0..<count).map { Double($0 * 5 % 7) })
      #expect(leak?.correlation != nil && (leak?.interval != nil) == has)
    }
    let equal = EpisodeLengthLeak(lengths: Array(1...9), predicted: [Double](repeating: 1, count: 9))
    #expect(equal?.correlation == nil && equal?.interval == nil && equal?.finding().verdict == .notMeasurable)
    #expect(EpisodeLengthLeak(lengths: [4], predicted: [1])?.finding().verdict == .holds)
  }

  @Test("leaks begin beyond the threshold, on either side, and the reason says which")
  func threshold() throws {
    let some = try #require(EpisodeLengthLeak(lengths: [10, 20], predicted: [1, 2]))
    func words(_ lower: Double, _ upper: Double) throws -> String {
      let finding = try altered(some, ["interval": ends(lower, upper)]).finding()
      return "\(finding.verdict) \(finding.reason.contains("longer")) \(finding.reason.contains("shorter"))"
    }
    #expect(try words(0.3, 0.9) == "unknown false false")
    #expect(try words(0.31, 0.9) == "fails true false")
    #expect(try words(-0.9, -0.3) == "unknown false false")
    #expect(try words(-0.9, -0.31) == "fails false true")
  }

  @Test("where every start was tried, half is not more often than not")
  func exhaustive() {
    #expect(Finishing(finished: 1, of: 2).finding(isExhaustive: true).verdict == .fails)
    #expect(Finishing(finished: 2, of: 3).finding(isExhaustive: true).verdict == .holds)
    #expect(Finishing(finished: 1, of: 1).finding().evidence.first?.value == 1)
    #expect(DistinctQuestions(first: [1], second: [1]).finding().evidence.first?.value == 1)
    #expect(Undecided(ties: 1, cannotTell: 0, skipped: 0, of: 1).finding().evidence.first?.value == 1)
  }

  @Test("disagreement: thirds by hand, twelve values, and an early disagreement that resampling can lose")
  func disagreement() throws {
    let values = [1.0, 2, 3, 6, 50, 60, 70, 80, 4, 5, 6, 9]
    let growth = try #require(DisagreementGrowth(values, resamples: 99, random: RandomSource(seed: 1)))
    #expect(growth.early == 3 && growth.late == 6 && growth.ratio == 2 && growth.count == 12)
    #expect(DisagreementGrowth(Array(values.dropLast()), random: RandomSource(seed: 1)) == nil)
    let padded = DisagreementGrowth([.nan] + values + [.infinity], resamples: 99, random: RandomSource(seed: 1))
    #expect(padded == growth)
    let none = [0.0, 0, 0, 0] + values.dropFirst(4)
    #expect(DisagreementGrowth(none, random: RandomSource(seed: 1)) == nil)
    // Four draws of four values of which three are nought: all nought in 32 % of resamples.
    let rare = [0.0, 0, 0, 1] + values.dropFirst(4)
    #expect(DisagreementGrowth(rare, random: RandomSource(seed: 1))?.interval.upper == 1e12)
    // With one value in each third's place, every resample is the same.
    let level = [Double](repeating: 2, count: 4) + values[4..<8] + [Double](repeating: 5, count: 4)
    let exact = try #require(DisagreementGrowth(level, random: RandomSource(seed: 1))).interval
    #expect(exact == Interval(lower: 2.5, upper: 2.5, level: 0.95))
  }
}
