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
  /// How rewards and groups look, without a verdict.
  public let overview: RolloutOverview
  /// What words in capitals stand for in the commands of the advice: "FILES" for what the person typed.
  public var words: [String: String] = [:]

  private enum CodingKeys: String, CodingKey {
    case results, rows, prompts, groups, labelled, setAside, acceptance, acceptedShare, overview
  }

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
    overview = RolloutOverview(facts)
    correct()
  }

  /// The checks that were made, as findings.
  public var findings: [Finding] {
    results.filter { $0.missing == nil && (!$0.outcome.tests.isEmpty || $0.notMeasurable != nil) }.map(finding)
  }

  /// A check's finding, with what the person typed in its advice.
  public func finding(_ result: RolloutResult) -> Finding {
    var finding = result.finding
    finding.advice = finding.advice?.naming(words)
    return finding
  }

  /// What this check found; nil if it was not asked for.
  public subscript(check: RolloutCheck) -> RolloutResult? { results.first { $0.check == check } }

  /// What can be said in one sentence, for each outcome.
  public static let headline = Headline(
    holds: "Fit for training as far as these rollouts can tell: the verifier passes every check that they allow",
    fails: "Not fit for training as it is: these rollouts speak against the verifier",
    mixed: "Not shown unfit for training: no check fails, but not all are settled",
    unknown: "Too little in these rollouts to say whether the verifier is fit for training")

  /// The result of the checks where nobody labelled enough rollouts: errors of the verifier were not looked for.
  public static let headlineWithoutGold = Headline(
    holds: "No fault found; without gold labels nothing is said of how often the verifier errs",
    fails: headline.fails,
    mixed:
      "No check fails, but not all are settled; without gold labels nothing is said of how often the verifier errs",
    unknown: headline.unknown)

  /// The sentences that sum these findings up.
  public var headline: Headline {
    let hasRates = results.contains { $0.check == .falsePositives && $0.missing == nil }
    return hasRates ? Self.headline : Self.headlineWithoutGold
  }

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
