import Foundation
import Testing

/// A Python that can run the worlds of these tests.
private enum PythonWithNumPy {
  static let isHere: Bool = {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [ProcessInfo.processInfo.environment["PACTOLUS_PYTHON"] ?? "python3", "-c", "import numpy"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()
}

/// What users read of a world in Python that does something else when it is played again.
@Suite("Worlds that do not repeat are named", .enabled(if: PythonWithNumPy.isHere, "no Python with NumPy is here"))
struct RepeatabilityTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "EnvironmentsTests/Python")
  private static let variables = ["PYTHONPATH": folder.path]

  private static let changing = "python:fake_worlds:misbehaving:how=changes,at=1"
  private static let steady = "python:fake_worlds:walk"
  private static let words = "is not exactly repeatable: an episode of"
  private static let settings = CompareRunsTests.tiny + ["--seed", "1"]

  @Test("play says it on standard error, where lines of JSON are not disturbed")
  func play() throws {
    let arguments = ["--steps", "4", "--json"]
    let told = try Tool.run(["play", Self.changing] + arguments, with: Self.variables)
    #expect(told.code == 0 && told.complaint.contains(Self.words), "\(told)")
    #expect(told.output.split(separator: "\n").allSatisfy { $0.hasPrefix("{") })
    let silent = try Tool.run(["play", Self.steady] + arguments, with: Self.variables)
    #expect(silent.code == 0 && silent.complaint.isEmpty, "\(silent)")
  }

  @Test("learn says it in one line at its start, as JSON in its first, and in the report; evaluate says it too")
  func learn() throws {
    let scratch = try Scratch()
    let run = scratch.path + "/run"
    let told = try Tool.run(["learn", Self.changing, "--out", run] + Self.settings, with: Self.variables)
    #expect(told.code == 0, "\(told)")
    #expect(told.complaint.components(separatedBy: Self.words).count == 2, "once: \(told.complaint)")
    let page = try String(contentsOfFile: run + "/report.html", encoding: .utf8)
    #expect(page.contains("not exactly repeatable"))
    let judged = try Tool.run(["evaluate", run, "--episodes", "2"], with: Self.variables)
    #expect(judged.code == 0 && judged.complaint.contains(Self.words), "\(judged)")

    let json = try Tool.run(
      ["learn", Self.changing, "--out", scratch.path + "/json", "--json"] + Self.settings, with: Self.variables)
    let first = try #require(json.output.split(separator: "\n").first)
    #expect(first.contains("\"event\":\"started\"") && first.contains(Self.words), "\(first)")

    let other = scratch.path + "/steady"
    let silent = try Tool.run(["learn", Self.steady, "--out", other] + Self.settings, with: Self.variables)
    #expect(silent.code == 0 && !silent.complaint.contains("repeatable"), "\(silent)")
    #expect(try !String(contentsOfFile: other + "/report.html", encoding: .utf8).contains("not exactly repeatable"))
  }
}
