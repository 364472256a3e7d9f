import ArgumentParser
import Foundation
import Pactolus

/// `pactolus resume RUN`: goes on with a run that was stopped or killed.
struct ResumeVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Go on with a run that was stopped or killed, to the same end.")

  @Argument(help: ArgumentHelp("The run's directory.", valueName: "run"))
  var directory: String

  @OptionGroup var threads: ThreadOption

  @Flag(help: "Print what happens as JSON lines.")
  var json = false

  func run() throws {
    threads.apply()
    try Learning.goOn(directory, json: json)
  }
}
