import ArgumentParser
import Pactolus
import Reports
import Runs

/// `pactolus diff RUN RUN`: the first event at which two runs part, and why.
struct DiffVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Find the first event at which two runs part, and why.",
    discussion: """
      Reads both ledgers event by event, and the checkpoints that both still have. A run is a function of its settings
      and answers, so where two part there is a first cause: a setting, the seed, the world, the version, the
      arithmetic, a question, an answer, weights by so many steps of their last digit, or nothing but time. See
      Documentation/debugging.md.

        pactolus diff runs/Pendulum-v1-1 runs/Pendulum-v1-2

      Exit codes: 0 the runs are the same, but perhaps for time, 2 bad input, 3 they part, 64 wrong usage.
      """)

  @Argument(help: ArgumentHelp("A run's directory.", valueName: "run"))
  var first: String

  @Argument(help: ArgumentHelp("Another's.", valueName: "other"))
  var second: String

  @OptionGroup var output: TheoryOutput

  func run() throws {
    let difference = try RunDifference(first, second)
    let findings = difference.findings
    try output.show(
      findings, numbers: difference, preface: difference.summary,
      report: ReportModel(
        kind: .theory, title: "Where \(first) and \(second) part", subtitle: difference.summary,
        headline: RunDifference.headline, facts: [], sections: [], findings: findings))
    if findings.contains(where: { $0.verdict == .fails }) { throw ExitCode(3) }
  }
}
