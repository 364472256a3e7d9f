import ArgumentParser
import Foundation
import Pactolus

/// `pactolus audit pairs.jsonl`: what a reward model's files say about it.
struct AuditVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Audit any reward model from its files: no model, no GPU, no retraining.",
    discussion: """
      Reads preference rows (JSONL, JSON, CSV, Parquet, Arrow; gzip, zstd, xz; folders and patterns) as TRL writes them, in
      many other shapes (--format), or by columns that you name (--map), and says first what was taken for what. Then it
      says for each check whether it holds, fails, is unknown from these files, or is not measurable.

        pactolus audit pairs.jsonl --out report.html
        pactolus audit pairs.jsonl --second bf16.jsonl --fail-on length-bias,leakage
        pactolus audit pairs.jsonl --fail-on any --sarif audit.sarif --badge audit.svg
        pactolus audit 'data/*.parquet' --map prompt=question --map score-chosen=rm_chosen --map score-rejected=rm_rejected
        pactolus audit pairs.jsonl --models rm_a,rm_b
        pactolus audit --models all rm_a.jsonl rm_b.jsonl
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

  @Argument(help: ArgumentHelp("Preference rows: files, folders, patterns.", valueName: "pairs"))
  var pairs: [String] = []

  @Option(
    help: ArgumentHelp(
      "Best-of-n samples: several scored replies to each prompt (--map proxy=COLUMN).", valueName: "file"))
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

  @Option(
    help: ArgumentHelp(
      "Compare reward models that scored the same pairs, in columns side by side or in a file each, instead of auditing one: their names, or 'all'.",
      valueName: "names"))
  var models: String?

  @OptionGroup var reading: ReadingArguments

  @Option(help: "Seed of bootstraps and permutations.")
  var seed: UInt64 = 1

  @OptionGroup var output: AuditOutput

  func validate() throws {
    guard !pairs.isEmpty || samples != nil || rewardbench != nil else {
      throw ValidationError("Give a file of pairs, --samples or --rewardbench.")
    }
    guard models == nil || !pairs.isEmpty else { throw ValidationError("--models takes a file of pairs.") }
  }

  func run() throws {
    let guarded = try output.guarded(among: Parts.current.checks)
    let options = try reading.options()
    if let models { return try compare(models, options) }
    var input = AuditInput()
    func url(_ path: String) -> URL { URL(fileURLWithPath: path) }
    if !pairs.isEmpty {
      var table = try PreferenceFile.read(InputFiles.files(pairs), options: options)
      if let scores {
        let scoring = try SecondScoring.read(url(scores), for: table, options: options, use: "scores")
        table = table.scored(by: scoring)
      }
      input.secondScorings = try second.map { try SecondScoring.read(url($0), for: table, options: options) }
      input.perturbedScorings = try perturbed.map {
        try SecondScoring.read(url($0), for: table, options: options, use: "perturbed")
      }
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
    audit.words = words
    let files = pairs + [samples, rewardbench].compactMap { $0 }
    try output.screen.show(
      audit.findings, numbers: audit, preface: ReadingArguments.text(audit.reading),
      report: ReportModel(audit, title: Typed.title(files)))
    try output.write(
      sarif: SarifLog(audit, files: files, version: Release.version),
      badge: Badge(audit.findings, label: "reward model"))
    if !output.screen.json { print(Self.afterword(audit, input)) }
    try output.stop(guarded, ifAmong: audit.results.filter { $0.verdict == .fails }.map(\.check.id))
  }

  /// What the person typed, for the commands of advice.
  private var words: [String: String] {
    let reading = self.reading.map.flatMap { ["--map", $0] } + (self.reading.format.map { ["--format", $0] } ?? [])
    var words: [String: String] = [:]
    if !pairs.isEmpty, pairs.count <= 3 { words["FILES"] = Typed.words(pairs + reading) }
    if let samples { words["SAMPLES"] = Typed.words([samples] + reading) }
    if let rewardbench { words["RESULTS"] = Typed.words([rewardbench]) }
    return words
  }

  /// `--models`: the models of a file side by side.
  private func compare(_ names: String, _ options: ReadingOptions) throws {
    guard output.sarif == nil, output.badge == nil, output.failOn == nil else {
      throw InputError(
        "--models compares, it finds nothing that fails", at: "--sarif, --badge or --fail-on",
        remedy: "leave the option out, or audit one model")
    }
    let files = try InputFiles.files(pairs)
    var table = try PreferenceFile.read(Array(files.prefix(1)), options: options)
    if files.count > 1 {
      // Each file has the scores of one model, or all have those of the same models.
      table =
        try table.members.isEmpty
        ? PreferenceTable.models(in: files, options: options) : PreferenceFile.read(files, options: options)
    }
    let comparison = try ModelComparison(
      table, models: names == "all" ? [] : names.split(separator: ",").map(String.init))
    try output.screen.show(
      comparison.findings, numbers: ComparisonOutput(reading: table.readings, comparison: comparison),
      preface: Self.text(comparison, table.readings),
      report: ReportModel(comparison, readings: table.readings, title: Typed.title(pairs)))
  }

  private static func text(_ comparison: ModelComparison, _ readings: [FileReading]) -> String {
    func share(_ value: Double, _ interval: Interval?) -> String { Numbers.plain(value, interval) }
    var parts = [
      ReadingArguments.text(readings), "",
      "\(comparison.count) pairs that all the models scored, outside the training split",
      Screen.table(comparison.models.map { ["  " + $0.name, "right in", share($0.accuracy, $0.interval)] }),
    ]
    for groups in comparison.groups {
      let rows = groups.rows.map { group in
        ["  " + group.name, "\(group.count)"] + group.right.map { Numbers.percent(Double($0) / Double(group.count)) }
      }
      parts.append(
        Screen.table([["  \(groups.column)", "pairs"] + comparison.models.map { "\($0.name) right" }] + rows))
    }
    parts.append("paired differences of accuracy (McNemar's exact test, Holm's correction)")
    parts.append(
      Screen.table(
        comparison.differences.map {
          [
            "  \($0.first) less \($0.second)", share($0.difference, $0.interval),
            "alone right \($0.firstAlone) and \($0.secondAlone)", "p = \(Numbers.plain($0.correctedPValue))",
          ]
        }))
    return parts.joined(separator: "\n")
  }

  /// What was set aside and what could not be tested.
  private static func afterword(_ audit: FilesAudit, _ input: AuditInput) -> String {
    var lines: [String] = []
    let asides = [
      input.preferences.map { ($0.setAside, $0.places) }, input.samples.map { ($0.setAside, $0.places) },
    ]
    for (aside, places) in asides.compactMap({ $0 }) where aside.count > 0 {
      lines.append("\nset aside: \(aside.count) rows")
      for row in aside.rows.prefix(5) { lines.append("  \(places.named(row.place)): \(row.reason)") }
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
    let (pairs, rollouts) = (Parts.current.checks, RolloutCheck.standard)
    guard let name else {
      print(Screen.table(pairs.map { [$0.id, $0.title] }))
      return print("\nof rollouts:\n" + Screen.table(rollouts.map { [$0.id, $0.title] }))
    }
    let all: [any DescribedCheck] = pairs + rollouts
    guard let check = all.first(where: { $0.id == name }) else {
      throw InputError.unknown("check", name, among: all.map(\.id))
    }
    print(
      """
      \(check.id): \(check.title)

      \(check.explanation)

      if it fails: \(check.advice)
      needs: \(check.needed.joined(separator: ", "))
      if: \(check.assumptions)
      source: \(check.source)
      """)
  }
}

/// What `--models --json` prints.
private struct ComparisonOutput: Encodable {
  var reading: [FileReading]
  var comparison: ModelComparison
}
