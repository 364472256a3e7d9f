import Compute
import Findings
import Foundation

/// How often a planted turning point lies in the interval that the fitted form gives, and how wide that is.
enum PlantedTurnStudy {
  private struct Recovery: Sendable {
    var isCovered: Bool
    var width: Double
  }

  private static func numbers(
    _ name: String, peak: Double, simulations: Int, bound: SimulatedBound, note: String,
    _ fit: @Sendable (Int) -> OveroptimizationFit?
  ) -> [ReproducedNumber] {
    let recovered = NoiseLawStudy.gathered(simulations) { index -> Recovery in
      // A fit that gives no interval covers nothing and is as wide as can be.
      guard let interval = fit(index)?.peakInterval else { return Recovery(isCovered: false, width: .infinity) }
      return Recovery(isCovered: interval.contains(peak), width: 2 * interval.halfWidth / peak)
    }
    let covered = recovered.count(where: \.isCovered)
    return [
      ReproducedNumber(
        "\(name): turning point within its interval", Double(covered) / Double(simulations),
        interval: Statistics.proportionInterval(successes: covered, of: simulations), reference: 1,
        tolerance: bound.tolerance(0.1, simulations: simulations),
        note: "\(covered) of \(simulations); \(note)"),
      ReproducedNumber(
        "\(name): median width over the turning point", Statistics.median(recovered.map(\.width)), reference: 0,
        tolerance: 0.5, note: "turns at √KL \(Numbers.plain(peak))"),
    ]
  }

  static func numbers(simulations: Int, bound: SimulatedBound, random: RandomSource) -> [ReproducedNumber] {
    var numbers: [ReproducedNumber] = []
    let best = BestOfN(samples: 4096, sizes: BestOfN.powersOfTwo(samples: 4096))
    for beta in [0.35, 0.25] {
      let planted = PlantedTurn(alpha: 1, beta: beta)
      let source = random.child("planted/samples/\(beta)")
      numbers += self.numbers(
        "best of n, β = \(beta)", peak: planted.peak, simulations: simulations, bound: bound,
        note: "32 prompts of 4,096 samples"
      ) { index in
        let own = source.child("simulation", index)
        return OveroptimizationFit(
          .bestOfN, divergences: best.divergences,
          gainsOfUnits: planted.curves(prompts: 32, best: best, random: own), random: own)
      }
    }
    for beta in [0.6, 0.5] {
      let source = random.child("planted/runs/\(beta)")
      let peak = exp(1 / beta - 1)
      numbers += self.numbers(
        "learned, β = \(beta), seeds that differ", peak: peak, simulations: simulations, bound: bound, note: "16 seeds"
      ) { index in
        let own = source.child("simulation", index)
        return OveroptimizationFit(
          .reinforcement, divergences: divergences, gainsOfUnits: seeds(16, beta: beta, random: own), random: own)
      }
      numbers += self.numbers(
        "learned, β = \(beta), one run with scatter", peak: peak, simulations: simulations, bound: bound,
        note: "40 points"
      ) { index in
        let own = source.child("scatter", index)
        var stream = own.stream("gains")
        let d = (1...40).map { 0.125 * Double($0) }
        return OveroptimizationFit(
          .reinforcement, divergences: d, gains: d.map { $0 * (1 - beta * log($0)) + 0.1 * stream.normal() },
          random: own)
      }
    }
    return numbers
  }

  private static let divergences = (1...20).map { 0.25 * Double($0) }

  /// Runs whose α and β differ, by a tenth, and whose returns wander: neighbours are off in the same direction.
  private static func seeds(_ count: Int, beta: Double, random: RandomSource) -> [[Double]] {
    (0..<count).map { seed in
      var stream = random.stream("seed", seed)
      let (own, ownBeta) = (1 + 0.1 * stream.normal(), beta * (1 + 0.1 * stream.normal()))
      var drift = 0.1 * stream.normal()
      return divergences.map { d in
        drift = 0.8 * drift + 0.06 * stream.normal()
        return d * (own - ownBeta * log(d)) + drift
      }
    }
  }
}
