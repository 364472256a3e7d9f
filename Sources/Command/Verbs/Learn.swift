import ArgumentParser
import Foundation
import Pactolus

/// `pactolus learn ENV`: learn a reward from comparisons and an agent from the reward, and say how far to trust both.
struct LearnVerb: VerbWithSettings {
  static let configuration = CommandConfiguration(
    commandName: "learn", abstract: "Learn a reward from comparisons, and an agent from the reward.",
    discussion: """
      Asks a simulated person (settings person.…) and writes a run directory with a report. Ctrl-C stops cleanly;
      'pactolus resume' goes on, also after a kill or a power cut.

        pactolus learn pactolus/Pendulum-v1
        pactolus learn pactolus/Pendulum-v1 --seeds 5 --feedback.comparisons 200
        pactolus learn pactolus/Pendulum-v1 --ask me
        pactolus learn pactolus/Delivery-v0 --answers answers/Control_Y.npy
      """)

  @Argument(help: "Where the agent acts; 'pactolus environments' lists them.")
  var environment: String

  @Option(
    parsing: .upToNextOption,
    help:
      "Learn from these recorded human comparisons instead of asking (NumPy files; see Documentation/human-answers.md)."
  )
  var answers: [String] = []

  @Option(help: ArgumentHelp("Who is asked: 'me' opens the workbench; left out, a simulated person.", valueName: "who"))
  var ask: String?

  @Option(help: "With --ask me: the page's port; 'workbench' has more options for the page.")
  var port: Int?

  @Option(help: ArgumentHelp("The run's directory; must be new.", valueName: "dir"))
  var out: String?

  @Option(help: "All randomness follows from it.")
  var seed: Int?

  @Option(help: "Run this many seeds, from --seed on, side by side.")
  var seeds: Int = 1

  @Option(
    help: ArgumentHelp(
      "A variable of a finite world that is not to be a means (evaluation.delicate): the report says how much of the gain "
        + "came through it, and whether the answers changed with it.", valueName: "variable"))
  var delicate: [String] = []

  @OptionGroup var flags: SettingFlags
  @OptionGroup var threads: ThreadOption

  @Flag(help: "Print what happens as JSON lines.")
  var json = false

  @Flag(help: "Print the settings that would be used, and where each comes from; do nothing else.")
  var printSettings = false

  func validate() throws {
    guard (1...1000).contains(seeds) else { throw ValidationError("--seeds takes a number from 1 to 1000.") }
    guard (seed ?? 0) >= 0 else { throw ValidationError("--seed takes a number that is not negative.") }
  }

  func run() throws {
    // Asking 'me' is the workbench's: it never comes here.
    if let ask { throw InputError.unknown("person", ask, among: ["me"], at: "--ask") }
    guard port == nil else {
      throw InputError("nobody is asked on a page", at: "--port", remedy: "add --ask me, or leave --port out")
    }
    let settings = try flags.resolved(
      environment: environment, seed: seed,
      and: delicate.isEmpty ? [:] : ["evaluation.delicate": delicate.joined(separator: ",")])
    if printSettings {
      return print(settings.yaml(header: "What 'pactolus learn' would use."), terminator: "")
    }
    threads.apply()
    if !answers.isEmpty { return try learnFromFiles() }
    if let caution = SettingsPreset.used(by: settings.settings, in: Parts.current.environments)?.caution {
      Screen.complain("\(settings.settings.run.environment): \(caution)")
    }
    try RunDirectory.with(out, for: settings.settings.run.environment) {
      try Learning.begin($0, settings: settings, seeds: seeds, json: json)
    }
  }

  /// `learn … --ask me` is `workbench …`: the same arguments, another verb.
  static func askingMe(_ arguments: [String]) -> [String] {
    guard arguments.first == configuration.commandName else { return arguments }
    var others = Array(arguments.dropFirst())
    if let index = others.firstIndex(of: "--ask=me") {
      others.remove(at: index)
    } else if let index = others.indices.first(where: { others[$0...].starts(with: ["--ask", "me"]) }) {
      others.removeSubrange(index...index + 1)
    } else {
      return arguments
    }
    return [WorkbenchElsewhere.verbName] + others
  }

  /// Recorded answers instead of a person: fits, the reward learned under each human model, the policy's true return.
  private func learnFromFiles() throws {
    let id = Delivery().specification.id
    guard environment == id else {
      throw InputError(
        "recorded answers can be read for '\(id)' only", at: "--answers", remedy: "learn \(id), or leave --answers out")
    }
    let (report, path) = try RunDirectory.with(out, for: environment) { directory in
      guard try FileManager.default.entries(of: directory).isEmpty else {
        throw InputError("the directory is not empty", at: directory, remedy: "choose another place")
      }
      let report = try HumanAnswersStudy.run(
        answers.map { URL(fileURLWithPath: $0) }, random: RandomSource(seed: UInt64(seed ?? 0)),
        progress: { if !json { Screen.write($0 + "\n", to: STDERR_FILENO) } })
      return (report, try ReportFile.write(report, into: directory, date: Date()).path)
    }
    if json { return try JSONLine.print(report) }
    print(report.lines.joined(separator: "\n"))
    print("report: \(path)")
  }
}
