import Audits

extension RunCheck {
  /// Whether the learned reward pays for the length of an episode.
  static let episodeLength = RunCheck("episodes/length") { runs in
    EpisodeLengthLeak(runs.runs.flatMap(\.evaluations)).map { [$0.finding()] } ?? []
  }
}
