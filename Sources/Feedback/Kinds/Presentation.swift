/// What a screen shows for a question, whatever the kind: a prompt, the clips with a caption each, and the form of the
/// reply. A terminal, a page or a test can answer any kind from it.
public struct Presentation: Codable, Hashable, Sendable {
  public var prompt: String
  /// One for each clip of the question that is shown.
  public var captions: [String]
  public var reply: ReplyForm

  public init(_ prompt: String, captions: [String], reply: ReplyForm) {
    self.prompt = prompt
    self.captions = captions
    self.reply = reply
  }
}

/// The form of a reply.
public enum ReplyForm: Codable, Hashable, Sendable {
  /// One of these.
  case pick([String])
  /// The clips in an order, best first, ties allowed.
  case order
  /// One of the ratings, worst first.
  case rating([String])
  /// A value for each moment of the clip, within the range.
  case curve(lowest: Double, highest: Double)
  /// Moments of the clip, one for each question.
  case moments([String])
  /// An action for the moment shown.
  case action(names: [String], dimensions: Int)
  /// A clip that the person makes.
  case trajectory
  /// Weights over named features.
  case formula(features: [String])
  /// Some of the named features.
  case features([String])
  /// A sentence.
  case text(examples: [String])
}
