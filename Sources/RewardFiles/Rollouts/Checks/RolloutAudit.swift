import Compute
import Findings

/// An audit of a verifier, grader or rubric from rollouts that it scored.
///
/// ```swift
/// let audit = RolloutAudit(table, random: RandomSource(seed: 1))
/// audit.findings.filter { $0.verdict == .fails }
/// ```
///
/// P-values are corrected by Holm's method, first within a check and then over the checks, each with its
/// ``RolloutCheck/stake``. That bounds the chance that any check fails without cause, under any dependence (so it bounds
/// the share of false discoveries, too); where few checks fail it is also sharper than Benjamini and Yekutieli's rate. Equal
/// tables and seeds give equal results, on any number of threads.
public struct RolloutAudit: Encodable, Sendable, Hashable {
  /// One for each check, in the order given.
  public private(set) var results: [RolloutResult]
  /// Rollouts that could be used.
  public let rows: Int
  /// Distinct prompts.
  public let prompts: Int
  /// Groups of rollouts.
  public let groups: Int
  /// Rows that a person labelled right or wrong.
  public let labelled: Int
  /// Rows that could not be used.
  public let setAside: Int
  /// What counts as accepted: "a total of at least 0.5".
  public let acceptance: String
  /// The share of scored rows that are accepted; NaN if none is scored.
  public let acceptedShare: Double

  /// - Parameters:
  ///   - table: what was read; checks that need what is missing are unknown.
  ///   - checks: each once, in the order in which they are listed; your own may stand among them.
  ///   - limits: what is tolerated.
  ///   - random: for draws, permutations and thinning.
  public init(
    _ table: RolloutTable, checks: [RolloutCheck] = RolloutCheck.standard, limits: RolloutLimits = RolloutLimits(),
    random: RandomSource
  ) {
    let facts = RolloutFacts(table, limits: limits, random: random)
    rows = table.count
    prompts = table.prompts.count
    groups = table.groupCount
    labelled = table.gold.count { $0 == 0 || $0 == 1 }
    setAside = table.setAside.count
    acceptance = facts.acceptance
    let scored = facts.accepted.count { $0 >= 0 }
    acceptedShare = scored == 0 ? .nan : Double(facts.accepted.count { $0 == 1 }) / Double(scored)
    results = checks.map { RolloutResult($0, on: facts.with(random: random.child($0.id))) }
    correct()
  }

  /// The checks that were made, as findings.
  public var findings: [Finding] {
    results.filter { $0.missing == nil && (!$0.outcome.tests.isEmpty || $0.notMeasurable != nil) }.map(\.finding)
  }

  /// What this check found; nil if it was not asked for.
  public subscript(check: RolloutCheck) -> RolloutResult? { results.first { $0.check == check } }

  /// What can be said in one sentence, for each outcome.
  public static let headline = Headline(
    holds: "The verifier passes every check that these rollouts allow",
    fails: "These rollouts speak against the verifier",
    mixed: "No check fails, but not all are settled",
    unknown: "Too little in these rollouts to judge the verifier")

  /// Every check that was asked for counts, those that the files cannot answer with a p-value of 1: another file can then
  /// hide no failure.
  private mutating func correct() {
    let within = results.map { HolmCorrection.corrected($0.outcome.tests.map(\.pValue)) }
    let (over, factors) = HolmCorrection.corrected(within.map { $0.min() ?? 1 }, stakes: results.map(\.check.stake))
    for index in results.indices {
      for test in results[index].outcome.tests.indices {
        results[index].outcome.tests[test].correctedPValue = min(
          1, max(over[index], within[index][test] * factors[index]))
      }
    }
  }
}
