import Compute
import Environments
import Foundation
import Testing
import Theory

@Suite("True return under growing pressure on the proxy")
struct PressurePathTests {
  /// The truth at an angle φ from the proxy (−1, 0, 1), rescaled to 0 … 1.
  private func truth(_ degrees: Double) -> [Double] {
    let phi = degrees * .pi / 180
    let first = [-1.0, 0, 1].map { $0 / 2.0.squareRoot() }
    let second = [1.0, -2, 1].map { $0 / 6.0.squareRoot() }
    let raw = zip(first, second).map { cos(phi) * $0 - sin(phi) * $1 }
    let (low, high) = (raw.min() ?? 0, raw.max() ?? 1)
    return raw.map { ($0 - low) / (high - low) }
  }

  @Test("a bandit's steepest ascent loses what the geometry says", arguments: [20.0, 40, 60])
  func ascent(degrees: Double) throws {
    let expected: [Double] =
      degrees == 20 ? [0.6051, 0.9384, 1] : degrees == 40 ? [0.6051, 0.8768, 0.8152] : [0.5, 0.6667, 0.5]
    let audit = try GoodhartAudit(SmallWorlds.bandit(3), truth: truth(degrees), proxy: [-1, 0, 1])
    #expect(abs((audit.angle ?? 0) * 180 / .pi - degrees) < 1e-9)
    #expect(audit.ascentTruth.count == 3)
    for (found, wanted) in zip(audit.ascentTruth, expected) { #expect(abs(found - wanted) < 1e-4) }
    #expect(audit.turn == (degrees > 30 ? 1 : nil))
    #expect(audit.stop == (degrees > 30 ? 1 : 2))
  }

  @Test("a bandit's softmax path peaks where it should", arguments: [40.0, 60])
  func softmax(degrees: Double) throws {
    let (peak, pressure, drop) = degrees == 40 ? (0.82454, 0.640, -0.00933) : (0.57735, 0.370, -0.07735)
    let audit = try GoodhartAudit(SmallWorlds.bandit(3), truth: truth(degrees), proxy: [-1, 0, 1])
    for path in audit.paths {
      #expect(abs(path.peak.truth - peak) < 1e-5)
      #expect(abs(path.peak.pressure - pressure) < 1e-3)
      #expect(abs((path.dropHeight ?? 0) - drop) < 1e-5)
      #expect(path.falls)
    }
  }

  @Test("neither shaping nor scaling of the proxy moves any curve")
  func invariance() throws {
    var random = RandomSource(seed: 8).stream("shaping")
    for _ in 0..<200 {
      let mdp = try SmallWorlds.random(&random)
      let (truth, proxy) = (SmallWorlds.reward(mdp, &random), SmallWorlds.reward(mdp, &random))
      let potential = (0..<mdp.stateCount).map { _ in random.normal() }
      let other = SmallWorlds.shaped(proxy.map { 3.7 * $0 }, in: mdp, by: potential)
      let (a, b) = (
        try GoodhartAudit(mdp, truth: truth, proxy: proxy, points: 9, resolution: 1),
        try GoodhartAudit(mdp, truth: truth, proxy: other, points: 9, resolution: 1)
      )
      #expect(abs((a.angle ?? 0) - (b.angle ?? 0)) < 1e-7)
      #expect(a.ascent.segments.count == b.ascent.segments.count)
      #expect(zip(a.ascentTruth, b.ascentTruth).allSatisfy { abs($0 - $1) < 1e-6 })
      for (first, second) in zip(a.paths, b.paths) {
        #expect(abs((first.dropHeight ?? 0) - (second.dropHeight ?? 0)) < 1e-6)
      }
    }
  }

  @Test("the proxy's own return never falls as it is optimised harder")
  func proxyRises() throws {
    var random = RandomSource(seed: 9).stream("rises")
    for _ in 0..<300 {
      let mdp = try SmallWorlds.random(&random)
      let proxy = SmallWorlds.reward(mdp, &random)
      let audit = try GoodhartAudit(mdp, truth: proxy, proxy: proxy, points: 17, resolution: 1)
      let scale = 1e-7
      for path in audit.paths where path.kind == .maximumCausalEntropy {
        // Soft-optimal policies: less temperature, more return, from the uniform policy on.
        for (a, b) in zip(path.points, path.points.dropFirst()) { #expect(b.proxy >= a.proxy - scale) }
        #expect(audit.angle == nil || abs(path.points[path.points.count - 1].proxy - 1) <= scale)
      }
    }
  }
}
