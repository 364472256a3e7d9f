import Findings

/// What one check measured: the tests that decide its verdict, and what is worth seeing beside them.
public struct CheckOutcome: Sendable, Hashable {
  /// The claim, where these files allow only a narrower one than the check's title.
  public var claim: String?
  /// What is wrong if that narrower claim fails; nil: what the check says.
  public var problem: String?
  /// What to do if that narrower claim fails; nil: what the check says.
  public var advice: String?
  /// What decides the verdict; empty if the check only reports.
  public var tests: [EffectTest]
  /// Numbers beside the tests.
  public var evidence: [Evidence]
  /// Sentences: warnings and what else is worth knowing.
  public var notes: [String]
  /// Rows to look at, the clearest first.
  public var examples: [ExampleRow]
  /// What the report draws.
  public var pictures: [CheckPicture]
  /// Whether the check decides how far the reward model can be trusted.
  public var bearing: Bearing

  /// - Parameters:
  ///   - claim: what replaces the check's own claim, if anything.
  ///   - problem: what is wrong if that claim fails.
  ///   - advice: what to do if it fails.
  ///   - tests: those that could not be made are nil, and left out.
  ///   - evidence: numbers beside the tests.
  ///   - notes: what a reader should know of how it was measured.
  ///   - examples: rows to look at.
  ///   - pictures: what the report draws.
  ///   - bearing: whether the check decides how far the reward model can be trusted.
  public init(
    claim: String? = nil, problem: String? = nil, advice: String? = nil, tests: [EffectTest?] = [],
    evidence: [Evidence] = [], notes: [String] = [],
    examples: [ExampleRow] = [], pictures: [CheckPicture] = [], bearing: Bearing = .trust
  ) {
    self.claim = claim
    self.problem = problem
    self.advice = advice
    self.tests = tests.compactMap { $0 }
    self.evidence = evidence
    self.notes = notes
    self.examples = examples
    self.pictures = pictures
    self.bearing = bearing
  }
}
