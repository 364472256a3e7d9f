import ArgumentParser
import Foundation
import Pactolus

/// A verb that is listed here and lives in the program that has the web server, `pactolus-workbench`.
///
/// Two programs, so that learning, audits and proofs need no build of a server. That one has every verb of this
/// one as well.
package protocol VerbElsewhere: ParsableCommand {}

/// `pactolus workbench`
package struct WorkbenchElsewhere: VerbElsewhere {
  package static let configuration = CommandConfiguration(
    commandName: "workbench",
    abstract:
      "Teach an agent live, or judge pairs of texts and verifier verdicts, in the browser (starts pactolus-workbench).")

  package init() {}
}

/// `pactolus serve`
package struct ServeElsewhere: VerbElsewhere {
  package static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve a reward head over HTTP, as OpenRLHF's remote reward model (starts pactolus-workbench).")

  package init() {}
}

/// The program that has the web server.
enum WorkbenchProgram {
  static let name = "pactolus-workbench"

  /// Becomes that program, with these arguments; returns only by throwing.
  ///
  /// Started by the entry script (which says so in `PACTOLUS_SCRIPT`), this goes back to it, so that it can build the
  /// program first; otherwise the program is looked for beside this one.
  ///
  /// - Throws: ``InputError`` if it is not there.
  static func start(_ arguments: [String]) throws -> Never {
    var path = Bundle.main.executableURL?.deletingLastPathComponent().appendingPathComponent(name).path ?? name
    if let script = ProcessInfo.processInfo.environment["PACTOLUS_SCRIPT"], !script.isEmpty {
      setenv("PACTOLUS_PRODUCT", name, 1)
      unsetenv("PACTOLUS_SCRIPT")
      path = script
    }
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
    defer { for word in words { free(word) } }
    words.append(nil)
    execv(path, words)
    throw InputError(
      "'\(arguments.first ?? "")' is in another program, which is not here: \(String(cString: strerror(errno)))",
      at: path,
      remedy: "start by the entry script, ./pactolus, which builds it; or swift build -c release --product \(name)")
  }
}
