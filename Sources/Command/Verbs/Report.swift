import ArgumentParser
import Foundation
import Pactolus

/// `pactolus report RUN`: the report again, from the ledger; of a run that still goes on, too.
struct ReportVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write a run's report again from its ledger, and print its findings.")

  @Argument(help: ArgumentHelp("The run's directory, or a study's.", valueName: "run"))
  var directory: String

  @Option(
    help: ArgumentHelp("Write the page to this file, not into the run's directory.", valueName: "file"))
  var out: String?

  @Flag(help: "Print the findings as JSON.")
  var json = false

  func run() throws {
    var directories = [directory]
    if Study.isStudy(directory) {
      let study = try Study.open(directory: directory, learners: Parts.current.learners)
      // Runs that differ in more than their seeds have no findings in common.
      guard study.axes.isEmpty else { return try Studying.report(study, json: json) }
      directories = study.directories
    }
    let records = try directories.map { try RunRecord(directory: $0) }
    // Who may only read a run gets its findings all the same.
    let mayWrite = out != nil || access(directory, W_OK) == 0
    let report = try ReportFile.write(
      records, into: directory, or: mayWrite ? out : "/dev/null", registry: Parts.current.environments, date: Date())
    try Conclusion.show(report, directory: directory, json: json, isWritten: mayWrite)
    if !mayWrite {
      Screen.complain("\(directory): the page is not written, as nothing may be written here; give --out FILE")
    }
  }
}
