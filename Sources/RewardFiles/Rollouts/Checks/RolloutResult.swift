import Compute
import Findings

/// What one check of rollouts found, before and after correction for the other checks. In JSON it has the form of
/// ``CheckResult``, with the verdict and the advice.
public struct RolloutResult: Encodable, Sendable, Hashable {
  /// Which check; in JSON its name.
  public let check: RolloutCheck
  /// What it measured; without tests if it could not be made.
  public var outcome: CheckOutcome
  /// Why the check could not be made with these files; nil if it was made.
  public let missing: String?
  /// Why there is nothing to measure in these files; nil if there is.
  public let notMeasurable: String?

  /// Runs a check on rollouts, if they have what it needs.
  init(_ check: RolloutCheck, on rollouts: RolloutFacts) {
    self.check = check
    do throws(AuditGap) {
      if !rollouts.table.game.isEmpty, !check.readsGames {
        throw AuditGap.missing("the rows are games of a judge, two for each answer")
      }
      for need in check.needs { try rollouts.require(need) }
      outcome = try check.run(rollouts)
      (missing, notMeasurable) = (nil, nil)
    } catch {
      switch error {
      case .missing(let reason, let evidence, let examples):
        outcome = CheckOutcome(evidence: evidence, examples: examples)
        (missing, notMeasurable) = (reason, nil)
      case .notMeasurable(let reason):
        outcome = CheckOutcome()
        (missing, notMeasurable) = (nil, reason)
      }
    }
  }

  /// True or false: "Wrong answers are rejected".
  public var claim: String { outcome.claim ?? check.title }

  private var judgement: CheckJudgement {
    CheckJudgement(tests: outcome.tests, missing: missing, notMeasurable: notMeasurable)
  }

  /// Fails if a test does, after correction, at 5 %; holds if every effect that has to be is shown to be harmless; not
  /// measurable if the quantity is degenerate; unknown otherwise.
  public var verdict: Finding.Verdict { judgement.verdict }

  /// The finding that terminal, page, JSON and exit code show.
  public var finding: Finding {
    let reason = ([judgement.sentence] + outcome.notes).joined(separator: " ")
    return Finding(
      id: "rollouts/\(check.id)", claim: claim, verdict: verdict, bearing: outcome.bearing, reason: reason,
      evidence: judgement.evidence + outcome.evidence,
      assumptions: [check.assumptions],
      errorRate:
        "A check fails by chance in at most 5 % of audits (Holm, over all checks); “holds” is wrong in at most "
        + "2.5 % for each test at the edge of its margin.",
      source: check.source, problem: outcome.problem ?? check.problem,
      advice: Finding.Advice(outcome.advice ?? check.advice))
  }
}

extension RolloutResult {
  private enum CodingKeys: CodingKey {
    case check, claim, verdict, tests, evidence, notes, examples, pictures, missing, notMeasurable, bearing, problem,
      advice
  }

  /// Writes the check's name, its claim and verdict, and all that it measured.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(check, forKey: .check)
    try container.encode(claim, forKey: .claim)
    try container.encode(verdict, forKey: .verdict)
    try container.encode(outcome.tests, forKey: .tests)
    try container.encode(outcome.evidence, forKey: .evidence)
    try container.encode(outcome.notes, forKey: .notes)
    try container.encode(outcome.examples, forKey: .examples)
    try container.encode(outcome.pictures, forKey: .pictures)
    try container.encodeIfPresent(missing, forKey: .missing)
    try container.encodeIfPresent(notMeasurable, forKey: .notMeasurable)
    try container.encode(outcome.bearing, forKey: .bearing)
    try container.encode(outcome.problem ?? check.problem, forKey: .problem)
    try container.encode(outcome.advice ?? check.advice, forKey: .advice)
  }
}
