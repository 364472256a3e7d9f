import ArgumentParser
import Foundation
import Pactolus

/// `--threads`, for every verb that computes.
package struct ThreadOption: ParsableArguments {
  @Option(help: "Threads to compute with (default: one per core). The result is the same for any number.")
  var threads: Int?

  package init() {}

  package func validate() throws {
    guard threads.map({ (1...1024).contains($0) }) ?? true else {
      throw ValidationError("--threads takes a number from 1 to 1024.")
    }
  }

  package func apply() {
    ThreadPool.shared.threadCount = threads ?? ProcessInfo.processInfo.activeProcessorCount
  }
}
