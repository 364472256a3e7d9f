import Foundation
import Synchronization

/// The command as a user runs it: the binary that was built beside the tests, in a process of its own.
struct Tool {
  struct Result {
    var code: Int32
    var output: String
    var complaint: String
  }

  /// `pactolus` beside the test bundle.
  static var binary: URL {
    let bundle = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
    return bundle.deletingLastPathComponent().appendingPathComponent("pactolus")
  }

  /// Runs to the end.
  static func run(_ arguments: [String], in folder: URL? = nil, with variables: [String: String] = [:]) throws -> Result
  {
    let (process, output, complaint) = prepared(arguments, folder)
    if !variables.isEmpty {
      process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
    }
    try process.run()
    // Both pipes are drained at once: a full one would stop the command.
    let drained = Drained(complaint)
    let said = output.fileHandleForReading.readDataToEndOfFile()
    let complained = drained.wait()
    process.waitUntilExit()
    return Result(
      code: process.terminationStatus, output: String(decoding: said, as: UTF8.self),
      complaint: String(decoding: complained, as: UTF8.self))
  }

  /// Runs, and kills with signal 9 after this many seconds unless it has ended by then. True if it was killed.
  static func runAndKill(_ arguments: [String], after seconds: Double) throws -> Bool {
    let process = try started(arguments)
    let deadline = Date(timeIntervalSinceNow: seconds)
    while process.isRunning, Date() < deadline { usleep(500) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal
  }

  /// Runs, sends Ctrl-C's signal once the condition holds, and returns the exit code.
  static func runAndInterrupt(_ arguments: [String], once ready: () -> Bool) throws -> Int32 {
    let process = try started(arguments)
    while process.isRunning, !ready() { usleep(500) }
    if process.isRunning { kill(process.processIdentifier, SIGINT) }
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Under way, with nobody listening.
  private static func started(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = binary
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  private static func prepared(_ arguments: [String], _ folder: URL?) -> (Process, Pipe, Pipe) {
    let process = Process()
    let (output, complaint) = (Pipe(), Pipe())
    process.executableURL = binary
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = complaint
    process.standardInput = FileHandle.nullDevice
    process.currentDirectoryURL = folder
    return (process, output, complaint)
  }

  /// Reads a pipe to its end on another thread.
  private final class Drained: Sendable {
    private let data = Mutex(Data())
    private let done = DispatchSemaphore(value: 0)

    init(_ pipe: Pipe) {
      let handle = pipe.fileHandleForReading
      Thread.detachNewThread { [self] in
        let read = handle.readDataToEndOfFile()
        data.withLock { $0 = read }
        done.signal()
      }
    }

    func wait() -> Data {
      done.wait()
      return data.withLock { $0 }
    }
  }
}

/// A folder that goes when the test ends.
final class Scratch {
  let url: URL
  var path: String { url.path }

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("pactolus-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
