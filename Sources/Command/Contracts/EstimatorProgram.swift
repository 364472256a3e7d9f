import Audits
import Files
import Foundation
import Pactolus
import Synchronization

/// An estimator that is a program of the user's own: it reads a JSON line for each data set and writes one for each.
struct EstimatorProgram {
  /// As a shell would run it.
  var command: String
  /// Seconds after which it is ended.
  var timeLimit: Double

  /// The estimator that the program is.
  var estimator: Estimator { Estimator(command) { try answers($0) } }

  private func answers(_ questions: [EstimatorQuestion]) throws -> [EstimatorAnswer] {
    var lines = Data()
    for question in questions {
      lines += try JSON.encode(question)
      lines.append(UInt8(ascii: "\n"))
    }
    let said = try run(lines)
    var answers: [EstimatorAnswer] = []
    for (index, line) in said.split(separator: UInt8(ascii: "\n")).enumerated() {
      guard !line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) else { continue }
      do {
        answers.append(try JSON.decode(EstimatorAnswer.self, from: Data(line)))
      } catch {
        let text = String(decoding: line.prefix(80), as: UTF8.self)
        throw InputError(
          "line \(index + 1) of what the estimator writes is no answer: \(text)", at: command,
          remedy: "write lines such as {\"id\": 0, \"estimate\": 0.5, \"lower\": 0.3, \"upper\": 0.7}")
      }
    }
    return answers
  }

  private func run(_ input: Data) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    let (standardInput, output) = (Pipe(), Pipe())
    process.standardInput = standardInput
    process.standardOutput = output
    // One that gives up early must not take us with it.
    signal(SIGPIPE, SIG_IGN)
    try process.run()
    let handle = standardInput.fileHandleForWriting
    // Written and read beside each other: pipes hold little.
    Thread.detachNewThread {
      // A program that stops reading has its own say in its exit code.
      try? handle.write(contentsOf: input)
      try? handle.close()
    }
    let reading = output.fileHandleForReading
    let (said, done) = (Said(), DispatchSemaphore(value: 0))
    Thread.detachNewThread {
      let all = reading.readDataToEndOfFile()
      said.data.withLock { $0 = all }
      done.signal()
    }
    // What the program itself has started may hold its output open: nobody waits for that.
    guard done.wait(timeout: .now() + timeLimit) == .success else {
      // With all that it has started: it leads a group of its own.
      kill(-process.processIdentifier, SIGKILL)
      kill(process.processIdentifier, SIGKILL)
      throw InputError(
        "the estimator has not ended after \(Int(timeLimit)) seconds", at: command,
        remedy: "let it end when its input does, or give it more: --time-limit")
    }
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw InputError(
        "the estimator ended with code \(process.terminationStatus)", at: command, remedy: "run it by itself")
    }
    return said.data.withLock { $0 }
  }

  /// What was read on another thread.
  private final class Said: Sendable { let data = Mutex(Data()) }
}
