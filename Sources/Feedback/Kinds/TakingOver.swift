import Compute
import Environments

/// Ways in which a clip could have gone on from some moment: what interventions choose among.
///
/// Clip 0 of such a question is what the agent did; clip i is what would have come from step `moments[i − 1]` on.
public struct TakingOver: Codable, Hashable, Sendable {
  /// Steps of the first clip, one for each further clip.
  public var moments: [Int]

  /// Takes the parts as they are.
  public init(moments: [Int]) { self.moments = moments }

  func check(_ question: Question<TakingOver>) throws {
    try question.needs(clips: 2...Int.max)
    guard moments.count == question.clips.count - 1 else {
      throw InputError(
        "\(moments.count) moments for \(question.clips.count - 1) continuations", at: "question.moments",
        remedy: "give one for each clip after the first")
    }
    if let index = moments.firstIndex(where: { !(0..<question.clips[0].count).contains($0) }) {
      throw InputError(
        "the clip has no step \(moments[index])", at: "question.moments[\(index)]",
        remedy: "use 0 to \(question.clips[0].count - 1)")
    }
  }

  /// Option 0: the clip as it was. Option i: the clip up to the moment, then the continuation.
  static func options(_ question: Question<TakingOver>, person: PersonModel) -> [Choice.Option] {
    let clip = question.clips[0]
    return [person.option(clip)]
      + zip(question.clips.dropFirst(), question.details.moments).map { continuation, moment in
        var option = Choice.Option(clips: moment == 0 ? [continuation] : [clip.segment(0..<moment), continuation])
        // One clip in the person's eyes, so it is discounted as one.
        option.weights = person.weights(count: option.count)
        option.offset = Float(person.lengthBias * Double(option.count))
        return option
      }
  }

  /// The clip as it was, and each continuation with the clip up to its moment before it.
  static func courses(_ question: Question<TakingOver>) -> [Trajectory] {
    let clip = question.clips[0]
    return [clip]
      + zip(question.clips.dropFirst(), question.details.moments).map { OwnClip($0, from: clip, said: $1).whole }
  }

  /// `count` moments, spread evenly over a clip.
  static func moments(_ count: Int, of clip: Trajectory) -> [Int] {
    clip.segments(count).map(\.lowerBound)
  }
}

/// The person takes over at a moment of their choice, or lets the agent go on.
///
/// A choice among what the agent did and what it would have led to, had another policy acted from a moment on; letting
/// it pass is evidence too. The continuations are offered (drawn actions, kept up), or the person's own, which then
/// joins the options; these count for the steps that they have in common, or to the end of their episode. It assumes
/// that the person knew what the agent was about to do.
public enum Intervention: FeedbackKind {
  public static let name = "intervention"
  public static let summary = "the person takes over at a moment, or lets the agent go on"

  /// Where the person took over, if they did.
  public struct Takeover: Codable, Hashable, Sendable {
    /// Which continuation of the question; nil: no intervention, or the person's own.
    public var continuation: Int?
    /// The step at which the person's own continuation (the answer's clip) begins.
    public var step: Int?

    /// Takes the parts as they are.
    public init(continuation: Int? = nil, step: Int? = nil) {
      self.continuation = continuation
      self.step = step
    }
  }

  public static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<TakingOver> {
    let replay = try material.replay()
    let clip = try material.first(1)[0]
    let moments = TakingOver.moments(max(2, material.options), of: clip)
    let actions = material.world.specification.actionSpace
    var continuations: [Trajectory] = []
    for moment in moments {
      let candidates = actions.candidates(1, random: &random)
      let action = candidates[random.below(candidates.count)]
      let made = replay(0, moment, (moment..<clip.count).flatMap { _ in action })
      guard made.count > 0 else { throw InputError("the clip cannot be replayed up to step \(moment)") }
      continuations.append(made)
    }
    return Question([clip] + continuations, details: TakingOver(moments: moments))
  }

  public static func show(_ question: Question<TakingOver>, in world: FeedbackWorld) throws -> Presentation {
    let moments = question.details.moments
    let others =
      [try ReplyOffer("let it go on", Takeover())]
      + (try moments.enumerated().map {
        var offer = try ReplyOffer("the other way from step \($1) on", Takeover(continuation: $0), step: $1)
        offer.clip = $0 + 1
        return offer
      })
    var shown = Presentation(
      "Take over, or let it go on.",
      captions: ["the agent"] + moments.map { "from step \($0)" },
      reply: .trajectory(others: others, takesOver: true, namesStep: true))
    // All clips at the same time: the others are the agent's up to their moment.
    shown.leads = [0] + moments
    return shown
  }

  public static func check(
    _ answer: Answer<Takeover>, to question: Question<TakingOver>, in world: FeedbackWorld
  ) throws {
    try question.details.check(question)
    if let continuation = answer.content.continuation {
      guard question.details.moments.indices.contains(continuation), answer.clips.isEmpty else {
        throw InputError(
          "continuation \(continuation) is not one of 0 ..< \(question.details.moments.count), or there is a clip too",
          at: "answer.continuation")
      }
    } else if let step = answer.content.step {
      guard (0..<question.clips[0].count).contains(step) else {
        throw InputError("the clip has no step \(step)", at: "answer.step")
      }
      try answer.needs(clips: 1, like: question.clips[0])
    } else if !answer.clips.isEmpty {
      throw InputError("there is a clip and no step at which it begins", at: "answer.step")
    }
  }

  public static func ground(
    _ answer: Answer<Takeover>, to question: Question<TakingOver>, in world: FeedbackWorld, person: PersonModel
  ) -> [Choice] {
    if let step = answer.content.step, let made = answer.clips.first {
      let own = OwnClip(made, from: question.clips[0], said: step)
      return EqualSpans.choice(of: own.whole, from: step, among: TakingOver.courses(question), person: person)
    }
    return [
      Choice(
        options: TakingOver.options(question, person: person), picked: answer.content.continuation.map { $0 + 1 } ?? 0,
        rationality: person.rationality, lapse: person.lapse)
    ]
  }

  /// Nothing, or a continuation offered; other ones the person makes.
  public static func possibleAnswers(
    to question: Question<TakingOver>, in world: FeedbackWorld
  ) -> [[Answer<Takeover>]]? {
    [[Answer(Takeover())] + question.details.moments.indices.map { Answer(Takeover(continuation: $0)) }]
  }

  public static func simulate(
    _ question: Question<TakingOver>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) -> Answer<Takeover>? {
    let nothing = Answer(Takeover())
    let choice = ground(nothing, to: question, in: world, person: respondent.person)[0]
    let picked = respondent.pick(choice, random: &random)
    return picked == 0 ? nothing : Answer(Takeover(continuation: picked - 1))
  }
}
