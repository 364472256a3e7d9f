import Files

/// What a screen shows for a question of any kind: a prompt, the clips with a caption each, and the form of the
/// reply. A terminal, a page or a test can answer any kind from it.
public struct Presentation: Codable, Hashable, Sendable {
  /// What is asked, in one sentence.
  public var prompt: String
  /// One for each clip of the question that is shown.
  public var captions: [String]
  /// For each clip, how many steps before it are shown too, as far as there are any: what led to the moment from which
  /// the clips part. Nil: none.
  public var leads: [Int]?
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
  /// The step that is shown while it is considered: 0 is the state in which the clip begins. Nil for none.
  public var step: Int?
  /// The clip that the offer is about, or that ``step`` is of, counted from 0; nil: all that are shown.
  public var clip: Int?

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
  /// One of these states, each a ``ReplyOffer/step`` of a ``ReplyOffer/clip`` and shown as a picture; or, with `makes`,
  /// the last state of a clip that the person makes, with the content `{}`.
  case states([ReplyOffer], makes: Bool)
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
  /// A formula over these named features, looked at before it is given. The content is
  /// `{"formula": "2 · speed − 0.5 · energy"}`.
  case formula(features: [String])
  /// A sentence. The content is `{"text": "…"}`.
  case text(examples: [String])
}
