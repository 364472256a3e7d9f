import Files
import Findings
import Foundation
import RewardFiles

/// Failed checks as SARIF 2.1.0, the form in which code hosts and editors take the findings of tools.
///
/// Every check of the audit is a rule, with its explanation and its advice. Every check that fails is a result: an error if it
/// decides how far the model can be trusted, a warning if it only advises; its clearest rows are the places. What holds, is unknown
/// or not measurable is no result. The same audit gives the same bytes; there is no time in it.
///
/// Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0, 2020, sections 3.13, 3.14, 3.19, 3.27, 3.49.
public struct SarifLog: Encodable, Sendable {
  private enum CodingKeys: String, CodingKey {
    case schema = "$schema"
    case version, runs
  }

  let schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
  let version = "2.1.0"
  let runs: [Run]

  /// The failed checks of an audit of reward files.
  ///
  /// - Parameters:
  ///   - audit: what was found.
  ///   - files: the audited files as the person named them; the first is the place of what has no row of its own.
  ///   - version: of the program.
  public init(_ audit: FilesAudit, files: [String], version: String) {
    self.init(
      name: "audit", files: files, version: version,
      audit.results.map { result in
        (result.check, audit.finding(result), result.check.advice, result.examples)
      })
  }

  /// The failed checks of an audit of rollouts.
  public init(_ audit: RolloutAudit, files: [String], version: String) {
    self.init(
      name: "audit-rollouts", files: files, version: version,
      audit.results.map { result in
        (result.check, audit.finding(result), result.check.advice, result.outcome.examples)
      })
  }

  private typealias Checked = (check: any DescribedCheck, finding: Finding, advice: String, rows: [ExampleRow])

  private init(name: String, files: [String], version: String, _ checks: [Checked]) {
    let rules = checks.map { entry in
      Rule(
        id: entry.check.id, name: entry.check.id, shortDescription: Message(entry.check.title),
        fullDescription: Message(entry.check.explanation), help: Message(FindingSentence.of(entry.advice)),
        defaultConfiguration: Configuration(level: Self.level(entry.finding)))
    }
    let results = checks.enumerated().filter { $0.element.finding.verdict == .fails }.map { index, entry in
      Result(entry.finding, rule: entry.check.id, index: index, rows: entry.rows, files: files)
    }
    runs = [
      Run(
        tool: Tool(driver: Driver(version: version, semanticVersion: version, rules: rules)), results: results,
        automationDetails: Automation(id: "pactolus/\(name)/"))
    ]
  }

  static func level(_ finding: Finding) -> String { finding.bearing == .trust ? "error" : "warning" }

  /// The document, with sorted keys and a line at its end.
  public func json() throws -> Data { try JSON.encode(self, .prettyResult) + Data("\n".utf8) }
}
