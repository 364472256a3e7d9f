import Findings
import Runs

extension AssertionAudit {
  /// What was looked at, for terminal and page.
  package var facts: [ReportModel.Fact] {
    [
      ReportModel.Fact("world", environment), ReportModel.Fact("assertions", file),
      ReportModel.Fact("judged", "\(judged) transitions"),
      ReportModel.Fact("visited", "\(visited) transitions in \(episodes) fresh episodes"),
      ReportModel.Fact("features", features.prefix(12).joined(separator: ", ") + (features.count > 12 ? ", …" : "")),
    ]
  }
}

extension ReportModel {
  /// The page on what a run's reward was asserted to do.
  ///
  /// - Parameter audit: what was checked.
  public init(_ audit: AssertionAudit) {
    self.init(
      kind: .theory, title: "What the reward of \(audit.directory) is asserted to do",
      subtitle:
        "Each statement over judged and visited transitions, searched for counterexamples, and proved where possible.",
      headline: AssertionAudit.headline, facts: audit.facts, findings: audit.findings)
  }
}
