import ArgumentParser
import Foundation
import Pactolus

/// `pactolus`, from its arguments to its exit code: one verb per file in `Verbs/`.
///
/// Exit codes: 0 done, 2 bad input or results that could not be written (what, where, what would have been right), 3 a
/// guarded check of an audit fails or a head was not shown to be better than chance, 64 wrong usage, 70 an internal
/// error, 130 stopped by Ctrl-C with everything stored.
public enum PactolusCommand {
  /// Runs the command that this process was started with, and ends the process.
  ///
  /// To be called once, from the main thread. A verb that is asynchronous runs as a task while the main thread serves
  /// the main queue.
  public static func main(_ parts: Parts = .standard) -> Never {
    Parts.$current.withValue(parts) { () -> Never in
      do {
        let arguments = try rewritten(Array(CommandLine.arguments.dropFirst()))
        try refuseUnknownVerb(arguments)
        if let elsewhere = verbElsewhere(arguments) { try WorkbenchProgram.start(elsewhere) }
        run(try RootVerb.parseAsRoot(arguments))
      } catch {
        conclude(error)
      }
    }
  }

  private static func run(_ parsed: sending any ParsableCommand) -> Never {
    var command = parsed
    guard let asynchronous = command as? any AsyncParsableCommand else {
      do { try command.run() } catch { conclude(error) }
      conclude()
    }
    Task {
      var command = asynchronous
      do { try await command.run() } catch { conclude(error) }
      conclude()
    }
    dispatchMain()
  }

  /// Short forms, rewritten for the parser: settings as flags, and `learn … --ask me`.
  ///
  /// The other program rewrites its own arguments; a verb that takes no settings says so.
  private static func rewritten(_ arguments: [String]) throws -> [String] {
    let arguments = LearnVerb.askingMe(arguments)
    guard let name = arguments.first, let verb = Parts.current.verb(named: name), !(verb is any VerbElsewhere.Type)
    else { return arguments }
    if verb is any VerbWithSettings.Type { return SettingFlags.rewritten(arguments) }
    try SettingFlags.refuse(arguments, of: name)
    return arguments
  }

  private static func refuseUnknownVerb(_ arguments: [String]) throws {
    let names = Parts.current.verbNames
    guard let verb = arguments.first, !verb.hasPrefix("-"), verb != "help", !names.contains(verb) else { return }
    Screen.complain("\(InputError.unknown("verb", verb, among: names))")
    Screen.write("Usage: pactolus VERB …; 'pactolus --help' lists the verbs\n", to: STDERR_FILENO)
    throw ExitCode(64)
  }

  /// The arguments for the other program, if the verb is one of its own.
  private static func verbElsewhere(_ arguments: [String]) -> [String]? {
    let asksHelp = arguments.first == "help"
    guard let name = arguments.dropFirst(asksHelp ? 1 : 0).first,
      Parts.current.verb(named: name) is any VerbElsewhere.Type
    else { return nil }
    return asksHelp ? [name, "--help"] : arguments
  }

  /// Prints what went wrong, and ends with its exit code; 2 also where the results could not be written.
  private static func conclude(_ error: (any Error)? = nil) -> Never {
    var code: Int32 = 0
    switch error {
    case nil: break
    case let error as InputError:
      Screen.complain("\(error)")
      code = 2
    case is Conclusion.Stopped: code = 130
    case let error?:
      // The parser's own: a help, a wrong usage, an exit code.
      code = RootVerb.exitCode(for: error).rawValue
      let message = RootVerb.fullMessage(for: error)
      if !message.isEmpty { Screen.write(message + "\n", to: code == 0 ? STDOUT_FILENO : STDERR_FILENO) }
    }
    if let problem = Screen.outputProblem {
      Screen.complain("\(problem)")
      exit(2)
    }
    exit(code)
  }
}

/// The verbs as the parser sees them.
private struct RootVerb: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "pactolus",
      abstract: "Learn what people want, train agents on it, and know how far to trust it.",
      discussion: """
        A first run, some seconds:    pactolus learn pactolus/Pendulum-v1
        Every setting has one name:   pactolus settings
        """,
      version: Release.version,
      groupedSubcommands: Parts.current.verbs.map { CommandGroup(name: $0.group.title, subcommands: $0.verbs) })
  }
}
