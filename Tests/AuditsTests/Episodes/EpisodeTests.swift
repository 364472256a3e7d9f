import Audits
import Compute
import Testing

@Suite("Episodes")
struct EpisodeTests {
  @Test("episodes of one length cannot leak, whatever they are predicted to be worth")
  func fixedLength() {
    let leak = EpisodeLengthLeak(lengths: [Int](repeating: 500, count: 20), predicted: (0..<20).map(Double.init))
    #expect(leak?.finding().verdict == .holds)
    #expect(EpisodeLengthLeak(lengths: [], predicted: []) == nil)
    // All ran into the time limit because the agent never ended one: what an end earns was not seen.
    #expect(leak?.finding(canEndEarly: true).verdict == .notMeasurable)
  }

  @Test("a reward paid for each step leaks, in either direction; an indifferent one is left open")
  func leaks() {
    var stream = RandomSource(seed: 1).stream("lengths")
    let lengths = (0..<40).map { _ in 20 + stream.below(400) }
    let noise = lengths.map { _ in 20 * stream.normal() }
    let paid = zip(lengths, noise).map { Double($0) + $1 }
    #expect(EpisodeLengthLeak(lengths: lengths, predicted: paid)?.finding().verdict == .fails)
    #expect(EpisodeLengthLeak(lengths: lengths, predicted: paid.map { -$0 })?.finding().verdict == .fails)
    #expect(EpisodeLengthLeak(lengths: lengths, predicted: noise)?.finding().verdict == .unknown)
    #expect(EpisodeLengthLeak(lengths: [10, 20], predicted: [1, 2])?.finding().verdict == .unknown)
  }

  @Test(
    "what people said about clips that go on beyond an episode's end is no leak; where no episode ends early it says so"
  )
  func askedAbout() throws {
    let lengths = Array(20..<40)
    let leak = try #require(EpisodeLengthLeak(lengths: lengths, predicted: lengths.map(Double.init)))
    #expect(leak.finding(canEndEarly: true).verdict == .fails)
    let finding = leak.finding(canEndEarly: true, isAskedAbout: true)
    #expect(finding.verdict == .notMeasurable && finding.reason.contains("from 20 to 39 steps (rank correlation 1"))
    #expect(leak.finding(canEndEarly: false, isAskedAbout: true).verdict == .fails)
    let fixed = try #require(EpisodeLengthLeak(lengths: [9, 9], predicted: [1, 2]))
    #expect(fixed.finding(canEndEarly: false, isAskedAbout: true).verdict == .holds)
  }

  @Test("stages with reward models of different scale are pooled within themselves")
  func groups() {
    var stream = RandomSource(seed: 2).stream("lengths")
    // Early: short episodes and a large scale; late: long ones and a small scale. In each stage, length is paid for.
    let groups = [(10, 100.0), (400, 0.1)].map { base, scale in
      let lengths = (0..<20).map { _ in base + stream.below(50) }
      return EpisodeLengthLeak.Group(lengths: lengths, predicted: lengths.map { scale * Double($0 - base) })
    }
    let leak = EpisodeLengthLeak(groups)
    #expect(leak?.finding().verdict == .fails)
    #expect((leak?.correlation ?? 0) > 0.95)
  }

  @Test("indifferent rewards are said to leak in at most 2.5 % of 1,000 runs")
  func falseAlarms() {
    let alarms = (0..<1000).count { run in
      var stream = RandomSource(seed: UInt64(run)).stream("lengths")
      let lengths = (0..<30).map { _ in 20 + stream.below(400) }
      let predicted = lengths.map { _ in stream.normal() }
      return EpisodeLengthLeak(lengths: lengths, predicted: predicted)?.finding().verdict == .fails
    }
    #expect(alarms < 25)
  }

  @Test("an agent that never finishes is found, one that does holds, few episodes settle nothing")
  func finishing() {
    #expect(Finishing(finished: 0, of: 92).finding(isExhaustive: true).verdict == .fails)
    #expect(Finishing(finished: 0, of: 92).finding().reason.hasPrefix("None of 92"))
    #expect(Finishing(finished: 90, of: 92).finding().verdict == .holds)
    #expect(Finishing(finished: 2, of: 3).finding().verdict == .unknown)
    #expect(Finishing(finished: 0, of: 0).finding().verdict == .unknown)
  }
}

@Suite("Disagreement")
struct DisagreementGrowthTests {
  static func growth(_ factor: Double, count: Int = 60, seed: UInt64) -> DisagreementGrowth? {
    var stream = RandomSource(seed: seed).stream("disagreement")
    let values = (0..<count).map { index in
      (1 + (factor - 1) * Double(index) / Double(count - 1)) * (1 + 0.15 * stream.normal())
    }
    return DisagreementGrowth(values, random: RandomSource(seed: seed))
  }

  @Test("growth to fourfold fails, none holds, few values say nothing")
  func verdicts() {
    #expect(Self.growth(4, seed: 1)?.finding().verdict == .fails)
    #expect(Self.growth(1, seed: 2)?.finding().verdict == .holds)
    #expect(DisagreementGrowth([1, 2, 3], random: RandomSource(seed: 1)) == nil)
    #expect(DisagreementGrowth([Double](repeating: 0, count: 30), random: RandomSource(seed: 1)) == nil)
  }

  @Test("steady disagreement is called growing in fewer than 2.5 % of 300 runs")
  func falseAlarms() {
    #expect((0..<300).count { Self.growth(1, count: 15, seed: UInt64($0))?.finding().verdict == .fails } < 8)
  }
}
