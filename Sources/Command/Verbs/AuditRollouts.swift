import ArgumentParser
import Foundation
import Pactolus

/// `pactolus audit rollouts FILES`: what rollouts say about the verifier, grader or rubric that scored them.
struct AuditRolloutsVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollouts", abstract: "Audit a verifier, grader or rubric from rollouts that it scored.",
    discussion: """
      Reads what TRL's GRPO, verifiers, NeMo Gym, Inspect, reasoning-gym and verl write, any table or JSON lines with a
      reward, and the logs of judges that compare two answers; says which field was taken for what, the plain facts of the rewards, and what each check found.

        pactolus audit rollouts runs/completions
        pactolus audit rollouts logs/*.eval --second other-scorer.jsonl --fail-on second-verifier
        pactolus audit rollouts runs/completions --fail-on any --sarif rollouts.sarif --badge verifier.svg
        pactolus audit rollouts rows.jsonl --map total=acc --map completion=answer_text --gold gold.csv

      Exit codes: 0 done, 2 bad input, 3 a check named by --fail-on fails, 64 wrong usage. See Documentation/rollouts.md.
      """)

  @OptionGroup var rollouts: RolloutArguments

  @Option(
    help: ArgumentHelp(
      "What people found: a table or JSON lines with 'gold' and 'key', 'id', or 'prompt' and 'completion'.",
      valueName: "file"))
  var gold: [String] = []

  @Option(
    help: ArgumentHelp(
      "Verdicts of a second verifier, or scores of a reward model, on the same rollouts.", valueName: "file"))
  var second: [String] = []

  @Option(help: ArgumentHelp("The least total that counts as accepted.", valueName: "total"))
  var acceptedFrom: Double?

  @Option(help: ArgumentHelp("The largest share of wrong completions that may be accepted.", valueName: "share"))
  var maxFalsePositives = RolloutLimits().maximumFalsePositives

  @Option(help: ArgumentHelp("The largest share of right completions that may be rejected.", valueName: "share"))
  var maxFalseNegatives = RolloutLimits().maximumFalseNegatives

  @Option(help: "Seed of draws and permutations.")
  var seed: UInt64 = 1

  @OptionGroup var threads: ThreadOption

  @OptionGroup var output: AuditOutput

  func validate() throws {
    for (name, share) in [("--max-false-positives", maxFalsePositives), ("--max-false-negatives", maxFalseNegatives)]
    where !(share > 0 && share < 1) { throw ValidationError("\(name) takes a share between 0 and 1.") }
  }

  func run() throws {
    threads.apply()
    let guarded = try output.guarded(among: RolloutCheck.standard)
    var table = try rollouts.read()
    for file in gold { try table.readGold(URL(fileURLWithPath: file)) }
    for file in second {
      try table.readSecond(URL(fileURLWithPath: file), options: RolloutOptions(isStrict: rollouts.strict))
    }
    let summary = RolloutSummary(table)
    let limits = RolloutLimits(
      maximumFalsePositives: maxFalsePositives, maximumFalseNegatives: maxFalseNegatives, acceptedFrom: acceptedFrom)
    var audit = RolloutAudit(table, limits: limits, random: RandomSource(seed: seed))
    if rollouts.files.count <= 3 { audit.words["FILES"] = Typed.words(rollouts.files + rollouts.typedOptions) }
    try output.screen.show(
      audit.findings, numbers: Numbers(reading: summary, audit: audit), preface: summary.text,
      report: ReportModel(audit, summary: summary, title: Typed.title(rollouts.files)))
    try output.write(
      sarif: SarifLog(audit, files: rollouts.files, version: Release.version),
      badge: Badge(audit.findings, label: "verifier"))
    if !output.screen.json {
      let leads = audit.leads
      if !leads.isEmpty { print("\n" + leads) }
      let missing = audit.results.filter { $0.missing != nil }.map(\.check.id)
      if !missing.isEmpty { print("\nnot testable with these files: " + missing.joined(separator: ", ")) }
      print("what a check means: pactolus audit explain CHECK")
    }
    try output.stop(guarded, ifAmong: audit.results.filter { $0.verdict == .fails }.map(\.check.id))
  }

  /// What JSON has beside the findings.
  private struct Numbers: Encodable {
    var reading: RolloutSummary
    var audit: RolloutAudit
  }
}
