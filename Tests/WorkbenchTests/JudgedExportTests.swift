import Compute
import Files
import Foundation
import RewardFiles
import Testing
import Workbench

@Suite("What people judged, for other tools")
struct JudgedExportTests {
  @Test("TRL's rows have the reply that was preferred as chosen, whatever the file said; ties stand apart")
  func preferences() throws {
    try JudgingBench.open(TextJudgingTests.pairs(0..<4)) { bench in
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      try bench.answerAll(ann) { question in
        switch question.prompt {
        case "Question 0?": question.preferring("good", strongly: true)
        case "Question 1?": question.preferring("bad")
        case "Question 2?": ["answer": "tie"]
        default: nil
        }
      }
      let file = URL(fileURLWithPath: bench.folder + "/out.jsonl")
      let written = try JudgedExport(directory: bench.directory).write(.trl, to: file, directory: bench.directory)
      #expect(written.count == 3 && written[0].hasPrefix("2 preferences") && written[1].hasPrefix("1 tie:"))
      let text = try String(contentsOf: file, encoding: .utf8)
      let rows = try text.split(separator: "\n").map {
        try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
      }
      #expect(rows.map { $0["prompt"] as? String } == ["Question 0?", "Question 1?"])
      #expect(rows.map { $0["chosen"] as? String } == ["good 0", "bad 1"])
      #expect(rows.map { $0["rejected"] as? String } == ["bad 0", "good 1"])
      #expect(rows.map { $0["strength"] as? Double } == [2, 1])
      #expect(rows.map { $0["margin"] as? Double } == [1, 2.0 / 3])
      #expect(rows.map { $0["annotator"] as? String } == ["Ann", "Ann"])
      #expect(rows.map { $0["row"] as? Int } == [0, 1])
      // The model's scores go with their replies.
      #expect(rows.map { $0["score_chosen"] as? Double } == [0.917_3, -0.618_2 - 1])
      #expect(rows.map { $0["score_rejected"] as? Double } == [-0.618_2, 0.917_3 + 1])
      let ties = try bench.exported(.exportTies, olga)
      #expect(ties.count == 1 && ties[0]["label"] as? String == "tie" && ties[0]["row"] as? Int == 2)
    }
  }

  @Test("the readers of audits and heads take the rows: labels, strength, who, and where the chosen one stood")
  func readBack() throws {
    try JudgingBench.open(TextJudgingTests.pairs(0..<6)) { bench in
      let ann = try bench.join("Ann")
      let seen = try bench.answerAll(ann) {
        $0.prompt == "Question 5?" ? ["answer": "tie"] : $0.preferring("good", strongly: $0.prompt == "Question 2?")
      }
      let file = URL(fileURLWithPath: bench.folder + "/out.jsonl")
      _ = try JudgedExport(directory: bench.directory).write(.trl, to: file, directory: bench.directory)
      let ties = URL(fileURLWithPath: bench.folder + "/out.ties.jsonl")
      let table = try PreferenceFile.read([file, ties])
      #expect(table.count == 6 && table.setAside.count == 0)
      #expect(table.label == [1, 1, 1, 1, 1, 0])
      #expect(Array(table.strength.prefix(5)) == [1, 1, 2, 1, 1])
      #expect((0..<6).allSatisfy { table.annotator[$0] == "Ann" })
      #expect(table.hasScores && abs(table.margin(0) - 1.535_5) < 1e-12)
      for row in 0..<5 { #expect(table.position[row] == (seen[row].replies[0] == "good \(row)" ? 1 : -1)) }
    }
  }

  @Test("messages stay messages, and people read the last one")
  func conversations() throws {
    func message(_ role: String, _ text: String) -> [String: String] { ["role": role, "content": text] }
    let rows: [[String: Any]] = [
      [
        "prompt": [message("system", "Be short."), message("user", "Why?")], "chosen": [message("assistant", "So.")],
        "rejected": [message("assistant", "Because it is so.")],
      ],
      [
        "chosen": [message("user", "And?"), message("assistant", "Yes.")],
        "rejected": [message("user", "And?"), message("assistant", "No.")],
      ],
    ]
    try JudgingBench.open(rows) { bench in
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      let seen = try bench.answerAll(ann) { $0.preferring($0.prompt.contains("Why") ? "Because" : "Yes") }
      #expect(seen[0].prompt == "system: Be short.\n\nuser: Why?")
      #expect(Set(seen[0].replies) == ["So.", "Because it is so."])
      #expect(seen[1].prompt == "user: And?" && Set(seen[1].replies) == ["Yes.", "No."])
      let out = try bench.exported(.exportTRL, olga)
      #expect(out[0]["chosen"] as? [[String: String]] == [message("assistant", "Because it is so.")])
      #expect(out[0]["prompt"] as? [[String: String]] == [message("system", "Be short."), message("user", "Why?")])
      #expect(out[1]["prompt"] == nil)
      #expect(out[1]["chosen"] as? [[String: String]] == [message("user", "And?"), message("assistant", "Yes.")])
    }
  }

  @Test("the table and the lines have every answer, also those that decide nothing")
  func everything() throws {
    try JudgingBench.open(TextJudgingTests.pairs(0..<3)) { bench in
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      try bench.answerAll(ann) { $0.prompt == "Question 1?" ? nil : $0.preferring("good") }
      let lines = try bench.exported(.export, olga)
      #expect(lines.map { $0["answer"] as? String } == ["first", "cannot-tell", "first"])
      #expect(lines.allSatisfy { $0["milliseconds"] as? Int == 500 && $0["role"] as? String == "annotator" })
      let table = try bench.send(.exportTable, olga).reply.body as? String ?? ""
      let rows = table.split(separator: "\n")
      #expect(rows.count == 4 && rows[0].hasPrefix("row,place,strongly,left,"))
      #expect(rows[2].hasPrefix("1,pairs.jsonl:2,,,"))
    }
  }

  @Test("a run's answers are no rows of TRL's, and are said to be none")
  func runs() throws {
    try Bench.open { bench in
      let olga = try bench.join("Olga", .owner)
      #expect(try bench.send(.exportTRL, olga).error.contains("about clips"))
      #expect(try bench.send(.export, olga).status == 200)
    }
  }
}
