import ArgumentParser
import Foundation
import Pactolus

/// `pactolus`: one verb per file in `Verbs/`.
///
/// Exit codes: 0 done, 2 bad input (what, where, what would have been right), 3 a guarded check of an audit fails, 64
/// wrong usage, 70 a fault of ours, 130 stopped by Ctrl-C with everything stored.
package struct PactolusCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "pactolus",
    abstract: "Learn what people want, train agents on it, and know how far to trust it.",
    discussion: """
      A first run, some seconds:    pactolus learn pactolus/Pendulum-v1
      Every setting has one name:   pactolus settings
      """,
    version: Release.version,
    subcommands: [
      LearnVerb.self, ResumeVerb.self, EvaluateVerb.self, ReportVerb.self, RunsVerb.self, EnvironmentsVerb.self,
      SettingsVerb.self, KindsVerb.self, AnswersVerb.self,
      WorldsVerb.self,
      IRLVerb.self,
      ImitateVerb.self,
      GoodhartVerb.self,
      IdentifyVerb.self,
      MisspecifyVerb.self,
      HackableVerb.self,
      ExpressVerb.self,
      SafeDataVerb.self,
      CompareVerb.self,
      ImportVerb.self, ExportVerb.self,
      AuditVerb.self, FitVerb.self,
      ReproduceVerb.self,
    ])

  private static let verbs = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]

  package init() {}

  package static func main() {
    let arguments = SettingFlags.rewritten(Array(CommandLine.arguments.dropFirst()))
    if let verb = arguments.first, !verb.hasPrefix("-"), !verbs.contains(verb) {
      Screen.complain("\(InputError.unknown("verb", verb, among: verbs.filter { $0 != "help" }))")
      Screen.write("Usage: pactolus VERB …; 'pactolus --help' lists the verbs\n", to: STDERR_FILENO)
      Foundation.exit(64)
    }
    do {
      var command = try parseAsRoot(arguments)
      try command.run()
    } catch {
      CommandLineArguments.conclude(error) { exit(withError: $0) }
    }
  }
}
