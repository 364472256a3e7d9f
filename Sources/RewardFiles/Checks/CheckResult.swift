import Compute
import Findings

/// What one check found, before and after correction for the other checks.
public struct CheckResult: Encodable, Sendable, Hashable {
  /// Which check; in JSON its name.
  public let check: AuditCheck
  /// True or false: "Longer replies are not favoured for their length".
  public let claim: String
  /// What is wrong if the claim fails.
  public let problem: String
  /// What to do if it fails, with the next command.
  public let advice: String
  /// What decides the verdict; empty if the check only reports.
  public var tests: [EffectTest]
  /// Numbers beside the tests.
  public let evidence: [Evidence]
  /// Sentences: warnings and what else is worth knowing.
  public let notes: [String]
  /// Rows to look at, the clearest first.
  public var examples: [ExampleRow]
  /// What the report draws.
  public let pictures: [CheckPicture]
  /// Why the check could not be made with these files; nil if it was made.
  public private(set) var missing: String?
  /// Why there is nothing to measure in these files; nil if there is.
  public private(set) var notMeasurable: String?
  /// Whether the claim decides how far the reward model can be trusted.
  public let bearing: Bearing

  /// Runs a check on files, if they have what it needs.
  init(_ check: AuditCheck, on files: AuditFiles) {
    do {
      for need in check.needs { try files.require(need) }
      self.init(check, try check.run(files))
    } catch {
      self.init(check, error)
    }
  }

  private init(_ check: AuditCheck, _ outcome: CheckOutcome) {
    self.check = check
    claim = outcome.claim ?? check.title
    problem = outcome.problem ?? check.problem
    advice = outcome.advice ?? check.advice
    tests = outcome.tests
    evidence = outcome.evidence
    notes = outcome.notes
    examples = outcome.examples
    pictures = outcome.pictures
    bearing = outcome.bearing
  }

  private init(_ check: AuditCheck, _ gap: AuditGap) {
    switch gap {
    case .missing(let reason, let evidence, let examples):
      self.init(check, CheckOutcome(evidence: evidence, examples: examples))
      missing = reason
    case .notMeasurable(let reason):
      self.init(check, CheckOutcome())
      notMeasurable = reason
    }
  }

  private var judgement: CheckJudgement {
    CheckJudgement(tests: tests, missing: missing, notMeasurable: notMeasurable)
  }

  /// Fails if a test does, after correction, at 5 %; holds if every effect that has to be is shown to be harmless; not
  /// measurable if the quantity is degenerate; unknown otherwise.
  public var verdict: Finding.Verdict { judgement.verdict }

  /// The finding that terminal, page, JSON and exit code show.
  public var finding: Finding {
    let reason = ([judgement.sentence] + notes).joined(separator: " ")
    return Finding(
      id: "audit/\(check.id)", claim: claim, verdict: verdict, bearing: bearing, reason: reason,
      evidence: judgement.evidence + evidence,
      assumptions: [check.assumptions],
      errorRate:
        "At most 5 % of an audit's failing checks are false (Holm within a check, Benjamini–Yekutieli over the "
        + "checks); “holds” is wrong in at most 2.5 % for each test at the edge of its margin.",
      source: check.source, problem: problem, advice: Finding.Advice(advice))
  }
}
