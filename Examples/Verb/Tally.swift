import Command

/// `pactolus tally RUN`: how often each answer was given in a run.
struct TallyVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tally", abstract: "Count the answers of a run by what was said.")

  @Argument(help: ArgumentHelp("The run's directory.", valueName: "run"))
  var directory: String

  func run() throws {
    let record = try RunRecord(directory: directory)
    let answers = record.comparisons.compactMap(\.answer)
    for answer in Set(answers).sorted() { print("\(answer): \(answers.count { $0 == answer })") }
  }
}
