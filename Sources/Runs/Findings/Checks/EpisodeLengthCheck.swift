import Audits
import Feedback

extension RunCheck {
  /// Whether the learned reward pays for the length of an episode.
  static let episodeLength = RunCheck("episodes/length") { runs in
    // Of an environment that is not known here nothing is certain.
    let canEndEarly = runs.entry?.specification.canTerminate ?? true
    let isAskedAbout = runs.records.allSatisfy {
      $0.settings["feedback.absorbing"] == "true" && $0.settings["feedback.kinds"] == PairComparison.name
    }
    return EpisodeLengthLeak(runs.runs.flatMap(\.evaluations)).map {
      [$0.finding(canEndEarly: canEndEarly, isAskedAbout: isAskedAbout)]
    } ?? []
  }
}
