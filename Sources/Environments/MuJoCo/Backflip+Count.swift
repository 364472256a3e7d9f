import Compute

extension Backflip {
  /// What a tally says, as text has it.
  public struct Episode: Sendable, Hashable, Codable {
    /// Clean flips, without the opening jump's.
    public var cleanFlips: Int
    /// Whether the opening jump was a clean flip.
    public var opensWithFlip: Bool
    /// Landings, without the first stand.
    public var landings: Int
    /// Turns backward from first to last; negative: forward.
    public var turns: Double
    /// The share of moments in which something else than the foot touches the ground.
    public var shareOnOtherParts: Double

    /// What this tally says.
    public init(_ tally: Tally) {
      cleanFlips = tally.cleanFlips
      opensWithFlip = tally.opensWithFlip
      landings = tally.landings
      turns = tally.turns
      shareOnOtherParts = tally.shareOnOtherParts
    }
  }

  /// The flips of several episodes, and whether they are an agent's that flips.
  public struct Count: Sendable, Hashable, Codable {
    /// One for each.
    public var episodes: [Episode]
    /// Clean flips in an episode, on average, without the opening jump's.
    public var meanCleanFlips: Double
    /// How many episodes have one or more.
    public var episodesWithFlips: Int
    /// The mean share of moments on other parts than the foot.
    public var meanShareOnOtherParts: Double
    /// See ``Backflip/succeeds(_:)``; meant for twenty episodes of 300 steps without chance.
    public var succeeds: Bool

    /// Of these episodes, of which there must be one at least.
    public init(_ tallies: [Tally]) {
      let count = Double(max(1, tallies.count))
      episodes = tallies.map(Episode.init)
      meanCleanFlips = Double(tallies.reduce(0) { $0 + $1.cleanFlips }) / count
      episodesWithFlips = tallies.count { $0.cleanFlips > 0 }
      meanShareOnOtherParts = tallies.reduce(0) { $0 + $1.shareOnOtherParts } / count
      succeeds = Backflip.succeeds(tallies)
    }
  }
}

extension EnvironmentEntry {
  /// Flips of an episode, recomputed from its stream and its actions; nil where the backflip is not the task.
  ///
  /// - Parameters:
  ///   - start: any position in the episode; only its slot and episode matter.
  ///   - random: the source that the batch was made with.
  ///   - actions: the episode's actions from its first step on.
  package func flips(start: EpisodePosition, random: RandomSource, actions: [Float]) -> Backflip.Tally? {
    guard let robot = environment as? MuJoCoEnvironment, robot.world.isBackflip else { return nil }
    return robot.backflips(start: start, random: random, actions: actions)
  }

  /// Flips of whole episodes, each from its first step on; nil where the backflip is not the task, or there are none.
  package func flips(in episodes: [Trajectory], random: RandomSource) -> Backflip.Count? {
    let tallies = episodes.compactMap { episode in
      episode.start.flatMap { flips(start: $0, random: random, actions: episode.actions) }
    }
    return tallies.isEmpty ? nil : Backflip.Count(tallies)
  }
}
