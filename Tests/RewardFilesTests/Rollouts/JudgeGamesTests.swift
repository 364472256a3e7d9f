import Compute
import Foundation
import RewardFiles
import Testing

/// Logs of judges that compare two answers.
@Suite("Games of a pairwise judge")
struct JudgeGamesTests {
  static func read(_ lines: [String]) throws -> RolloutTable {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).jsonl")
    try Data(lines.joined(separator: "\n").utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try RolloutFile.read([file])
  }

  /// A row as JudgeBench writes it: the second game shows the answers the other way round.
  static func judgeBench(_ index: Int, label: String, _ decisions: [String?]) -> String {
    let games = decisions.map { decision in
      #"{"judgment": {"judge_model": "judge-1", "prompt": "…"}, "decision": \#(decision.map { "\"\($0)\"" } ?? "null")}"#
    }
    return #"""
      {"pair_id": "p\#(index)", "source": "mmlu", "question": "Question \#(index)?", "response_model": "model-1", "response_A": "a\#(index)", "response_B": "b\#(index)", "label": "\#(label)", "judge_name": "arena_hard", "judgments": [\#(games.joined(separator: ", "))]}
      """#
  }

  static func value(_ result: RolloutResult, _ name: String) throws -> Double {
    try #require(
      (result.outcome.tests.map { ($0.name, $0.estimate) } + result.outcome.evidence.map { ($0.name, $0.value) })
        .first { $0.0 == name }?.1)
  }

  @Test("JudgeBench: order, place and label are told apart, a pair counting once")
  func judgeBench() throws {
    // Right in both orders 20, wrong in both 8, the first place both times 9, the second 3, a tie and a win 4, no decision 1.
    let rows =
      (0..<20).map { Self.judgeBench($0, label: "A>B", ["A>B", "B>A"]) }
      + (20..<28).map { Self.judgeBench($0, label: "B>A", ["A>B", "B>A"]) }
      + (28..<37).map { Self.judgeBench($0, label: "A>B", ["A>B", "A>B"]) }
      + (37..<40).map { Self.judgeBench($0, label: "B>A", ["B>A", "B>A"]) }
      + (40..<44).map { Self.judgeBench($0, label: "A>B", ["A=B", "B>A"]) }
      + [Self.judgeBench(44, label: "A>B", ["A>B", nil])]
    let table = try Self.read(rows)
    #expect(table.format == "judge" && table.count == 180)
    let result = table.result(.judgeBias)
    #expect(result.verdict == .fails)
    // Sixteen of the 44 pairs with both games say something else when turned.
    #expect(abs(try Self.value(result, "pairs whose verdict turns with the order of the answers") - 16.0 / 44) < 1e-12)
    // Nine pairs by one, three by minus one, four by minus one half (a tie, and the second place); the pair with one game
    // says nothing of places.
    let favour = (9.0 - 3 - 4 * 0.5) / 44
    #expect(abs(try Self.value(result, "games won by the first place, less by the second") - favour) < 1e-12)
    #expect(try Self.value(result, "pairs in which the first place wins both games") == 9)
    #expect(try Self.value(result, "pairs in which the second place wins both games") == 3)
    #expect(abs(try Self.value(result, "pairs, over their games: right by the labels") - 25.0 / 45) < 1e-12)
    #expect(abs(try Self.value(result, "pairs, over their games: wrong by the labels") - 8.0 / 45) < 1e-12)
    #expect(abs(try Self.value(result, "pairs, over their games: undecided") - 12.0 / 45) < 1e-12)
    #expect(result.outcome.notes.contains { $0.hasPrefix("1 game without a decision") })
    #expect(result.outcome.notes.contains { $0.hasSuffix("1 of 45.") })
    // Rows that depend on each other are left to the one check that knows it.
    #expect(table.result(.flaky).missing?.contains("games of a judge") == true)
  }

  @Test("a judge that keeps its word in both orders passes; a few pairs settle nothing")
  func steady() throws {
    func rows(_ count: Int) -> [String] {
      (0..<count).map { Self.judgeBench($0, label: "A>B", $0 % 2 == 0 ? ["A>B", "B>A"] : ["B>A", "A>B"]) }
    }
    #expect(try Self.read(rows(200)).result(.judgeBias).verdict == .holds)
    #expect(try Self.read(rows(5)).result(.judgeBias).verdict == .unknown)
  }

  private static let oneOrder =
    "games won by the first place, less by the second, of pairs without one game of each order"

  /// A row as Chatbot Arena keeps it: one vote, on one order.
  static func vote(_ question: Int, _ winner: String) -> String {
    #"{"question_id": \#(question), "model_a": "alpha-2", "model_b": "beta-7b", "winner": "\#(winner)"}"#
  }

  @Test("two votes on one and the same order that differ are no verdict that turns with the order")
  func votesOnOneOrder() throws {
    // Two votes for the first answer in 10 of 40 pairs, one for either in the others.
    let rows = (0..<40).flatMap { [Self.vote($0, "model_a"), Self.vote($0, $0 % 4 == 0 ? "model_a" : "model_b")] }
    let result = try Self.read(rows).result(.judgeBias)
    #expect(result.verdict == .unknown && result.outcome.tests.isEmpty)
    #expect(result.missing?.contains("(0 of 40)") == true)
    #expect(abs(try Self.value(result, Self.oneOrder) - 10.0 / 40) < 1e-12)
  }

  @Test("a fair judge before whom the better model always stands first is not accused of favouring a place")
  func betterModelFirst() throws {
    let result = try Self.read((0..<300).map { Self.vote($0, $0 % 5 == 0 ? "model_b" : "model_a") }).result(.judgeBias)
    #expect(result.verdict == .unknown && result.outcome.tests.isEmpty)
    // Four of five games for the first place, one of five for the second.
    #expect(abs(try Self.value(result, Self.oneOrder) - (0.8 - 0.2)) < 1e-12)
  }

  @Test("a pair with three games is left out of order and place, and that is said")
  func threeGames() throws {
    let rows =
      (0..<20).map { Self.judgeBench($0, label: "A>B", ["A>B", "B>A"]) }
      + (20..<30).map { Self.judgeBench($0, label: "A>B", ["A>B", "A>B", "A>B"]) }
    let result = try Self.read(rows).result(.judgeBias)
    let test = try #require(result.outcome.tests.first)
    #expect(test.name == "pairs whose verdict turns with the order of the answers")
    #expect(test.estimate == 0 && test.count == 20 && result.verdict != .fails)
    #expect(result.outcome.notes.contains { $0.hasSuffix("10 of 30.") })
  }

  @Test("MT-Bench: the second game is turned round, and the judge's own family is compared given labels")
  func familiesOfMTBench() throws {
    // The judge is of the family of model_1; a tie of both games favours nobody.
    let rows = (0..<60).map { index in
      let winner = index % 3 == 0 ? "tie" : "model_1"
      return
        #"{"question_id": \#(index), "model_1": "alpha-2", "model_2": "beta-7b", "g1_winner": "\#(winner)", "g2_winner": "\#(winner)", "judge": ["alpha-4", "pair-v2"], "turn": 1, "label": "\#(index % 2 == 0 ? "A>B" : "B>A")"}"#
    }
    let result = try Self.read(rows).result(.judgeBias)
    #expect(try Self.value(result, "pairs whose verdict turns with the order of the answers") == 0)
    #expect(try Self.value(result, "pairs in which one and the same place wins") == 0)
    // Forty wins and twenty ties.
    #expect(abs(try Self.value(result, "games won by the judge's own family") - (40 + 20 * 0.5) / 60) < 1e-12)
    // Worse answers of the family win in 20 of 30, those of others in none: with two successes and failures added.
    let name = "worse answers of the judge's own family that win, less worse answers of others"
    #expect(abs(try Self.value(result, name) - (21.0 / 32 - 1.0 / 32)) < 1e-12)
    #expect(result.verdict == .fails)
  }

  @Test("Arena-Hard and conversations with a winner are read")
  func otherShapes() throws {
    let hard = try Self.read([
      #"{"question_id": "q", "model": "beta", "judge": "alpha", "games": [{"score": "B>>A"}, {"score": "A>B"}]}"#
    ])
    #expect(hard.count == 4 && hard.total.map { $0 } == [0, 1, 1, 0])
    // Its second version names a question by `uid`, and a game that was not judged is null.
    let two = try Self.read(
      ["a", "b"].map {
        #"{"uid": "\#($0)", "model": "beta", "baseline": "gamma", "judge": "alpha", "games": [{"score": "A=B"}, null]}"#
      })
    #expect(two.groupCount == 2 && two.run.names == ["gamma", "beta"])
    #expect(two.total.prefix(2).map { $0 } == [0.5, 0.5] && two.total[2].isNaN && two.error[2] == "no decision")
    let arena = try Self.read([
      #"{"question_id": 1, "model_a": "x", "model_b": "y", "winner": "tie (bothbad)", "judge": "arena_user_1", "conversation_a": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}], "conversation_b": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hey"}]}"#
    ])
    #expect(arena.total.map { $0 } == [0.5, 0.5] && arena.completions[0] == "Hello" && arena.completions[1] == "Hey")
    #expect(arena.run.names == ["x", "y"] && arena.prompts[0].contains("Hi"))
  }
}
