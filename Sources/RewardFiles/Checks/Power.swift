import Compute
import Findings
import Foundation

extension AuditCheck {
  /// The file is large enough to see a difference of one point.
  public static let power = AuditCheck(
    id: "power",
    title: "The file is large enough to see a difference of one point",
    problem: "The file is too small to see a difference of one point",
    explanation:
      "The pairs needed to see an accuracy one point away with 80 % power at the 5 % level, from the accuracy measured. Comparing two models on the "
      + "same pairs needs fewer, depending on how often they disagree.",
    assumptions: "Rows are independent of each other, and none was used to train the model.",
    advice:
      "Label as many pairs as the finding says, or compare models on the same pairs, which needs fewer: pactolus "
      + "audit FILES --models FIRST,SECOND",
    source: "Cohen 1988",
    needs: [.scoredPairs],
    run: Power.measure)
}

private enum Power {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let pairs = try files.scoredPairs()
    let p = Double(pairs.right) / Double(pairs.count)
    let z = Statistics.normalReach95 + Statistics.normalPower80
    let needed = (z * z * p * (1 - p) / 0.0001).rounded(.up)
    return CheckOutcome(
      evidence: [
        Evidence("pairs needed to see one point", needed),
        Evidence("pairs still missing", max(0, needed - Double(pairs.count)), count: pairs.count),
      ],
      notes: ["\(Numbers.plain(needed)) pairs show a change of one point; \(pairs.count) are here."], bearing: .advice)
  }
}
