import Compute
import Findings

/// What one check found, before and after correction for the other checks.
public struct CheckResult: Codable, Sendable, Hashable {
  public var check: AuditCheck
  /// True or false: "Longer replies are not favoured for their length".
  public var claim: String
  /// What decides the verdict; empty if the check only reports.
  public var tests: [EffectTest]
  public var evidence: [Evidence]
  /// Sentences: warnings and what else is worth knowing.
  public var notes: [String]
  public var examples: [ExampleRow]
  public var pictures: [CheckPicture]
  /// Why the check could not be made with these files; nil if it was made.
  public var missing: String?
  public var bearing: Bearing

  init(
    _ check: AuditCheck, _ claim: String, tests: [EffectTest?] = [], evidence: [Evidence] = [], notes: [String] = [],
    examples: [ExampleRow] = [], pictures: [CheckPicture] = [], bearing: Bearing = .trust
  ) {
    self.check = check
    self.claim = claim
    self.tests = tests.compactMap { $0 }
    self.evidence = evidence
    self.notes = notes
    self.examples = examples
    self.pictures = pictures
    self.bearing = bearing
  }

  init(_ check: AuditCheck, missing: String) {
    self.init(check, check.title)
    self.missing = missing
  }

  /// Fails if a test does, after correction, at 5 %; holds if every effect is shown to be harmless.
  public var verdict: Verdict {
    if missing != nil || tests.isEmpty { return .unknown }
    if tests.contains(where: { $0.correctedPValue <= 0.05 }) { return .fails }
    return tests.allSatisfy(\.isHarmless) ? .holds : .unknown
  }

  /// The finding that terminal, page, JSON and exit code show.
  public var finding: Finding {
    var reason: String
    if let missing {
      reason = "Not testable with these files: \(missing)."
    } else if tests.isEmpty {
      reason = "Reported, not judged."
    } else {
      let failing = tests.filter { $0.correctedPValue <= 0.05 }
      let open = tests.filter { !$0.isHarmless }
      let shown = failing.isEmpty ? (open.isEmpty ? tests : open) : failing
      reason =
        shown.sorted { $0.pValue < $1.pValue }.prefix(3).map {
          "\($0.name): \(Numbers.plain($0.estimate, $0.interval)), where \($0.margin) is tolerated"
        }.joined(separator: "; ") + "."
      if failing.isEmpty, !open.isEmpty { reason += " The data do not settle it." }
    }
    for note in notes { reason += " " + note }
    return Finding(
      id: "audit/\(check.rawValue)", claim: claim, verdict: verdict, bearing: bearing, reason: reason,
      evidence: tests.map(\.evidence)
        + tests.map { Evidence("corrected p-value: \($0.name)", $0.correctedPValue, count: $0.count) } + evidence,
      assumptions: [check.assumptions],
      errorRate: "At most 5 % of an audit's failing tests are false (Benjamini–Yekutieli); “holds” is wrong in at most "
        + "2.5 % for each test at the edge of its margin.",
      source: check.source)
  }
}

/// A row that shows what a check means.
public struct ExampleRow: Codable, Sendable, Hashable {
  /// Of the table, from 0.
  public var row: Int
  /// `file:line`.
  public var place: String
  /// Why it is here: "scores 4.1 and −0.3".
  public var why: String
  /// A few words of the text, if the files were read for it.
  public var text: String?

  init(_ row: Int, _ place: String, _ why: String) {
    self.row = row
    self.place = place
    self.why = why
  }
}

/// Numbers to be drawn: lines or bars with intervals.
public struct CheckPicture: Codable, Sendable, Hashable {
  public enum Form: String, Codable, Sendable { case line, bars, reliability }
  public struct Point: Codable, Sendable, Hashable {
    public var x: Double
    public var y: Double
    public var interval: Interval?
    public init(_ x: Double, _ y: Double, _ interval: Interval? = nil) {
      self.x = x
      self.y = y
      self.interval = interval
    }
  }
  public struct Line: Codable, Sendable, Hashable {
    public var name: String
    public var points: [Point]
  }
  public var form: Form
  public var title: String
  public var x: String
  public var y: String
  public var lines: [Line]
  /// Names along x, for bars.
  public var names: [String] = []
  /// A horizontal line that means something: chance.
  public var reference: Double?
  /// A vertical one: where the curve turns.
  public var mark: Double?
}
