import Compute
import Findings
import Foundation

extension AuditCheck {
  /// RewardBench's numbers are as the file says.
  public static let rewardBench = AuditCheck(
    id: "rewardbench",
    title: "RewardBench's numbers are as the file says",
    problem: "RewardBench's numbers are not as the file says",
    explanation:
      "Wins, and in version 2 best-of-4 with tied maxima sharing the credit, recomputed from the scores and compared with what the file says. Rows "
      + "whose scores are missing or not finite cannot be recomputed: more than 0.1 % of them fail the check, and the accuracy that counts them as wrong is shown.",
    assumptions: "Rows are independent of each other, and none was used to train the model.",
    advice:
      "Score the rows named here again, and quote the numbers that are recomputed here instead of the file's: "
      + "pactolus audit --rewardbench RESULTS",
    source: "Lambert et al. 2024; Malik et al. 2025",
    needs: [.rewardBench],
    run: RewardBenchCheck.measure)
}

private enum RewardBenchCheck {
  static func measure(_ files: AuditFiles) throws(AuditGap) -> CheckOutcome {
    let table = try files.rewardBench()
    var subsets: [String: [Double]] = [:]
    var differing = 0
    var compared = 0
    let numbers = RewardBenchNumbers(table)
    for row in table.rows where !row.isTie {
      let value = row.credit(table.version)
      subsets[row.subset, default: []].append(value)
      if let said = row.result {
        compared += 1
        if abs(said - value) > 1e-12 { differing += 1 }
      }
    }
    let names = subsets.keys.sorted()
    let values = names.map { Statistics.mean(subsets[$0] ?? []) }
    // Without sections and Ties the mean over subsets is the overall number.
    let own =
      numbers.sections.isEmpty
      ? []
      : (numbers.sections + [.init(name: "overall", value: numbers.overall ?? .nan, count: table.rows.count)]).map {
        Evidence("RewardBench's own number: \($0.name)", $0.value, count: $0.count)
      }
    let total = table.rows.count + table.setAside.count
    let right = values.indices.reduce(0.0) { $0 + values[$1] * Double(subsets[names[$1]]?.count ?? 0) }
    let judged = subsets.values.reduce(0) { $0 + $1.count }
    var counted: [Evidence] = []
    if table.setAside.count > 0, judged > 0 {
      counted = [
        Evidence(
          "accuracy, rows without usable scores counted as wrong", right / Double(judged + table.setAside.count),
          count: judged + table.setAside.count)
      ]
    }
    return CheckOutcome(
      tests: [
        EffectTest.share("rows whose result differs from the file's", differing, of: compared, atMost: 0.001),
        table.setAside.count > 0
          ? EffectTest.share("rows without usable scores", table.setAside.count, of: total, atMost: 0.001) : nil,
      ],
      evidence: own + zip(names, values).map { Evidence("\($0): accuracy", $1, count: subsets[$0]?.count) }
        + (values.isEmpty ? [] : [Evidence("mean over subsets", Statistics.mean(values), count: table.rows.count)])
        + counted,
      pictures: names.isEmpty
        ? []
        : [
          CheckPicture(
            form: .bars, title: "RewardBench by subset", x: "subset", y: "accuracy",
            lines: [.init(name: "accuracy", points: values.prefix(12).enumerated().map { .init(Double($0), $1) })],
            names: Array(names.prefix(12)))
        ])
  }
}
