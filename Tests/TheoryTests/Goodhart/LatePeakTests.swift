import Compute
import Environments
import Foundation
import Testing
import Theory

@Suite("Peaks just before full pressure")
struct LatePeakTests {
  /// One choice among four: the proxy's best is truly worth 0.9, and a proxy return 0.0001 lower is worth 1.
  @Test("a peak at a temperature of a ten-thousandth is found")
  func latePeak() throws {
    let (truth, proxy) = ([0.9, 1, 0, 0], [1, 0.9999, 0.99, 0])
    let audit = try GoodhartAudit(SmallWorlds.bandit(4), truth: truth, proxy: proxy)
    // Softmax at falling temperature, looked at a million times.
    var best = 0.0
    for step in 0..<1_000_000 {
      let temperature = 1e-6 * exp(Double(step) / 1e6 * log(1e6))
      let weights = proxy.map { exp(($0 - 1) / temperature) }
      let value = zip(weights, truth).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
      best = max(best, value)
    }
    #expect(abs(best - 0.9479) < 1e-4)
    for path in audit.paths {
      #expect(path.falls)
      #expect(abs(path.peak.truth - best) < 1e-6, "\(path.kind): \(path.peak)")
      #expect(abs((path.dropHeight ?? 0) - (0.9 - best)) < 1e-6)
      #expect(path.hidden <= 0.01)
    }
    let finding = try #require(audit.findings().first { $0.id == "goodhart/boltzmann" })
    #expect(finding.verdict == .fails)
    #expect(finding.reason.contains("can hide"))
  }

  @Test("what a finer look finds never exceeds what was said to be able to hide")
  func hiddenIsABound() throws {
    var random = RandomSource(seed: 31).stream("hidden")
    var narrow = 0
    for _ in 0..<40 {
      let mdp = try SmallWorlds.random(&random, states: 1 + random.below(4))
      // Near ties make peaks late and sharp.
      let proxy = SmallWorlds.reward(mdp, &random).map { ($0 * 2).rounded() / 2 + 1e-3 * random.normal() }
      let truth = SmallWorlds.reward(mdp, &random)
      let coarse = try GoodhartAudit(mdp, truth: truth, proxy: proxy, points: 5, resolution: 0.3)
      let fine = try GoodhartAudit(mdp, truth: truth, proxy: proxy, points: 150, resolution: 1)
      for (a, b) in zip(coarse.paths, fine.paths) {
        #expect(b.peak.truth <= a.peak.truth + a.hidden + 1e-7, "\(a.kind)")
        if a.hidden < 0.31 { narrow += 1 }
      }
    }
    #expect(narrow > 40)
  }

  @Test("all returns of a path are shares of the range")
  func oneScale() throws {
    let audit = try GoodhartAudit(SmallWorlds.bandit(3), truth: [0, 100, 50], proxy: [-7, 0, 7])
    for path in audit.paths {
      #expect(path.points.allSatisfy { (0...1).contains($0.truth) && (0...1).contains($0.proxy) })
    }
    #expect(audit.truthRange.greatest.double == 100 && audit.truthRange.least.double == 0)
  }
}
