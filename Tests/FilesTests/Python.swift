import Foundation

/// The Python on the search path, for reading what we write and writing what we read. Tests that need a package are
/// skipped, with a message, where it is not installed.
enum Python {
  static func has(_ package: String) -> Bool { (try? run("import \(package)")) != nil }

  /// Runs a program and returns what it prints; throws if it fails.
  @discardableResult
  static func run(_ program: String, _ arguments: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(status: process.terminationStatus) }
    return String(decoding: printed, as: UTF8.self)
  }

  struct Failure: Error { var status: Int32 }
}

/// A new folder that is removed when the test ends.
func withTemporaryFolder<Value>(_ body: (URL) throws -> Value) throws -> Value {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pactolus-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}
