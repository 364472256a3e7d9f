import ArgumentParser
import Foundation
import Pactolus

/// `pactolus audit pairs.jsonl`: what a reward model's files say about it.
struct AuditVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Audit any reward model from its files: no model, no GPU, no retraining.",
    discussion: """
      Reads preference rows (JSONL, CSV, Parquet, Arrow; gzip, zstd, xz; as TRL writes them, with score columns) and
      says for each check whether it holds, fails, is unknown from these files, or is not measurable.

        pactolus audit pairs.jsonl --out report.html
        pactolus audit pairs.jsonl --second bf16.jsonl --fail-on length-bias,leakage
        pactolus audit explain length-bias
        pactolus audit rollouts runs/completions

      Exit codes: 0 done, 2 bad input, 3 a check named by --fail-on fails, 64 wrong usage. See Documentation/audit.md.
      """,
    subcommands: [AuditFilesVerb.self, AuditRolloutsVerb.self, AuditExplainVerb.self],
    defaultSubcommand: AuditFilesVerb.self)
}

/// `pactolus audit FILE …`
struct AuditFilesVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "files", abstract: "Audit files (what 'audit' does without a further word).")

  @Argument(help: ArgumentHelp("Preference rows.", valueName: "pairs"))
  var pairs: [String] = []

  @Option(help: ArgumentHelp("Best-of-n samples: several scored replies to each prompt.", valueName: "file"))
  var samples: String?

  @Option(help: ArgumentHelp("The scores of the pairs, if they are in a file of their own.", valueName: "file"))
  var scores: String?

  @Option(help: ArgumentHelp("The same pairs scored again: other batch size, order, precision.", valueName: "file"))
  var second: [String] = []

  @Option(help: ArgumentHelp("The same pairs scored after a change that should not matter.", valueName: "file"))
  var perturbed: [String] = []

  @Option(help: ArgumentHelp("Embeddings of the replies, .safetensors or .npy.", valueName: "file"))
  var embeddings: String?

  @Option(help: ArgumentHelp("A RewardBench or RewardBench 2 result file.", valueName: "file"))
  var rewardbench: String?

  @Option(help: ArgumentHelp("Exit with 3 if one of these checks fails; 'any' for every check.", valueName: "checks"))
  var failOn: String?

  @Flag(help: "Refuse files with a bad row instead of setting the row aside.")
  var strict = false

  @Option(help: "Seed of bootstraps and permutations.")
  var seed: UInt64 = 1

  @OptionGroup var output: TheoryOutput

  func validate() throws {
    guard !pairs.isEmpty || samples != nil || rewardbench != nil else {
      throw ValidationError("Give a file of pairs, --samples or --rewardbench.")
    }
  }

  /// The checks of `--fail-on`.
  private func guarded() throws -> [AuditCheck] {
    guard let failOn else { return [] }
    if failOn == "any" { return Parts.current.checks }
    return try failOn.split(separator: ",").map { try AuditCheck.named(String($0), among: Parts.current.checks) }
  }

  func run() throws {
    let checks = try guarded()
    var options = ReadingOptions()
    options.strict = strict
    var input = AuditInput()
    func url(_ path: String) -> URL { URL(fileURLWithPath: path) }
    if !pairs.isEmpty {
      var table = try PreferenceFile.read(pairs.map(url), options: options)
      if let scores { table = table.scored(by: try SecondScoring.read(url(scores), for: table, options: options)) }
      input.secondScorings = try second.map { try SecondScoring.read(url($0), for: table, options: options) }
      input.perturbedScorings = try perturbed.map { try SecondScoring.read(url($0), for: table, options: options) }
      if let embeddings { input.embeddings = try EmbeddingSource(url(embeddings), rows: table.fileRowCount) }
      input.preferences = table
    } else if let orphan = [scores, embeddings, second.first, perturbed.first].compactMap({ $0 }).first {
      throw InputError("no pairs are given that '\(orphan)' could belong to", remedy: "name the file of pairs first")
    }
    input.samples = try samples.map { try SampleFile.read(url($0), options: options) }
    input.rewardBench = try rewardbench.map { try RewardBenchFile.read(url($0), options: options) }
    var audit = FilesAudit(input, checks: Parts.current.checks, random: RandomSource(seed: seed))
    if let table = input.preferences {
      do { try audit.quote(table, options: options) } catch {
        // The findings stand without the texts of their examples.
        Screen.complain("the examples are shown without their texts: \(error)")
      }
    }
    let name = (pairs.first ?? samples ?? rewardbench).map { url($0).lastPathComponent } ?? "files"
    try output.show(audit.findings, numbers: audit, report: ReportModel(audit, title: name))
    if !output.json { print(Self.afterword(audit, input)) }
    if audit.results.contains(where: { checks.contains($0.check) && $0.verdict == .fails }) {
      throw ExitCode(3)
    }
  }

  /// What was set aside and what could not be tested.
  private static func afterword(_ audit: FilesAudit, _ input: AuditInput) -> String {
    var lines: [String] = []
    for aside in [input.preferences?.setAside, input.samples?.setAside].compactMap({ $0 }) where aside.count > 0 {
      lines.append("\nset aside: \(aside.count) rows")
      for row in aside.rows.prefix(5) { lines.append("  \(row.place): \(row.reason)") }
    }
    let missing = audit.results.filter { $0.missing != nil }.map(\.check.id)
    if !missing.isEmpty {
      lines.append("\nnot testable with these files: " + missing.joined(separator: ", "))
    }
    lines.append("what a check means: pactolus audit explain CHECK")
    return lines.joined(separator: "\n")
  }
}

/// `pactolus audit explain CHECK`
struct AuditExplainVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "What a check means, what it assumes, when it misleads; all names without one.")

  @Argument(help: ArgumentHelp("The check.", valueName: "check"))
  var name: String?

  func run() throws {
    guard let name else { return print(Screen.table(Parts.current.checks.map { [$0.id, $0.title] })) }
    let check = try AuditCheck.named(name, among: Parts.current.checks)
    print(
      """
      \(check.id): \(check.title)

      \(check.explanation)

      needs: \(check.needs.map(\.words).joined(separator: ", "))
      if: \(check.assumptions)
      source: \(check.source)
      """)
  }
}
