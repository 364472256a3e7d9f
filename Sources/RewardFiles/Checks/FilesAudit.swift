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
public struct FilesAudit: Codable, Sendable, Hashable {
  /// One for each check, in ``AuditCheck``'s order.
  public private(set) var results: [CheckResult]
  public var rows: Int
  public var samples: Int
  public var setAside: Int

  /// - Parameters:
  ///   - input: what was read; checks that need what is missing say so.
  ///   - perturbed: the same pairs scored after a change of the text that should not matter.
  ///   - random: for bootstraps and permutations.
  public init(_ input: AuditInput, perturbed: [SecondScoring] = [], random: RandomSource) {
    results = []
    rows = input.preferences?.count ?? 0
    samples = input.samples?.count ?? 0
    setAside = (input.preferences?.setAside.count ?? 0) + (input.samples?.setAside.count ?? 0)
    let table = input.preferences
    let pairs = table.flatMap { table -> AuditPairs? in
      let pairs = AuditPairs(table)
      return pairs.count >= 10 ? pairs : nil
    }
    // Read once: embeddings are by far the largest of the files.
    let projection = table.flatMap { table in input.embeddings.map { Self.project($0, table) } }
    for check in AuditCheck.allCases {
      results.append(
        Self.result(
          check, input, table, pairs, projection, perturbed: perturbed, random: random.child(check.rawValue)))
    }
    correct()
  }

  /// The checks that were made, as findings.
  public var findings: [Finding] {
    results.filter { $0.missing == nil && !$0.tests.isEmpty }.map(\.finding)
  }

  /// Puts the texts beside the example rows, each reply cut to so many characters.
  public mutating func quote(_ table: PreferenceTable, options: ReadingOptions = .init(), characters: Int = 160) {
    let rows = Set(results.flatMap { $0.examples.map(\.row) }.filter { (0..<table.count).contains($0) })
    let texts = ExampleTexts.read(rows.sorted(), from: table, options: options)
    func cut(_ text: String) -> String { text.count > characters ? text.prefix(characters) + "…" : text }
    for result in results.indices {
      // Rows of the samples file have numbers of their own.
      guard results[result].check != .bestOfN, results[result].check != .kl else { continue }
      for example in results[result].examples.indices {
        guard let text = texts[results[result].examples[example].row] else { continue }
        results[result].examples[example].text = "Preferred: \(cut(text.chosen)) — other: \(cut(text.rejected))"
      }
    }
  }

  public subscript(check: AuditCheck) -> CheckResult? { results.first { $0.check == check } }

  private mutating func correct() {
    var corrected = FalseDiscovery.corrected(results.flatMap { $0.tests.map(\.pValue) })[...]
    for index in results.indices {
      for test in results[index].tests.indices {
        results[index].tests[test].correctedPValue = corrected.removeFirst()
      }
    }
  }

  private static func result(
    _ check: AuditCheck, _ input: AuditInput, _ table: PreferenceTable?, _ pairs: AuditPairs?,
    _ projection: Projection?, perturbed: [SecondScoring], random: RandomSource
  ) -> CheckResult {
    switch check {
    case .bestOfN, .kl:
      guard let samples = input.samples, samples.count > 0 else { return CheckResult(check, missing: "no samples") }
      return check == .kl ? kl(samples) : bestOfN(samples, random: random)
    case .rewardBench:
      return input.rewardBench.map(rewardBench) ?? CheckResult(check, missing: "no RewardBench result file")
    case .outOfDistribution, .drift:
      guard let projection, let table else { return CheckResult(check, missing: "no embeddings") }
      return shift(check, projection, table, random: random)
    case .leakage, .contradictions, .positionLeakage:
      guard let table, table.count > 0 else { return CheckResult(check, missing: "no pairs") }
      return check == .leakage
        ? leakage(table, pairs) : check == .contradictions ? contradictions(table) : positionLeakage(table, pairs)
    default: break
    }
    if check == .lengthBias, pairs == nil, let table, table.count >= 10 { return lengthOfLabels(table) }
    guard let table, let pairs else { return CheckResult(check, missing: "fewer than ten labelled pairs with scores") }
    switch check {
    case .accuracy: return accuracy(pairs)
    case .ties: return ties(table)
    case .calibration: return calibration(pairs, random: random)
    case .humanCeiling: return humanCeiling(table, pairs)
    case .lengthBias: return lengthBias(pairs)
    case .styleBias: return styleBias(pairs)
    case .labelNoise: return labelNoise(pairs)
    case .promptVariance: return promptVariance(table)
    case .tails: return tails(table)
    case .padding: return padding(table)
    case .ensemble: return ensemble(table, pairs)
    case .slices: return slices(pairs)
    case .power: return power(pairs)
    case .invariance, .modelDistance:
      guard !input.secondScorings.isEmpty else { return CheckResult(check, missing: "no second scoring") }
      return check == .invariance
        ? invariance(table, input.secondScorings) : modelDistance(table, input.secondScorings)
    case .perturbation:
      guard !perturbed.isEmpty else { return CheckResult(check, missing: "no scores of perturbed texts") }
      return perturbation(table, perturbed)
    default: return CheckResult(check, missing: "nothing to look at")
    }
  }
}
