import Compute
import Findings
import Foundation

extension RolloutCheck {
  /// How many more labels settle the rates of error to a point, and of which rows.
  public static let labelsNeeded = RolloutCheck(
    id: "labels-needed",
    title: "There are labels enough to know the rates of error to a point",
    problem: "There are too few labels to know the rates of error to a point",
    explanation:
      "How many labels give both rates of error to ±1 point (95 %), drawn where they help most: Neyman's allocation, proportional to a "
      + "stratum's size times the spread of its labels. Strata without an error so far count as if half an error had been found. Reported, not judged.",
    advice:
      "Label as many rows of each stratum as the finding says: pactolus sample rollouts FILES --for gold --n 100 "
      + "--out LABELS",
    assumptions: "The shares found so far are about right.",
    source: "Neyman 1934; Cochran 1977, chapter 5",
    needs: [.totals, .gold]
  ) { rollouts throws(AuditGap) in
    let sample = try rollouts.gold()
    let estimate = GoldRates(sample, random: rollouts.random).estimate
    var evidence: [Evidence] = []
    var notes: [String] = []
    for (name, whole) in [
      ("false positives", estimate.acceptedWrong + estimate.rejectedWrong),
      ("false negatives", estimate.acceptedRight + estimate.rejectedRight),
    ] where whole > 0 {
      let plan = NeymanPlan(sample, whole: whole, reach: 0.01)
      evidence.append(Evidence("labels for ±1 point of \(name)", plan.total.rounded(.up)))
      for (stratum, share) in zip(sample.strata, plan.shares) {
        evidence.append(
          Evidence("of them \(stratum.name)", (plan.total * share).rounded(.up), count: stratum.labelled))
      }
      if let most = plan.shares.indices.max(by: { plan.shares[$0] < plan.shares[$1] }) {
        notes.append(
          "\(Numbers.plain(plan.total.rounded(.up))) labels give \(name) to ±1 point; most of them \(sample.strata[most].name)."
        )
      }
    }
    return CheckOutcome(evidence: evidence, notes: notes, bearing: .advice)
  }
}

/// Labels for a wanted precision, and how they are best shared among strata.
package struct NeymanPlan: Sendable {
  /// Labels in all.
  package let total: Double
  /// Each stratum's share of them.
  package let shares: [Double]

  /// - Parameters:
  ///   - whole: the rows that the rate is a share of.
  ///   - reach: half the width of the 95 % interval.
  package init(_ sample: GoldSample, whole: Double, reach: Double) {
    // The spread of population × share, with half an error added on both sides.
    let spreads = sample.strata.map { stratum in
      let p = (Double(stratum.wrong) + 0.5) / (Double(stratum.labelled) + 1)
      return stratum.population * (p * (1 - p)).squareRoot()
    }
    let sum = spreads.reduce(0, +)
    shares = spreads.map { sum > 0 ? $0 / sum : 0 }
    // (Σ N σ)² / n − Σ N σ² is the variance of the total under this allocation; rows are not labelled twice.
    let wanted = reach * whole / Statistics.normalReach95
    let finite = zip(sample.strata, spreads).reduce(0.0) {
      $1.0.population > 0 ? $0 + $1.1 * $1.1 / $1.0.population : $0
    }
    total = sum * sum / (wanted * wanted + finite)
  }
}
