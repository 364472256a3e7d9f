import Compute

/// One audited claim: the claim, its verdict and the evidence.
///
/// ```swift
/// let finding = HeldOutAccuracy(judged).finding()
/// finding.verdict         // .holds
/// finding.reason          // "212 of 250 unseen answers were predicted: 84.8 % [79.7 %, 89.0 %]."
/// ```
///
/// A finding is a value that the terminal, the report, JSON and CI all show alike. Its ``verdict`` is never a guess:
/// `holds` and `fails` are given only when the evidence excludes the other at the stated ``errorRate``. Whatever else
/// is said of a run, a world or a file comes from a list of findings.
public struct Finding: Codable, Sendable, Hashable, Identifiable {
  /// A stable name, path-like: `reward-model/accuracy`.
  public var id: String
  /// What was tested, a sentence that is true or false: "The reward model predicts answers better than chance".
  public var claim: String
  /// Whether the claim stands.
  public var verdict: Verdict
  /// Whether the claim decides how far the run can be trusted, or only advises how to make it better.
  public var bearing: Bearing
  /// Why the verdict is what it is, with the deciding numbers, a sentence.
  public var reason: String
  /// The numbers the verdict rests on.
  public var evidence: [Evidence]
  /// What must be true for the verdict to hold.
  public var assumptions: [String]
  /// How often such a verdict is wrong if the assumptions are true; nil if unknown.
  public var errorRate: String?
  /// Where the method comes from.
  public var source: String
  /// What is wrong where the claim fails, a sentence: "The model does not credit length as people do". Nil otherwise, or
  /// if nobody has put it into words.
  public var problem: String?
  /// What to do where the claim fails; nil otherwise, or if nothing is advised.
  public var advice: Advice?

  /// - Parameters:
  ///   - id: stable and unique among the findings of a document.
  ///   - claim: a sentence that can be right or wrong.
  ///   - verdict: the verdict of the evidence on the claim.
  ///   - bearing: what the claim is about.
  ///   - reason: required of every verdict; for `unknown` and `notMeasurable` it names what is missing or degenerate.
  ///   - evidence: the numbers the verdict rests on.
  ///   - assumptions: what must be true for the verdict to hold.
  ///   - errorRate: nil if unknown about how often such a verdict is wrong.
  ///   - source: where the method comes from.
  ///   - problem: what is wrong if the claim fails; kept only then.
  ///   - advice: what to do if it fails; kept only then.
  public init(
    id: String, claim: String, verdict: Verdict, bearing: Bearing = .trust, reason: String,
    evidence: [Evidence] = [], assumptions: [String] = [], errorRate: String? = nil, source: String,
    problem: String? = nil, advice: Advice? = nil
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
    self.problem = verdict == .fails ? problem : nil
    self.advice = verdict == .fails ? advice : nil
  }

  /// The sentence that is true: the claim, or what is wrong where it fails.
  package var statement: String { verdict == .fails ? problem ?? "This does not hold: \(claim)" : claim }
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
  /// What came out, in ``unit``.
  public var value: Double
  /// The confidence interval of the value, if it has one.
  public var interval: Interval?
  /// How many observations it rests on.
  public var count: Int?
  /// The unit, if it has one: "steps", "%".
  public var unit: String?

  /// A number, with its interval and count where it has them.
  public init(_ name: String, _ value: Double, interval: Interval? = nil, count: Int? = nil, unit: String? = nil) {
    self.name = name
    self.value = value
    self.interval = interval
    self.count = count
    self.unit = unit
  }
}
