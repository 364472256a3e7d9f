import Compute
import Environments

extension OffPolicyFile {
  /// Whole episodes that were recorded elsewhere, without probabilities: who acted can only be counted.
  ///
  /// Each distinct observation is a state, named by its numbers with spaces between ("0 1.5"); actions are those of a
  /// discrete space.
  ///
  /// - Parameters:
  ///   - episodes: as files of demonstrations hold them.
  ///   - place: what errors call the file.
  ///   - horizon: longer episodes are cut to so many steps; nil cuts none.
  /// - Throws: `InputError` if actions are no whole numbers, observations hardly ever repeat, or an episode was cut off
  ///   before others.
  public init(_ episodes: [Trajectory], place: String, horizon: Int? = nil) throws {
    let kept = episodes.filter { $0.count > 0 }
    guard !kept.isEmpty else { throw InputError("there are no episodes", at: place) }
    let lengths = kept.map { min($0.count, horizon ?? $0.count) }
    let longest = lengths.max() ?? 0
    if let early = kept.indices.first(where: {
      kept[$0].truncated && !kept[$0].terminated && lengths[$0] == kept[$0].count && lengths[$0] < longest
    }) {
      throw InputError(
        "episode \(early) was cut off after \(lengths[early]) steps, and others go on to \(longest)", at: place,
        remedy: "look at fewer steps: --horizon \(lengths[early])")
    }
    var (stateTexts, actionTexts, rewards) = ([String](), [String](), [Double]())
    for (number, episode) in kept.enumerated() {
      let size = episode.observationSize
      guard episode.actionRowSize == 1 else {
        throw InputError(
          "an action is \(episode.actionRowSize) numbers", at: place, remedy: "only discrete actions can be counted")
      }
      for step in 0..<lengths[number] {
        guard let action = Int(exactly: episode.actions[step]) else {
          throw InputError(
            "the action of episode \(number), step \(step) is \(episode.actions[step])", at: place,
            remedy: "only discrete actions can be counted")
        }
        guard episode.rewards[step].isFinite else {
          throw InputError("the reward of episode \(number), step \(step) is \(episode.rewards[step])", at: place)
        }
        stateTexts.append(Self.name(episode.observations[step * size..<(step + 1) * size]))
        actionTexts.append("\(action)")
        rewards.append(Double(episode.rewards[step]))
      }
    }
    let states = OffPolicyColumns.indexed(stateTexts)
    guard states.names.count * 2 <= stateTexts.count || states.names.count == 1 else {
      throw InputError(
        "\(states.names.count) different observations in \(stateTexts.count) steps: what acted cannot be counted",
        at: place, remedy: "give a .csv file with the probability of each action to who did it")
    }
    let actions = OffPolicyColumns.indexed(actionTexts)
    self.init(
      form: .episodes, lengths: lengths, rewards: rewards, states: states.indices, stateNames: states.names,
      actions: actions.indices, actionNames: actions.names, place: place)
  }

  private static func name(_ row: ArraySlice<Float>) -> String {
    row.map { value in Int(exactly: value).map(String.init) ?? "\(value)" }.joined(separator: " ")
  }
}
