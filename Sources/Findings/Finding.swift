import Compute

/// One audited claim about a run: what was claimed, whether it stands, and on what grounds.
///
/// A finding is a value that the terminal, the report, JSON and CI all show alike. Its ``verdict`` is never a guess:
/// `holds` and `fails` are both given only when the evidence excludes the other at the stated ``errorRate``;
/// everything in between is `unknown`, with the reason.
public struct Finding: Codable, Sendable, Hashable, Identifiable {
  /// A stable name, path-like: `reward-model/accuracy`.
  public var id: String
  /// What was tested, a sentence that is true or false: "The reward model predicts answers better than chance".
  public var claim: String
  public var verdict: Verdict
  /// Whether the claim decides how far the run can be trusted, or only advises how to make it better.
  public var bearing: Bearing
  /// Why the verdict is what it is, with the deciding numbers, a sentence.
  public var reason: String
  public var evidence: [Evidence]
  /// What must be true for the verdict to mean what it says.
  public var assumptions: [String]
  /// How often such a verdict is wrong if the assumptions are true; nil if nothing can be said.
  public var errorRate: String?
  /// Where the method comes from.
  public var source: String

  public init(
    id: String, claim: String, verdict: Verdict, bearing: Bearing = .trust, reason: String,
    evidence: [Evidence] = [], assumptions: [String] = [], errorRate: String? = nil, source: String
  ) {
    self.id = id
    self.claim = claim
    self.verdict = verdict
    self.bearing = bearing
    self.reason = reason
    self.evidence = evidence
    self.assumptions = assumptions
    self.errorRate = errorRate
    self.source = source
  }
}

/// Whether a claim stands.
public enum Verdict: String, Codable, Sendable, Hashable, CaseIterable {
  case holds, fails, unknown
}

/// What a claim is about.
public enum Bearing: String, Codable, Sendable, Hashable, CaseIterable {
  /// If it fails, do not rely on the run.
  case trust
  /// If it fails, something could be better: more answers, clearer questions, other confidence.
  case advice
}

/// One number that a verdict rests on.
public struct Evidence: Codable, Sendable, Hashable {
  /// What was measured: "held-out accuracy".
  public var name: String
  public var value: Double
  /// The confidence interval of the value, if it has one.
  public var interval: Interval?
  /// How many observations it rests on.
  public var count: Int?
  /// The unit, if it has one: "steps", "%".
  public var unit: String?

  public init(_ name: String, _ value: Double, interval: Interval? = nil, count: Int? = nil, unit: String? = nil) {
    self.name = name
    self.value = value
    self.interval = interval
    self.count = count
    self.unit = unit
  }
}
