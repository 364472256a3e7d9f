import Compute
import Foundation
import Recorded
import RewardFiles
import Testing

@Suite("Heads in detail")
struct HeadDetailTests {
  private static let texts = [
    ("", ""), ("What is a cat?", "A cat is a cat."), ("What is a cat?", "a dog"), ("x", "a"), ("x", "ab"), ("x", "abc"),
    ("x", "abcd abcd"), ("Ünï", "ünï 12 ÜNÏ"), ("q", "one two three two one, two"), ("a b", "b a"), ("b a", "a b"),
  ]

  @Test("hashed vectors: square roots of counts, of length one, the same everywhere")
  func hashed() throws {
    let lines = [8, 64].flatMap { width in
      Self.texts.map { prompt, reply -> String in
        let vector = HashEmbedding(width: width).vector(prompt: prompt, reply: reply)
        let length = vector.reduce(0) { $0 + $1 * $1 }
        #expect(vector.count == width && (abs(length - 1) < 1e-5 || reply.isEmpty))
        let places = vector.indices.filter { vector[$0] != 0 }
        return "\(width) '\(prompt)' '\(reply)': " + places.map { "\($0)=\(vector[$0])" }.joined(separator: " ")
      }
    }
    try Recorded.check(lines.joined(separator: "\n"), as: "hashed")
    // One word of one letter: its own place alone, plus or minus one.
    let single = HashEmbedding(width: 16).vector(prompt: "", reply: "a").filter { $0 != 0 }
    #expect(single.count == 1 && abs(single[0]) == 1)
  }

