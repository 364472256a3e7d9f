import Compute
import Findings
import Foundation

extension AuditCheck {
  /// The second scoring orders replies as the first does.
  public static let modelDistance = AuditCheck(
    id: "model-distance",
    title: "The second scoring orders replies as the first does",
    problem: "The second scoring orders replies differently",
    explanation:
      "Scores of each pair less their mean, scaled to one: the distance √((1 − ρ)/2) is 0 for equal orders and differences, 1 for opposite "
      + "ones (as STARC and EPIC canonicalise). At most 0.1 is tolerated for what claims to be the same model.",
    assumptions: "Rows are independent of each other.",
    advice:
      "Make sure that both scorings are of the same checkpoint, template and precision; if they are meant to be "
      + "two models, compare them as such: pactolus audit FILES --models FIRST,SECOND",
    source: "Gleave et al. 2021 (EPIC); Skalse et al. 2024 (STARC)",
    needs: [.scores, .secondScoring],
    run: ModelDistance.measure)
}

private enum ModelDistance {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let table = try files.scoredRows()
    let scorings = files.input.secondScorings
    var tests: [EffectTest?] = []
    for second in scorings {
      let rows = SecondScoring.margins(table, second)
      guard rows.count >= 20 else { continue }
      let (sa, sb) = (Statistics.rootMeanSquare(rows.map(\.a)), Statistics.rootMeanSquare(rows.map(\.b)))
      guard sa > 0, sb > 0 else { continue }
      let n = Double(rows.count)
      // Scores less their pair's mean are ± half the margin: the correlation is the margins', uncentred.
      let products = rows.map { ($0.a / sa, $0.b / sb) }
      let rho = min(1, max(-1, products.reduce(0) { $0 + $1.0 * $1.1 } / n))
      // Influence function of an uncentred correlation.
      let influence = products.map { $0.0 * $0.1 - rho * ($0.0 * $0.0 + $0.1 * $0.1) / 2 }
      let error = max(1e-9, (influence.reduce(0) { $0 + $1 * $1 } / n / n).squareRoot())
      func distance(_ r: Double) -> Double { (max(0, 1 - min(1, r)) / 2).squareRoot() }
      let interval = Interval(
        lower: distance(rho + Statistics.normalReach95 * error),
        upper: distance(max(-1, rho - Statistics.normalReach95 * error)), level: 0.95)
      tests.append(
        EffectTest(
          "distance to \(second.name)", distance(rho), interval: interval, count: rows.count,
          // A distance of 0.1 is a correlation of 0.98.
          pValue: SpecialFunctions.normalDistribution((rho - 0.98) / error), isHarmless: interval.upper <= 0.1,
          margin: "at most 0.1"))
    }
    return CheckOutcome(tests: tests, bearing: .advice)
  }
}
