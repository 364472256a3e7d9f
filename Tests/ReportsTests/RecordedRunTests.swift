import Foundation
import Recorded
import Reports
import RunFixtures
import Runs
import Testing

/// Reports of runs that are kept in the repository, alone and as a study.
@Suite("Reports of kept runs, word for word")
struct RecordedRunTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../RunsTests/Fixtures").standardizedFileURL.path

  private static func records<Result>(_ names: [String], _ body: ([RunRecord]) throws -> Result) throws -> Result {
    try withTemporaryDirectory { parent in
      for name in names { try FileManager.default.copyItem(atPath: fixtures + "/" + name, toPath: parent + "/" + name) }
      return try body(names.map { try RunRecord(directory: parent + "/" + $0) })
    }
  }

  /// Of each clip the first and the last picture.
  private static func text(_ model: ReportModel) throws -> String {
    var model = model
    for section in model.sections.indices {
      for group in model.sections[section].clips.indices {
        for clip in model.sections[section].clips[group].clips.indices {
          let frames = model.sections[section].clips[group].clips[clip].frames
          model.sections[section].clips[group].clips[clip].title += " (\(frames.count) pictures)"
          model.sections[section].clips[group].clips[clip].frames = [frames.first, frames.last].compactMap(\.self)
        }
      }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(model), as: UTF8.self)
  }

  @Test("one run", arguments: ["comparison", "mixed", "live", "untied", "many"])
  func run(name: String) throws {
    try Self.records([name]) { records in
      try Recorded.check(Self.text(ReportModel(records: records, written: "now")), as: "run-\(name)")
    }
  }

  @Test("a study of two, of which one has many answers")
  func pair() throws {
    try Self.records(["many", "comparison"]) { records in
      try Recorded.check(Self.text(ReportModel(records: records, written: nil)), as: "run-pair")
    }
  }

  @Test("a study of three")
  func study() throws {
    try Self.records(["comparison", "untied", "mixed"]) { records in
      try Recorded.check(Self.text(ReportModel(records: records, written: nil)), as: "run-study")
    }
  }
}
