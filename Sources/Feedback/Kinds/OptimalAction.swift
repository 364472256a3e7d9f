import Compute
import Environments

/// What to do at this moment: advice on one action, as DAgger asks for it.
///
/// A choice among the actions (or, where they are continuous, among some drawn ones), each grounded as what follows
/// when it is taken and then kept up for `horizon` steps. So it assumes that the person looks that far and no further,
/// and judges an action by its immediate consequences: advice that prepares something later reads as a mistake. Ross,
/// Gordon, Bagnell 2011 ask the same and imitate; here it is evidence about the reward.
public enum OptimalAction: FeedbackKind {
  public static let name = "optimal-action"
  public static let summary = "what to do at one moment"

  public struct Details: Codable, Hashable, Sendable {
    /// Row after row, one for each clip of the question.
    public var actions: [[Float]]

    /// Takes the parts as they are.
    public init(actions: [[Float]]) { self.actions = actions }
  }

  /// The action that was advised.
  public struct Advice: Codable, Hashable, Sendable {
    /// Counted from 0.
    public var action: Int

    /// Takes the parts as they are.
    public init(action: Int) { self.action = action }
  }

  /// For how many steps an action is kept up.
  public static let horizon = 8
  /// How many steps before the moment are shown.
  private static let lead = 12

  public static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<Details> {
    let replay = try material.replay()
    let clip = try material.first(1)[0]
    let step = random.below(clip.count)
    let actions = material.world.specification.actionSpace.candidates(max(2, material.options), random: &random)
    let clips = actions.map { action in
      replay(0, step, (0..<horizon).flatMap { _ in action })
    }
    guard clips.allSatisfy({ $0.count > 0 }) else { throw InputError("the clip cannot be replayed up to step \(step)") }
    return Question(clips, details: Details(actions: actions))
  }

  public static func show(_ question: Question<Details>, in world: FeedbackWorld) throws -> Presentation {
    var names: [String] = []
    if case .discrete(let all) = world.specification.actionSpace {
      names = question.details.actions.map { row in
        let index = Int(row.first ?? 0)
        return all.indices.contains(index) ? all[index] : "?"
      }
    }
    // Actions without names are distinguished by what they lead to.
    let offers = try question.clips.indices.map {
      var offer = try ReplyOffer(names.indices.contains($0) ? names[$0] : "action \($0 + 1)", Advice(action: $0))
      offer.clip = $0
      return offer
    }
    var shown = Presentation(
      "What should be done now?", captions: offers.map { "after \($0.text)" }, reply: .pick(offers))
    shown.leads = question.clips.map { _ in lead }
    return shown
  }

  public static func check(_ answer: Answer<Advice>, to question: Question<Details>, in world: FeedbackWorld) throws {
    try question.needs(clips: 2...Int.max)
    guard question.details.actions.count == question.clips.count else {
      throw InputError(
        "\(question.details.actions.count) actions for \(question.clips.count) clips", at: "question.actions",
        remedy: "give one for each clip")
    }
    guard question.clips.indices.contains(answer.content.action) else {
      throw InputError(
        "action \(answer.content.action) is not one of 0 ..< \(question.clips.count)", at: "answer.action")
    }
  }

  public static func ground(
    _ answer: Answer<Advice>, to question: Question<Details>, in world: FeedbackWorld, person: PersonModel
  ) -> [Choice] { [choice(question, picked: answer.content.action, person: person)] }

  public static func simulate(
    _ question: Question<Details>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) -> Answer<Advice>? {
    Answer(Advice(action: respondent.pick(choice(question, picked: 0, person: respondent.person), random: &random)))
  }

  public static func possibleAnswers(to question: Question<Details>, in world: FeedbackWorld) -> [[Answer<Advice>]]? {
    [question.clips.indices.map { Answer(Advice(action: $0)) }]
  }

  private static func choice(_ question: Question<Details>, picked: Int, person: PersonModel) -> Choice {
    Choice(
      options: question.clips.map { person.option($0) }, picked: picked, rationality: person.rationality,
      lapse: person.lapse)
  }
}

extension ActionSpace {
  /// Every discrete action; of a continuous space, `count` drawn ones.
  func candidates(_ count: Int, random: inout RandomStream) -> [[Float]] {
    switch self {
    case .discrete(let names): return names.indices.map { [Float($0)] }
    case .continuous:
      return (0..<count).map { _ in
        var row = [Float](repeating: 0, count: rowSize)
        row.withUnsafeMutableBufferPointer { row in
          if let start = row.baseAddress { draw(into: start, &random) }
        }
        return row
      }
    }
  }
}
