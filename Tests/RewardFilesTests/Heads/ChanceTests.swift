import Compute
import Findings
import Foundation
import RewardFiles
import Testing

@Suite("Better than chance")
struct ChanceTests {
  /// Pairs of `width` numbers, several of a prompt, of which the first number decides with this strength.
  private static func data(
    prompts: Int, pairs: Int = 1, width: Int = 4, strength: Double, seed: UInt64
  ) throws -> HeadData {
    var stream = RandomSource(seed: seed).stream("chance")
    var data = HeadData(width: width)
    for prompt in 0..<prompts {
      // All pairs of a prompt share what is better: its best reply.
      let shared = (0..<width).map { _ in Float(stream.normal()) }
      let sharedWins = stream.bernoulli(0.5)
      for _ in 0..<pairs {
        let other = (0..<width).map { _ in Float(stream.normal()) }
        let first = stream.bernoulli(1 / (1 + exp(-strength * Double(shared[0] - other[0]))))
        let wins = strength == 0 && pairs > 1 ? sharedWins : first
        try data.append(chosen: wins ? shared : other, rejected: wins ? other : shared, prompt: prompt)
      }
    }
    return data
  }

  private static func report(_ data: HeadData, seed: UInt64 = 1) throws -> RewardHeadFit.Report {
    var fit = RewardHeadFit()
    fit.members = 1
    return try fit.fit(data, source: .file, random: RandomSource(seed: seed)).report
  }

  @Test("a true preference holds, with a temperature that both ends bound")
  func signal() throws {
    let report = try Self.report(Self.data(prompts: 300, strength: 3, seed: 1))
    #expect(report.verdict == .holds && report.isTemperatureIdentified && report.undecided == 0)
    let interval = try #require(report.temperatureInterval)
    #expect(interval.lower < report.temperature && report.temperature < interval.upper)
  }

  @Test("answers at random seldom hold, though the pairs of a prompt share their best reply", arguments: [1, 8])
  func noise(pairs: Int) throws {
    // The two-sided 95 % interval is above ½ for at most 2.5 % of files: of 40, five or more have a probability of
    // .003. Where pairs are taken for independent it is 6 % with one pair for each prompt and 20 % with eight.
    var verdicts: [Finding.Verdict: Int] = [:]
    var identified = 0
    for seed in 0..<40 as Range<UInt64> {
      let report = try Self.report(Self.data(prompts: 40, pairs: pairs, width: 2, strength: 0, seed: seed))
      verdicts[report.verdict, default: 0] += 1
      if report.isTemperatureIdentified { identified += 1 }
    }
    #expect(verdicts[.holds, default: 0] < 5, "\(verdicts)")
    #expect(identified < 5)
  }

  @Test("where prompts do not repeat the interval is Clopper and Pearson's for half as many pairs")
  func exact() throws {
    var checked = 0
    for seed in 0..<12 as Range<UInt64> {
      let report = try Self.report(Self.data(prompts: 50, strength: 1, seed: seed))
      let right = Int((report.accuracy.value * 50).rounded())
      guard right.isMultiple(of: 2) else { continue }
      let interval = try #require(report.accuracy.interval)
      let exact = try #require(Statistics.proportionInterval(successes: right / 2, of: 25))
      #expect(abs(interval.lower - exact.lower) < 1e-12 && abs(interval.upper - exact.upper) < 1e-12)
      checked += 1
    }
    #expect(checked > 2)
  }

  @Test("pairs in many copies under one prompt are worth one")
  func copies() throws {
    let single = try Self.data(prompts: 60, strength: 1.5, seed: 4)
    var copied = HeadData(width: 4)
    for pair in 0..<60 {
      for _ in 0..<5 {
        try copied.append(
          chosen: Array(single.chosen[pair * 4..<pair * 4 + 4]),
          rejected: Array(single.rejected[pair * 4..<pair * 4 + 4]),
          prompt: pair)
      }
    }
    let report = try Self.report(copied)
    #expect(report.accuracy.count == 300 && report.prompts == 60)
    // Half of 60 pairs, but for the factor 60 / 59 of the variance between prompts, and for half a pair.
    let right = Int((report.accuracy.value * 60).rounded())
    let interval = try #require(report.accuracy.interval)
    let ends = [right / 2, (right + 1) / 2].compactMap { Statistics.proportionInterval(successes: $0, of: 30) }
    #expect(ends[0].lower - 0.01 < interval.lower && interval.lower < ends[1].lower + 0.01)
    #expect(ends[0].upper - 0.01 < interval.upper && interval.upper < ends[1].upper + 0.01)
  }

  @Test("pairs that the head scores alike are left out of the accuracy; ties alone are not measurable")
  func undecided() throws {
    var data = try Self.data(prompts: 60, strength: 3, seed: 5)
    for pair in 0..<6 { try data.append(chosen: [1, 2, 3, 4], rejected: [1, 2, 3, 4], prompt: 100 + pair) }
    let report = try Self.report(data)
    #expect(report.undecided == 6 && report.accuracy.count == 60 && report.pairs == 66)
    var ties = HeadData(width: 2)
    for pair in 0..<30 { try ties.append(chosen: [Float(pair), 1], rejected: [0, 2], target: 0.5, prompt: pair) }
    #expect(try Self.report(ties).verdict == .notMeasurable)
    #expect(try Self.report(ties).temperatureInterval == nil && !(try Self.report(ties).isTemperatureIdentified))
  }

  @Test("pairs whose vectors are all the same are refused by heads of every shape", arguments: [[], [4]])
  func identical(hidden: [Int]) throws {
    var data = HeadData(width: 2)
    for pair in 0..<30 { try data.append(chosen: [Float(pair), 1], rejected: [Float(pair), 1], prompt: pair) }
    var fit = RewardHeadFit()
    fit.hidden = hidden
    #expect(throws: InputError.self) { try fit.fit(data, source: .file, random: RandomSource(seed: 1)) }
  }

  @Test("what the fit said of a head is in its file")
  func summary() throws {
    let data = try Self.data(prompts: 120, strength: 3, seed: 6)
    let (head, report) = try RewardHeadFit().fit(data, source: .file, random: RandomSource(seed: 1))
    let read = try RewardHead(decoding: Array(head.encoded()), place: "head")
    let summary = try #require(read.summary)
    #expect(summary.accuracy == report.accuracy && summary.verdict == report.verdict && summary.pairs == 120)
    #expect(summary.prompts == 120 && read.falseAlarms() == report.falseAlarms)
  }
}
