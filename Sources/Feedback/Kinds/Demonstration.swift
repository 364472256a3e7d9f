import Compute
import Environments
import Foundation

/// A clip that the person made, to show what they want.
///
/// A choice of the demonstration among everything that could have been done: maximum entropy, P(ξ) ∝ exp(β R(ξ)). That
/// set is known whole in small finite worlds only (``everyClip(in:from:steps:)``); elsewhere the question carries
/// sampled alternatives. Where the density that they were drawn with is known, −log of it is their offset, so that the
/// sum over them estimates the sum over all (importance sampling; Finn, Levine, Abbeel 2016); without, they stand for
/// themselves, and all count for the steps that they have in common with the demonstration, or to the end of their
/// episode. It misleads where the alternatives are all worse than anything that the person would ever do: any
/// reward then explains the demonstration. Ziebart et al. 2008; Jeon, Milli, Drăgan 2020.
public enum Demonstration: FeedbackKind {
  public static let name = "demonstration"
  public static let summary = "a clip that the person made, to show what they want"

  public struct Details: Codable, Hashable, Sendable {
    /// Natural logarithm of the density that each alternative was drawn with; nil: not known.
    public var logDensities: [Double]?

    /// Takes the parts as they are.
    public init(logDensities: [Double]? = nil) { self.logDensities = logDensities }
  }

  /// What is known of the clip that the person made; the clip itself is the answer's.
  public struct Shown: Codable, Hashable, Sendable {
    /// Natural logarithm of the density of the demonstration under what drew the alternatives; with
    /// ``Details/logDensities``.
    public var logDensity: Double?

    /// Takes the parts as they are.
    public init(logDensity: Double? = nil) { self.logDensity = logDensity }
  }

  public static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<Details> {
    Question(try material.first(max(2, material.options)), details: Details())
  }

  public static func show(_ question: Question<Details>, in world: FeedbackWorld) -> Presentation {
    Presentation(
      "Show what you want: act yourself.", captions: question.clips.indices.map { "an agent's clip \($0 + 1)" },
      reply: .trajectory(others: [], takesOver: false, namesStep: false))
  }

  public static func check(_ answer: Answer<Shown>, to question: Question<Details>, in world: FeedbackWorld) throws {
    try question.needs(clips: 1...Int.max)
    try answer.needs(clips: 1, like: question.clips[0])
    if let densities = question.details.logDensities {
      guard densities.count == question.clips.count, densities.allSatisfy(\.isFinite) else {
        throw InputError(
          "\(densities.count) densities for \(question.clips.count) clips, or one that is not finite",
          at: "question.logDensities")
      }
      guard answer.content.logDensity?.isFinite == true || question.clips.contains(answer.clips[0]) else {
        throw InputError(
          "the alternatives have densities and the demonstration has none", at: "answer.logDensity",
          remedy: "give the logarithm of the density under which the alternatives were drawn")
      }
    }
  }

  public static func ground(
    _ answer: Answer<Shown>, to question: Question<Details>, in world: FeedbackWorld, person: PersonModel
  ) -> [Choice] {
    var clips = question.clips
    var offsets = question.details.logDensities.map { $0.map { -$0 } } ?? [Double](repeating: 0, count: clips.count)
    let picked: Int
    if let known = clips.firstIndex(of: answer.clips[0]) {
      picked = known
    } else {
      picked = clips.count
      clips.append(answer.clips[0])
      offsets.append(question.details.logDensities == nil ? 0 : -(answer.content.logDensity ?? 0))
    }
    guard clips.count > 1 else { return [] }
    // Densities are those of whole clips.
    if picked == question.clips.count, question.details.logDensities == nil { clips = EqualSpans.cut(clips) }
    return [
      Choice(
        options: zip(clips, offsets).map { clip, offset in
          var option = person.option(clip)
          option.offset += Float(offset)
          return option
        }, picked: picked, rationality: person.rationality, lapse: person.lapse)
    ]
  }

  /// Of the clips there are, the one that the respondent would have made.
  public static func simulate(
    _ question: Question<Details>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) -> Answer<Shown>? {
    let answer = Answer(Shown(), clips: [question.clips[0]])
    guard let choice = ground(answer, to: question, in: world, person: respondent.person).first else { return nil }
    return Answer(Shown(), clips: [question.clips[respondent.pick(choice, random: &random)]])
  }

  /// The clips offered, each once; other ones the person makes.
  public static func possibleAnswers(to question: Question<Details>, in world: FeedbackWorld) -> [[Answer<Shown>]]? {
    var seen: Set<Trajectory> = []
    return [question.clips.filter { seen.insert($0).inserted }.map { Answer(Shown(), clips: [$0]) }]
  }

  /// Everything that can happen in a finite world in `steps` steps from a state, with the natural logarithm of the
  /// probability that the world (not the agent) lets it: offsets that make the choice exact.
  ///
  /// - Throws: `InputError` if there are more than 20,000 clips.
  public static func everyClip(
    in world: TabularWorld, from state: Int, steps: Int
  ) throws -> [(clip: Trajectory, logProbability: Double)] {
    struct Path {
      var states: [Int]
      var actions: [Int] = []
      var logProbability = 0.0
    }
    let mdp = world.mdp
    precondition((0..<mdp.stateCount).contains(state) && steps > 0, "a state of the world and some steps")
    var paths = [Path(states: [state])]
    for _ in 0..<steps {
      var longer: [Path] = []
      for path in paths {
        let from = path.states[path.states.count - 1]
        for action in 0..<mdp.actionCount {
          for entry in mdp.transitions(from, action) where mdp.probabilities[entry] > 0 {
            longer.append(
              Path(
                states: path.states + [mdp.successors[entry]], actions: path.actions + [action],
                logProbability: path.logProbability + log(mdp.probabilities[entry])))
          }
        }
        guard longer.count <= 20_000 else {
          throw InputError("more than 20000 clips of \(steps) steps begin there", remedy: "use fewer steps")
        }
      }
      paths = longer
    }
    let size = world.observationSize
    return paths.map { path in
      let clip = Trajectory(
        observationSize: size, actionRowSize: 1,
        observations: path.states.flatMap { world.observations[$0 * size..<($0 + 1) * size] },
        actions: path.actions.map(Float.init),
        rewards: zip(path.states, path.actions).map { Float(mdp.rewards[$0 * mdp.actionCount + $1]) },
        terminated: false, truncated: false, start: nil)
      return (clip, path.logProbability)
    }
  }
}
