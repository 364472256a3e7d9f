import Audits
import Compute
import Findings
import Runs

extension FlipAudit {
  /// What was looked at, a line each.
  package var facts: [ReportModel.Fact] {
    [ReportModel.Fact("world", environment)]
      + results.map { result in
        ReportModel.Fact(
          result.kind.rawValue, Numbers.count(result.cases.count, "case"),
          note: "\(result.proved) certified within \(Numbers.plain(result.within)) deviations, \(result.turned) turned")
      } + problems.map { ReportModel.Fact("not looked at", $0) }
  }

  /// A table for the reward and one for the policy, what turns most easily first.
  package var tables: [ReportModel.Table] {
    results.map { result in
      let order = result.cases.sorted {
        ($0.flip ?? .infinity, $0.certified, $0.place) < ($1.flip ?? .infinity, $1.certified, $1.place)
      }
      let title =
        result.kind == .preference ? "Preferences between clips that were compared" : "Likeliest actions of the policy"
      return ReportModel.Table(
        caption: "\(title), and the changes of what is observed that turn them, in deviations of each number",
        columns: ["where", "decided", "certified", "turned by", "largest moves"],
        rows: order.prefix(12).map { found in
          [
            found.place, found.decision, Numbers.plain(found.certified),
            found.flip.map { "\(Numbers.plain($0)): \(found.turned ?? "a tie")" } ?? "not found",
            found.moves.map { "\($0.name) \(Numbers.plain($0.from)) → \(Numbers.plain($0.to))" }.joined(
              separator: "; "),
          ]
        }, numeric: [2])
    }
  }
}

extension ReportModel {
  /// A page about the changes that turn a reward's preferences and a policy's actions.
  ///
  /// - Parameter audit: what was found.
  public init(_ audit: FlipAudit) {
    self.init(
      kind: .theory, title: "What small changes turn in \(audit.directory)",
      subtitle: "The smallest changes of what is observed that turn a decision, and the reach within which none does.",
      headline: FlipAudit.headline, facts: audit.facts,
      sections: [Section(id: "flips", title: "Decisions and what turns them", tables: audit.tables)],
      findings: audit.findings)
  }
}

extension RareAudit {
  /// What was looked at, a line each.
  package var facts: [ReportModel.Fact] {
    [
      ReportModel.Fact("world", environment), ReportModel.Fact("must not happen", condition),
      ReportModel.Fact(
        "simulated", Numbers.count(estimate.steps, "step"),
        note: "\(estimate.repetitions) repetitions; it was seen in \(estimate.seen)"),
      ReportModel.Fact(
        "levels",
        estimate.levels.count > 8
          ? "\(estimate.levels.count)" : estimate.levels.map { Numbers.plain($0) }.joined(separator: ", ")),
    ]
  }
}

extension ReportModel {
  /// A page about the chance of what must not happen.
  ///
  /// - Parameter audit: what was estimated.
  public init(_ audit: RareAudit) {
    self.init(
      kind: .theory, title: "How often \(audit.directory) does what must not happen",
      subtitle: "Multilevel splitting from fresh episodes of its policy.", headline: RareAudit.headline,
      facts: audit.facts, findings: audit.findings)
  }
}
