import Compute
import Foundation
import Testing
import Workbench

@Suite("Judging pairs of texts")
struct TextJudgingTests {
  /// "good 3" is what the file calls chosen, and has the higher score.
  static func pairs(_ numbers: Range<Int>) -> [[String: Any]] {
    numbers.map { number in
      [
        "prompt": "Question \(number)?", "chosen": "good \(number)", "rejected": "bad \(number)",
        "score_chosen": 0.917_3 + Double(number), "score_rejected": -0.618_2 - Double(number),
        "chosen_model": "secret-model-x", "rejected_model": "secret-model-y", "annotator": "Zacharias",
      ]
    }
  }

  @Test("which reply stands left is drawn for each person, stays when asked again, and is recorded")
  func sides() throws {
    try JudgingBench.open(Self.pairs(0..<60)) { bench in
      let (olga, ann, bob) = (try bench.join("Olga", .owner), try bench.join("Ann"), try bench.join("Bob"))
      #expect(try bench.send(.quality, olga, ["overlap": 2]).reply.status == 200)
      func left(_ question: TextQuestion) -> String { question.replies[0] }
      let hers = try bench.answerAll(ann) { $0.preferring("good") }
      let his = try bench.answerAll(bob) { _ in ["answer": "first", "strongly": true] }
      #expect(hers.count == 60 && his.count == 60)
      #expect(hers.map(\.prompt) == his.map(\.prompt))
      for questions in [hers, his] {
        // A half of 60, standard deviation 3.9; four of those from it.
        let good = questions.count { left($0).hasPrefix("good") }
        #expect((15...45).contains(good))
      }
      #expect((15...45).contains(zip(hers, his).count { left($0) != left($1) }))
      // Taken back, the same question comes with the same sides, and with what was said of them.
      let undone = try #require(try bench.send(.undo, ann).reply["question"] as? [String: Any])
      let again = TextQuestion(undone)
      let last = try #require(hers.last)
      #expect(again.replies == last.replies)
      let said = (undone["previous"] as? [String: Any])?["content"] as? [String: Any]
      #expect(said?["answer"] as? String == last.preferring("good")["answer"] as? String)
      #expect(try bench.answer(again, ann, last.preferring("good")).status == 200)
      // What stood left is known of each answer: Bob always took it.
      let rows = try bench.exported(.exportTRL, olga)
      let position = { (name: String, row: [String: Any]) in
        row["annotator"] as? String == name ? row["chosen_position"] as? String : nil
      }
      #expect(rows.compactMap { position("Bob", $0) } == Array(repeating: "first", count: 60))
      #expect(
        rows.compactMap { position("Ann", $0) }.count { $0 == "first" } == hers.count { left($0).hasPrefix("good") })
      let people = try bench.send(.people, olga).reply["people"] as? [[String: Any]] ?? []
      let bobs = try #require(people.first { $0["name"] as? String == "Bob" })
      let lefts = bobs["left"] as? [String: Any]
      #expect(lefts?["right"] as? Int == 60 && lefts?["count"] as? Int == 60)
      // Ann and Bob agree where the good one stood left for Bob.
      let agreement = bobs["agreement"] as? [String: Any]
      #expect(agreement?["right"] as? Int == his.count { left($0).hasPrefix("good") })
      #expect(agreement?["count"] as? Int == 60)
    }
  }

  @Test("agreement is about the replies, whatever stood left for either: of 12 pairs two people differ on 2")
  func agreement() throws {
    try JudgingBench.open(Self.pairs(0..<12)) { bench in
      let (olga, ann, bob) = (try bench.join("Olga", .owner), try bench.join("Ann"), try bench.join("Bob"))
      #expect(try bench.send(.quality, olga, ["overlap": 2]).reply.status == 200)
      for member in [ann, bob] {
        try bench.answerAll(member) { question in
          let number = Int(question.prompt.filter(\.isNumber))!
          let isBad = number % 3 == 0 || member.name == "Bob" && [1, 2].contains(number)
          return question.preferring(isBad ? "bad" : "good")
        }
      }
      // 24 answers, 14 for one and 10 for the other: 1 − (4 / 24) / (2 · 14 · 10 / (24 · 23)).
      let alpha = try bench.send(.agreement, olga).reply["alpha"] as? [String: Any]
      #expect(abs((alpha?["value"] as? Double ?? 0) - 0.6714285714) < 1e-9)
      #expect(alpha?["count"] as? Int == 12)
    }
  }

  @Test("no byte that an annotator is sent has a score, a model, a file's name or which one was chosen")
  func blindness() throws {
    try JudgingBench.open(Self.pairs(0..<8), trusted: Self.pairs(20..<24), named: "gpt-against-claude.jsonl") { bench in
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      #expect(try bench.send(.quality, olga, ["mirrored": 0.2, "duplicate": 0.2]).reply.status == 200)
      #expect(bench.record.gold == 4 && bench.record.questions == 8)
      var sent: [String] = []
      var lease: [String: Any] = [:]
      for turn in 0..<14 {
        let asked = try bench.send(.questions, ann, ["count": 2])
        sent.append(asked.text)
        guard let first = (asked.reply["questions"] as? [[String: Any]])?.first else { break }
        let question = TextQuestion(first)
        lease = ["id": UUID().uuidString, "question": question.id, "lease": question.lease]
        sent.append(try bench.send(.answers, ann, lease.merging(["content": question.preferring("good")]) { $1 }).text)
        if turn % 4 == 3 { sent.append(try bench.send(.undo, ann).text) }
      }
      // What is refused is looked at as well; the carrier keeps most of it from annotators, and that is tested with it.
      for endpoint in Endpoint.allCases where endpoint.roles?.contains(.annotator) ?? false {
        guard ![.join, .leave, .events].contains(endpoint) else { continue }
        for body: [String: Any] in [
          [:], ["question": lease["question"] ?? "1", "clip": 0, "from": 0, "actions": [[0]]],
          ["question": "1", "content": ["answer": "neither"]],
          lease.merging(["id": UUID().uuidString, "content": ["answer": "neither"]]) { $1 },
        ] { sent.append(try bench.send(endpoint, ann, body).text) }
      }
      #expect(sent.count > 30)
      for word in [
        "secret-model", "0.917", "0.618", "score", "chosen", "rejected", "label", "preferred", "expected\":", "gold",
        "gpt", "claude", "jsonl", "Zacharias", "mirrored\":true", "check", "row\"", "place\"",
      ] {
        #expect(!sent.contains { $0.contains(word) }, "\(word)")
      }
      // They did get texts.
      #expect(sent.contains { $0.contains("good 0") && $0.contains("bad 0") })
    }
  }

  @Test("an answer that is none is refused with what would be one, and nothing is stored")
  func refusals() throws {
    try JudgingBench.open(Self.pairs(0..<2)) { bench in
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      let question = try #require(try bench.questions(ann).first)
      for content: [String: Any] in [["answer": "frist"], ["answer": "cant-tell"], [:], ["answer": 1]] {
        #expect(try bench.answer(question, ann, content).status == 400, "\(content)")
      }
      #expect(try bench.answer(question, ann, ["answer": "frist"]).error.contains("unknown answer 'frist'"))
      let played: [String: Any] = [
        "id": "x", "question": question.id, "lease": question.lease, "content": ["answer": "first"],
        "plays": [["clip": 0, "from": 0, "actions": [[0]]]],
      ]
      #expect(try bench.send(.answers, ann, played).reply.status == 400)
      for endpoint in [Endpoint.play, .preview] {
        let body: [String: Any] = ["question": question.id, "clip": 0, "from": 0, "actions": [[0]], "content": [:]]
        #expect(try bench.send(endpoint, ann, body).reply.status == 400)
      }
      #expect(try bench.send(.pause, olga, ["paused": true]).reply.status == 400)
      #expect(try bench.exported(.export, olga).isEmpty)
      #expect(try bench.answer(question, ann, ["answer": "tie"]).status == 200)
    }
  }

  @Test("gold of a file that is trusted, asked again and mirrored: each tells who reads and who does not")
  func checks() throws {
    try JudgingBench.open(Self.pairs(0..<60), trusted: Self.pairs(100..<130)) { bench in
      let (olga, ann, bob) = (try bench.join("Olga", .owner), try bench.join("Ann"), try bench.join("Bob"))
      #expect(try bench.project.store.quality().gold == 0.1)
      let quality: [String: Any] = ["overlap": 2, "gold": 0.15, "duplicate": 0.15, "mirrored": 0.2]
      #expect(try bench.send(.quality, olga, quality).reply.status == 200)
      let hers = try bench.answerAll(ann) { $0.preferring("good") }
      try bench.answerAll(bob) { _ in ["answer": "first", "strongly": false] }
      #expect(hers.contains { (100..<130).contains(Int($0.prompt.filter(\.isNumber)) ?? 0) })
      let people = try bench.send(.people, olga).reply["people"] as? [[String: Any]] ?? []
      func share(_ name: String, _ check: String) throws -> (right: Int, count: Int) {
        let person = try #require(people.first { $0["name"] as? String == name })
        let share = try #require(person[check] as? [String: Any], "\(name) \(check)")
        return (share["right"] as? Int ?? -1, share["count"] as? Int ?? -1)
      }
      for check in ["gold", "repeat", "mirrored"] {
        let ann = try share("Ann", check)
        #expect(ann.count > 2 && ann.right == ann.count, "\(check)")
      }
      // Bob takes what stands left: the same again, and the other one when the sides are changed.
      let (again, changed) = (try share("Bob", "repeat"), try share("Bob", "mirrored"))
      #expect(again.count > 2 && again.right == again.count)
      #expect(changed.count > 2 && changed.right == 0)
      // None of it is an answer about the file's rows.
      #expect(try bench.exported(.export, olga).count == 120)
      #expect(try bench.exported(.export, olga).allSatisfy { ($0["row"] as? Int).map { $0 < 60 } ?? false })
    }
  }

  @Test("two equal replies are made of one, and told apart by nobody who reads")
  func equalReplies() throws {
    try JudgingBench.open(Self.pairs(0..<40)) { bench in
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      #expect(try bench.send(.quality, olga, ["impossible": 0.4]).reply.status == 200)
      let hers = try bench.answerAll(ann) { $0.replies[0] == $0.replies[1] ? ["answer": "tie"] : $0.preferring("good") }
      let equal = hers.count { $0.replies[0] == $0.replies[1] }
      #expect(equal > 3)
      let people = try bench.send(.people, olga).reply["people"] as? [[String: Any]] ?? []
      let seen = people.first { $0["name"] as? String == "Ann" }?["impossible"] as? [String: Any]
      #expect(seen?["count"] as? Int == equal && seen?["right"] as? Int == equal)
    }
  }

  @Test("an owner sees how it stands and how far people agree with the file; an annotator sees neither")
  func status() throws {
    try JudgingBench.open(Self.pairs(0..<10)) { bench in
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      // Of ten: seven as the file has it, one not, one equal, one that cannot be told.
      try bench.answerAll(ann) { question in
        switch Int(question.prompt.filter(\.isNumber)) {
        case 3: question.preferring("bad")
        case 5: ["answer": "tie"]
        case 8: nil
        default: question.preferring("good")
        }
      }
      let status = try bench.send(.status, olga).reply
      #expect(status["phase"] as? String == "finished" && status["answersWanted"] as? Int == 10)
      let shares = status["shares"] as? [[String: Any]] ?? []
      #expect(shares.map { $0["count"] as? Int } == [7, 1, 1] && shares.map { $0["of"] as? Int } == [8, 10, 10])
      let own = try bench.send(.status, ann).reply
      #expect(Set((own.body as? [String: Any] ?? [:]).keys) == ["phase", "message", "answers", "open"])
      #expect(try bench.send(.questions, ann).reply["wait"] as? String == "finished")
    }
  }
}
