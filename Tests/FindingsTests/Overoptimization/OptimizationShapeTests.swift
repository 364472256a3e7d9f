import Compute
import Findings
import Foundation
import Testing

@Suite("Shapes of optimisation")
struct OptimizationShapeTests {
  private static let divergences = (0...10).map { BestOfN.divergence(1 << $0) }

  /// Curves about a shape: each unit has a level of its own, and a wandering error that grows with d.
  private static func curves(
    _ shape: (Double) -> Double, units: Int = 32, noise: Double = 0.05, seed: UInt64 = 1
  ) -> [[Double]] {
    (0..<units).map { unit in
      var stream = RandomSource(seed: seed).stream("unit", unit)
      let level = stream.normal()
      var drift = 0.0
      return divergences.map { d in
        drift += noise * stream.normal()
        return shape(d) + level + drift
      }
    }
  }

  private static func shape(_ curves: [[Double]], resamples: Int = 499) -> OptimizationShape? {
    OptimizationShape(divergences: divergences, curves: curves, resamples: resamples, random: RandomSource(seed: 9))
  }

  private static let saturating: @Sendable (Double) -> Double = { 1 - exp(-4 * $0) }

  @Test("a straight line rises, one that levels off saturates, one that falls turns, and none of them does")
  func kinds() throws {
    let rises = try #require(Self.shape(Self.curves { 0.9 * $0 }))
    #expect(rises.kind == .rises && rises.finding().verdict == .holds)
    #expect(abs(try #require(rises.lateShare) - 1) < 0.3)
    let saturates = try #require(Self.shape(Self.curves(Self.saturating)))
    #expect(saturates.kind == .saturates && saturates.finding().verdict == .holds)
    let turns = try #require(Self.shape(Self.curves { $0 * (1 - 0.35 * $0) }))
    #expect(turns.kind == .turns && turns.finding().verdict == .fails)
    #expect(turns.peakInterval.contains(1 / 0.7) && turns.fallPValue < 0.01)
    let level = try #require(Self.shape(Self.curves { _ in 0 }))
    #expect(level.kind == .unclear && level.lateShare == nil && level.finding().verdict == .notMeasurable)
    let noisy = try #require(Self.shape(Self.curves({ 0.9 * $0 }, noise: 0.6)))
    #expect(noisy.kind != .turns && noisy.finding().verdict != .fails)
  }

  @Test("curves that never fall are called turning in hardly any of 300 simulations", arguments: [8, 32])
  func falseAlarms(units: Int) {
    // A program in NumPy counted 0 and 0.0045 of 2,000; more than 0.02 of 300 by chance in 0.2 % of seeds.
    let alarms = (0..<300).count { run in
      Self.shape(Self.curves(Self.saturating, units: units, seed: UInt64(run) + 100), resamples: 199)?.kind == .turns
    }
    #expect(Double(alarms) / 300 <= 0.02)
  }

  @Test("normal noise never turns, Laplace's saturates, Student's turns: 60 simulations each")
  func noiseLaws() {
    // Each is right in 98 % of simulations or more; fewer than 54 of 60 by chance in less than 0.1 % of seeds.
    let best = BestOfN(samples: 1024, sizes: BestOfN.powersOfTwo(samples: 1024))
    func right(_ kind: OptimizationShape.Kind, _ noise: (inout RandomStream) -> Double) -> Int {
      (0..<60).count { run in
        let source = RandomSource(seed: UInt64(run) + 7)
        let curves = (0..<64).map { prompt in
          var stream = source.stream("samples", prompt)
          var (proxy, gold): ([Double], [Double]) = ([], [])
          for _ in 0..<best.samples {
            gold.append(stream.normal())
            proxy.append(gold[gold.count - 1] + noise(&stream))
          }
          return best.means(proxy: proxy, gold: gold)
        }
        return OptimizationShape(
          divergences: best.divergences, curves: curves, resamples: 199, random: source)?.kind == kind
      }
    }
    #expect(right(.rises) { $0.normal() } >= 54)
    #expect(
      right(.saturates) { stream in
        let u = stream.uniform() - 0.5
        return (u < 0 ? 1 : -1) * log1p(-2 * abs(u))
      } >= 54)
    #expect(
      right(.turns) { stream in
        let (a, b, c, z) = (stream.normal(), stream.normal(), stream.normal(), stream.normal())
        return z / ((a * a + b * b + c * c) / 3).squareRoot()
      } >= 54)
  }

  @Test("too few units or points give no shape; curves without noise are judged all the same")
  func edges() throws {
    #expect(Self.shape(Self.curves({ $0 }, units: 7)) == nil)
    #expect(
      OptimizationShape(
        divergences: [0, 1, 2], curves: [[Double]](repeating: [0, 1, 2], count: 9), random: RandomSource(seed: 1))
        == nil)
    func exact(_ shape: (Double) -> Double) -> OptimizationShape.Kind? {
      Self.shape([[Double]](repeating: Self.divergences.map(shape), count: 8))?.kind
    }
    #expect(exact { $0 } == .rises)
    #expect(exact { min($0, 0.9) } == .saturates)
    #expect(exact { min($0, 3 - $0) } == .turns)
    #expect(exact { _ in 500 } == .unclear)
  }

  @Test("equal input gives an equal shape, stored or not")
  func repeats() throws {
    let curves = Self.curves { 0.9 * $0 }
    let shape = try #require(Self.shape(curves))
    #expect(Self.shape(curves) == shape)
    #expect(try JSONDecoder().decode(OptimizationShape.self, from: JSONEncoder().encode(shape)) == shape)
  }
}
