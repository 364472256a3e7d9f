import Compute
import Findings
import Foundation
import Testing

@Suite("Over-optimisation")
struct OveroptimizationFitTests {
  static func fit(
    _ form: OveroptimizationFit.Form, alpha: Double, beta: Double, upTo end: Double, noise: Double, seed: UInt64 = 1
  ) -> OveroptimizationFit? {
    var stream = RandomSource(seed: seed).stream("gains")
    let d = (1...40).map { end * Double($0) / 40 }
    let gains = d.map { $0 * (alpha - beta * (form == .bestOfN ? $0 : log($0))) + noise * stream.normal() }
    return OveroptimizationFit(form, divergences: d, gains: gains, resamples: 399, random: RandomSource(seed: seed))
  }

  @Test("published peaks: α = 1, β = 0.2 gives 1.25 at 2.5 for best-of-n and 10.92 at 54.6 for RL")
  func exact() throws {
    let best = try #require(Self.fit(.bestOfN, alpha: 1, beta: 0.2, upTo: 4, noise: 0))
    #expect(abs(best.alpha - 1) < 1e-9 && abs(best.beta - 0.2) < 1e-9)
    #expect(abs(try #require(best.peak) - 2.5) < 1e-8)
    #expect(abs(best.gain(at: 2.5) - 1.25) < 1e-8)
    let learned = try #require(Self.fit(.reinforcement, alpha: 1, beta: 0.2, upTo: 60, noise: 0))
    #expect(abs(try #require(learned.peak) - 54.598150) < 1e-4)
    #expect(abs(learned.gain(at: 54.598150) - 10.919630) < 1e-5)
  }

  @Test("planted peaks lie in their intervals in about 95 % of 200 runs", arguments: OveroptimizationFit.Form.allCases)
  func coverage(form: OveroptimizationFit.Form) {
    // The RL peak of α = 1, β = 0.5 is e.
    let truth = form == .bestOfN ? 2.5 : exp(1)
    let covered = (0..<200).count { run in
      Self.fit(form, alpha: 1, beta: form == .bestOfN ? 0.2 : 0.5, upTo: 5, noise: 0.1, seed: UInt64(run) + 40)?
        .peakInterval?.contains(truth) == true
    }
    #expect(Double(covered) / 200 > 0.95 - 3 * (0.95 * 0.05 / 200).squareRoot())
  }

  @Test("a run far past the peak fails, one far short of it holds, one without a peak holds")
  func verdicts() {
    #expect(Self.fit(.bestOfN, alpha: 1, beta: 0.2, upTo: 5, noise: 0.05)?.finding().verdict == .fails)
    #expect(Self.fit(.bestOfN, alpha: 1, beta: 0.2, upTo: 1.5, noise: 0.005)?.finding().verdict == .holds)
    #expect(Self.fit(.bestOfN, alpha: 1, beta: -0.2, upTo: 4, noise: 0.05)?.finding().verdict == .holds)
    #expect(Self.fit(.bestOfN, alpha: 1, beta: 0.02, upTo: 3, noise: 1)?.finding().verdict == .unknown)
  }

  @Test("too few points, or one divergence over and over, give no fit")
  func degenerate() {
    let random = RandomSource(seed: 1)
    #expect(OveroptimizationFit(.bestOfN, divergences: [1, 2, 3], gains: [1, 2, 3], random: random) == nil)
    let same = [Double](repeating: 2, count: 9)
    #expect(OveroptimizationFit(.bestOfN, divergences: same, gains: same, random: random) == nil)
    let small = [0, 0.1, 0.2, 0.3, 0.4]
    #expect(OveroptimizationFit(.reinforcement, divergences: small, gains: small, random: random) == nil)
  }
}
