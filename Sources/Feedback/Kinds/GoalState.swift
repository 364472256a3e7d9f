import Compute
import Environments

/// An example of a state in which the goal is reached.
///
/// A choice of the goal among visited states: its one transition's reward against theirs, which trains the reward as a
/// discriminator of goals. Three known failures of such discriminators are guarded against. Some of the visited
/// states *are* goals, and calling them not drives the reward down where it should be high (Bahdanau et al. 2019): the
/// states to choose among are spread out (farthest first, in observations scaled by their spread), and those that are
/// nearer to the example than to any other are left out. Certainty without limit: a share ``lapse`` of answers is
/// allowed to mean nothing, so the loss stops rewarding larger and larger rewards. Imbalance: each example meets as
/// many others as the question names, never all that were ever visited.
public enum GoalState: FeedbackKind {
  public static let name = "goal-state"
  public static let summary = "an example of a state in which the goal is reached"
  /// The assumed share of examples that mean nothing, at least.
  public static let lapse = 0.05

  /// Where the states to choose among are in the question's clips.
  public struct Details: Codable, Hashable, Sendable {
    /// One for each state, in the order in which they are offered.
    public var states: [Place]

    /// Takes the parts as they are.
    public init(states: [Place]) { self.states = states }
  }

  /// A step of a clip.
  public struct Place: Codable, Hashable, Sendable {
    /// The number of the clip among the question's, counted from 0.
    public var clip: Int
    /// The transition that leads to the state, counted from 0.
    public var step: Int

    /// Takes the parts as they are.
    public init(clip: Int, step: Int) {
      self.clip = clip
      self.step = step
    }
  }

  /// The state in which the goal is reached.
  public struct Example: Codable, Hashable, Sendable {
    /// Which of the question's states; nil: the last transition of the answer's own clip.
    public var state: Int?

    /// Takes the parts as they are.
    public init(state: Int?) { self.state = state }
  }

  public static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<Details> {
    let clips = try material.first(min(material.clips.count, max(2, material.options)))
    let places = clips.indices.flatMap { clip in (0..<clips[clip].count).map { Place(clip: clip, step: $0) } }
    let scale = spread(clips)
    let wanted = min(places.count, 2 * max(2, material.options))
    guard wanted >= 2 else { throw InputError("there are fewer than 2 states to choose among") }
    var chosen = [places[random.below(places.count)]]
    var nearest = places.map { distance($0, chosen[0], clips, scale) }
    while chosen.count < wanted {
      guard let far = nearest.indices.max(by: { nearest[$0] < nearest[$1] }), nearest[far] > 0 else { break }
      chosen.append(places[far])
      for index in places.indices {
        nearest[index] = min(nearest[index], distance(places[index], places[far], clips, scale))
      }
    }
    guard chosen.count >= 2 else { throw InputError("all states of the clips look the same") }
    return Question(clips, details: Details(states: chosen))
  }

  public static func show(_ question: Question<Details>, in world: FeedbackWorld) throws -> Presentation {
    let offers = try question.details.states.enumerated().map { index, place in
      // The state that the transition leads to.
      var offer = try ReplyOffer(
        "clip \(place.clip + 1), step \(place.step + 1)", Example(state: index), step: place.step + 1)
      offer.clip = place.clip
      return offer
    }
    return Presentation(
      "Show a state in which the goal is reached.", captions: question.clips.indices.map { "clip \($0 + 1)" },
      reply: .states(offers, makes: true))
  }

  public static func check(_ answer: Answer<Example>, to question: Question<Details>, in world: FeedbackWorld) throws {
    try question.needs(clips: 1...Int.max)
    guard question.details.states.count >= 2, Set(question.details.states).count == question.details.states.count else {
      throw InputError("fewer than 2 states, or one that is given twice", at: "question.states")
    }
    for (index, place) in question.details.states.enumerated() {
      guard question.clips.indices.contains(place.clip), (0..<question.clips[place.clip].count).contains(place.step)
      else { throw InputError("no such step", at: "question.states[\(index)]") }
    }
    if let state = answer.content.state {
      guard question.details.states.indices.contains(state), answer.clips.isEmpty else {
        throw InputError(
          "state \(state) is not one of 0 ..< \(question.details.states.count), or there is a clip too",
          at: "answer.state")
      }
    } else {
      try answer.needs(clips: 1, like: question.clips[0])
    }
  }

  public static func ground(
    _ answer: Answer<Example>, to question: Question<Details>, in world: FeedbackWorld, person: PersonModel
  ) -> [Choice] {
    let visited = question.details.states.map { question.clips[$0.clip].segment($0.step..<$0.step + 1) }
    guard let own = answer.clips.first else {
      return [choice(visited, picked: answer.content.state ?? 0, person: person)]
    }
    let example = own.segment(own.count - 1..<own.count)
    let others = unlike(example, among: visited, scale: spread(question.clips))
    return others.isEmpty ? [] : [choice(others + [example], picked: others.count, person: person)]
  }

  public static func simulate(
    _ question: Question<Details>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) -> Answer<Example>? {
    let choice = ground(Answer(Example(state: 0)), to: question, in: world, person: respondent.person)[0]
    return Answer(Example(state: respondent.pick(choice, random: &random)))
  }

  /// Examples of the question's own; other ones the person shows.
  public static func possibleAnswers(to question: Question<Details>, in world: FeedbackWorld) -> [[Answer<Example>]]? {
    [question.details.states.indices.map { Answer(Example(state: $0)) }]
  }

  private static func choice(_ states: [Trajectory], picked: Int, person: PersonModel) -> Choice {
    Choice(
      options: states.map { Choice.Option($0) }, picked: picked, rationality: person.rationality,
      lapse: max(lapse, person.lapse))
  }

  /// Those of the states that are farther from the example than from the nearest other state.
  private static func unlike(_ example: Trajectory, among states: [Trajectory], scale: [Float]) -> [Trajectory] {
    states.indices.filter { index in
      let toExample = distance(states[index], example, scale)
      let toOthers = states.indices.filter { $0 != index }.map { distance(states[index], states[$0], scale) }.min()
      return toExample > (toOthers ?? 0)
    }.map { states[$0] }
  }

  /// The observations' mean absolute deviation, component by component; 1 where it is 0.
  private static func spread(_ clips: [Trajectory]) -> [Float] {
    let size = clips[0].observationSize
    let rows = clips.reduce(0) { $0 + $1.count + 1 }
    var means = [Float](repeating: 0, count: size)
    for clip in clips { for (index, value) in clip.observations.enumerated() { means[index % size] += value } }
    for index in means.indices { means[index] /= Float(rows) }
    var deviations = [Float](repeating: 0, count: size)
    for clip in clips {
      for (index, value) in clip.observations.enumerated() {
        deviations[index % size] += abs(value - means[index % size])
      }
    }
    return deviations.map { $0 > 0 ? $0 / Float(rows) : 1 }
  }

  private static func distance(_ a: Place, _ b: Place, _ clips: [Trajectory], _ scale: [Float]) -> Float {
    distance(
      clips[a.clip].segment(a.step..<a.step + 1), clips[b.clip].segment(b.step..<b.step + 1), scale)
  }

  /// Between the observations that two transitions lead to.
  private static func distance(_ a: Trajectory, _ b: Trajectory, _ scale: [Float]) -> Float {
    let size = a.observationSize
    var sum: Float = 0
    for index in 0..<size {
      let difference = (a.observations[size + index] - b.observations[size + index]) / scale[index]
      sum += difference * difference
    }
    return sum
  }
}
