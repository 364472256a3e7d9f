import Compute
import Foundation
import RewardFiles
import Testing

@Suite("Scores of a second file find their rows")
struct ScoreMatching {
  let files: TemporaryFiles

  init() throws { files = try TemporaryFiles() }

  private func row(_ index: Int, id: String? = nil, texts: Bool = true, score: Double? = nil) -> String {
    var parts: [String] = []
    if let id { parts.append(#""id":"\#(id)""#) }
    if texts { parts.append(#""prompt":"p \#(index)","chosen":"a \#(index)","rejected":"b \#(index)""#) }
    if let score { parts.append(#""score_chosen":\#(score),"score_rejected":0"#) }
    return "{" + parts.joined(separator: ",") + "}"
  }

  private func table(_ rows: [String]) throws -> PreferenceTable {
    try PreferenceFile.read([files.write(rows.joined(separator: "\n"), "pairs.jsonl")])
  }

  private func second(_ rows: [String], for table: PreferenceTable) throws -> SecondScoring {
    try SecondScoring.read(files.write(rows.joined(separator: "\n"), "second.jsonl"), for: table)
  }

  @Test("ids that repeat in either file match nothing and are named; the others do")
  func repeated() throws {
    let ids = ["x", "b", "x", "d"]
    let table = try table((0..<4).map { row($0, id: ids[$0]) })
    let scores = (0..<4).map { row($0, id: ["x", "b", "c", "d"][$0], texts: false, score: Double($0 + 1)) }
    let scoring = try second(scores, for: table)
    #expect(scoring.scoreChosen[1] == 2 && scoring.scoreChosen[3] == 4)
    #expect(scoring.scoreChosen[0].isNaN && scoring.scoreChosen[2].isNaN)
    let matching = try #require(scoring.matching)
    #expect(matching.byID == 2 && matching.withoutPartner == 2 && matching.unused == 2 && matching.repeatedIDs == 1)
    #expect(matching.repeatedAt == ["pairs.jsonl:3 as line 1"])
    #expect(scoring.reading?.notes.last?.contains("1 ids repeat") == true)
    let mirrored = try second(scores + [row(9, id: "d", texts: false, score: 9)], for: table)
    #expect(mirrored.scoreChosen[3].isNaN && mirrored.matching?.repeatedIDs == 2)
  }

  @Test("without ids rows are matched by their texts, in whatever order they stand, and alike rows in turn")
  func texts() throws {
    let table = try table([row(0), row(1), row(2), row(1)])
    let order = [2, 1, 0, 1]
    let scoring = try second(order.enumerated().map { row($1, score: Double($0)) }, for: table)
    #expect(scoring.scoreChosen == [2, 1, 0, 3])
    #expect(scoring.matching?.byText == 4 && scoring.matching?.words == "4 of 4 rows matched by text")
  }

  @Test("rows that no id finds are looked for by text, and texts that differ under one id are counted")
  func both() throws {
    let table = try table([row(0, id: "a"), row(1, id: "b"), row(2, id: "c")])
    let scoring = try second(
      [row(7, id: "b", score: 1), row(2, id: "z", score: 2), row(8, id: "y", score: 3)], for: table)
    #expect(scoring.scoreChosen[0].isNaN && scoring.scoreChosen.dropFirst() == [1, 2])
    let matching = try #require(scoring.matching)
    #expect(matching.byID == 1 && matching.byText == 1 && matching.differentTexts == 1 && matching.unused == 1)
  }

  @Test("that no row matches is an error; so are other numbers of rows where only the order is left")
  func none() throws {
    let table = try table([row(0, id: "a"), row(1, id: "b")])
    for rows in [[row(5, id: "x", score: 1), row(6, id: "y", score: 1)], [row(5, score: 1), row(6, score: 2)]] {
      let error = #expect(throws: InputError.self) { try second(rows, for: table) }
      #expect(error?.problem.hasPrefix("no row belongs to a row of the pairs") == true)
    }
    #expect(throws: InputError.self) { try second([row(0, texts: false, score: 1)], for: table) }
    let byOrder = try second([row(0, texts: false, score: 1), row(0, texts: false, score: 2)], for: table)
    #expect(byOrder.scoreChosen == [1, 2] && byOrder.matching?.byOrder == 2)
  }
}

@Suite("Reward models side by side")
struct ModelComparisonTests {
  /// 40 pairs: A is right in 30, B in 20, both in 16; then a training row, a tie and a row that B has not scored.
  private static let table: PreferenceTable = {
    var rows = (0..<43).map { index -> PreferenceRow in
      var row = PreferenceRow(prompt: "p \(index)", chosen: "a", rejected: "b")
      let a = index < 16 || (20..<34).contains(index)
      let b = index < 20
      row.members = ["score_A": SIMD2(a ? 1 : 0, a ? 0 : 1), "score_B": SIMD2(b ? 1 : 0, b ? 0 : 1)]
      row.split = "test"
      return row
    }
    rows[40].split = "train"
    rows[41].label = 0
    rows[42].members["score_B"] = nil
    return PreferenceTable(rows)
  }()

  @Test("the same pairs count for all, and the paired test is McNemar's exact one")
  func paired() throws {
    let comparison = try ModelComparison(Self.table, models: ["A", "score_B"])
    #expect(comparison.count == 40 && comparison.models.map(\.right) == [30, 20])
    let difference = comparison.differences[0]
    #expect(difference.firstAlone == 14 && difference.secondAlone == 4 && difference.difference == 0.25)
    // scipy.stats.binomtest(4, 18).pvalue, and 1.959964·√((18 − 100/40)/40²) by hand.
    #expect(abs(difference.pValue - 0.0308837890625) < 1e-12)
    let reach = 1.959963984540054 * (15.5 / 1600).squareRoot()
    #expect(abs(difference.interval.upper - 0.25 - reach) < 1e-9)
    #expect(difference.correctedPValue == difference.pValue)
  }

  @Test("three comparisons are corrected by Holm's method; unknown models name the near ones")
  func corrected() throws {
    var rows = (0..<20).map { PreferenceRow(prompt: "p \($0)", chosen: "a", rejected: "b") }
    for index in rows.indices {
      rows[index].members = [
        "m1": SIMD2(1, 0), "m2": SIMD2(index < 10 ? 1 : 0, 0.5), "m3": SIMD2(index < 12 ? 1 : 0, 0.5),
      ]
    }
    let comparison = try ModelComparison(PreferenceTable(rows))
    // Of one alone: 10 and 0, 8 and 0, 0 and 2: p = 2/1024, 2/256, 1/2; times 3, 2, 1.
    let right = [(2.0 / 1024, 6.0 / 1024), (2.0 / 256, 4.0 / 256), (0.5, 0.5)]
    for (difference, value) in zip(comparison.differences, right) {
      #expect(abs(difference.pValue - value.0) < 1e-14)
      #expect(abs(difference.correctedPValue - value.1) < 1e-14)
    }
    let error = #expect(throws: InputError.self) { try ModelComparison(PreferenceTable(rows), models: ["m1", "m4"]) }
    #expect(error?.remedy?.contains("m1") == true)
    #expect(throws: InputError.self) { try ModelComparison(PreferenceTable(rows), models: ["m1"]) }
  }

  @Test("models in a file each stand side by side, by what is the file's own in its name, and by domain")
  func files() throws {
    let files = try TemporaryFiles()
    func rows(_ order: [Int], right: (Int) -> Bool) -> String {
      order.map { row in
        let label = row.isMultiple(of: 2) ? "A>B" : "B>A"
        let scores = right(row) == (label == "A>B") ? "[2, 1]" : "[1, 2]"
        return #"{"pair_id": "p\#(row)", "source": "\#(row < 40 ? "mathematics" : "law")", "question": "q \#(row)?", "#
          + #""response_A": "a \#(row)", "response_B": "b \#(row)", "label": "\#(label)", "#
          + #""judgments": [{"judgment": {"scores": \#(scores)}}]}"#
      }.joined(separator: "\n")
    }
    let order = Array(0..<80)
    let sources = try [
      files.write(rows(order) { $0 < 60 }, "judge=rm,model=first-7B.jsonl"),
      files.write(rows(order.reversed()) { $0 % 4 != 0 }, "judge=rm,model=second-2B.jsonl"),
    ]
    let comparison = try ModelComparison(PreferenceTable.models(in: sources))
    #expect(comparison.models.map(\.name) == ["first-7B", "second-2B"])
    #expect(comparison.count == 80 && comparison.models.map(\.right) == [60, 60])
    let domains = try #require(comparison.groups.first).rows
    #expect(domains.map(\.name) == ["mathematics", "law"])
    #expect(domains.map(\.right) == [[40, 30], [20, 30]])
    let other = try files.write(rows([900, 901]) { _ in true }, "judge=rm,model=third.jsonl")
    #expect(throws: InputError.self) { try PreferenceTable.models(in: [sources[0], other]) }
  }

  @Test("a model's name is its file's stem less what all share in whole words, and never empty or an ending")
  func names() {
    func names(_ files: [String]) -> [String] {
      PreferenceTable.names(of: files.map { URL(fileURLWithPath: "/data/" + $0) })
    }
    #expect(names(["rm.jsonl", "rm-v2.jsonl"]) == ["rm", "rm-v2"])
    #expect(names(["base.jsonl", "base_dpo.jsonl.gz"]) == ["base", "base_dpo"])
    #expect(names(["rm-7B-test.jsonl", "rm-13B-test.jsonl"]) == ["7B", "13B"])
    #expect(names(["a--b.jsonl", "a-x-b.jsonl"]) == ["a--b", "a-x-b"])
  }
}
