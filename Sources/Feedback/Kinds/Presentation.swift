import Files

/// What a screen shows for a question of any kind: a prompt, the clips with a caption each, and the form of the
/// reply. A terminal, a page or a test can answer any kind from it.
public struct Presentation: Codable, Hashable, Sendable {
  /// What is asked, in one sentence.
  public var prompt: String
  /// One for each clip of the question that is shown.
  public var captions: [String]
  /// How the answer is given.
  public var reply: ReplyForm

  /// Takes the parts as they are.
  public init(_ prompt: String, captions: [String], reply: ReplyForm) {
    self.prompt = prompt
    self.captions = captions
    self.reply = reply
  }
}

/// One thing that can be said by a single press: what stands on the button, and what the answer then is.
public struct ReplyOffer: Codable, Hashable, Sendable {
  /// What stands on the button.
  public var text: String
  /// The answer's content if it is taken.
  public var content: JSONValue
  /// The step of the first clip that is shown while it is considered; nil for none.
  public var step: Int?

  /// - Throws: `InputError` or an encoding error if the content has no JSON.
  public init(_ text: String, _ content: some Encodable, step: Int? = nil) throws {
    self.text = text
    self.content = try JSONValue(encoding: content)
    self.step = step
  }
}

/// The form of a reply, with all that a screen needs to make the answer's content: it never asks for the kind.
public enum ReplyForm: Codable, Hashable, Sendable {
  /// Which of two clips. The content is `{"answer": "first"}`, `"second"` or `"tie"`, with `"strongly"` where asked.
  case compare(strengths: Bool, ties: Bool)
  /// One of these.
  case pick([ReplyOffer])
  /// The clips in an order, best first, ties allowed; the best `places` of them, or all. The content is
  /// `{"groups": [[1], [0, 2]]}`.
  case order(places: Int?)
  /// A value for each moment of the clip, within the range. The content is `{"values": […]}`.
  case curve(lowest: Double, highest: Double)
  /// The best and the worst of so many segments of the clip. The content is `{"best": 0, "worst": 3}`.
  case moments(segments: Int)
  /// A clip that the person makes, from the start or (`takesOver`) from any step of the first clip; or one of `others`.
  /// The content is `{}`, or with `namesStep` `{"step": 12}`.
  case trajectory(others: [ReplyOffer], takesOver: Bool, namesStep: Bool)
  /// One of these formulas over named features, looked at before it is given.
  case formula([ReplyOffer])
  /// A sentence. The content is `{"text": "…"}`.
  case text(examples: [String])
}
