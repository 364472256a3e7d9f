import Compute
import Findings
import Foundation

extension AuditCheck {
  /// RewardBench's numbers are as the file says.
  public static let rewardBench = AuditCheck(
    id: "rewardbench",
    title: "RewardBench's numbers are as the file says",
    explanation:
      "Wins, and in version 2 best-of-4 with tied maxima sharing the credit, recomputed from the scores and compared with what the file says.",
    assumptions: "Rows are independent of each other, and none was used to train the model.",
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
    for row in table.rows where !row.subset.lowercased().hasPrefix("tie") {
      guard let top = row.scores.max() else { continue }
      let value: Double
      if table.version == .one {
        value = row.scores.count > 1 && row.scores[0] > row.scores[1] ? 1 : 0
      } else {
        let winners = row.scores.indices.filter { row.scores[$0] == top }
        value = Double(winners.count { $0 < row.correctCount }) / Double(winners.count)
      }
      subsets[row.subset, default: []].append(value)
      if let said = row.result {
        compared += 1
        if abs(said - value) > 1e-12 { differing += 1 }
      }
    }
    let names = subsets.keys.sorted()
    let values = names.map { Statistics.mean(subsets[$0] ?? []) }
    return CheckOutcome(
      tests: [EffectTest.share("rows whose result differs from the file's", differing, of: compared, atMost: 0.001)],
      evidence: zip(names, values).map { Evidence("\($0): accuracy", $1, count: subsets[$0]?.count) }
        + (values.isEmpty ? [] : [Evidence("mean over subsets", Statistics.mean(values), count: table.rows.count)]),
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
