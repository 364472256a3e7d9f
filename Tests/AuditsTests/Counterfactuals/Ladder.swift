import Compute
import Environments

/// Six steps, each of which pays by coins: waiting draws none and pays 1, climbing draws one and pays 3 for heads, gambling
/// draws two and pays 5 for two heads.
struct Ladder: Environment {
  struct State: Sendable, Codable { var step = 0 }

  /// How probable heads are.
  var heads = 0.5
  /// Whether its states live elsewhere.
  var isElsewhere = false

  static let (wait, climb, gamble) = ([Float(0)], [Float(1)], [Float(2)])
  static let steps = 6

  var specification: EnvironmentSpecification {
    EnvironmentSpecification(
      id: "tests/Ladder", summary: "coins", observationSpace: Box(low: [0], high: [6]), observationNames: ["step"],
      actionSpace: .discrete(names: ["wait", "climb", "gamble"]), maximumEpisodeSteps: Self.steps, canTerminate: false,
      source: "a test")
  }

  func reset(random: inout RandomStream) -> State { State() }

  func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    state.step += 1
    switch action {
    case 0: return Outcome(reward: 1, terminated: false)
    case 1: return Outcome(reward: random.bernoulli(heads) ? 3 : 0, terminated: false)
    default:
      let (first, second) = (random.bernoulli(heads), random.bernoulli(heads))
      return Outcome(reward: first && second ? 5 : 0, terminated: false)
    }
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) { observation[0] = Float(state.step) }

  func tryRepeatability(steps: Int, random: RandomSource) throws -> Repeatability {
    isElsewhere ? .held(episodes: 1) : .exact
  }
}

/// A line of five places; a move goes astray with some probability, the right end pays and ends. The exact worth of each
/// action is computed by `worth`, from the rules and not from play.
struct Slippery: Environment {
  struct State: Sendable, Codable { var place = 2 }

  var slip: Double
  var pay: Double
  static let steps = 8

  var specification: EnvironmentSpecification {
    EnvironmentSpecification(
      id: "tests/Slippery", summary: "a line", observationSpace: Box(low: [0], high: [4]), observationNames: ["place"],
      actionSpace: .discrete(names: ["left", "right"]), maximumEpisodeSteps: Self.steps, canTerminate: true,
      source: "a test")
  }

  func reset(random: inout RandomStream) -> State { State() }

  func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    let goesRight = random.bernoulli(slip) ? action == 0 : action == 1
    state.place = max(0, state.place + (goesRight ? 1 : -1))
    return Outcome(reward: state.place == 4 ? pay : -0.1, terminated: state.place == 4)
  }

  func observe(_ state: State, into observation: inout MutableSpan<Float>) { observation[0] = Float(state.place) }

  /// The expected return of these actions, one for each step that is left, from a place.
  func worth(of actions: [Int], from place: Int) -> Double {
    guard let action = actions.first, place != 4 else { return 0 }
    return [true, false].reduce(0) { sum, goesRight in
      let probability = (goesRight == (action == 1)) ? 1 - slip : slip
      let next = max(0, place + (goesRight ? 1 : -1))
      return sum + probability * ((next == 4 ? pay : -0.1) + worth(of: Array(actions.dropFirst()), from: next))
    }
  }
}
