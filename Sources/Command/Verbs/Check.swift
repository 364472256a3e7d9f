import ArgumentParser
import Audits
import Pactolus
import Reports

/// `pactolus check`: whether a part of one's own does what the house relies on.
struct CheckVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check a world or an estimator of your own.",
    subcommands: [CheckEnvironmentVerb.self, CheckEstimatorVerb.self])
}

/// `pactolus check environment ID`.
struct CheckEnvironmentVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "environment", abstract: "Check that a world keeps its contract.",
    discussion: """
      Plays a world by random actions: bounds, numbers, every action, ends, time limit, the same episode again by seed,
      from a copy and from its record, what is hidden, speed. For worlds that a program of yours registers, gym/… and
      python:module:function. See Documentation/contracts.md.

        pactolus check environment pactolus/CartPole-v1
        pactolus check environment python:mine.worlds:Corridor --steps 500

      Exit codes: 0 nothing is broken, 2 bad input, 3 something is, 64 wrong usage.
      """)

  @Argument(help: ArgumentHelp("The world.", valueName: "id"))
  var id: String

  @Option(help: "Steps of random play.")
  var steps: Int = 4000

  @Option(help: "Episodes side by side.")
  var slots: Int = 4

  @Option(help: "Of all chance.")
  var seed: Int = 0

  @Option(help: ArgumentHelp("Steps a second below which it is called slow.", valueName: "steps"))
  var leastSpeed: Double = 100

  @OptionGroup var output: TheoryOutput

  func run() throws {
    var settings = EnvironmentCheck.Settings()
    (settings.steps, settings.slots, settings.seed, settings.leastSpeed) = (steps, slots, seed, leastSpeed)
    let check = try EnvironmentCheck(try Parts.current.environments.entry(id), settings: settings)
    let measured = check.measured
    try output.show(
      check.findings, numbers: measured,
      preface:
        "\(id): \(measured.steps) steps of random play, \(measured.episodes) episodes, \(measured.terminated) "
        + "terminated.",
      report: ReportModel(
        kind: .theory, title: "The contract of \(id)", subtitle: "Checked by \(measured.steps) steps of random play.",
        headline: EnvironmentCheck.headline, facts: [], sections: [], findings: check.findings))
    if check.findings.contains(where: { $0.verdict == .fails && $0.bearing == .trust }) { throw ExitCode(3) }
  }
}

/// `pactolus check estimator NAME|COMMAND`.
struct CheckEstimatorVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimator", abstract: "Check an estimator by data whose truth is known.",
    discussion: """
      Draws a truth and data, over and over, and has the truth estimated: coverage of the interval, bias, calibration of
      posterior draws, the same answer again, and with --gradients its gradient by differences. The estimator is one of
      ours by name (student, bootstrap, betting, exact, wilson, normal-posterior), or a command that reads JSON lines
      {"id": 0, "data": [1, 0], "level": 0.95} and writes {"id": 0, "estimate": 0.5, "lower": 0.1, "upper": 0.9}, with
      "draws" if it has a posterior; asked with "at" it writes "objective" and "gradient" there. See
      Documentation/contracts.md.

        pactolus check estimator wilson --problem proportion
        pactolus check estimator --command "python3 mine.py" --problem rare-loss

      Exit codes: 0 nothing is wrong, 2 bad input, 3 something is, 64 wrong usage.
      """)

  @Argument(help: ArgumentHelp("One of ours.", valueName: "name"))
  var name: String?

  @Option(help: ArgumentHelp("A program of yours instead, as a shell would run it.", valueName: "command"))
  var command: String?

  @Option(help: ArgumentHelp("What is estimated: \(CheckEstimatorVerb.problems).", valueName: "problem"))
  var problem: String = "normal-mean"

  @Option(help: "Data sets.")
  var sets: Int = 2000

  @Option(help: "Of the intervals.")
  var level: Double = 0.95

  @Option(help: "How much less often than at its level an interval may hold the truth.")
  var margin: Double = 0.02

  @Option(help: "Of all chance.")
  var seed: Int = 0

  @Flag(help: "Compare its gradient with differences of its objective.")
  var gradients = false

  @Option(help: "Seconds that the program may take.")
  var timeLimit: Double = 600

  @OptionGroup var output: TheoryOutput

  private static var problems: String { EstimatorProblem.all.map(\.name).joined(separator: ", ") }

  func validate() throws {
    guard (name == nil) != (command == nil) else { throw ValidationError("Give one of ours by name, or --command.") }
    guard timeLimit >= 1, timeLimit <= 1e6 else { throw ValidationError("--time-limit takes 1 to 1000000 seconds.") }
  }

  func run() throws {
    let problem = try EstimatorProblem.named(problem)
    let estimator =
      try name.map { try Estimator.named($0, range: problem.range) }
      ?? EstimatorProgram(command: command ?? "", timeLimit: timeLimit).estimator
    var settings = EstimatorCheck.Settings()
    (settings.sets, settings.level, settings.margin) = (sets, level, margin)
    (settings.seed, settings.gradients) = (seed, gradients)
    let check = try EstimatorCheck(estimator, on: problem, settings: settings)
    try output.show(
      check.findings, numbers: check.measured, preface: "\(estimator.name) on \(problem.name): \(problem.summary).",
      report: ReportModel(
        kind: .theory, title: "\(estimator.name) on \(problem.name)",
        subtitle: "\(sets) data sets whose truth is known.",
        headline: EstimatorCheck.headline, facts: [], sections: [], findings: check.findings))
    if check.findings.contains(where: { $0.verdict == .fails && $0.bearing == .trust }) { throw ExitCode(3) }
  }
}
