import ArgumentParser
import Foundation
import Pactolus
import Reports

/// `pactolus assert RUN [FILE]`: statements about a learned reward, checked and where possible proved.
struct AssertVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "assert", abstract: "Check statements about a run's learned reward, and prove them where possible.",
    discussion: """
      Reads one statement a line from FILE, or from assertions.txt in the run's directory:

        reward stays between -1 and 2
        reward rises with height while speed < 0.5
        never paid more when water = 1 than when water = 0
        reward does not depend on noise 3 by more than 0.1
        no jump above 3 between neighbours

      Each is checked over what was judged and what the policy visits, searched for counterexamples, and proved by bounds
      where the networks are small enough. Features are the world's names for what it observes ('pactolus environments ID').

        pactolus assert runs/Pendulum-v1-1
        pactolus assert runs/Pendulum-v1-1 assertions.txt --fail

      Exit codes: 0 done, 2 bad input, 3 an assertion fails and --fail is given, 64 wrong usage. See
      Documentation/assertions.md.
      """)

  @Argument(help: ArgumentHelp("The run's directory.", valueName: "run"))
  var directory: String

  @Argument(
    help: ArgumentHelp("The statements; assertions.txt in the run's directory if not given.", valueName: "file"))
  var file: String?

  @Option(help: "How many fresh episodes of the policy.")
  var episodes: Int = 50

  @Option(help: "Of episodes and searches.")
  var seed: Int = 0

  @Option(help: "How many transitions a search tries for each statement.")
  var trials: Int = 10_000

  @Option(help: "How many parts of the domain a proof bounds for each statement; 0 for no proofs.")
  var nodes: Int = 2000

  @Flag(help: "Exit with 3 if an assertion fails.")
  var fail = false

  @OptionGroup var threads: ThreadOption

  @OptionGroup var output: TheoryOutput

  func validate() throws {
    guard (1...100_000).contains(episodes) else { throw ValidationError("--episodes takes a number from 1 to 100000.") }
    guard seed >= 0 else { throw ValidationError("--seed takes a number that is not negative.") }
    guard (0...10_000_000).contains(trials) else { throw ValidationError("--trials takes a number up to 10000000.") }
    guard (0...1_000_000).contains(nodes) else { throw ValidationError("--nodes takes a number up to 1000000.") }
  }

  func run() throws {
    threads.apply()
    var settings = AssertionAudit.Settings()
    (settings.episodes, settings.seed, settings.trials, settings.nodes) = (episodes, seed, trials, nodes)
    let audit = try AssertionAudit(
      directory: directory, file: file, settings: settings, registry: Parts.current.environments,
      learners: Parts.current.learners, kinds: Parts.current.kinds)
    RepeatabilityLine.complain(about: audit.environment)
    try output.show(
      audit.findings, numbers: audit,
      preface: audit.facts.map { $0.name.padding(toLength: 12, withPad: " ", startingAt: 0) + $0.value }
        .joined(separator: "\n"),
      report: ReportModel(audit))
    if fail, audit.findings.contains(where: { $0.verdict == .fails }) { throw ExitCode(3) }
  }
}
