import Compute
import Findings

/// An audit of a reward model from files alone: no model, no GPU, no retraining.
///
/// ```swift
/// let audit = FilesAudit(input, random: RandomSource(seed: 1))
/// audit.findings.filter { $0.verdict == .fails }
/// ```
///
/// Every check's tests are corrected together (Benjamini–Yekutieli). Equal files and seeds give equal results.
public struct FilesAudit: Encodable, Sendable, Hashable {
  /// One for each check, in the order given.
  public private(set) var results: [CheckResult]
  /// What was read of each file: which column as what, how many rows.
  public let reading: [FileReading]
  /// Preference rows that could be used.
  public let rows: Int
  /// Best-of-n samples that could be used.
  public let samples: Int
  /// Rows that could not.
  public let setAside: Int

  /// - Parameters:
  ///   - input: what was read; checks that need what is missing are unknown.
  ///   - checks: each once, in the order in which they are listed; your own may stand among them.
  ///   - random: for bootstraps and permutations.
  public init(_ input: AuditInput, checks: [AuditCheck] = AuditCheck.standard, random: RandomSource) {
    reading = input.readings
    rows = input.preferences?.count ?? 0
    samples = input.samples?.count ?? 0
    setAside = (input.preferences?.setAside.count ?? 0) + (input.samples?.setAside.count ?? 0)
    let files = AuditFiles(input, random: random)
    results = checks.map { CheckResult($0, on: files.with(random: random.child($0.id))) }
    correct()
  }

  /// The checks that were made, as findings.
  public var findings: [Finding] {
    results.filter { $0.missing == nil && (!$0.tests.isEmpty || $0.notMeasurable != nil) }.map(\.finding)
  }

  /// Puts the texts beside the example rows, each reply cut to so many characters.
  ///
  /// - Throws: `InputError` if a file cannot be read again; the audit is then as before.
  public mutating func quote(
    _ table: PreferenceTable, options: ReadingOptions = .init(), characters: Int = 160
  ) throws {
    let rows = Set(results.flatMap { $0.examples.map(\.row) }.filter { (0..<table.count).contains($0) })
    let texts = try ExampleTexts.read(rows.sorted(), from: table, options: options)
    func cut(_ text: String) -> String { text.count > characters ? text.prefix(characters) + "…" : text }
    for result in results.indices {
      // Rows of the samples file have numbers of their own.
      guard !results[result].check.needs.contains(.samples) else { continue }
      for example in results[result].examples.indices {
        guard let text = texts[results[result].examples[example].row] else { continue }
        results[result].examples[example].text = "Preferred: \(cut(text.chosen)) — other: \(cut(text.rejected))"
      }
    }
  }

  /// What this check found; nil if it was not asked for.
  public subscript(check: AuditCheck) -> CheckResult? { results.first { $0.check == check } }

  private mutating func correct() {
    var corrected = FalseDiscovery.corrected(results.flatMap { $0.tests.map(\.pValue) })[...]
    for index in results.indices {
      for test in results[index].tests.indices {
        results[index].tests[test].correctedPValue = corrected.removeFirst()
      }
    }
  }
}
