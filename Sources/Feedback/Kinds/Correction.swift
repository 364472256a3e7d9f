import Compute
import Environments

/// A better version of what the agent did.
///
/// A choice of the corrected clip among the original and the other versions that the question offers; the person's own,
/// where it is none of these, joins them. Versions are replays of the whole clip with other actions
/// (``QuestionMaterial/whatIf``), or the person's deformation of the path (``deformed(_:at:by:)``). A person who takes
/// over at a step makes the rest alone: the original up to there comes before it, and all options count for the steps
/// that they have in common, or to the end of their episode. Jeon, Milli, Drăgan 2020, corrections and improvements;
/// Bajcsy et al. 2017.
public enum Correction: FeedbackKind {
  public static let name = "correction"
  public static let summary = "a better version of what the agent did"

  /// Which version of the clip is better.
  public struct Improved: Codable, Hashable, Sendable {
    /// Which clip of the question (0: it was right as it was); nil: the answer's own clip.
    public var version: Int?

    /// Takes the parts as they are.
    public init(version: Int?) { self.version = version }
  }

  public static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<NoDetails> {
    let replay = try material.replay()
    let clip = try material.first(1)[0]
    let space = material.world.specification.actionSpace
    let size = clip.actionRowSize
    var versions = [clip]
    for _ in 1..<max(2, material.options) {
      // Another action for a segment of the clip, the agent's own before and after.
      let begin = random.below(clip.count)
      let end = begin + 1 + random.below(clip.count - begin)
      let candidates = space.candidates(1, random: &random)
      let action = candidates[random.below(candidates.count)]
      var actions = clip.actions
      for step in begin..<end { actions.replaceSubrange(step * size..<(step + 1) * size, with: action) }
      let version = replay(0, 0, actions)
      guard version.count > 0 else { throw InputError("the clip cannot be replayed") }
      versions.append(version)
    }
    return Question(versions)
  }

  public static func show(_ question: Question<NoDetails>, in world: FeedbackWorld) throws -> Presentation {
    let others = try question.clips.indices.map { index in
      var offer = try ReplyOffer(
        index == 0 ? "it was right as it went" : "version \(index) is better", Improved(version: index))
      offer.clip = index
      return offer
    }
    return Presentation(
      "How should it have gone?",
      captions: ["what the agent did"] + question.clips.indices.dropFirst().map { "version \($0)" },
      reply: .trajectory(others: others, takesOver: true, namesStep: false))
  }

  public static func check(
    _ answer: Answer<Improved>, to question: Question<NoDetails>, in world: FeedbackWorld
  ) throws {
    try question.needs(clips: 1...Int.max)
    if let version = answer.content.version {
      guard question.clips.indices.contains(version), answer.clips.isEmpty else {
        throw InputError(
          "version \(version) is not one of 0 ..< \(question.clips.count), or there is a clip too",
          at: "answer.version")
      }
    } else {
      try answer.needs(clips: 1, like: question.clips[0])
    }
  }

  public static func ground(
    _ answer: Answer<Improved>, to question: Question<NoDetails>, in world: FeedbackWorld, person: PersonModel
  ) -> [Choice] {
    if let made = answer.clips.first {
      let own = OwnClip(made, from: question.clips[0])
      return EqualSpans.choice(of: own.whole, from: own.beginning, among: question.clips, person: person)
    }
    guard question.clips.count > 1, let version = answer.content.version else { return [] }
    return [
      Choice(
        options: question.clips.map { person.option($0) }, picked: version, rationality: person.rationality,
        lapse: person.lapse)
    ]
  }

  public static func simulate(
    _ question: Question<NoDetails>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) -> Answer<Improved>? {
    guard
      let choice = ground(Answer(Improved(version: 0)), to: question, in: world, person: respondent.person).first
    else { return nil }
    return Answer(Improved(version: respondent.pick(choice, random: &random)))
  }

  /// The versions offered; other ones the person makes.
  public static func possibleAnswers(
    to question: Question<NoDetails>, in world: FeedbackWorld
  ) -> [[Answer<Improved>]]? { [question.clips.indices.map { Answer(Improved(version: $0)) }] }

  /// A path pushed at one step, and drawn along smoothly before and after: ξ + A⁻¹u, scaled so that the pushed step
  /// moves by `push` itself. A is the matrix of squared second differences with both ends held, so the first and the
  /// last observation stay. Actions and rewards stay as they were: it is for rewards of observations alone.
  ///
  /// Bajcsy, Losey, O'Malley, Drăgan 2017; the smoothness is Dragan et al. 2015's.
  ///
  /// - Parameters:
  ///   - clip: at least 2 transitions.
  ///   - step: the observation that is pushed, within 1 ..< clip.count.
  ///   - push: [observationSize].
  /// - Complexity: O(count³), for the solve.
  public static func deformed(_ clip: Trajectory, at step: Int, by push: [Double]) throws -> Trajectory {
    guard clip.count >= 2, (1..<clip.count).contains(step) else {
      throw InputError("step \(step) is not within the clip's ends", remedy: "use 1 to \(clip.count - 1)")
    }
    guard push.count == clip.observationSize, push.allSatisfy(\.isFinite) else {
      throw InputError("the push has \(push.count) numbers, the observation \(clip.observationSize)")
    }
    let inner = clip.count - 1
    // K: second differences of the inner observations, the ends being fixed at 0. A = KᵀK.
    var smoothness = Matrix(rows: inner, columns: inner)
    func second(_ row: Int, _ column: Int) -> Double {
      row == column ? -2 : abs(row - column) == 1 ? 1 : 0
    }
    for row in 0..<inner {
      // Rows further apart than two have no second difference in common.
      for column in max(0, row - 2)..<min(inner, row + 3) {
        var sum = 0.0
        for k in max(0, row - 1, column - 1)..<min(inner, min(row, column) + 2) {
          sum += second(k, row) * second(k, column)
        }
        smoothness[row, column] = sum
      }
    }
    var pushed = [Double](repeating: 0, count: inner)
    pushed[step - 1] = 1
    let shape = try LinearAlgebra.choleskySolve(smoothness, pushed)
    var result = clip
    for row in 0..<inner {
      for column in 0..<clip.observationSize {
        result.observations[(row + 1) * clip.observationSize + column] += Float(
          push[column] * shape[row] / shape[step - 1])
      }
    }
    return result
  }
}
