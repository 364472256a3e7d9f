import ArgumentParser
import Foundation
import Pactolus

/// `pactolus audit rollouts FILES`: what rollouts say about the verifier, grader or rubric that scored them.
struct AuditRolloutsVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollouts", abstract: "Read rollouts that a verifier scored, and say what was found in them.",
    discussion: """
      Reads what TRL's GRPO, verifiers, NeMo Gym, Inspect, reasoning-gym and verl write, and any table or JSON lines with a
      reward; says which field was taken for what, and the plain facts of the rewards.

        pactolus audit rollouts runs/completions
        pactolus audit rollouts logs/*.eval --second other-scorer.jsonl
        pactolus audit rollouts rows.jsonl --map total=acc --map completion=answer_text --gold gold.csv

      Exit codes: 0 done, 2 bad input, 64 wrong usage. See Documentation/rollouts.md.
      """)

  @OptionGroup var rollouts: RolloutArguments

  @Option(
    help: ArgumentHelp(
      "What people found: a table or JSON lines with 'gold' and 'key', 'id', or 'prompt' and 'completion'.",
      valueName: "file"))
  var gold: [String] = []

  @Option(help: ArgumentHelp("Verdicts of a second verifier on the same rollouts.", valueName: "file"))
  var second: [String] = []

  @OptionGroup var threads: ThreadOption

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    threads.apply()
    var table = try rollouts.read()
    for file in gold { try table.readGold(URL(fileURLWithPath: file)) }
    for file in second {
      try table.readSecond(URL(fileURLWithPath: file), options: RolloutOptions(isStrict: rollouts.strict))
    }
    let summary = RolloutSummary(table)
    guard json else { return print(summary.text) }
    let document = FindingDocument([], headline: Self.headline, numbers: Numbers(reading: summary))
    Screen.write(String(decoding: try document.json(), as: UTF8.self) + "\n", to: STDOUT_FILENO)
  }

  /// What JSON has beside the findings.
  private struct Numbers: Encodable {
    var reading: RolloutSummary
  }

  private static let headline = Headline(
    holds: "The rollouts were read", fails: "The rollouts were read", mixed: "The rollouts were read",
    unknown: "The rollouts were read; nothing was judged")
}
