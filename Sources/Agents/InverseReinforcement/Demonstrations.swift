import Compute
import Environments
import Files
import Foundation
import Rewards

/// Behaviour in a finite world: trajectories of states and actions.
///
/// ```json
/// {"trajectories": [{"states": [0, 1, 4], "actions": ["east", "north"]}]}
/// ```
///
/// States and actions are given by number or by name. A trajectory has as many states as actions, or one more: the
/// state where it ended.
public struct Demonstrations: Sendable, Hashable, Codable {
  /// States and actions of one demonstration; one more state than actions.
  public struct Trajectory: Sendable, Hashable, Codable {
    /// The states passed, the last included.
    public var states: [Int]
    /// The actions taken.
    public var actions: [Int]

    /// A demonstration by its states and actions.
    public init(states: [Int], actions: [Int]) {
      self.states = states
      self.actions = actions
    }
  }

  /// The demonstrations, in order.
  public let trajectories: [Trajectory]

  /// The number of actions in all.
  public var steps: Int { trajectories.reduce(0) { $0 + $1.actions.count } }
  /// Actions of the longest; 0 if there is none.
  public var longest: Int { trajectories.map(\.actions.count).max() ?? 0 }
  /// Actions of the shortest; 0 if there is none.
  public var shortest: Int { trajectories.map(\.actions.count).min() ?? 0 }

  /// - Throws: `InputError` for a state or action that is not in the world, a step that the world makes impossible, or
  ///   no step at all; with the trajectory and the step.
  public init(_ trajectories: [Trajectory], in mdp: TabularMDP, place: String = "demonstrations") throws {
    guard trajectories.contains(where: { !$0.actions.isEmpty }) else {
      throw InputError(
        "there is no step to learn from", at: place, remedy: "give at least one trajectory with an action")
    }
    for (number, trajectory) in trajectories.enumerated() {
      try Self.check(trajectory, in: mdp, place: "\(place), trajectories[\(number)]")
    }
    self.trajectories = trajectories
  }

  private static func check(_ trajectory: Trajectory, in mdp: TabularMDP, place: String) throws {
    let (states, actions) = (trajectory.states, trajectory.actions)
    guard states.count == actions.count || states.count == actions.count + 1 else {
      throw InputError(
        "\(states.count) states and \(actions.count) actions", at: place,
        remedy: "give as many states as actions, or one more")
    }
    if let step = states.firstIndex(where: { !(0..<mdp.stateCount).contains($0) }) {
      throw InputError("states[\(step)] is \(states[step])", at: place, remedy: "states are 0 to \(mdp.stateCount - 1)")
    }
    if let step = actions.firstIndex(where: { !(0..<mdp.actionCount).contains($0) }) {
      throw InputError(
        "actions[\(step)] is \(actions[step])", at: place, remedy: "actions are 0 to \(mdp.actionCount - 1)")
    }
    for step in actions.indices {
      guard !mdp.isTerminal[states[step]] else {
        throw InputError("actions[\(step)] is taken in state \(states[step]), where the world has ended", at: place)
      }
      guard step + 1 < states.count else { continue }
      let leads = mdp.transitions(states[step], actions[step])
        .contains { mdp.successors[$0] == states[step + 1] && mdp.probabilities[$0] > 0 }
      guard leads else {
        throw InputError(
          "step \(step) goes from state \(states[step]) by action \(actions[step]) to state \(states[step + 1])",
          at: place,
          remedy: "the world has no such transition")
      }
    }
  }
}

extension Demonstrations {
  /// Reads the JSON above.
  public init(json data: Data, in world: FiniteWorld, place: String = "demonstrations") throws {
    struct File: Decodable {
      struct Entry: Decodable {
        var states: [Name]
        var actions: [Name]
      }
      var trajectories: [Entry]
    }
    /// A number or a name.
    struct Name: Decodable {
      var text: String
      init(from decoder: any Decoder) throws {
        let box = try decoder.singleValueContainer()
        if let number = try? box.decode(Int.self) { text = String(number) } else { text = try box.decode(String.self) }
      }
    }
    let file: File
    do {
      file = try JSON.decode(File.self, from: data)
    } catch let error as DecodingError {
      throw InputError(
        "these are no demonstrations: \(Self.words(error))", at: place,
        remedy: #"write {"trajectories": [{"states": [0, 1], "actions": [2]}]}"#)
    }
    let trajectories = try file.trajectories.enumerated().map { number, entry in
      do {
        return Trajectory(
          states: try entry.states.map { try world.state($0.text) },
          actions: try entry.actions.map { try world.action($0.text) })
      } catch var error as InputError {
        error.place = "\(place), trajectories[\(number)]"
        throw error
      }
    }
    try self.init(trajectories, in: world.mdp, place: place)
  }

  private static func words(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context): path(context.codingPath) + "there is no '\(key.stringValue)'"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      path(context.codingPath) + "neither a number nor a name"
    case .dataCorrupted(let context): path(context.codingPath) + context.debugDescription
    @unknown default: "not valid JSON"
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    guard !keys.isEmpty else { return "" }
    return keys.map { key in key.intValue.map { "[\($0)]" } ?? key.stringValue }.joined(separator: ".") + ": "
  }

  /// As JSON that reads back.
  public func json() throws -> Data {
    try JSON.encode(self)
  }
}

extension Demonstrations {
  /// Simulated ones: `count` trajectories of `length` actions, or up to a terminal state, of an agent that follows
  /// `policies[t]` at step t, or the only one at every step.
  public init(
    simulating policies: [TabularPolicy], in mdp: TabularMDP, count: Int, length: Int, random: RandomSource
  ) throws {
    precondition(policies.count == 1 || policies.count >= length, "a policy for each step, or one for all")
    guard count > 0, length > 0 else {
      throw InputError("\(count) demonstrations of \(length) steps", remedy: "give at least one of each")
    }
    guard Double(count) * Double(length) <= 1e8 else {
      throw InputError(
        "\(count) demonstrations of \(length) steps are too many", remedy: "100000000 steps in all are the most")
    }
    guard policies.allSatisfy({ $0.probabilities.allSatisfy(\.isFinite) }) else {
      throw InputError(
        "what the demonstrator does cannot be computed: rewards times rationality are beyond what numbers hold",
        remedy: "use a smaller rationality")
    }
    let trajectories = (0..<count).map { number in
      var stream = random.stream("demonstration", number)
      var state = stream.categorical(mdp.start)
      var trajectory = Trajectory(states: [state], actions: [])
      for step in 0..<length where !mdp.isTerminal[state] {
        let policy = policies[policies.count == 1 ? 0 : step]
        let action = stream.categorical(
          Array(policy.probabilities[state * mdp.actionCount..<(state + 1) * mdp.actionCount]))
        let leads = mdp.transitions(state, action)
        state = mdp.successors[leads.lowerBound + stream.categorical(Array(mdp.probabilities[leads]))]
        trajectory.actions.append(action)
        trajectory.states.append(state)
      }
      return trajectory
    }
    try self.init(trajectories, in: mdp)
  }
}
