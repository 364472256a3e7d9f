import Compute
import Environments

/// The person switches the agent off at a moment, or does not.
///
/// A choice between what the agent did and, for each moment, the same up to there and nothing after: being off earns 0,
/// as in the off-switch game (Hadfield-Menell et al. 2017), so these answers fix the reward's zero. Jeon, Milli, Drăgan
/// 2020 stop the world instead, at the reward of its state, which takes a world that can be stopped. It
/// misleads where being off does harm or good of its own.
public enum OffSwitch: FeedbackKind {
  public static let name = "off-switch"
  public static let summary = "the person switches the agent off at a moment, or does not"
  public static var level: AnswerLevel { .nothing }

  public struct Details: Codable, Hashable, Sendable {
    /// Steps of the clip before which the agent can be switched off.
    public var moments: [Int]

    /// Takes the parts as they are.
    public init(moments: [Int]) { self.moments = moments }
  }

  /// When the agent was switched off, if it was.
  public struct Switch: Codable, Hashable, Sendable {
    /// Which of the question's moments; nil: the agent was left on.
    public var moment: Int?

    /// Takes the parts as they are.
    public init(moment: Int?) { self.moment = moment }
  }

  public static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<Details> {
    let clips = try material.first(1)
    let moments = TakingOver.moments(max(2, material.options), of: clips[0])
    return Question(clips, details: Details(moments: moments))
  }

  public static func show(_ question: Question<Details>, in world: FeedbackWorld) throws -> Presentation {
    let offers =
      [try ReplyOffer("leave it on", Switch(moment: nil))]
      + (try question.details.moments.enumerated().map {
        try ReplyOffer("off before step \($1)", Switch(moment: $0), step: $1)
      })
    return Presentation(
      "Switch it off at a moment, or leave it on.", captions: ["the agent"], reply: .pick(offers))
  }

  public static func check(_ answer: Answer<Switch>, to question: Question<Details>, in world: FeedbackWorld) throws {
    try question.needs(clips: 1...1)
    let moments = question.details.moments
    guard !moments.isEmpty, Set(moments).count == moments.count,
      moments.allSatisfy((0..<question.clips[0].count).contains)
    else {
      throw InputError(
        "no moment, one twice, or one that the clip does not have", at: "question.moments",
        remedy: "use steps of 0 ..< \(question.clips[0].count)")
    }
    if let moment = answer.content.moment, !moments.indices.contains(moment) {
      throw InputError("moment \(moment) is not one of 0 ..< \(moments.count)", at: "answer.moment")
    }
  }

  public static func ground(
    _ answer: Answer<Switch>, to question: Question<Details>, in world: FeedbackWorld, person: PersonModel
  ) -> [Choice] {
    let clip = question.clips[0]
    let options = [clip.count] + question.details.moments
    return [
      Choice(
        options: options.map { person.option(clip.segment(0..<$0)) },
        picked: answer.content.moment.map { $0 + 1 } ?? 0, rationality: person.rationality, lapse: person.lapse)
    ]
  }

  public static func possibleAnswers(to question: Question<Details>, in world: FeedbackWorld) -> [[Answer<Switch>]]? {
    [[Answer(Switch(moment: nil))] + question.details.moments.indices.map { Answer(Switch(moment: $0)) }]
  }

  public static func simulate(
    _ question: Question<Details>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) -> Answer<Switch>? {
    let choice = ground(Answer(Switch(moment: nil)), to: question, in: world, person: respondent.person)[0]
    let picked = respondent.pick(choice, random: &random)
    return Answer(Switch(moment: picked == 0 ? nil : picked - 1))
  }
}
