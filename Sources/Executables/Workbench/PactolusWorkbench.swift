import ArgumentParser
import Command
import Foundation

/// `pactolus-workbench`: the verbs that need the web server.
@main
struct PactolusWorkbench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pactolus", abstract: "The verbs of pactolus that need the web server.",
    subcommands: [WorkbenchVerb.self, ServeVerb.self])

  static func main() async {
    let arguments = CommandLineArguments.rewritten(Array(CommandLine.arguments.dropFirst()))
    do {
      var command = try parseAsRoot(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      CommandLineArguments.conclude(error) { exit(withError: $0) }
    }
  }
}
