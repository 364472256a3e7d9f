import Compute
import Files
import Foundation
import RewardFiles
import Testing

@Suite("Labels of people for rollouts")
struct GoldTests {
  let files: TemporaryFiles

  init() throws { files = try TemporaryFiles() }

  private func table(_ rows: [String], _ name: String = "rows.jsonl") throws -> RolloutTable {
    try RolloutFile.read([files.write(rows.joined(separator: "\n"), name)])
  }

  @Test("labels find their rollouts by id, and by prompt and completion; words and numbers are understood")
  func matching() throws {
    var table = try table([
      #"{"id":"x1","prompt":"p","response":"a","reward":1}"#, #"{"id":"x2","prompt":"p","response":"b","reward":0}"#,
      #"{"prompt":"p","response":"c","reward":0}"#,
    ])
    try table.readGold(
      files.write("id,gold,weight\nx2,accept,3\nx1,?,\nx9,1,\n", "by-id.csv"))
    #expect(table.gold == [2, 1, -1] && table.goldWeight[1] == 3 && table.goldWeight[0].isNaN)
    #expect(table.notes.contains("by-id.csv: 2 of 3 labels belong to a rollout"))
    try table.readGold(files.write(#"{"prompt":"p","completion":"c","gold":0}"#, "by-text.jsonl"))
    #expect(table.gold == [2, 1, 0])
  }

  @Test("labels that belong to no rollout, spell nothing, or are missing are errors")
  func refusals() throws {
    var table = try table([#"{"id":"x1","prompt":"p","response":"a","reward":1}"#])
    for text in ["id,gold\nz,1\n", "id,gold\nx1,perhaps\n", "id,gold\nx1,\n"] {
      let file = try files.write(text, "gold.csv")
      #expect(throws: InputError.self) { try table.readGold(file) }
    }
    #expect(table.gold.isEmpty)
  }

  @Test("two labels of one rollout that differ make it unsure")
  func dispute() throws {
    var table = try table([#"{"id":"x1","prompt":"p","response":"a","reward":1}"#])
    try table.readGold(files.write("id,gold\nx1,1\nx1,0\nx1,1\n", "gold.csv"))
    #expect(table.gold == [2] && table.notes.contains { $0.contains("1 rollouts have labels that differ") })
  }

  @Test("second verdicts are matched by id or by texts, equal texts in their order")
  func second() throws {
    var table = try table([
      #"{"prompt":"p","response":"a","reward":1}"#, #"{"prompt":"p","response":"b","reward":0}"#,
      #"{"prompt":"p","response":"a","reward":1}"#,
    ])
    try table.readSecond(
      files.write(
        [
          #"{"prompt":"p","response":"a","reward":0.25}"#, #"{"prompt":"p","response":"a","reward":0.75}"#,
          #"{"prompt":"p","response":"z","reward":1}"#,
        ].joined(separator: "\n"), "again.jsonl"))
    #expect(table.second.map(\.name) == ["again"])
    #expect(table.second[0].values[0] == 0.25 && table.second[0].values[1].isNaN && table.second[0].values[2] == 0.75)
    let strange = try files.write(#"{"prompt":"q","response":"z","reward":1}"#, "strange.jsonl")
    #expect(throws: InputError.self) { try table.readSecond(strange) }
  }

  /// 900 rejected and 100 accepted; of the accepted a fifth is wrong, of the rejected one in nine is right.
  private func population() throws -> (table: RolloutTable, truth: [Bool]) {
    let rows = (0..<1000).map { #"{"prompt":"p \#($0)","response":"r","reward":\#($0 % 10 == 0 ? 1 : 0)}"# }
    let truth = (0..<1000).map { $0 % 10 == 0 ? $0 % 50 != 0 : $0 % 9 == 0 }
    return (try table(rows), truth)
  }

  @Test("a sheet is blind, has equal shares of both verdicts, and its weights give back the population")
  func sheet() throws {
    var (table, truth) = try population()
    let sheet = try RolloutSheet(table, count: 100, strata: [.verdict], random: RandomSource(seed: 5))
    #expect(sheet.rows.count == 100 && Set(sheet.rows).count == 100)
    #expect(sheet.strata.map(\.rows) == [900, 100] && sheet.strata.map(\.sampled) == [50, 50])
    let written = try sheet.write(to: files.folder.appendingPathComponent("gold.csv"))
    #expect(written.map(\.lastPathComponent) == ["gold.csv", "gold.jsonl", "gold.weights.csv"])
    var cells = try CSVTable(try WholeFile.read(written[0]), place: "gold.csv")
    #expect(cells.header == ["key", "prompt", "completion", "answer", "gold"])
    // The order does not tell the stratum.
    let verdicts = sheet.rows.map { table.total[$0] }
    #expect(zip(verdicts, verdicts.dropFirst()).count { $0 != $1 } > 25)

    for (index, row) in sheet.rows.enumerated() { cells.rows[index][4] = truth[row] ? "1" : "0" }
    cells.rows[7][4] = ""
    try WholeFile.write(cells.data, to: written[0])
    try table.readGold(written[0])
    #expect(table.gold.count { $0 >= 0 } == 99)
    // Each stratum's weights add up to its rows, though one label is missing.
    for accepted in [0.0, 1.0] {
      let rows = (0..<1000).filter { table.total[$0] == accepted && table.gold[$0] >= 0 }
      #expect(abs(rows.reduce(0) { $0 + table.goldWeight[$1] } - (accepted == 1 ? 100 : 900)) < 1e-9)
      #expect(rows.allSatisfy { table.gold[$0] == (truth[$0] ? 1 : 0) })
    }
  }

  @Test("equal seeds draw equal sheets, other seeds others; small strata are taken whole")
  func draws() throws {
    let (table, _) = try population()
    let draws = try [5, 5, 6].map {
      try RolloutSheet(table, count: 400, strata: [.verdict], random: RandomSource(seed: $0))
    }
    #expect(draws[0].rows == draws[1].rows && draws[0].rows != draws[2].rows)
    #expect(draws[0].strata.map(\.sampled) == [300, 100])
    #expect(throws: InputError.self) {
      try RolloutSheet(table, count: 9, strata: [.step], random: RandomSource(seed: 1))
    }
  }
}
