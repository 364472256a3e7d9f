import ArgumentParser
import Foundation
import Pactolus

/// `pactolus sample`: what a person should look at.
struct SampleVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample", abstract: "Draw what a person should label: a blind, stratified sheet.",
    subcommands: [SampleRolloutsVerb.self])
}

/// `pactolus sample rollouts FILES --for gold`
struct SampleRolloutsVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollouts", abstract: "Draw rollouts for a person to judge, without the verifier's verdict.",
    discussion: """
      Writes NAME.csv and NAME.jsonl with prompt, completion, reference answer and an empty column 'gold', and
      NAME.weights.csv with what each row stands for, which the person should not see. Fill in 1 (right), 0 (wrong) or
      'unsure', then:

        pactolus audit rollouts FILES --gold NAME.csv

      Exit codes: 0 done, 2 bad input, 64 wrong usage.
      """)

  /// What a sheet is for.
  enum Purpose: String, ExpressibleByArgument, CaseIterable {
    case gold
  }

  @OptionGroup var rollouts: RolloutArguments

  @Option(name: .customLong("for"), help: "What the labels are for: gold (is the completion right?).")
  var purpose: Purpose = .gold

  @Option(name: [.customLong("n"), .customLong("count")], help: "How many rollouts.")
  var count: Int = 100

  @Option(
    help: ArgumentHelp(
      "What strata are made of: \(RolloutSheet.Division.allCases.map(\.rawValue).joined(separator: ", ")); several with commas.",
      valueName: "what"))
  var stratify: String = "verdict"

  @Option(help: ArgumentHelp("The sheet's name.", valueName: "name"))
  var out: String = "gold"

  @Option(help: "Seed of the draw.")
  var seed: UInt64 = 1

  func validate() throws {
    guard count > 0 else { throw ValidationError("--n takes a number of at least 1.") }
  }

  func run() throws {
    let divisions = try stratify.split(separator: ",").map { name in
      guard let division = RolloutSheet.Division(rawValue: String(name)) else {
        throw InputError.unknown(
          "stratum", String(name), among: RolloutSheet.Division.allCases.map(\.rawValue), at: "--stratify")
      }
      return division
    }
    let sheet = try RolloutSheet(rollouts.read(), count: count, strata: divisions, random: RandomSource(seed: seed))
    let files = try sheet.write(to: URL(fileURLWithPath: out))
    let rows = sheet.strata.map { [$0.name, "\($0.sampled)", "of \($0.rows)"] }
    print(Screen.table([["stratum", "drawn", ""]] + rows))
    print(
      """

      to label: \(files[0].lastPathComponent) or \(files[1].lastPathComponent)
      weights, not for the person: \(files[2].lastPathComponent)
      then: pactolus audit rollouts … --gold \(files[0].lastPathComponent)
      """)
  }
}
