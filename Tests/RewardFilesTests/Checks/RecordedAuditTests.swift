import Compute
import Foundation
import Recorded
import RewardFiles
import Testing

/// The whole audit of the example files: every check, its tests, its pictures and its example rows.
@Suite("The audit of the example files, word for word")
struct RecordedAuditTests {
  private static let data = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../Examples/data").standardizedFileURL

  private static func text(_ audit: FilesAudit) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "infinity", negativeInfinity: "-infinity", nan: "undefined")
    return Recorded.text(audit.findings) + String(decoding: try encoder.encode(audit), as: UTF8.self)
  }

  @Test("pairs with a second batch", arguments: ["pairs", "brevity"])
  func pairs(name: String) throws {
    let options = ReadingOptions()
    let table = try PreferenceFile.read([Self.data.appendingPathComponent(name + ".jsonl")], options: options)
    var input = AuditInput()
    input.preferences = table
    if let second = try? SecondScoring.read(
      Self.data.appendingPathComponent("other-batch.jsonl"), for: table, options: options)
    {
      input.secondScorings = [second]
    }
    var audit = FilesAudit(input, random: RandomSource(seed: 5))
    try audit.quote(table, options: options)
    try Recorded.check(Self.text(audit), as: "audit-\(name)")
  }

  @Test("best of n")
  func samples() throws {
    var input = AuditInput()
    input.samples = try SampleFile.read(Self.data.appendingPathComponent("best-of-n.jsonl"), options: ReadingOptions())
    try Recorded.check(
      Self.text(FilesAudit(input, random: RandomSource(seed: 5))), as: "audit-best-of-n")
  }

  @Test("pairs with planted faults: length, style, noise, scored twice and with embeddings")
  func planted() throws {
    var input = AuditInput()
    let rows = FilesAuditTests.rows(500, seed: 8, lengthCredit: 0.8, turned: 0.1)
    let table = PreferenceTable(rows)
    input.preferences = table
    try Recorded.check(Self.text(FilesAudit(input, random: RandomSource(seed: 5))), as: "audit-planted")
  }
}
