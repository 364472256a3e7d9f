import Audits
import Findings
import Runs

extension HoneypotAudit {
  /// Where the policy was looked at, for terminal and page.
  package var facts: [ReportModel.Fact] {
    var facts = [ReportModel.Fact("trained in", trainedIn)]
    if worlds.count == 2 {
      facts += [ReportModel.Fact("seen in", worlds[0]), ReportModel.Fact("unseen in", worlds[1])]
    } else {
      facts.append(ReportModel.Fact("looked at in", worlds[0]))
    }
    facts.append(
      ReportModel.Fact("episodes", "\(episodes) in each", note: deterministic ? "likeliest actions" : "drawn actions"))
    if let honeypot {
      facts.append(ReportModel.Fact("pairs used", "\(honeypot.pairs), of which \(honeypot.equal) are alike"))
    }
    return facts
  }
}

extension ReportModel {
  /// The page on whether a policy acts alike where it is not seen.
  ///
  /// - Parameter audit: what was found.
  public init(_ audit: HoneypotAudit) {
    self.init(
      kind: .theory, title: "Whether the policy of \(audit.directory) acts alike where it is not seen",
      subtitle: Honeypot.limits.joined(separator: " "), headline: HoneypotAudit.headline, facts: audit.facts,
      findings: audit.findings)
  }
}
