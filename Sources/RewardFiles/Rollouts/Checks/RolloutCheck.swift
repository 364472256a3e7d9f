import Findings

/// One check of rollouts that a verifier, grader or rubric scored: what it claims, what it needs, how it is measured and
/// what to do about it.
///
/// ```swift
/// let shouting = RolloutCheck(
///   id: "shouting", title: "Capitals are not paid", problem: "Capitals are paid", explanation: "…",
///   advice: "Lower the text, score again and compare: pactolus audit rollouts FILES --second RESCORED",
///   assumptions: "Rows are independent of each other.", source: "ours", needs: [.totals, .completions]
/// ) { rollouts throws(AuditGap) in
///   CheckOutcome(tests: [.share("accepted in capitals", count(rollouts), of: rollouts.count, atMost: 0.01)])
/// }
/// let audit = RolloutAudit(table, checks: RolloutCheck.standard + [shouting], random: RandomSource(seed: 1))
/// ```
///
/// It is to rollouts what ``AuditCheck`` is to preference files, with the same outcomes, tests and gaps. Two checks are
/// equal if their names are; in JSON a check is its name.
public struct RolloutCheck: Identifiable, Sendable {
  /// Measures, or throws the reason why it cannot. Equal rollouts and random source give equal outcomes.
  public typealias Run = @Sendable (RolloutFacts) throws(AuditGap) -> CheckOutcome

  /// A stable name in lower case, with hyphens: "false-positives".
  public let id: String
  /// The claim, a sentence that is true or false.
  public let title: String
  /// What is wrong if the claim fails, a sentence.
  public let problem: String
  /// What it means, what is tolerated, and when it misleads.
  public let explanation: String
  /// What to do if it fails: a sentence that ends with the next command, as in `Finding.Advice`.
  public let advice: String
  /// What must be true for the verdict to count.
  public let assumptions: String
  /// Where the method comes from.
  public let source: String
  /// What the files must have; without it the check is not run, and its verdict is unknown.
  public let needs: [RolloutNeed]
  /// The share of the audit's error that is spent on this check, in units of an ordinary one; fixed before any data.
  /// Checks that rest on a few hundred labels have more of it than those that rest on all rows.
  public let stake: Double
  /// Whether it reads the games of a judge that compares two answers: their rows depend on each other, so others do not.
  let readsGames: Bool
  let run: Run

  /// - Precondition: `id` has lower-case letters, digits and hyphens only: it is used in file names and anchors;
  ///   `stake` is positive.
  public init(
    id: String, title: String, problem: String, explanation: String, advice: String, assumptions: String,
    source: String, needs: [RolloutNeed], stake: Double = 1, run: @escaping Run
  ) {
    self.init(
      id: id, title: title, problem: problem, explanation: explanation, advice: advice, assumptions: assumptions,
      source: source, needs: needs, stake: stake, readsGames: false, run: run)
  }

  init(
    id: String, title: String, problem: String, explanation: String, advice: String, assumptions: String,
    source: String, needs: [RolloutNeed], stake: Double = 1, readsGames: Bool, run: @escaping Run
  ) {
    precondition(
      !id.isEmpty && id.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") },
      "a check's name has lower-case letters, digits and hyphens")
    precondition(stake > 0, "a check's stake is positive")
    self.id = id
    self.title = title
    self.problem = problem
    self.explanation = explanation
    self.advice = advice
    self.assumptions = assumptions
    self.source = source
    self.needs = needs
    self.stake = stake
    self.readsGames = readsGames
    self.run = run
  }
}

extension RolloutCheck: Hashable, Encodable {
  /// By name.
  public static func == (first: RolloutCheck, second: RolloutCheck) -> Bool { first.id == second.id }

  /// By name.
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }

  /// As its name.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(id)
  }
}
