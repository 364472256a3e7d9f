import Compute
import Findings
import Foundation
import Reports
import RunFixtures
import Runs
import Testing

@Suite("Tables of studies")
struct StudyTableTests {
  /// Two rows of four seeds with made results: the first succeeds and is trusted, the second fails and mostly is not
  /// named.
  private static func made(_ body: (Study, StudyTable) throws -> Void) throws {
    try withTemporaryDirectory { parent in
      let file = try TinyStudy.file(
        seeds: "4", measure: "[random, true-reward, return, score, headline, answers]", more: "tables: [outcomes, rows]"
      )
      let study = try Study.begin(file, in: parent + "/s", number: 5)
      let table = try StudyTable(path: study.layout.studyTable)
      func enter(_ key: String, _ mean: Double, _ verdict: Finding.Verdict? = nil) throws {
        let returns = ReturnSummary(episodes: 4, mean: mean, deviation: 0)
        try table.enter(key, TrialResult(returns: returns, own: returns, verdict: verdict), seconds: 1, at: 0)
      }
      try enter("random/pactolus/Pendulum-v1", -1000)
      for seed in [0, 1] { try enter("true-reward/pactolus/Pendulum-v1/seed-\(seed)", seed == 0 ? -190 : -210) }
      for (index, seed) in study.seeds.enumerated() {
        try enter("row-001/seed-\(seed)", -230 - Double(index), .holds)
        if index < 3 { try enter("row-002/seed-\(seed)", -900, index == 0 ? .fails : .unknown) }
      }
      try body(study, table)
    }
  }

  @Test("means with intervals over seeds, successes, words of headlines, and what is missing, by hand")
  func rows() throws {
    try Self.made { study, _ in
      let tables = StudyTables(try StudyResults(study))
      let table = try #require(tables.tables.last)
      #expect(
        table.columns == [
          "person", "seeds", "random policy", "agent on the true reward", "true return", "score", "≥ 0.9", "headline",
          "answers",
        ])
      // −231.5 ± t(.975, 3) · 1.29099 ÷ 2 = 3.18245 · .645497 = 2.0543.
      #expect(
        table.rows[0] == [
          "ties", "4", "−1,000", "−200", "−232 [−234, −229]", "0.961 [0.958, 0.963]", "4 of 4", "4 trusted", "–",
        ])
      #expect(
        table.rows[1].prefix(8) == [
          "errs", "3 of 4", "−1,000", "−200", "−900; −900; −900", "0.125; 0.125; 0.125", "0 of 3",
          "1 named failure, 2 not settled",
        ])
      #expect(tables.remarks.first?.hasPrefix("4 seeds drawn from the number 5.") == true)
      #expect(tables.remarks.contains("1 trial of 11 not in the table yet."))
    }
  }

  @Test("outcomes by headline, rates and ceilings, by hand")
  func outcomes() throws {
    try Self.made { study, _ in
      let tables = StudyTables(try StudyResults(study)).tables
      #expect(
        tables[0].rows == [
          ["trusted", "4", "0", "0"], ["named failure", "0", "0", "1"], ["not settled", "0", "0", "2"],
        ])
      #expect(tables[1].rows.map { $0[1] } == ["4 of 4", "1 of 3", "0 of 3"])
      #expect(tables[1].rows.map { $0[3] } == ["100 %", "100 %", "0 %"])
      #expect(tables[1].rows.map(\.last) == ["unknown", "fails", "unknown"])
    }
  }

  @Test("the page, the CSV and the Markdown say the same, and equal studies say it in equal bytes")
  func files() throws {
    try Self.made { study, _ in
      let results = try StudyResults(study)
      let path = try StudyFiles.write(results)
      let page = try String(contentsOfFile: path, encoding: .utf8)
      #expect(page.contains("0.961 [0.958, 0.963]") && page.contains("A rate that is demanded is missed"))
      #expect(try String(contentsOfFile: StudyFiles.write(results), encoding: .utf8) == page)
      #expect(StudyFiles.markdown(results).contains("| ties | 4 | −1,000 | −200 |"))
      let csv = try String(contentsOfFile: study.layout.directory + "/trials.csv", encoding: .utf8).split(
        separator: "\n")
      #expect(csv.count == 8 && csv[1].hasPrefix("ties,pactolus/Pendulum-v1,\(study.seeds[0]),-230.0,0.0,0.9625,"))
      #expect(csv[1].contains(",success,holds,"))
    }
  }

  @Test("columns are aligned by what they hold")
  func aligned() {
    let table = ReportModel.Table(
      caption: "c", columns: ["a", "long"], rows: [["xy", "1"], ["z", "−20"]], numeric: [1])
    #expect(TableText(table).aligned == "c\na   long\nxy     1\nz    −20")
    #expect(TableText(table).markdown == "| a | long |\n| --- | ---: |\n| xy | 1 |\n| z | −20 |")
  }
}
