import Compute
import Findings

/// How much of what an agent does is unlike everything that was judged.
///
/// Half of the judged clips are the reference, the other half tell how far what was judged lies from it: a visit that
/// lies farther than all but `level` of those is unlike what was judged. Of visits that are like it that share is
/// `level` on average, not 0.
public struct UnjudgedVisits: Codable, Sendable, Hashable {
  /// The p-value up to which a visit counts as unlike what was judged.
  public let level: Double
  /// Visits that were looked at, spread evenly over the episodes.
  public let visits: Int
  /// Those of them that are unlike what was judged.
  public let unlike: Int
  /// Judged clips.
  public let clips: Int
  /// Episodes.
  public let episodes: Int
  /// Of the share, by drawing episodes and clips anew (exact of episodes where all or no visits count); nil where
  /// nothing can be measured.
  public let interval: Interval?
  /// Why nothing can be measured; nil where it can.
  public let problem: String?

  /// Of the visits, those unlike what was judged; nil where nothing can be measured.
  public var share: Double? { problem == nil && visits > 0 ? Double(unlike) / Double(visits) : nil }

  /// Fewer judged clips, or episodes, than this say nothing: each half must hold ten.
  public static let fewestClips = 20
  /// See ``fewestClips``.
  public static let fewestEpisodes = 2
  /// Rows of each part that are looked at, spread evenly over it.
  private static let most = 2000

  /// - Parameters:
  ///   - judged: of each clip that was judged, a row of features for each step.
  ///   - visited: of each episode the same features.
  ///   - level: the p-value up to which a visit counts.
  ///   - resamples: for the interval.
  ///   - random: of the resamples, and of which half is the reference.
  /// - Complexity: at most 2,000 visits and 2,000 steps of judged clips are compared with 2,000 others.
  public init(
    judged: [Matrix], visited: [Matrix], level: Double = 0.05, resamples: Int = 499, random: RandomSource
  ) {
    let clips = judged.filter { $0.rows > 0 }
    let episodes = visited.filter { $0.rows > 0 }
    (self.level, self.clips, self.episodes) = (level, clips.count, episodes.count)
    do throws(NotMeasurable) {
      guard clips.count >= Self.fewestClips else { throw .tooFew(have: clips.count, need: Self.fewestClips) }
      guard episodes.count >= Self.fewestEpisodes else {
        throw .tooFew(have: episodes.count, need: Self.fewestEpisodes)
      }
      var draws = random.stream("unjudged/halves")
      let order = draws.permutation(clips.count)
      let half = clips.count / 2
      let score = try NearestNeighbourScore(
        Self.joined(Self.thinned(order[..<half].sorted().map { clips[$0] })))
      let kept = Self.thinned(order[half...].sorted().map { clips[$0] }).map(score.scores)
      let seen = Self.thinned(episodes).map(score.scores)
      let calibration = try ConformalCalibration(kept.flatMap(\.self), level: level)
      visits = seen.reduce(0) { $0 + $1.count }
      unlike = seen.reduce(0) { $0 + calibration.unfamiliar($1, level: level) }
      let replicates = (0..<resamples).map { resample in
        Self.replicate(kept, seen, level: level, random: random.stream("unjudged/resample", resample))
      }.sorted()
      // Where all or none of the visits count, drawing anew shows no spread; so many episodes could hide as much as
      // this.
      let none = Statistics.proportionInterval(successes: 0, of: episodes.count)?.upper ?? 1
      interval = Interval(
        lower: min(Statistics.quantile(sorted: replicates, 0.025), unlike == visits ? 1 - none : 1),
        upper: max(Statistics.quantile(sorted: replicates, 0.975), unlike == 0 ? none : 0), level: 0.95)
      problem = nil
    } catch {
      (visits, unlike, interval) = (0, 0, nil)
      problem = Self.words(error, clips: clips.count)
    }
  }

  private static func words(_ problem: NotMeasurable, clips: Int) -> String {
    switch problem {
    case .tooFew(let have, let need) where need == fewestClips: "\(have) clips were judged, and \(need) are needed"
    case .tooFew(let have, let need) where need == fewestEpisodes: "there is \(have) episode, and \(need) are needed"
    case .ties: "what was judged is all alike"
    case .constantFeatures: "what was judged is all alike"
    default: problem.description
    }
  }

  /// The share with clips and episodes drawn anew.
  private static func replicate(
    _ kept: [[Double]], _ seen: [[Double]], level: Double, random: RandomStream
  ) -> Double {
    var draws = random
    var scores: [Double] = []
    for _ in kept.indices { scores += kept[draws.below(kept.count)] }
    scores.sort()
    // p ≤ level where no more than level · (n + 1) − 1 of the scores are as high.
    let allowed = Int((level * Double(scores.count + 1) - 1 + 1e-9).rounded(.down))
    let bound = allowed < 0 ? .infinity : scores[scores.count - 1 - min(allowed, scores.count - 1)]
    var (unlike, all) = (0, 0)
    for _ in seen.indices {
      let episode = seen[draws.below(seen.count)]
      unlike += episode.count { $0 > bound }
      all += episode.count
    }
    return Double(unlike) / Double(max(1, all))
  }

  /// At most ``most`` rows in all, spread evenly.
  private static func thinned(_ parts: [Matrix]) -> [Matrix] {
    let all = parts.reduce(0) { $0 + $1.rows }
    let stride = max(1, (all + most - 1) / most)
    guard stride > 1 else { return parts }
    var place = 0
    return parts.map { part in
      let rows = (0..<part.rows).filter { (place + $0).isMultiple(of: stride) }
      place += part.rows
      return Matrix(rows: rows.count, columns: part.columns, elements: rows.flatMap(part.row))
    }.filter { $0.rows > 0 }
  }

  private static func joined(_ parts: [Matrix]) -> Matrix {
    Matrix(
      rows: parts.reduce(0) { $0 + $1.rows }, columns: parts.first?.columns ?? 0, elements: parts.flatMap(\.elements))
  }
}
