import Compute
import Files
import Foundation
import RewardFiles
import Testing

@Suite("Replies unlike the training replies")
struct UsualVectorTests {
  private static let words = """
    the of and to in is that it was for on are as with his they at be this from have or by one had not but what all were
    when we there can an your which their said if do will each about how up out them then she many some so these would
    other into has more her two like him see time could no make than first been its who now people my made over did down
    only way find use may water long little very after words called just where most know
    """.split { $0.isWhitespace }.map(String.init)

  private static func sentence(_ stream: inout RandomStream) -> String {
    (0..<(6 + stream.below(40))).map { _ in words[min(stream.below(words.count), stream.below(words.count))] }
      .joined(separator: " ")
  }

  /// Several pairs for a prompt, whose replies repeat, as best-of-n files have them.
  private static func data(prompts: Int, pairs: Int = 1, seed: UInt64 = 5) throws -> HeadData {
    let embedding = HashEmbedding(width: 256)
    var stream = RandomSource(seed: seed).stream("texts")
    var data = HeadData(width: 256)
    for prompt in 0..<prompts {
      let best = sentence(&stream) + " thank you"
      for _ in 0..<pairs {
        try data.append(
          chosen: embedding.vector(prompt: "", reply: best),
          rejected: embedding.vector(prompt: "", reply: sentence(&stream)), prompt: prompt)
      }
    }
    return data
  }

  private static func head(_ data: HeadData, seed: UInt64 = 1) throws -> RewardHead {
    var fit = RewardHeadFit()
    fit.members = 1
    return try fit.fit(data, source: .hash(HashEmbedding(width: 256)), random: RandomSource(seed: seed)).head
  }

  private static func share(_ head: RewardHead, _ texts: [String], at share: Double) throws -> Double {
    let scores = try head.scores(texts.map { (prompt: "", reply: $0) })
    return Double(scores.count { head.likeness($0, at: share) == .unlike }) / Double(texts.count)
  }

  @Test("false alarms on further prompts keep their share, though replies repeat within a prompt", arguments: [1, 6])
  func falseAlarms(pairs: Int) throws {
    // Over heads the share at .1 is at most .1; of one head with 100 distances it has a deviation of .03, so the mean of
    // six, of 400 texts each, has one of about .014: 0.142 is three of them.
    var shares: [Double] = []
    for seed in 0..<6 as Range<UInt64> {
      let head = try Self.head(Self.data(prompts: 200, pairs: pairs, seed: 100 + seed), seed: seed)
      var stream = RandomSource(seed: 900 + seed).stream("further")
      // Of a further prompt either reply with even odds.
      let texts = (0..<400).map { _ in Self.sentence(&stream) + (stream.bernoulli(0.5) ? " thank you" : "") }
      shares.append(try Self.share(head, texts, at: 0.1))
    }
    let mean = shares.reduce(0, +) / 6
    #expect(mean < 0.142 && mean > 0.03, "\(shares)")
  }

  @Test("another script, letters in disorder and the empty reply are told; usual replies are not")
  func detection() throws {
    let head = try Self.head(Self.data(prompts: 400))
    var stream = RandomSource(seed: 77).stream("shifted")
    let texts = (0..<200).map { _ in Self.sentence(&stream) }
    let greek = texts.map { text in
      String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == " " ? $0 : Unicode.Scalar($0.value + 0x350)! }))
    }
    let mixed = texts.map { text in
      let letters = Array(text)
      return String(stream.permutation(letters.count).map { letters[$0] })
    }
    #expect(try Self.share(head, greek, at: 0.01) > 0.95)
    #expect(try Self.share(head, mixed, at: 0.01) > 0.8)
    #expect(try Self.share(head, texts, at: 0.01) < 0.05)
    #expect(try Self.share(head, ["", " ", "\n\n", "?"], at: 0.01) == 1)
  }

  @Test("with fewer prompts held out than the share needs it is unknown, and the empty reply is told all the same")
  func unknown() throws {
    // Of 118 prompts 98 are held out, and 99 are needed for one in a hundred.
    for (prompts, held) in [(30, 15), (118, 98), (119, 99), (150, 99), (300, 150)] {
      let head = try Self.head(Self.data(prompts: prompts))
      let alarms = head.falseAlarms(at: 0.01)
      #expect(alarms.prompts == held && alarms.fewestPrompts == 99)
      let scores = try head.scores([(prompt: "", reply: "the of and"), (prompt: "", reply: "")])
      #expect((head.likeness(scores[0]) == .unknown) == (held < 99) && (alarms.expected == nil) == (held < 99))
      #expect(head.likeness(scores[1]) == .unlike)
      // What one in ten needs is there: nine.
      #expect(head.likeness(scores[0], at: 0.1) != .unknown)
    }
  }

  @Test("what is known of the share of false alarms: floor(α(n + 1)) / (n + 1), and the beta quantile")
  func stated() throws {
    let alarms = try Self.head(Self.data(prompts: 300)).falseAlarms(at: 0.05)
    // 150 distances: 7 of 151 places. scipy.stats.beta.ppf(.95, 7, 144).
    #expect(abs(try #require(alarms.expected) - 7.0 / 151) < 1e-15)
    #expect(abs(try #require(alarms.atMost) - 0.0774179971598718) < 1e-9)
  }

  @Test("a file of format 1 is read; whether a reply is unlike is unknown there")
  func older() throws {
    let head = try Self.head(Self.data(prompts: 300))
    var file = try SafetensorsFile(Array(head.encoded()), place: "head")
    let deviations = try file.floats("usual/deviations")
    file.tensors.removeAll { $0.name == "usual/deviations" }
    file.tensors.append(
      .init("usual/variances", TypedArray(deviations.map { $0 * $0 }, shape: [deviations.count])))
    let text = try #require(file.metadata["head"])
    var header = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    header["format"] = 1
    header["summary"] = nil
    file.metadata["head"] = String(decoding: try JSONSerialization.data(withJSONObject: header), as: UTF8.self)
    let older = try RewardHead(decoding: Array(file.data()), place: "older")
    let scores = try older.scores([(prompt: "", reply: "the of and")])
    #expect(try scores[0].reward == head.scores([(prompt: "", reply: "the of and")])[0].reward)
    #expect(older.likeness(scores[0], at: 0.5) == .unknown && older.falseAlarms().prompts == 0)
  }
}
