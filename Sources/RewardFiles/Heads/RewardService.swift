import Compute
import Files
import Foundation

/// Answers for rewards as OpenRLHF's remote reward model does, independent of the transport: bytes in, bytes out.
///
/// Asked: `{"query": ["whole text", …], "prompts": ["prompt", …], "labels": […]}`; `prompts` may be missing, `labels`
/// play no part. What is scored is the reply: what stands in a query behind its prompt. Where the prompt cannot be found,
/// the whole text is scored and the answer says so for that text. Answered:
///
///     {"rewards": […], "scores": […], "extra_logs": {"reward_std": […], "ood_p": […], "ood": […],
///      "prompt_unmatched": […], "special_tokens": […]}, "prompt_match": ["exact", …], "likeness": ["like", …],
///      "request": "…"}
///
/// `scores` are σ of the rewards; `ood` is 1 where a reply is unlike the training replies (``alarm``; both keys are left
/// out where too few prompts were held out to tell); `prompt_match` says how the prompt was found (`none`, `exact`,
/// `special-tokens`, `chat-template`, `left-truncated`, `unmatched`); `special_tokens` how many were taken off the reply;
/// `request` is a digest of the query, so that a trainer can tell that the same question got the same answer. Everything
/// within `extra_logs` is a number for each text, because OpenRLHF makes tensors of it. A text's answer does not depend
/// on what else is asked.
public struct RewardService: Sendable {
  /// The head that scores.
  public var head: RewardHead
  /// Texts in one request.
  public var largestBatch = Self.standardLargestBatch
  /// Bytes of the longest text that is scored.
  public var longestText = Self.standardLongestText
  package static let standardLargestBatch = 16_384
  package static let standardLongestText = 1 << 20
  /// The share of usual replies that are called unlike.
  public var alarm = 0.01
  /// Refuses a request with a prompt that cannot be found in its query, instead of scoring the whole text.
  public var refusesUnmatchedPrompts = false
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
    var promptMatch: [SplitQuery.Match]
    var likeness: [RewardHead.Likeness]
    var request: String

    enum CodingKeys: String, CodingKey {
      case rewards, scores
      case extraLogs = "extra_logs"
      case promptMatch = "prompt_match"
      case likeness, request
    }
  }

  /// A request that has been read.
  package struct Texts: Sendable {
    package var replies: [SplitQuery]
    package var digest: String
  }

  /// - Throws: `InputError` for a request that is not of this shape, or too large.
  public func answer(_ body: Data) throws -> Data {
    let texts = try read(body)
    return try encode(texts, scores(texts.replies))
  }

  /// - Throws: `InputError` for a request that is not of this shape, or too large.
  package func read(_ body: Data) throws -> Texts {
    let asked: Asked
    do {
      asked = try JSON.decode(Asked.self, from: body)
    } catch let error as DecodingError {
      throw Self.problem(error)
    }
    guard asked.query.count <= largestBatch else {
      throw InputError("\(asked.query.count) texts at once", at: "query", remedy: "send at most \(largestBatch)")
    }
    if let prompts = asked.prompts, prompts.count != asked.query.count {
      throw InputError(
        "\(prompts.count) prompts for \(asked.query.count) texts", at: "prompts", remedy: "send as many, or none")
    }
    for (name, texts) in [("query", asked.query), ("prompts", asked.prompts ?? [])] {
      guard let long = texts.firstIndex(where: { $0.utf8.count > longestText }) else { continue }
      throw InputError(
        "the text has more than \(longestText) bytes", at: "\(name)[\(long)]", remedy: "send a shorter one")
    }
    let replies = asked.query.indices.map { index in
      SplitQuery(
        query: asked.query[index], prompt: asked.prompts?[index] ?? "",
        keepsTokens: head.summary?.repliesHaveTokens ?? false)
    }
    if refusesUnmatchedPrompts, let place = replies.firstIndex(where: { $0.match == .unmatched }) {
      throw InputError(
        "the query does not begin with its prompt", at: "prompts[\(place)]",
        remedy: "send the prompt as it stands in the query, or an empty one if the query is the reply alone")
    }
    return Texts(replies: replies, digest: Self.digest(asked.query))
  }

  private static func problem(_ error: DecodingError) -> InputError {
    let remedy = "send {\"query\": [texts], \"prompts\": [texts]}"
    func place(_ path: [any CodingKey]) -> String {
      path.reduce("") { text, key in
        key.intValue.map { "\(text)[\($0)]" } ?? (text.isEmpty ? key.stringValue : "\(text).\(key.stringValue)")
      }
    }
    switch error {
    case .keyNotFound(let key, _): return InputError("there is no '\(key.stringValue)'", at: "body", remedy: remedy)
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      let path = place(context.codingPath)
      return InputError(
        path.isEmpty
          ? "the body is no JSON object" : "this is no \(context.codingPath.count > 1 ? "text" : "list of texts")",
        at: path.isEmpty ? "body" : path, remedy: remedy)
    case .dataCorrupted(let context):
      return InputError("the body is no JSON: \(context.debugDescription)", at: "body", remedy: remedy)
    @unknown default: return InputError("the body is no JSON object that was expected", at: "body", remedy: remedy)
    }
  }

  /// - Throws: `InputError` if the sentence model has stopped or is missing.
  package func scores(_ replies: [SplitQuery]) throws -> [RewardHead.Score] {
    try head.scores(replies.map { (prompt: $0.prompt, reply: $0.reply) }, sentences: sentences)
  }

  /// The answer to a request whose replies have these scores.
  package func encode(_ texts: Texts, _ scores: [RewardHead.Score]) throws -> Data {
    let likeness = scores.map { head.likeness($0, at: alarm) }
    var logs = [
      "reward_std": scores.map(\.standardDeviation),
      "prompt_unmatched": texts.replies.map { $0.match == .unmatched ? 1.0 : 0 },
      "special_tokens": texts.replies.map { Double($0.tokens) },
    ]
    if head.falseAlarms(at: alarm).expected != nil {
      logs["ood_p"] = scores.map(\.pValue)
      logs["ood"] = likeness.map { $0 == .unlike ? 1 : 0 }
    }
    let answered = Answered(
      rewards: scores.map(\.reward), scores: scores.map { 1 / (1 + exp(-$0.reward)) }, extraLogs: logs,
      promptMatch: texts.replies.map(\.match), likeness: likeness, request: texts.digest)
    return try JSON.encode(answered, .snapshot)
  }

  /// 64 bits of the texts in their order: to tell requests apart, not to keep secrets.
  static func digest(_ texts: [String]) -> String {
    var hash = HashEmbedding.hash([], 0x72)
    for text in texts { hash = HashEmbedding.hash(text.utf8, hash &* 31 &+ UInt64(text.utf8.count)) }
    return String(hash, radix: 16)
  }
}
