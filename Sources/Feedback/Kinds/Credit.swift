import Compute
import Environments

/// The best and the worst moment of a clip.
///
/// Two choices among segments of the clip: the best, and among the others the worst (with the sign of value reversed).
/// Credit assignment in Jeon, Milli, Drăgan 2020 has the best alone.
public enum Credit: FeedbackKind {
  public static let name = "credit"
  public static let summary = "the best and the worst moment of a clip"

  public struct Details: Codable, Hashable, Sendable {
    /// Into how many segments the clip is cut; fewer where it has fewer steps.
    public var moments: Int

    /// Takes the parts as they are.
    public init(moments: Int = 5) { self.moments = moments }
  }

  /// The segments, counted from 0.
  public struct Moments: Codable, Hashable, Sendable {
    /// The best segment.
    public var best: Int
    /// The worst segment; another one than the best.
    public var worst: Int

    /// Takes the parts as they are.
    public init(best: Int, worst: Int) {
      self.best = best
      self.worst = worst
    }
  }

  public static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<Details> {
    let clips = try material.first(1)
    guard clips[0].count >= 2 else { throw InputError("a clip of one step has no best and worst moment") }
    return Question(clips, details: Details())
  }

  public static func show(_ question: Question<Details>, in world: FeedbackWorld) -> Presentation {
    Presentation(
      "Which moment is the best, and which the worst?", captions: ["clip"],
      reply: .moments(segments: question.clips[0].segments(question.details.moments).count))
  }

  public static func check(_ answer: Answer<Moments>, to question: Question<Details>, in world: FeedbackWorld) throws {
    try question.needs(clips: 1...1)
    guard question.details.moments >= 2, question.clips[0].count >= 2 else {
      throw InputError("the clip has fewer than 2 moments", at: "question.moments", remedy: "use 2 or more")
    }
    let count = question.clips[0].segments(question.details.moments).count
    for (name, moment) in [("best", answer.content.best), ("worst", answer.content.worst)] {
      guard (0..<count).contains(moment) else {
        throw InputError("moment \(moment) is not one of 0 ..< \(count)", at: "answer.\(name)")
      }
    }
    guard answer.content.best != answer.content.worst else {
      throw InputError("the best moment cannot be the worst", at: "answer.worst")
    }
  }

  public static func ground(
    _ answer: Answer<Moments>, to question: Question<Details>, in world: FeedbackWorld, person: PersonModel
  ) -> [Choice] {
    let count = question.clips[0].segments(question.details.moments).count
    let others = (0..<count).filter { $0 != answer.content.best }
    let best = choice(question, among: Array(0..<count), sign: 1, picked: answer.content.best, person: person)
    guard others.count > 1, let worst = others.firstIndex(of: answer.content.worst) else { return [best] }
    return [best, choice(question, among: others, sign: -1, picked: worst, person: person)]
  }

  public static func simulate(
    _ question: Question<Details>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) -> Answer<Moments>? {
    let all = Array(0..<question.clips[0].segments(question.details.moments).count)
    let best = respondent.pick(
      choice(question, among: all, sign: 1, picked: 0, person: respondent.person), random: &random)
    let others = all.filter { $0 != best }
    let worst =
      others.count == 1
      ? 0
      : respondent.pick(
        choice(question, among: others, sign: -1, picked: 0, person: respondent.person), random: &random)
    return Answer(Moments(best: best, worst: others[worst]))
  }

  public static func possibleAnswers(to question: Question<Details>, in world: FeedbackWorld) -> [[Answer<Moments>]]? {
    let all = question.clips[0].segments(question.details.moments).indices
    return [
      all.flatMap { best in all.filter { $0 != best }.map { Answer(Moments(best: best, worst: $0)) } }
    ]
  }

  private static func choice(
    _ question: Question<Details>, among moments: [Int], sign: Float, picked: Int, person: PersonModel
  ) -> Choice {
    let segments = question.clips[0].segments(question.details.moments)
    let longest = Float(segments.map(\.count).max() ?? 1)
    return Choice(
      options: moments.map { moment in
        let segment = segments[moment]
        return Choice.Option(
          question.clips[0].segment(segment),
          weights: [Float](repeating: sign * longest / Float(segment.count), count: segment.count))
      }, picked: picked, rationality: person.rationality, lapse: person.lapse)
  }
}
