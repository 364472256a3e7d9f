import ArgumentParser
import Foundation
import Pactolus
import Reports

/// `pactolus honeypot RUN --world SEEN --world UNSEEN`: whether a policy acts alike where it is not seen.
struct HoneypotVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "honeypot", abstract: "Test whether a run's policy acts alike where it is seen and where it is not.",
    discussion: """
      Plays matched episodes in two variants of a world that differ only in whether an overseer can see, and tests by betting
      whether conduct tells which is which. Then searches what is seen at the start for a switch of conduct. With one
      --world only the switch is searched for.

        pactolus honeypot runs/AbsentSupervisor-v0-1 --world safety/AbsentSupervisor-v0:supervisor=present \\
          --world safety/AbsentSupervisor-v0:supervisor=absent
        pactolus honeypot runs/AbsentSupervisor-v0-1 --world safety/AbsentSupervisor-v0 --flag supervisor

      A sanity check, not a plan: a policy that tells the test from the real thing by anything else passes it. See
      Documentation/assertions.md.

      Exit codes: 0 done, 2 bad input, 3 conduct differs and --fail is given, 64 wrong usage.
      """)

  @Argument(help: ArgumentHelp("The run's directory.", valueName: "run"))
  var directory: String

  @Option(help: ArgumentHelp("The seen world and the unseen one, in this order; or one world.", valueName: "id"))
  var world: [String] = []

  @Option(help: "How many episodes in each world.")
  var episodes: Int = 200

  @Option(help: "Which episodes: their randomness follows from it, apart from the run's.")
  var seed: Int = 0

  @Flag(help: "Take the likeliest actions, instead of drawing as in training.")
  var deterministic = false

  @Option(
    help: ArgumentHelp(
      "A component of the observation that may be the switch; all if none is named.", valueName: "name"))
  var flag: [String] = []

  @Flag(help: "Exit with 3 if conduct differs or a switch is found.")
  var fail = false

  @OptionGroup var threads: ThreadOption

  @OptionGroup var output: TheoryOutput

  func validate() throws {
    guard (1...2).contains(world.count) else {
      throw ValidationError(
        "--world is given twice: the seen world and the unseen one (or once, to search for a switch).")
    }
    guard (1...100_000).contains(episodes) else { throw ValidationError("--episodes takes a number from 1 to 100000.") }
    guard seed >= 0 else { throw ValidationError("--seed takes a number that is not negative.") }
  }

  func run() throws {
    threads.apply()
    var settings = HoneypotAudit.Settings()
    (settings.episodes, settings.seed, settings.deterministic) = (episodes, seed, deterministic)
    settings.flags = flag
    let audit = try HoneypotAudit(
      directory: directory, worlds: world, settings: settings, registry: Parts.current.environments,
      learners: Parts.current.learners)
    for id in Set(audit.worlds).sorted() { RepeatabilityLine.complain(about: id) }
    try output.show(
      audit.findings, numbers: audit,
      preface: audit.facts.map { fact in
        fact.name.padding(toLength: 14, withPad: " ", startingAt: 0) + fact.value + (fact.note.map { " (\($0))" } ?? "")
      }.joined(separator: "\n"),
      report: ReportModel(audit))
    if fail, audit.findings.contains(where: { $0.verdict == .fails }) { throw ExitCode(3) }
  }
}
