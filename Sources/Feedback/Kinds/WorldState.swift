import Compute
import Environments
import Foundation

/// The state of the world: people have acted in it already, so its state tells what they want.
///
/// A choice among the states that it could be in, each grounded as the histories that lead there: the expected
/// transitions of a random policy that acted for `steps` steps and ended in that state. How easily a state is come by
/// without wanting anything counts as its offset, the logarithm of its probability under random actions. This is the
/// first-order form of Shah et al. 2019, who sum over histories of a person who plans; it agrees with it as rationality
/// goes to 0. Finite worlds only.
public enum WorldState: FeedbackKind {
  public static let name = "state-of-the-world"
  public static let summary = "how the world stands after people have acted in it (finite worlds)"

  public struct Details: Codable, Hashable, Sendable {
    /// How long people have acted.
    public var steps: Int
    /// The states that the world could be in.
    public var states: [Int]

    /// Takes the parts as they are.
    public init(steps: Int, states: [Int]) {
      self.steps = steps
      self.states = states
    }
  }

  /// How the world stands.
  public struct Observed: Codable, Hashable, Sendable {
    /// The tabular state, one of the question's.
    public var state: Int

    /// Takes the parts as they are.
    public init(state: Int) { self.state = state }
  }

  private static let maximumSteps = 1000

  public static func ask(_ material: QuestionMaterial, random: inout RandomStream) throws -> Question<Details> {
    let world = try table(material.world)
    let steps = 6
    let reach = Histories(world.mdp, steps: steps).end
    var possible = reach.indices.filter { reach[$0] > 0 }
    random.shuffle(&possible)
    let states = possible.prefix(2 * max(2, material.options)).sorted()
    guard states.count >= 2 else { throw InputError("the world can be in one state only") }
    return Question([], details: Details(steps: steps, states: states))
  }

  public static func show(_ question: Question<Details>, in world: FeedbackWorld) throws -> Presentation {
    let offers = try question.details.states.map { try ReplyOffer("state \($0)", Observed(state: $0)) }
    return Presentation("How does the world stand?", captions: [], reply: .pick(offers))
  }

  public static func check(_ answer: Answer<Observed>, to question: Question<Details>, in world: FeedbackWorld) throws {
    let mdp = try table(world).mdp
    let details = question.details
    guard (1...maximumSteps).contains(details.steps) else {
      throw InputError("\(details.steps) steps", at: "question.steps", remedy: "use 1 to \(maximumSteps)")
    }
    guard details.states.count >= 2, Set(details.states).count == details.states.count,
      details.states.allSatisfy((0..<mdp.stateCount).contains)
    else {
      throw InputError(
        "fewer than 2 states, one twice, or one that the world does not have", at: "question.states",
        remedy: "use states of 0 ..< \(mdp.stateCount)")
    }
    guard details.states.contains(answer.content.state) else {
      throw InputError("state \(answer.content.state) is none of the question's", at: "answer.state")
    }
    let reach = Histories(mdp, steps: details.steps).end
    if let state = details.states.first(where: { reach[$0] == 0 }) {
      throw InputError("no history of \(details.steps) steps ends in state \(state)", at: "question.states")
    }
  }

  public static func ground(
    _ answer: Answer<Observed>, to question: Question<Details>, in world: FeedbackWorld, person: PersonModel
  ) throws -> [Choice] {
    [try choice(question, picked: question.details.states.firstIndex(of: answer.content.state) ?? 0, world, person)]
  }

  public static func simulate(
    _ question: Question<Details>, in world: FeedbackWorld, respondent: inout some Respondent,
    random: inout RandomStream
  ) throws -> Answer<Observed>? {
    let picked = respondent.pick(try choice(question, picked: 0, world, respondent.person), random: &random)
    return Answer(Observed(state: question.details.states[picked]))
  }

  public static func possibleAnswers(to question: Question<Details>, in world: FeedbackWorld) -> [[Answer<Observed>]]? {
    [question.details.states.map { Answer(Observed(state: $0)) }]
  }

  private static func table(_ world: FeedbackWorld) throws -> TabularWorld {
    guard let table = world.tabular else {
      throw InputError(
        "\(world.specification.id) is no finite world", remedy: "ask about the state of a world that has a table")
    }
    return table
  }

  private static func choice(
    _ question: Question<Details>, picked: Int, _ world: FeedbackWorld, _ person: PersonModel
  ) throws -> Choice {
    let table = try table(world)
    let histories = Histories(table.mdp, steps: question.details.steps)
    let transitions = table.everyTransition
    return Choice(
      options: question.details.states.map { state in
        Choice.Option(
          clips: transitions, weights: histories.expectedTransitions(endingIn: state).map { Float($0) },
          offset: Float(log(histories.end[state])))
      }, picked: picked, rationality: person.rationality, lapse: person.lapse)
  }
}

extension TabularWorld {
  /// Every transition that the table knows, as clips of one step, in the order of the table's entries.
  var everyTransition: [Trajectory] {
    let size = observationSize
    var clips: [Trajectory] = []
    for state in 0..<mdp.stateCount {
      for action in 0..<mdp.actionCount {
        for entry in mdp.transitions(state, action) {
          let next = mdp.successors[entry]
          clips.append(
            Trajectory(
              observationSize: size, actionRowSize: 1,
              observations: Array(observations[state * size..<(state + 1) * size])
                + Array(observations[next * size..<(next + 1) * size]),
              actions: [Float(action)], rewards: [Float(mdp.rewards[state * mdp.actionCount + action])],
              terminated: mdp.isTerminal[next], truncated: false, start: nil))
        }
      }
    }
    return clips
  }
}

/// A random policy in a finite world; terminal states are never left.
private struct Histories {
  let mdp: TabularMDP
  /// [steps + 1][states]: where they are.
  let at: [[Double]]
  var end: [Double] { at[at.count - 1] }

  init(_ mdp: TabularMDP, steps: Int) {
    self.mdp = mdp
    var at = [mdp.start]
    for _ in 0..<steps {
      var next = [Double](repeating: 0, count: mdp.stateCount)
      for (state, mass) in at[at.count - 1].enumerated() where mass > 0 {
        if mdp.isTerminal[state] {
          next[state] += mass
          continue
        }
        for action in 0..<mdp.actionCount {
          for entry in mdp.transitions(state, action) {
            next[mdp.successors[entry]] += mass * mdp.probabilities[entry] / Double(mdp.actionCount)
          }
        }
      }
      at.append(next)
    }
    self.at = at
  }

  /// How often each entry of the table is expected to have happened, given where it all ended.
  func expectedTransitions(endingIn last: Int) -> [Double] {
    var counts = [Double](repeating: 0, count: mdp.successors.count)
    var ahead = [Double](repeating: 0, count: mdp.stateCount)
    ahead[last] = 1
    for step in (0..<at.count - 1).reversed() {
      var before = [Double](repeating: 0, count: mdp.stateCount)
      for state in 0..<mdp.stateCount {
        if mdp.isTerminal[state] {
          before[state] = ahead[state]
          continue
        }
        for action in 0..<mdp.actionCount {
          for entry in mdp.transitions(state, action) {
            let chance = mdp.probabilities[entry] / Double(mdp.actionCount) * ahead[mdp.successors[entry]]
            before[state] += chance
            counts[entry] += at[step][state] * chance
          }
        }
      }
      ahead = before
    }
    let total = end[last]
    return counts.map { $0 / total }
  }
}
