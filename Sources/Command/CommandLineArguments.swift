import Foundation
import Pactolus

/// What the binaries share at their edges: settings as flags, and how errors end them.
package enum CommandLineArguments {
  /// Settings written as flags of their own become `--set`.
  package static func rewritten(_ arguments: [String]) -> [String] { SettingFlags.rewritten(arguments) }

  /// Says what went wrong, and ends with the exit code that it deserves; anything else is left to `otherwise`.
  package static func conclude(_ error: any Error, otherwise: (any Error) -> Never) -> Never {
    switch error {
    case let error as InputError:
      Screen.complain("\(error)")
      Foundation.exit(2)
    case is Conclusion.Stopped: Foundation.exit(130)
    default: otherwise(error)
    }
  }
}
