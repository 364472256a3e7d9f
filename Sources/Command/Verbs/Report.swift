import ArgumentParser
import Foundation
import Pactolus

/// `pactolus report RUN`: the report again, from the ledger; of a run that still goes on, too.
struct ReportVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write a run's report anew from its ledger, and say what it finds.")

  @Argument(help: "The run's directory, or a study's.")
  var run: String

  @Flag(help: "Print the findings as JSON.")
  var json = false

  func run() throws {
    let directories = Study.isStudy(run) ? try Study.open(directory: run).directories : [run]
    let report = try ReportFile.write(try directories.map { try RunRecord(directory: $0) }, into: run, date: Date())
    try Conclusion.show(report, directory: run, json: json)
  }
}
