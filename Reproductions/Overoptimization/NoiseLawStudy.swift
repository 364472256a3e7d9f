import Compute
import Findings
import Foundation
import Synchronization

/// The three laws told apart, and what pooling an ensemble changes.
enum NoiseLawStudy {
  static let sizes = BestOfN.powersOfTwo(samples: 4096)

  /// What each law's verdict should be.
  static func truth(_ law: NoiseLaw) -> OptimizationShape.Kind {
    switch law {
    case .normal: .rises
    case .laplace: .saturates
    case .student: .turns
    }
  }

  private static func shape(_ curves: [[Double]], _ random: RandomSource) -> OptimizationShape? {
    OptimizationShape(
      divergences: sizes.map(BestOfN.divergence), curves: curves, resamples: 499, random: random.child("shape"))
  }

  /// Runs body(0) … body(count − 1) on all threads; the results in their order.
  static func gathered<Value: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Value) -> [Value] {
    let values = Mutex([Value?](repeating: nil, count: count))
    ThreadPool.shared.run(count) { index in
      let value = body(index)
      values.withLock { $0[index] = value }
    }
    return values.withLock { $0.compactMap(\.self) }
  }

  /// How many of the simulations are judged right, and the mean curves beside the quadrature.
  static func numbers(simulations: Int, bound: SimulatedBound, random: RandomSource) -> [ReproducedNumber] {
    NoiseLaw.allCases.flatMap { law -> [ReproducedNumber] in
      let source = random.child("law/\(law.rawValue)")
      let shapes = gathered(simulations) { index -> OptimizationShape? in
        let own = source.child("simulation", index)
        let curves = NoisyChoice().curves(law, poolings: [.mean], sizes: sizes, random: own)
        return shape(curves[0], own)
      }.compactMap(\.self)
      let right = shapes.count { $0.kind == truth(law) }
      let others = OptimizationShape.Kind.allCases.filter { $0 != truth(law) }.compactMap { kind -> String? in
        let count = shapes.count { $0.kind == kind }
        return count > 0 ? "\(kind.rawValue) \(count)" : nil
      }
      var numbers = [
        ReproducedNumber(
          "\(law.name): said to \(verb(truth(law)))", Double(right) / Double(simulations),
          interval: Statistics.proportionInterval(successes: right, of: simulations), reference: 1,
          tolerance: bound.tolerance(0.05, simulations: simulations),
          note: (["\(right) of \(simulations)"] + others).joined(separator: ", "))
      ]
      for (place, size) in sizes.enumerated() {
        guard let expected = law.expected[size] else { continue }
        let values = shapes.map { $0.means[place] }
        numbers.append(
          ReproducedNumber(
            "\(law.name): worth of the best of \(size)", Statistics.mean(values),
            interval: Statistics.meanInterval(values), reference: expected,
            tolerance: max(0.002, (4 * Statistics.standardError(values) * 1000).rounded(.up) / 1000),
            note: "quadrature"))
      }
      return numbers
    }
  }

  private static func verb(_ kind: OptimizationShape.Kind) -> String {
    switch kind {
    case .rises: "rise on"
    case .saturates: "saturate"
    case .turns: "turn"
    case .unclear: "be unclear"
    }
  }

  /// Five proxies: each pooling's worth at its best n and at 1,024, and how often it is said to turn.
  static func ensembles(simulations: Int, random: RandomSource) -> [ReproducedNumber] {
    let poolings: [(String, PooledProxy)] = [
      ("mean of five", .mean), ("worst of five", .worst), ("mean less half the variance", .varianceWeighted(0.5)),
    ]
    let cases =
      NoiseLaw.allCases.map { ($0, false, $0.name) } + [(.student, true, "Student's t noise, shared by all five")]
    return cases.flatMap { law, isShared, name -> [ReproducedNumber] in
      let source = random.child("ensemble/\(law.rawValue)/\(isShared)")
      let runs = gathered(simulations) { index -> [OptimizationShape?] in
        let own = source.child("simulation", index)
        return NoisyChoice(members: 5, isShared: isShared).curves(
          law, poolings: poolings.map(\.1), sizes: sizes, random: own
        ).map { shape($0, own) }
      }
      return poolings.enumerated().map { place, pooling in
        let shapes = runs.compactMap { $0[place] }
        let ends = shapes.map { $0.means.last ?? .nan }
        let curve = sizes.indices.map { size in Statistics.mean(shapes.map { $0.means[size] }) }
        let peak = curve.indices.max { curve[$0] < curve[$1] } ?? 0
        let turns = shapes.count { $0.kind == .turns }
        return ReproducedNumber(
          "\(name), \(pooling.0): worth of the best of 1024", Statistics.mean(ends),
          interval: Statistics.meanInterval(ends),
          note: "highest \(Numbers.plain(curve[peak])) at n = \(sizes[peak]); turns in \(turns) of \(simulations)")
      }
    }
  }
}
