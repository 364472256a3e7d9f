import Findings

/// One check of a reward model's files: what it claims, what it needs, and how it is measured.
///
/// A check is one value in one file. To add one of your own, make a value and give it to the audit beside the others:
///
/// ```swift
/// let shouting = AuditCheck(
///   id: "shouting", title: "Capitals are not credited", problem: "Capitals are credited",
///   explanation: "…", assumptions: "Rows are independent of each other.",
///   advice: "Lower the texts and score them again: pactolus audit FILES --second RESCORED", source: "ours",
///   needs: [.scoredPairs]
/// ) { files throws(AuditGap) in
///   let pairs = try files.scoredPairs()
///   return CheckOutcome(tests: [.share("pairs in capitals", count(pairs), of: pairs.count, atMost: 0.01)])
/// }
/// let audit = FilesAudit(input, checks: AuditCheck.standard + [shouting], random: RandomSource(seed: 1))
/// ```
///
/// Two checks are equal if their names are; in JSON a check is its name.
public struct AuditCheck: Identifiable, Sendable {
  /// Measures, or throws the reason why it cannot. Equal files and random source give equal outcomes.
  public typealias Run = @Sendable (AuditFiles) throws(AuditGap) -> CheckOutcome

  /// A stable name in lower case, with hyphens: "length-bias".
  public let id: String
  /// The claim, a sentence that is true or false.
  public let title: String
  /// What is wrong if the claim fails, a sentence.
  public let problem: String
  /// What it means, what is tolerated, and when it misleads.
  public let explanation: String
  /// What must be true for the verdict to count.
  public let assumptions: String
  /// What to do if it fails: a sentence that ends with the next command, as in `Finding.Advice`.
  public let advice: String
  /// Where the method comes from.
  public let source: String
  /// What the files must have; without it the check is not run, and its verdict is unknown.
  public let needs: [AuditNeed]
  let run: Run

  /// - Precondition: `id` has lower-case letters, digits and hyphens only: it is used in file names and anchors.
  public init(
    id: String, title: String, problem: String, explanation: String, assumptions: String, advice: String,
    source: String, needs: [AuditNeed], run: @escaping Run
  ) {
    precondition(
      !id.isEmpty && id.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") },
      "a check's name has lower-case letters, digits and hyphens")
    self.id = id
    self.title = title
    self.problem = problem
    self.explanation = explanation
    self.assumptions = assumptions
    self.advice = advice
    self.source = source
    self.needs = needs
    self.run = run
  }
}

extension AuditCheck: Hashable, Encodable {
  /// By name.
  public static func == (first: AuditCheck, second: AuditCheck) -> Bool { first.id == second.id }

  /// By name.
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }

  /// As its name.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(id)
  }
}
