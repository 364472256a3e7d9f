/// What is claimed of a run, with a verdict for each claim, and digests that tell whether it is still the same run.
///
/// A certificate says no more than its lines: each holds under its own assumptions, and any of them may be wrong with the
/// stated chance, all together with at most ``spent``. It is no proof of who made it; whoever can write the run's files can
/// make another one.
public struct Certificate: Codable, Sendable, Hashable {
  /// Tells this form of document from others.
  public static let form = "pactolus certificate 1"

  /// ``form``.
  public var form: String
  /// The version of the program that made it.
  public var program: String
  /// Which run it is about.
  public var subject: Subject
  /// Digests (SHA-256, hexadecimal) by what they are of: `ledger`, `checkpoint`, `settings`, `environment`, `claims`.
  public var digests: [String: String]
  /// What all verdicts together may err.
  public var budget: Double
  /// Of a run that is certified again while answers come in, which certificate this is, from 1: the budget is then for all of
  /// them together. Nil for one that stands alone.
  public var look: Int?
  /// In the order of the claims file.
  public var claims: [CertifiedClaim]

  /// A run, as far as a certificate names it.
  public struct Subject: Codable, Sendable, Hashable {
    /// The environment's id.
    public var environment: String
    /// The run's seed.
    public var seed: UInt64
    /// The agent's steps at its last checkpoint.
    public var agentSteps: Int
    /// Answers that counted.
    public var answers: Int
    /// What its numbers were computed with.
    public var arithmetic: String

    /// A run.
    public init(environment: String, seed: UInt64, agentSteps: Int, answers: Int, arithmetic: String) {
      (self.environment, self.seed, self.agentSteps) = (environment, seed, agentSteps)
      (self.answers, self.arithmetic) = (answers, arithmetic)
    }
  }

  /// A certificate of these claims.
  public init(
    program: String, subject: Subject, digests: [String: String], budget: Double, claims: [CertifiedClaim]
  ) {
    form = Self.form
    (self.program, self.subject, self.digests) = (program, subject, digests)
    (self.budget, self.claims) = (budget, claims)
  }

  /// The most that all verdicts together may err: the sum over the claims.
  public var spent: Double { claims.reduce(0) { $0 + $1.error } }

  /// How many claims have this verdict.
  public func count(_ verdict: Finding.Verdict) -> Int { claims.count { $0.finding.verdict == verdict } }

  /// The words of what the claims come to.
  public static let headline = Headline(
    holds: "Every claim holds", fails: "A claim does not hold", mixed: "No claim fails, but not all are settled",
    unknown: "No claim is settled")
}
