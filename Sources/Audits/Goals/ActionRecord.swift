import Compute

/// What was done in a world of finitely many states, step by step: the evidence on which agents and devices are told
/// apart.
///
/// ```swift
/// var record = ActionRecord(stateCount: 5, actionCount: 2)
/// try record.append(states: [2, 3], actions: [1, 1])     // one episode
/// ```
public struct ActionRecord: Sendable, Hashable, Codable {
  /// States that the world has.
  public let stateCount: Int
  /// Actions that it has, the same in every state.
  public let actionCount: Int
  /// The state in which each step began, episode after episode.
  public private(set) var states: [Int] = []
  /// What was done in it.
  public private(set) var actions: [Int] = []
  /// The first step of each episode; an episode without steps has the next one's.
  public private(set) var episodeStarts: [Int] = []

  /// A record without steps.
  public init(stateCount: Int, actionCount: Int) {
    precondition(stateCount > 0 && actionCount > 0, "a world has states and actions")
    (self.stateCount, self.actionCount) = (stateCount, actionCount)
  }

  /// Steps in all.
  public var count: Int { states.count }
  /// Episodes.
  public var episodeCount: Int { episodeStarts.count }

  /// The steps of one episode.
  public func steps(ofEpisode episode: Int) -> Range<Int> {
    episodeStarts[episode]..<(episode + 1 < episodeStarts.count ? episodeStarts[episode + 1] : count)
  }

  /// Adds an episode.
  ///
  /// - Parameters:
  ///   - states: where each step began.
  ///   - actions: what was done there, as many.
  /// - Throws: `InputError` that names the first step at fault, and then nothing is added.
  public mutating func append(states: [Int], actions: [Int]) throws {
    let place = "episode \(episodeCount)"
    guard states.count == actions.count else {
      throw InputError(
        "\(states.count) states and \(actions.count) actions", at: place, remedy: "give one for each step")
    }
    if let step = states.firstIndex(where: { !(0..<stateCount).contains($0) }) {
      throw InputError(
        "state \(states[step]) in step \(step)", at: place, remedy: "states are 0 to \(stateCount - 1)")
    }
    if let step = actions.firstIndex(where: { !(0..<actionCount).contains($0) }) {
      throw InputError(
        "action \(actions[step]) in step \(step)", at: place, remedy: "actions are 0 to \(actionCount - 1)")
    }
    episodeStarts.append(count)
    self.states += states
    self.actions += actions
  }

  /// Some of the episodes, in the order given.
  public func episodes(_ chosen: some Sequence<Int>) -> ActionRecord {
    var result = ActionRecord(stateCount: stateCount, actionCount: actionCount)
    for episode in chosen {
      let steps = steps(ofEpisode: episode)
      result.episodeStarts.append(result.count)
      result.states += states[steps]
      result.actions += actions[steps]
    }
    return result
  }
}
