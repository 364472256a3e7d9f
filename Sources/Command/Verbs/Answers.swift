import ArgumentParser
import Foundation
import Pactolus

/// `pactolus answers FOLDER`: what real people's recorded answers say, and how far a reward learned from them holds.
struct AnswersVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "answers", abstract: "Study real people's recorded answers.",
    discussion: """
      Recognises three forms by the files: comparisons in the delivery world (.npy), comparisons of recorded segments
      (.npz), comparisons of scored demonstrations (.csv); see Documentation/people.md.

        pactolus answers answers/walker2d --out walker2d.html
      """)

  @Argument(help: "A folder, or one file.")
  var folder: String

  @Option(help: "All randomness follows from it.")
  var seed = 0

  @OptionGroup var threads: ThreadOption
  @OptionGroup var output: TheoryOutput

  func validate() throws {
    guard seed >= 0 else { throw ValidationError("--seed takes a number that is not negative.") }
  }

  func run() throws {
    threads.apply()
    let url = URL(fileURLWithPath: folder)
    let answers = try RecordedAnswers.study(
      url, random: RandomSource(seed: UInt64(seed)),
      progress: { if !output.json { Screen.write($0 + "\n", to: STDERR_FILENO) } })
    let preface = answers.lines.joined(separator: "\n")
    let report = answers.report(title: "People's answers in \(url.lastPathComponent)")
    switch answers {
    case .delivery(let numbers): try output.show(answers.findings, numbers: numbers, preface: preface, report: report)
    case .segments(let numbers): try output.show(answers.findings, numbers: numbers, preface: preface, report: report)
    case .demonstrations(let numbers):
      try output.show(answers.findings, numbers: numbers, preface: preface, report: report)
    }
  }
}
