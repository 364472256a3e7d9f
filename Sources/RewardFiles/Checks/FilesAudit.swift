import Compute
import Findings

/// An audit of a reward model from files alone: no model, no GPU, no retraining.
///
/// ```swift
/// let audit = FilesAudit(input, random: RandomSource(seed: 1))
/// audit.findings.filter { $0.verdict == .fails }
/// ```
///
/// A check's tests are corrected for each other, then the checks for each other (Holm, then Benjamini and Yekutieli). Equal files and
/// seeds give equal results.
public struct FilesAudit: Encodable, Sendable, Hashable {
  private enum CodingKeys: String, CodingKey { case results, reading, rows, samples, setAside, overview }

  /// One for each check, in the order given.
  public internal(set) var results: [CheckResult]
  /// What was read of each file: which column as what, how many rows.
  public let reading: [FileReading]
  /// Preference rows that could be used.
  public let rows: Int
  /// Best-of-n samples that could be used.
  public let samples: Int
  /// Rows that could not.
  public let setAside: Int
  /// How scores and groups look, without a verdict.
  public let overview: AuditOverview
  /// What words in capitals stand for in the commands of the advice: "FILES" for what the person typed.
  public var words: [String: String] = [:]
  /// Whether anything was scored: without it the files say nothing of a reward model.
  private let hasScores: Bool

  /// - Parameters:
  ///   - input: what was read; checks that need what is missing are unknown.
  ///   - checks: each once, in the order in which they are listed; your own may stand among them.
  ///   - random: for bootstraps and permutations.
  public init(_ input: AuditInput, checks: [AuditCheck] = AuditCheck.standard, random: RandomSource) {
    reading = input.readings
    rows = input.preferences?.count ?? 0
    samples = input.samples?.count ?? 0
    setAside = (input.preferences?.setAside.count ?? 0) + (input.samples?.setAside.count ?? 0)
    hasScores =
      input.preferences?.hasScores == true || input.preferences?.verdicts.hasScores == true || samples > 0
      || input.rewardBench != nil
    let files = AuditFiles(input, random: random)
    results = checks.map { CheckResult($0, on: files.with(random: random.child($0.id))) }
    overview = AuditOverview(files)
    correct()
  }

  /// The checks that were made, as findings.
  public var findings: [Finding] {
    results.filter { $0.missing == nil && (!$0.tests.isEmpty || $0.notMeasurable != nil) }.map(finding)
  }

  /// A check's finding, with what the person typed in its advice.
  public func finding(_ result: CheckResult) -> Finding {
    var finding = result.finding
    finding.advice = finding.advice?.naming(words)
    return finding
  }

  /// The sentences that sum these findings up.
  public var headline: Headline { hasScores ? Self.headline : Self.headlineWithoutScores }

  /// What this check found; nil if it was not asked for.
  public subscript(check: AuditCheck) -> CheckResult? { results.first { $0.check == check } }

  private mutating func correct() {
    // An assurance is no test of harm: it is not corrected for, nor corrected.
    let judged = results.map { result in result.tests.indices.filter { result.tests[$0].role != .assures } }
    let corrected = FalseDiscovery.corrected(
      byCheck: zip(results, judged).map { result, tests in tests.map { result.tests[$0].pValue } })
    for (result, tests) in judged.enumerated() {
      for (place, test) in tests.enumerated() {
        results[result].tests[test].correctedPValue = corrected[result][place]
      }
    }
  }
}
