import Compute
import Files
import Foundation

/// Answers for rewards as OpenRLHF's remote reward model does, independent of the transport: bytes in, bytes out.
///
/// Asked: `{"query": ["whole text", …], "prompts": ["prompt", …], "labels": […]}`; `prompts` may be missing, `labels`
/// play no part. A query that begins with its prompt is scored as the reply behind it. Answered: `{"rewards": […],
/// "scores": […], "extra_logs": {"reward_std": […], "ood_p": […], "ood": […]}, "request": "…"}`, with `scores` in 0 to
/// 1 (σ of the reward), `ood` 1 where the text is unlike the training texts (`ood_p` at most ``alarm``), and `request`
/// a digest of the query, so that a trainer can tell that the same question got the same answer.
public struct RewardService: Sendable {
  /// The head that scores.
  public var head: RewardHead
  /// Texts in one request, and bytes of one text.
  public var largestBatch = 1024
  /// Bytes of the longest text that is scored.
  public var longestText = 1 << 20
  /// The p-value at which a text counts as unlike.
  public var alarm = 0.01
  /// Makes the vectors of a head whose source is a sentence model.
  public var sentences: MiniLMEmbedder?

  /// A service of this head; `sentences` embeds texts if the head was fitted on such embeddings.
  public init(_ head: RewardHead, sentences: MiniLMEmbedder? = nil) {
    self.head = head
    self.sentences = sentences
  }

  private struct Asked: Decodable {
    var query: [String]
    var prompts: [String]?
  }

  private struct Answered: Encodable {
    var rewards: [Double]
    var scores: [Double]
    var extraLogs: [String: [Double]]
    var request: String

    enum CodingKeys: String, CodingKey {
      case rewards, scores
      case extraLogs = "extra_logs"
      case request
    }
  }

  /// - Throws: `InputError` for a request that is not of this shape, or too large.
  public func answer(_ body: Data) throws -> Data {
    let asked: Asked
    do {
      asked = try JSON.decode(Asked.self, from: body)
    } catch {
      throw InputError(
        "the request is not the JSON that was expected", at: "body",
        remedy: "send {\"query\": [texts], \"prompts\": [texts]}")
    }
    guard asked.query.count <= largestBatch else {
      throw InputError("\(asked.query.count) texts at once", at: "query", remedy: "send at most \(largestBatch)")
    }
    if let prompts = asked.prompts, prompts.count != asked.query.count {
      throw InputError(
        "\(prompts.count) prompts for \(asked.query.count) texts", at: "prompts", remedy: "send as many, or none")
    }
    if let long = asked.query.firstIndex(where: { $0.utf8.count > longestText }) {
      throw InputError("the text has more than \(longestText) bytes", at: "query[\(long)]")
    }
    let replies = asked.query.indices.map { index -> (prompt: String, reply: String) in
      let (text, prompt) = (asked.query[index], asked.prompts?[index] ?? "")
      return !prompt.isEmpty && text.hasPrefix(prompt) ? (prompt, String(text.dropFirst(prompt.count))) : (prompt, text)
    }
    let scores = try head.scores(replies, sentences: sentences)
    let answered = Answered(
      rewards: scores.map(\.reward), scores: scores.map { 1 / (1 + exp(-$0.reward)) },
      extraLogs: [
        "reward_std": scores.map(\.standardDeviation), "ood_p": scores.map(\.pValue),
        "ood": scores.map { $0.pValue <= alarm ? 1 : 0 },
      ], request: Self.digest(asked.query))
    return try JSON.encode(answered, .snapshot)
  }

  /// 64 bits of the texts in their order: to tell requests apart, not to keep secrets.
  static func digest(_ texts: [String]) -> String {
    var hash = HashEmbedding.hash([], 0x72)
    for text in texts { hash = HashEmbedding.hash(text.utf8, hash &* 31 &+ UInt64(text.utf8.count)) }
    return String(hash, radix: 16)
  }
}
