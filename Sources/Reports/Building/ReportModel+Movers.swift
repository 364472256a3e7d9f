import Compute
import Environments
import Findings
import Runs

extension ReportModel {
  /// The answers that moved the reward most; nil for runs of which that cannot be said. Of several the first one's.
  static func movers(_ records: [RunRecord], registry: EnvironmentRegistry) -> Section? {
    guard let first = records.first, let found = movers(first, registry) else { return nil }
    var text =
      "How far the learned reward would move without each answer, over \(Numbers.count(found.steps, "step")) of the last "
      + "evaluation, in units of its spread over what was judged; the last layer of one network is fitted again. "
    if found.looked < found.answers {
      text += "Of \(found.answers) answers the newest \(found.looked) were looked at. "
    }
    text += "`pactolus inspect` tells more of each of them."
    if records.count > 1 { text += " They are of seed \(first.seed)." }
    return Section(
      id: "movers", title: "Answers that moved it most", text: text,
      tables: [
        Table(
          caption: "Those that moved it most",
          columns: ["Question", "Kind", "Person", "To first order", "Fitted again"],
          rows: found.movers.map {
            ["\($0.question)", $0.kind, $0.person, Numbers.plain($0.plain), Numbers.plain($0.exact)]
          }, numeric: [0, 3, 4])
      ])
  }

  /// Whatever cannot be opened (a learner of the user's own, a run whose checkpoints are gone), the report is there without it.
  private static func movers(_ record: RunRecord, _ registry: EnvironmentRegistry) -> RunMovers? {
    do { return try RunMovers(record, registry: registry) } catch { return nil }
  }
}
