import ArgumentParser
import Audits
import Foundation
import Pactolus
import Reports
import Runs

/// `pactolus inspect RUN`: what a run's reward looks at, and by whose answers.
struct InspectVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "See what a run's reward looks at, and which answers made it so.",
    discussion: """
      Plays fresh episodes with the run's policy and tells which features carry the reward there, what it pays in few words,
      which answers moved it most, which look as if they were not meant, and which clips are worth a look. With --answer,
      --clip or --state it tells of one of them. See Documentation/inspect.md.

        pactolus inspect runs/Pendulum-v1-1
        pactolus inspect runs/Pendulum-v1-1 --answer 17
        pactolus inspect runs/Pendulum-v1-1 --state "1,0,0"
        pactolus inspect runs/Pendulum-v1-1 --svg reward.svg --out inspection.html
      """)

  @Argument(help: ArgumentHelp("The run's directory.", valueName: "run"))
  var directory: String

  @Option(help: ArgumentHelp("Tell of the answer to this question, counted from 1.", valueName: "question"))
  var answer: Int?

  @Option(help: ArgumentHelp("Tell of this stored clip.", valueName: "number"))
  var clip: Int?

  @Option(
    help: ArgumentHelp("Tell of this state: the numbers that the world shows, separated by commas.", valueName: "x,y,…")
  )
  var state: String?

  @Option(help: "How many fresh episodes.")
  var episodes: Int = 20

  @Option(help: "Most of their steps that are explained.")
  var steps: Int = 2000

  @Option(help: "Which episodes, and all that is drawn.")
  var seed: Int = 0

  @Option(help: "How: integrated-gradients, shapley or gradient-times-input.")
  var method: String = AttributionMethod.integratedGradients.rawValue

  @Option(help: "What shares are counted from: judged (the mean of what was judged) or zero.")
  var baseline: String = "judged"

  @Flag(help: "Also follow answers along the checkpoints that the run has kept (setting run.checkpointsKept).")
  var traced = false

  @Option(help: ArgumentHelp("Also draw the reward over states to this file.", valueName: "file"))
  var svg: String?

  @OptionGroup var threads: ThreadOption

  @OptionGroup var output: TheoryOutput

  func validate() throws {
    guard (1...10_000).contains(episodes) else { throw ValidationError("--episodes takes a number from 1 to 10000.") }
    guard (10...1_000_000).contains(steps) else { throw ValidationError("--steps takes a number from 10 to 1000000.") }
    guard seed >= 0 else { throw ValidationError("--seed takes a number that is not negative.") }
    guard [answer != nil, clip != nil, state != nil].count(where: \.self) <= 1 else {
      throw ValidationError("Give one of --answer, --clip and --state.")
    }
  }

  func run() throws {
    threads.apply()
    let numbers = try state.map(Self.numbers)
    let inspected = try InspectedRun(
      directory: directory, settings: settings(), registry: Parts.current.environments,
      learners: Parts.current.learners, kinds: Parts.current.kinds)
    if answer != nil || clip != nil || state != nil {
      guard svg == nil, output.out == nil else {
        throw InputError(
          "one detail has no picture or page", at: "--svg", remedy: "leave out --answer, --clip and --state")
      }
    }
    if let answer {
      return try show(InspectedAnswer(inspected, question: answer), InspectionText.lines)
    } else if let clip {
      return try show(InspectedClip(inspected, clip: clip), InspectionText.lines)
    } else if let numbers {
      return try show(InspectedState(inspected, state: numbers), InspectionText.lines)
    }
    let inspection = try Inspection(inspected)
    RepeatabilityLine.complain(about: inspection.environment)
    if let svg {
      guard let map = inspection.map?.heatMap ?? inspection.patches.first?.heatMap(0) else {
        throw InputError("there is no map of this reward: fewer than two of its numbers vary", at: "--svg")
      }
      try DurableFile.write(Data(map.svg.utf8), to: svg)
    }
    try output.show(
      inspection.findings, numbers: inspection, preface: InspectionText.lines(inspection),
      report: ReportModel(inspection))
    if let svg, !output.json { print("picture: \(svg)") }
  }

  private func show<Detail: Encodable>(_ detail: Detail, _ lines: (Detail) -> String) throws {
    if output.json { return try JSONLine.printPretty(detail) }
    print(lines(detail))
  }

  private func settings() throws -> InspectedRun.Settings {
    var settings = InspectedRun.Settings()
    (settings.episodes, settings.steps, settings.seed) = (episodes, steps, seed)
    guard let method = AttributionMethod(rawValue: method) else {
      throw InputError.unknown(
        "method", method, among: AttributionMethod.allCases.map(\.rawValue), at: "--method")
    }
    settings.method = method
    guard ["judged", "zero"].contains(baseline) else {
      throw InputError.unknown("baseline", baseline, among: ["judged", "zero"], at: "--baseline")
    }
    settings.fromZero = baseline == "zero"
    settings.traced = traced
    return settings
  }

  private static func numbers(_ text: String) throws -> [Double] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let number = Double(part.trimmingCharacters(in: .whitespaces)) else {
        throw InputError("'\(part)' is no number", at: "--state", remedy: "give numbers separated by commas")
      }
      return number
    }
  }
}
