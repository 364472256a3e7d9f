import Audits
import Environments
import Findings

/// All checks that the records of one run, or of several seeds of one, allow: what the report, the terminal and
/// `--json` show.
///
/// ```swift
/// let findings = RunFindings([record], entry: entry)
/// TrustSummary(findings.findings, headline: findings.headline).headline
/// ```
public struct RunFindings: Sendable {
  /// In the order of the checks.
  public let findings: [Finding]
  /// The words in which they are summed up: what happened to the agents, where that is known.
  public let headline: Headline
  /// What became of the agents.
  public let outcomes: TaskOutcomes
  /// The point after which more reward by the model means less by the truth; nil if unknown.
  public let turningPoint: TurningPoint?
  /// Whether predicted probabilities come true; nil without predictions.
  public let calibration: Calibration?

  /// - Parameters:
  ///   - records: runs with equal settings but for the seed.
  ///   - entry: the environment, if it is known here; it says whether episodes are meant to end.
  ///   - checks: what is looked at.
  public init(_ records: [RunRecord], entry: EnvironmentEntry?, checks: [RunCheck] = RunCheck.standard) {
    let runs = AuditedRuns(records, entry: entry)
    findings = checks.flatMap { $0.run(runs) }.map(runs.outcomes.weighed)
    headline = runs.outcomes.headline(Self.headline)
    outcomes = runs.outcomes
    (turningPoint, calibration) = (runs.turningPoint, runs.calibration)
  }
}
