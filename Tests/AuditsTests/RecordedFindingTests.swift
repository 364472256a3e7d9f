import Audits
import Compute
import Findings
import Foundation
import Recorded
import Testing

/// What each audit of a run says where it holds, fails and settles nothing. Right values have tests of their own; these keep
/// every word and digit.
@Suite("Findings about runs, word for word")
struct RecordedFindingTests {
  @Test("answers: repeated, undecided, about clips that differ, enough")
  func answers() throws {
    var findings: [Finding] = []
    for (same, count) in [(95, 100), (55, 100), (4, 5), (0, 0), (76, 100)] {
      findings += [Consistency(same: same, of: count).finding()].compactMap(\.self)
      findings += [Consistency(same: same, of: count, level: 0.8).finding(threshold: 0.6)].compactMap(\.self)
    }
    for (ties, unclear, skipped, count) in [(40, 10, 3, 100), (5, 3, 1, 100), (1, 0, 1, 6), (0, 0, 0, 0)] {
      findings.append(Undecided(ties: ties, cannotTell: unclear, skipped: skipped, of: count).finding())
    }
    let other = (0..<50).map(Double.init)
    for same in [50, 20, 2, 0] {
      findings.append(
        DistinctQuestions(first: other, second: other.map { $0 < Double(same) ? $0 : -1 }).finding(threshold: 0.4))
    }
    findings.append(DistinctQuestions(first: [], second: []).finding())
    for (seed, slope) in [0.12, 0, -0.15, 0.03].enumerated() {
      for batches in [5, 60] {
        guard let enough = AnswerTests.enough(slope: slope, batches: batches, seed: UInt64(seed)) else { continue }
        findings.append(enough.finding())
        #expect(enough.answers == 40 * batches + 40)
      }
    }
    try Recorded.check(Recorded.text(findings), as: "answers")
  }

  @Test("episodes: finishing, and length that leaks")
  func episodes() throws {
    var findings: [Finding] = []
    for (finished, count) in [(0, 92), (92, 92), (90, 92), (2, 3), (0, 0), (40, 92)] {
      findings += [false, true].map { Finishing(finished: finished, of: count).finding(isExhaustive: $0) }
    }
    var stream = RandomSource(seed: 1).stream("lengths")
    let lengths = (0..<40).map { _ in 20 + stream.below(400) }
    let noise = lengths.map { _ in 20 * stream.normal() }
    for weight in [1.0, -1, 0, 0.05] {
      let predicted = zip(lengths, noise).map { weight * Double($0) + $1 }
      findings += [EpisodeLengthLeak(lengths: lengths, predicted: predicted)?.finding()].compactMap(\.self)
    }
    findings += [EpisodeLengthLeak(lengths: [7, 7, 7], predicted: [1, 2, 3])?.finding(canEndEarly: true)].compactMap(
      \.self)
    findings += [
      EpisodeLengthLeak(lengths: [7, 7, 7], predicted: [1, 2, 3]),
      EpisodeLengthLeak(lengths: [10, 20], predicted: [1, 2]),
      EpisodeLengthLeak(lengths: lengths, predicted: lengths.map { _ in 1 }),
    ].compactMap { $0?.finding() }
    try Recorded.check(Recorded.text(findings), as: "episodes")
  }

  @Test("the reward model: accuracy, calibration, disagreement")
  func rewardModel() throws {
    var findings: [Finding] = []
    for (seed, boldness) in [1, 2, 0.4, 1.1].enumerated() {
      for count in [30, 800] {
        let judged = CalibrationTests.judged(
          boldness: boldness, bias: seed == 3 ? 0.8 : 0, count: count, seed: UInt64(seed))
        findings.append(HeldOutAccuracy(judged).finding())
        findings += [Calibration(judged, simulations: 99, random: RandomSource(seed: 2))?.finding()].compactMap(\.self)
      }
    }
    let ties = [JudgedComparison](repeating: JudgedComparison(probabilityFirst: 0.7, target: 0.5), count: 12)
    let wrong = [JudgedComparison](repeating: JudgedComparison(probabilityFirst: 0.7, target: 0), count: 40)
    for judged in [[], ties, wrong, ties + wrong] { findings.append(HeldOutAccuracy(judged).finding()) }
    for (seed, factor) in [1.0, 4, 1.6].enumerated() {
      findings += [DisagreementGrowthTests.growth(factor, seed: UInt64(seed))?.finding()].compactMap(\.self)
    }
    try Recorded.check(Recorded.text(findings), as: "reward-model")
  }

  @Test("Goodhart: agreement, promises, turning points, and both forms of overoptimisation")
  func goodhart() throws {
    var findings: [Finding] = []
    var stream = RandomSource(seed: 4).stream("curves")
    let steps = (0..<60).map { Double($0) * 1000 }
    for fall in [0.0, 0.5, 3] {
      for seeds in [1, 4] {
        let curves = (0..<seeds).map { _ in
          let truth = steps.map { $0 < 30_000 ? $0 / 3000 : 10 - fall * ($0 - 30_000) / 10_000 }
          return ReturnCurve(
            steps: steps, predicted: steps.map { $0 / 2500 + 0.3 * stream.normal() },
            actual: truth.map { $0 + 0.3 * stream.normal() })
        }
        let turn = TurningPoint(curves, simulations: 99, resamples: 99, random: RandomSource(seed: 3))
        findings += [turn?.finding()].compactMap(\.self)
      }
    }
    for (missing, place) in [(0.0, 1.0), (90, 1), (30, 1), (0, 0)] {
      let gaps = [UInt64(1), 2].compactMap { seed in
        PromiseGapTests.gap(missing, place: place, best: 110, seed: seed).map { (seed: seed, gap: $0) }
      }
      findings += [PromiseGap.finding([gaps[0]]), PromiseGap.finding(gaps)].compactMap(\.self)
    }
    for (count, noise) in [(40, 0.1), (40, 3), (40, 30), (3, 0.1), (1, 0)] {
      let predicted = (0..<count).map { _ in stream.normal() }
      let actual = predicted.map { $0 + noise * stream.normal() }
      findings.append(ProxyAgreement(predicted: predicted, actual: actual).finding())
    }
    findings.append(ProxyAgreement(predicted: [1, 1, 1], actual: [1, 2, 3]).finding())
    let divergences = (1...30).map { 0.3 * Double($0) }
    let gains = divergences.map { $0.squareRoot() * (1.2 - 0.25 * $0.squareRoot()) + 0.02 * stream.normal() }
    for form in [OveroptimizationFit.Form.bestOfN, .reinforcement] {
      let fit = OveroptimizationFit(
        form, divergences: divergences, gains: gains, resamples: 99, random: RandomSource(seed: 3))
      findings += [fit?.finding()].compactMap(\.self)
    }
    try Recorded.check(Recorded.text(findings), as: "goodhart")
  }
}
