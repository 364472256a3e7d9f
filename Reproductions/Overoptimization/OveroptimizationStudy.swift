import Compute

extension Reproduction {
  /// Over-optimisation with planted answers: shapes told apart, turning points found, and runs that stop in time.
  static let overoptimization = Reproduction(
    name: "overoptimization",
    summary: "noise laws told apart, planted turning points recovered, and a test that stops in time",
    source: "Gao, Schulman & Hilton 2022; Coste et al. 2023; quadrature and simulations of ours",
    duration: "some minutes",
    quick: { study(simulations: 20, ensembles: 4, sequences: 400, isQuick: true, $0) },
    run: { study(simulations: 200, ensembles: 20, sequences: 10_000, isQuick: false, $0) })

  private static func study(
    simulations: Int, ensembles: Int, sequences: Int, isQuick: Bool, _ random: RandomSource
  ) -> ReproductionResult {
    let bound = SimulatedBound(isQuick: isQuick)
    let numbers =
      NoiseLawStudy.numbers(simulations: simulations, bound: bound, random: random)
      + NoiseLawStudy.ensembles(simulations: ensembles, random: random)
      + PlantedTurnStudy.numbers(simulations: simulations, bound: bound, random: random)
      + StoppingStudy.tests(simulations: sequences, watched: 1000, bound: bound, random: random)
      + StoppingStudy.runs(simulations: sequences, bound: bound, random: random)
    return ReproductionResult(
      title: "Over-optimisation: what becomes of true worth, where it turns, and stopping in time", numbers: numbers,
      remarks: [
        "Shares beside a reference of 1 must be at least 1 less the tolerance, those beside 0 at most the tolerance.",
        "Noise laws: 32 prompts of 4,096 samples, worth standard normal, proxy = worth + noise, n up to 1,024.",
        "Ensembles: five proxies whose errors are independent, the best case. Where all err alike, none of them helps.",
        "Runs: 60 rounds of 10 answers. A best policy is replaced only on evidence, so it may be worth less than the best "
          + "of all rounds.",
      ])
  }
}

/// How far a simulated share may be from 0 or 1: its bound, and in the quick form, whose few simulations scatter, three
/// standard errors more.
struct SimulatedBound: Sendable {
  let isQuick: Bool

  func tolerance(_ bound: Double, simulations: Int) -> Double {
    guard isQuick else { return bound }
    return ((bound + 3 * (bound * (1 - bound) / Double(simulations)).squareRoot()) * 1000).rounded(.up) / 1000
  }
}
