import Compute
import Files
import Foundation
import RewardFiles
import Testing
import Workbench

@Suite("Judging verdicts on rollouts")
struct VerdictTests {
  /// The verifier paid for the even ones; those whose number can be divided by three are right.
  static func rollouts(_ count: Int) -> [[String: Any]] {
    (0..<count).map { number in
      [
        "id": "r\(number)", "prompt": "What is \(number) + 1?", "completion": "It is \(number + 1), number \(number).",
        "answer": "\(number + 1)", "reward": number % 2 == 0 ? 1.0 : 0.0,
      ]
    }
  }

  private static func number(_ question: TextQuestion) -> Int {
    Int(question.prompt.filter(\.isNumber).dropLast()) ?? -1
  }

  private static func verdict(_ question: TextQuestion) -> [String: Any]? {
    let number = number(question)
    return number == 7 ? nil : ["answer": number % 3 == 0 ? "right" : "wrong"]
  }

  @Test("labels go back to the rollouts that they are of, beside what the verifier paid")
  func labels() throws {
    try JudgingBench.open(Self.rollouts(9), named: "rollouts.jsonl") { bench in
      #expect(bench.record.kind == .rollouts)
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      let asked = try bench.send(.questions, ann).text
      #expect(asked.contains("It is 1") && asked.contains("\"reference\":\"1\""))
      #expect(!asked.contains("reward") && !asked.contains("1.0") && !asked.contains("\"r0\""))
      try bench.answerAll(ann, Self.verdict)
      let lines = try bench.exported(.export, olga)
      #expect(lines.map { $0["reward"] as? Double } == [1, 0, 1, 0, 1, 0, 1, 0, 1])
      let file = URL(fileURLWithPath: bench.folder + "/labels.jsonl")
      _ = try JudgedExport(directory: bench.directory).write(.jsonl, to: file, directory: bench.directory)
      var table = try RolloutFile.read([URL(fileURLWithPath: bench.folder + "/rollouts.jsonl")])
      try table.readGold(file)
      #expect(table.gold == [1, 0, 0, 1, 0, 0, 1, 2, 0])
      let unpaired = try bench.exported(.exportTRL, olga)
      #expect(unpaired.count == 8 && unpaired.map { $0["label"] as? Bool } == [1, 0, 0, 1, 0, 0, 1, 0].map { $0 == 1 })
      #expect(try bench.exported(.exportTies, olga).map { $0["row"] as? Int } == [7])
      let notes = try bench.send(.status, olga).reply["notes"] as? [String] ?? []
      // Right are 0, 3 and 6: paid 1, 0, 1.
      #expect(notes.contains("The verifier paid 0.667 on average for what people call right."))
      #expect(notes.contains("The verifier paid 0.6 on average for what people call wrong."))
    }
  }

  @Test("a sheet of 'sample rollouts' opens as it is, and its labels keep the weights")
  func sheets() throws {
    try JudgingBench.inFolder { folder in
      let file = try JudgingBench.write(Self.rollouts(30), to: folder + "/rollouts.jsonl")
      var table = try RolloutFile.read([file])
      let sheet = try RolloutSheet(table, count: 10, strata: [.verdict], random: RandomSource(seed: 3))
      for url in try sheet.write(to: URL(fileURLWithPath: folder + "/gold")).prefix(2) {
        var source = JudgingSource(url)
        source.seed = 4
        let bench = try JudgingBench(folder, source)
        #expect(bench.record.kind == .rollouts && bench.record.questions == 10)
        let ann = try bench.join("Ann")
        try bench.answerAll(ann) { ["answer": Self.number($0) % 3 == 0 ? "right" : "wrong"] }
        let labels = URL(fileURLWithPath: folder + "/labels-\(url.pathExtension).jsonl")
        let written = try JudgedExport(directory: bench.directory).write(.jsonl, to: labels, directory: bench.directory)
        #expect(written.count == 2)
        table.gold = []
        try table.readGold(labels)
        for row in 0..<30 {
          #expect(table.gold[row] == (sheet.rows.contains(row) ? (row % 3 == 0 ? 1 : 0) : -1), "row \(row)")
          // Five of the fifteen of either verdict: each stands for three.
          if sheet.rows.contains(row) { #expect(table.goldWeight[row] == 3) }
        }
        try FileManager.default.removeItem(atPath: bench.directory)
      }
    }
  }

  @Test("rollouts with a label that is trusted are not asked, but tell about people")
  func trusted() throws {
    let known = Self.rollouts(40).enumerated().filter { $0.offset % 4 == 0 }.map { index, row in
      ["id": row["id"]!, "gold": index % 3 == 0 ? 1 : 0]
    }
    try JudgingBench.open(Self.rollouts(40), trusted: known, named: "rollouts.jsonl") { source in
      source.kind = .rollouts
    } _: { bench in
      #expect(bench.record.questions == 30 && bench.record.gold == 10)
      let (olga, ann, bob) = (try bench.join("Olga", .owner), try bench.join("Ann"), try bench.join("Bob"))
      #expect(try bench.send(.quality, olga, ["overlap": 2, "gold": 0.4]).reply.status == 200)
      try bench.answerAll(ann) { ["answer": Self.number($0) % 3 == 0 ? "right" : "wrong"] }
      try bench.answerAll(bob) { _ in ["answer": "right"] }
      let people = try bench.send(.people, olga).reply["people"] as? [[String: Any]] ?? []
      let shares = ["Ann", "Bob"].map { name in
        people.first { $0["name"] as? String == name }?["gold"] as? [String: Any] ?? [:]
      }
      let (hers, his) = (shares[0], shares[1])
      #expect((hers["count"] as? Int ?? 0) > 3 && hers["right"] as? Int == hers["count"] as? Int)
      // Of the ten, 0, 12, 24 and 36 are right; all ten were asked of Bob if any of them was left out nowhere.
      #expect((his["right"] as? Int ?? 99) <= 4 && (his["count"] as? Int ?? 0) > (his["right"] as? Int ?? 99))
      #expect(people.allSatisfy { $0["left"] == nil })
    }
  }
}