  @Test("pairs that do not fit are refused with their number")
  func refused() throws {
    var data = HeadData(width: 2)
    try data.append(chosen: [1, 2], rejected: [3, 4], prompt: 7)
    try data.append(chosen: [1, 2], rejected: [3, 4], target: 0, prompt: 7, annotator: "ann")
    for (chosen, rejected, target, problem) in [
      ([1], [3, 4], 1, "pair 2 has vectors of 1 and 2 numbers, not 2"),
      ([1, 2], [3], 1, "pair 2 has vectors of 2 and 1 numbers, not 2"),
      ([.nan, 2], [3, 4], 1, "pair 2 has numbers that are not finite, or a target outside 0 to 1"),
      ([1, 2], [.infinity, 4], 1, "pair 2 has numbers that are not finite, or a target outside 0 to 1"),
      ([1, 2], [3, 4], 1.1, "pair 2 has numbers that are not finite, or a target outside 0 to 1"),
      ([1, 2], [3, 4], -0.1, "pair 2 has numbers that are not finite, or a target outside 0 to 1"),
    ] as [([Float], [Float], Float, String)] {
      let error = #expect(throws: InputError.self) {
        try data.append(chosen: chosen, rejected: rejected, target: target, prompt: 1)
      }
      #expect(error?.problem == problem)
    }
    #expect(data.count == 2 && data.chosen == [1, 2, 1, 2] && data.rejected == [3, 4, 3, 4])
    #expect(data.targets == [1, 0] && data.prompts == [7, 7] && data.annotators == [nil, "ann"])
    #expect(throws: InputError.self) { try RewardHeadFit().fit(data, source: .file, random: RandomSource(seed: 1)) }
  }

  /// Pairs of vectors of three numbers of which the first decides, with ties, turned labels and people.
  private static func pairs(_ count: Int, prompts: Int? = nil) throws -> HeadData {
    var stream = RandomSource(seed: 8).stream("pairs")
    var data = HeadData(width: 3)
    for pair in 0..<count {
      var vectors = (0..<2).map { _ in (0..<3).map { _ in Float(stream.normal()) } }
      if vectors[0][0] < vectors[1][0] { vectors.swapAt(0, 1) }
      if stream.bernoulli(pair % 3 == 1 ? 0.4 : 0.1) { vectors.swapAt(0, 1) }
      try data.append(
        chosen: vectors[0], rejected: vectors[1], target: pair % 11 == 5 ? 0.5 : 1, prompt: pair % (prompts ?? count),
        annotator: pair < 19 ? "few" : pair < 99 ? ["ann", "ben"][pair % 2] : pair < 119 ? "cem" : nil)
    }
    return data
  }

  @Test("twenty pairs and as many prompts as folds are the least")
  func least() throws {
    var fit = RewardHeadFit()
    fit.members = 1
    func problem(_ data: HeadData) -> String? {
      do {
        _ = try fit.fit(data, source: .file, random: RandomSource(seed: 1))
        return nil
      } catch { return (error as? InputError)?.problem }
    }
    #expect(try problem(Self.pairs(20)) == nil)
    #expect(try problem(Self.pairs(19)) == "19 pairs of 19 prompts are too few for 5 folds")
    #expect(try problem(Self.pairs(20, prompts: 5)) == nil)
    #expect(try problem(Self.pairs(20, prompts: 4)) == "20 pairs of 4 prompts are too few for 5 folds")
    fit.folds = 2
    #expect(try problem(Self.pairs(20, prompts: 2)) == nil)
    fit.folds = 1
    #expect(try problem(Self.pairs(20)) == "20 pairs of 20 prompts are too few for 1 folds")
  }

  @Test("report, scores and answers of a small head")
  func small() throws {
    var fit = RewardHeadFit()
    (fit.members, fit.folds) = (3, 3)
    let (head, report) = try fit.fit(Self.pairs(150), source: .file, random: RandomSource(seed: 2))
    #expect(report.pairs == 150 && report.annotators.map(\.name) == ["ann", "ben", "cem"])
    #expect(
      report.annotators.map(\.answers) == [40, 40, 20]
        && report.accuracy.count == 150 - (0..<150).count { $0 % 11 == 5 })
    let scores = try head.scores([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, -2], [5, 5, 5], [0.3, -0.2, 0.1]])
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    // What was learned depends in its last digits on the arithmetic of the processor.
    let text = try [encoder.encode(report), encoder.encode(scores)].map { String(decoding: $0, as: UTF8.self) }
      .joined(separator: "\n").replacing(/-?[0-9]+\.[0-9]{3,}(e-[0-9]+)?/) { match in
        String(format: "%.2f", Double(match.output.0) ?? .nan)
      }
    try Recorded.check(text, as: "small-head")
    // p-values: one more than the distances of held-out prompts that are at least as far, of one more than all 99.
    for score in scores {
      let rank: Double = score.pValue * 100
      #expect(abs(rank.rounded() - rank) < 1e-9 && score.pValue > 0 && score.pValue <= 1)
    }
    #expect(scores[4].pValue == 0.01)
  }

  @Test("a service says what is wrong, where and what to do; at its limits it answers")
  func service() throws {
    let embedding = HashEmbedding(width: 16)
    var data = HeadData(width: 16)
    for pair in 0..<24 {
      try data.append(
        chosen: embedding.vector(prompt: "", reply: "yes \(pair)"),
        rejected: embedding.vector(prompt: "", reply: "no \(pair)"),
        prompt: pair)
    }
    var fit = RewardHeadFit()
    fit.members = 2
    let head = try fit.fit(data, source: .hash(embedding), random: RandomSource(seed: 3)).head
    var service = RewardService(head)
    (service.largestBatch, service.longestText) = (2, 6)
    func said(_ body: String) -> String {
      do {
        return String(decoding: try service.answer(Data(body.utf8)), as: UTF8.self)
      } catch { return "\(error)" }
    }
    #expect(said(#"{"query": ["a", "b", "c"]}"#).contains("3 texts at once"))
    #expect(said(#"{"query": ["a", "b"], "prompts": ["c"]}"#).contains("1 prompts for 2 texts"))
    #expect(said(#"{"query": ["a", "1234567"]}"#).contains("the text has more than 6 bytes"))
    #expect(said(#"{"query": ["a", "1234567"]}"#).contains("query[1]"))
    #expect(said("{").contains("the body is no JSON"))
    #expect(said("[]").contains("the body is no JSON object"))
    #expect(said("{}").contains("there is no 'query'"))
    #expect(said(#"{"query": "a"}"#).contains("query: this is no list of texts"))
    #expect(said(#"{"query": ["a", 1]}"#).contains("query[1]: this is no text"))
    #expect(said(#"{"query": ["a"], "prompts": [null]}"#).contains("prompts[0]: this is no text"))
    #expect(said(#"{"query": ["a", "123456"]}"#).contains("\"rewards\""))
    #expect(said(#"{"query": []}"#).contains("\"rewards\":[]"))
    #expect(said(#"{"query": ["a"], "prompts": ["1234567"]}"#).contains("prompts[0]"))
    // A prompt at the beginning of a text is taken off it; an empty one is not.
    service = RewardService(head)
    func rewards(_ body: String) throws -> [Double] {
      let object = try JSONSerialization.jsonObject(with: service.answer(Data(body.utf8))) as? [String: Any]
      return try #require(object?["rewards"] as? [Double])
    }
    #expect(
      try rewards(#"{"query": ["ask: yes"], "prompts": ["ask: "]}"#)
        == rewards(#"{"query": ["yes"], "prompts": ["ask: "]}"#))
    #expect(try rewards(#"{"query": ["yes"]}"#) == rewards(#"{"query": ["yes"], "prompts": [""]}"#))
    #expect(try rewards(#"{"query": ["yes", "no"]}"#)[0] > rewards(#"{"query": ["yes", "no"]}"#)[1])
    let object =
      try JSONSerialization.jsonObject(with: service.answer(Data(#"{"query": ["yes"]}"#.utf8))) as? [String: Any]
    let (reward, score) = (
      try #require(object?["rewards"] as? [Double])[0], try #require(object?["scores"] as? [Double])[0]
    )
    #expect(abs(score - 1 / (1 + exp(-reward))) < 1e-12 && object?["request"] as? String != "")
  }

  @Test("a text's answer does not depend on what else is asked, nor on the threads", arguments: [[], [8]])
  func alone(hidden: [Int]) throws {
    let embedding = HashEmbedding(width: 64)
    var data = HeadData(width: 64)
    for pair in 0..<40 {
      try data.append(
        chosen: embedding.vector(prompt: "", reply: "yes indeed \(pair)"),
        rejected: embedding.vector(prompt: "", reply: "no never \(pair)"), prompt: pair)
    }
    var fit = RewardHeadFit()
    (fit.hidden, fit.epochs) = (hidden, 2)
    let head = try fit.fit(data, source: .hash(embedding), random: RandomSource(seed: 3)).head
    let texts = (0..<300).map { (prompt: "", reply: "perhaps \($0) times \($0 * $0)") }
    let single = try texts.map { try head.scores([$0])[0] }
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.threadCount = before }
    for threads in [1, 2, 4] {
      ThreadPool.shared.threadCount = threads
      #expect(try head.scores(texts) == single)
    }
  }

  @Test("an answer says of each text how its prompt was found; strictly, one that is not found is refused")
  func prompts() throws {
    let embedding = HashEmbedding(width: 16)
    var data = HeadData(width: 16)
    for pair in 0..<24 {
      try data.append(
        chosen: embedding.vector(prompt: "", reply: "yes \(pair)"),
        rejected: embedding.vector(prompt: "", reply: "no \(pair)"), prompt: pair)
    }
    var service = RewardService(
      try RewardHeadFit().fit(data, source: .hash(embedding), random: RandomSource(seed: 3)).head)
    func answer(_ query: [String], _ prompts: [String]) throws -> [String: Any] {
      let body = try JSONSerialization.data(withJSONObject: ["query": query, "prompts": prompts])
      return try #require(JSONSerialization.jsonObject(with: service.answer(body)) as? [String: Any])
    }
    let long = "a long question that loses its beginning: "
    let all = try answer(
      ["ask: yes", "<s>ask: yes</s>", "loses its beginning: yes", "yes", "other: yes"],
      ["ask: ", "ask: ", long, "", "ask: "])
    #expect(
      all["prompt_match"] as? [String] == ["exact", "special-tokens", "left-truncated", "none", "unmatched"])
    let logs = try #require(all["extra_logs"] as? [String: [Double]])
    #expect(logs["prompt_unmatched"] == [0, 0, 0, 0, 1] && logs["special_tokens"] == [0, 1, 0, 0, 0])
    // Too few prompts to tell: no number is made up.
    #expect(logs["ood"] == nil && all["likeness"] as? [String] == [String](repeating: "unknown", count: 5))
    let rewards = try #require(all["rewards"] as? [Double])
    #expect(Set(rewards[0...3]).count == 1 && rewards[4] != rewards[0])
    service.refusesUnmatchedPrompts = true
    let error = #expect(throws: InputError.self) { try answer(["ask: yes", "other: yes"], ["ask: ", "ask: "]) }
    #expect(error?.place == "prompts[1]")
  }
}
