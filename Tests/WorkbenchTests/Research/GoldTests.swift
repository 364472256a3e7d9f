import Compute
import Feedback
import Foundation
import PactolusTesting
import Runs
import Testing
import Workbench

@Suite("Gold of any kind of feedback")
struct GoldTests {
  /// A kind, an answer to it, the same said otherwise, and another answer: JSON.
  private struct Case: Sendable {
    var kind: String
    var right: String
    var same: String
    var other: String
  }

  private static let cases = [
    Case(
      kind: "comparison", right: #"{"answer": "first", "strongly": false}"#, same: #"{"answer": "first"}"#,
      other: #"{"answer": "tie"}"#),
    Case(kind: "rating", right: #"{"rating": 3}"#, same: #"{"rating": 3}"#, other: #"{"rating": 2}"#),
    Case(kind: "evaluation", right: #"{"good": false}"#, same: #"{"good": false}"#, other: #"{"good": true}"#),
    Case(kind: "best-of-k", right: #"{"best": 1}"#, same: #"{"best": 1}"#, other: #"{"best": 0}"#),
    // Those that share a place are in no order.
    Case(
      kind: "ranking", right: #"{"groups": [[1, 0], [2]]}"#, same: #"{"groups": [[0, 1], [2]]}"#,
      other: #"{"groups": [[2], [0, 1]]}"#),
    Case(
      kind: "credit", right: #"{"best": 0, "worst": 2}"#, same: #"{"worst": 2, "best": 0}"#,
      other: #"{"best": 0, "worst": 1}"#),
    // What is nothing may be written or left out.
    Case(kind: "off-switch", right: #"{"moment": null}"#, same: "{}", other: #"{"moment": 0}"#),
    Case(kind: "optimal-action", right: #"{"action": 2}"#, same: #"{"action": 2}"#, other: #"{"action": 1}"#),
    Case(kind: "goal-state", right: #"{"state": 1}"#, same: #"{"state": 1}"#, other: #"{"state": 0}"#),
  ]

  private static func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// Puts a question of each kind before people, with these numbers from 0.
  private static func ask(_ bench: Bench, _ kinds: [String]) throws {
    let world = try RingWorld.world()
    try bench.project.ask(
      kinds.enumerated().map { number, name in
        var random = RandomSource(seed: 9).stream(name)
        let question = try FeedbackRegistry.standard.kind(name).ask(
          RingWorld.material(world, options: 3, seed: 9), random: &random)
        return PosedQuestion(
          number: number, iteration: 0, kind: name, question: question,
          clips: question.clips.map { StoredSegment($0, leadingActions: [], source: "test", sourceIndex: 0) })
      })
  }

  private static func give(_ bench: Bench, _ member: Member, _ question: Given, _ content: String?) throws
    -> Reply
  {
    var body: [String: Any] = [
      "id": UUID().uuidString, "question": question.id, "lease": question.lease, "milliseconds": 500,
    ]
    if let content { body["content"] = try object(content) } else { body["nonAnswer"] = "skip" }
    return try bench.send(.answers, member, body)
  }

  /// Ann answers all; everything that she says is made gold.
  private static func gold(_ bench: Bench) throws -> (olga: Member, ann: Member) {
    let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
    try ask(bench, cases.map(\.kind))
    for (index, one) in cases.enumerated() {
      let question = try #require(try bench.questions(ann).first)
      #expect(try give(bench, ann, question, one.right).status == 200, "\(one.kind)")
      let shown = try bench.send(.question, olga, ["number": index])
      #expect(shown["kind"] as? String == one.kind && shown["noGold"] == nil, "\(one.kind)")
      let answer = try #require((shown["answers"] as? [[String: Any]])?.first)
      #expect(answer["noGold"] == nil && answer["content"] != nil, "\(one.kind)")
      let body: [String: Any] = ["question": index + 1, "content": answer["content"] ?? "", "counts": false]
      #expect(try bench.send(.decide, olga, body).status == 200, "\(one.kind)")
    }
    return (olga, ann)
  }

  /// Answers questions until all gold was put; the run's own get the first.
  private static func answerGold(
    _ bench: Bench, _ member: Member, _ answer: (Case) -> String?
  ) throws -> Set<String> {
    var met: Set<String> = []
    for _ in 0..<200 where met.count < cases.count {
      guard let question = try bench.questions(member).first else { break }
      let kind = question.fields["kind"] as? String ?? ""
      // Comparisons beyond the first are the run's: the page cannot tell, the test can.
      guard bench.number(question) > cases.count + 150, let one = cases.first(where: { $0.kind == kind }) else {
        #expect(try bench.answer(question, member).status == 200)
        continue
      }
      met.insert(kind)
      #expect(try give(bench, member, question, answer(one)).status == 200, "\(kind)")
    }
    return met
  }

  private static func shares(_ bench: Bench, _ olga: Member, _ name: String) throws -> (
    all: [Int], kinds: [String: [Int]]
  ) {
    let people = try bench.send(.people, olga)["people"] as? [[String: Any]] ?? []
    let person = try #require(people.first { $0["name"] as? String == name })
    func figures(_ share: Any?) -> [Int] {
      let share = share as? [String: Any] ?? [:]
      return [share["right"] as? Int ?? -1, share["count"] as? Int ?? -1]
    }
    let kinds = person["goldOfKinds"] as? [[String: Any]] ?? []
    return (
      figures(person["gold"]),
      Dictionary(uniqueKeysWithValues: kinds.map { ($0["kind"] as? String ?? "", figures($0["share"])) })
    )
  }

  @Test("each is put to others, the same said otherwise is right, another answer is wrong, counted for each kind")
  func asked() throws {
    try Bench.open { bench in
      let (olga, _) = try Self.gold(bench)
      _ = try bench.send(.quality, olga, ["gold": 0.5])
      try bench.ask(Self.cases.count..<Self.cases.count + 150)
      let kinds = Set(Self.cases.map(\.kind))
      let (ben, cem, dan) = (try bench.join("Ben"), try bench.join("Cem"), try bench.join("Dan"))
      #expect(try Self.answerGold(bench, ben) { $0.same } == kinds)
      #expect(try Self.answerGold(bench, cem) { $0.other } == kinds)
      // To pass gold over is no right answer, as of comparisons.
      #expect(try Self.answerGold(bench, dan) { _ in nil } == kinds)
      for (name, right) in [("Ben", 1), ("Cem", 0), ("Dan", 0)] {
        let counted = try Self.shares(bench, olga, name)
        #expect(counted.all == [right * kinds.count, kinds.count], "\(name)")
        #expect(counted.kinds == Dictionary(uniqueKeysWithValues: kinds.map { ($0, [right, 1]) }), "\(name)")
      }
      // The answers that the run has are Ann's; what others said to gold is in the table, right or wrong.
      let table = try #require(try bench.send(.exportJSONL, olga).body as? String)
      let rows = try table.split(separator: "\n").compactMap {
        try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
      }
      for one in Self.cases {
        let passed = Dictionary(
          uniqueKeysWithValues: rows.filter { $0["kind"] as? String == one.kind && $0["check"] as? String == "gold" }
            .map { ($0["person"] as? String ?? "", $0["check_passed"] as? Bool) })
        #expect(passed == ["Ben": true, "Cem": false, "Dan": false], "\(one.kind)")
      }
    }
  }

  @Test("whether somebody errs more than before is told by comparisons alone: others are harder to say the same of")
  func drift() throws {
    try Bench.open { bench in
      let (olga, _) = try Self.gold(bench)
      _ = try bench.send(.quality, olga, ["gold": 0.5])
      try bench.ask(Self.cases.count..<Self.cases.count + 150)
      let cem = try bench.join("Cem")
      #expect(try Self.answerGold(bench, cem) { $0.other }.count == Self.cases.count)
      let people = try bench.send(.agreement, olga)["people"] as? [[String: Any]] ?? []
      let drift = people.first { $0["name"] as? String == "Cem" }?["drift"] as? [String: Any]
      #expect(drift?["checked"] as? Int == 1 && drift?["wrong"] as? Int == 1)
    }
  }

  @Test("of what no two people say the same none is made, and the reason is said")
  func refused() throws {
    let free: [(kind: String, content: String, reason: String)] = [
      ("reward-sketch", #"{"values": [0, 1, 0, 1]}"#, "no two people draw the same curve"),
      ("demonstration", "{}", "no two people act alike, and another way may be as good"),
      ("correction", #"{"version": 1}"#, "no two people act alike, and another way may be as good"),
      ("intervention", "{}", "no two people act alike, and another way may be as good"),
      ("language", #"{"text": "more place 1 is better"}"#, "one thing can be said in many sentences"),
      ("proxy-reward", #"{"proxy": 0}"#, "one formula can be written in many ways"),
    ]
    try Bench.open { bench in
      let olga = try bench.join("Olga", .owner)
      try Self.ask(bench, free.map(\.kind))
      for (index, one) in free.enumerated() {
        let shown = try bench.send(.question, olga, ["number": index])
        #expect(shown["noGold"] as? String == one.reason && shown["canBeDecided"] as? Bool == false, "\(one.kind)")
        let body: [String: Any] = ["question": index + 1, "content": try Self.object(one.content), "counts": false]
        let refused = try bench.send(.decide, olga, body)
        #expect(
          refused.status == 400 && refused.error.contains("no gold is made of this: \(one.reason)"), "\(one.kind)")
      }
      #expect(try bench.send(.question, olga, ["number": 0])["decision"] == nil)
    }
  }

  @Test("a goal state that somebody made is no gold, and an answer with one is neither right nor wrong")
  func made() throws {
    try Bench.open { bench in
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      try Self.ask(bench, ["goal-state"])
      let first = try #require(try bench.questions(ann).first)
      #expect(try Self.give(bench, ann, first, #"{"state": 1}"#).status == 200)
      let refused = try bench.send(.decide, olga, ["question": 1, "content": [String: Any](), "counts": false])
      #expect(refused.status == 400 && refused.error.contains("nobody else can pick a state that somebody made"))
      // What is no answer to the question is refused as any answer is.
      let absent = try bench.send(.decide, olga, ["question": 1, "content": ["state": 99], "counts": false])
      #expect(absent.status == 400 && absent.error.contains("state 99"))
      #expect(
        try bench.send(.decide, olga, ["question": 1, "content": ["state": 1], "counts": false]).status == 200)
      _ = try bench.send(.quality, olga, ["gold": 0.5])
      try bench.ask(1..<40)
      let ben = try bench.join("Ben")
      var met = false
      for _ in 0..<40 where !met {
        let question = try #require(try bench.questions(ben).first)
        guard question.fields["kind"] as? String == "goal-state" else {
          #expect(try bench.answer(question, ben).status == 200)
          continue
        }
        met = true
        let play: [String: Any] = ["clip": 0, "from": 0, "actions": [[1], [1], [2]]]
        let reply = try bench.send(
          .answers, ben,
          [
            "id": "made", "question": question.id, "lease": question.lease, "content": [String: Any](),
            "plays": [play], "milliseconds": 500,
          ])
        #expect(reply.status == 200, "\(reply.error)")
      }
      #expect(met)
      let counted = try Self.shares(bench, olga, "Ben")
      #expect(counted.all == [-1, -1] && counted.kinds.isEmpty)
    }
  }
}
