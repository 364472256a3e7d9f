import Environments

/// The episodes under way in a batch: what each slot's has earned by the environment's own reward, and how long it is.
struct EpisodesUnderWay {
  /// [slots]: true returns so far.
  private(set) var returns: [Double]
  /// [slots]: steps so far.
  private(set) var lengths: [Int]

  /// So many episodes that have not taken a step.
  init(slots: Int) {
    returns = [Double](repeating: 0, count: slots)
    lengths = [Int](repeating: 0, count: slots)
  }

  /// Episodes as a snapshot knew them, as many of either.
  init(returns: [Double], lengths: [Int]) {
    self.returns = returns
    self.lengths = lengths
  }

  /// Takes in the batch's last step; those that it ended are added to `ended`, in the order of the slots.
  mutating func step(_ world: any EnvironmentBatch, ended: inout [EpisodeResult]) {
    let (rewards, terminated, truncated) = (world.rewards, world.terminated, world.truncated)
    for slot in 0..<returns.count {
      returns[slot] += Double(rewards[slot])
      lengths[slot] += 1
      guard terminated[slot] || truncated[slot] else { continue }
      ended.append(
        EpisodeResult(trueReturn: returns[slot], length: lengths[slot], terminated: terminated[slot]))
      (returns[slot], lengths[slot]) = (0, 0)
    }
  }
}
