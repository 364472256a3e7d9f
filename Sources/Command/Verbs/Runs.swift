import ArgumentParser
import Foundation
import Pactolus

/// `pactolus runs [DIR]`: the runs below a directory.
struct RunsVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "The runs below a directory, and their state.")

  @Argument(help: "Where to look.")
  var directory: String = "runs"

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    guard FileManager.default.fileExists(atPath: directory) else {
      guard directory == "runs" else {
        throw InputError("no such directory", at: directory, remedy: "name one that has run directories in it")
      }
      return print(json ? "[]" : "no runs yet; start one with 'pactolus learn'")
    }
    let listed = try RunSummary.all(below: directory)
    if json { return try JSONLine.printPretty(listed) }
    guard !listed.isEmpty else { return print("no runs in \(directory)") }
    let rows = listed.map { run in
      [
        run.directory, run.environment, "seed \(run.seed)", run.state.rawValue, "\(run.answers) answers",
        run.problem ?? run.trueReturn.map { String(format: "true return %.1f", $0) } ?? "",
      ]
    }
    print(Screen.table(rows))
  }
}
