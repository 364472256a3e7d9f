import Files
import Foundation

/// Which Python steps environments.
///
/// ```swift
/// PythonInterpreter(path: "/home/me/venv/bin/python")   // this one
/// PythonInterpreter()                                   // the checkout's own, else the `python3` of the path
/// ```
public struct PythonInterpreter: Sendable, Hashable {
  /// The program: a path, or a name that is looked up in `PATH`.
  public let path: String

  /// An interpreter by its path or name; without one, `.build/python/bin/python` of the checkout that the command was
  /// started from or of the working directory, which `./pactolus setup gymnasium` makes; without that `python3`.
  public init(path: String? = nil) {
    self.path = path ?? Self.ownPaths.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "python3"
  }

  private static var ownPaths: [String] {
    let script = ProcessInfo.processInfo.environment["PACTOLUS_SCRIPT"].map {
      URL(filePath: $0).deletingLastPathComponent().path
    }
    return [script, FileManager.default.currentDirectoryPath].compactMap { $0 }.map { $0 + "/.build/python/bin/python" }
  }

  /// The version of a distribution package that this interpreter has installed; nil if it has none, or does not run.
  /// Starts the interpreter once, without importing the package.
  package func version(of package: String) -> String? {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    let question = "import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))"
    process.arguments = [path, "-c", question, package]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    // A Python that cannot be started has no packages.
    guard (try? process.run()) != nil else { return nil }
    let text = output.fileHandleForReading.allBytes()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
