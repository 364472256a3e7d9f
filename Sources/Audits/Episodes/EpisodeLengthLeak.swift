import Compute
import Findings

/// Whether the length of an episode carries reward of its own.
///
/// If an agent can decide when an episode ends, a reward that is merely positive pays for surviving and one that is
/// merely negative for giving up, regardless of what people meant. Deep RL from human preferences therefore uses
/// episodes of fixed length.
public struct EpisodeLengthLeak: Codable, Sendable, Hashable {
  /// Steps of the shortest episode.
  public let shortest: Int
  /// Steps of the longest episode.
  public let longest: Int
  /// How many were seen.
  public let episodes: Int
  /// Rank correlation of length with predicted return, each within its own group; nil if either does not vary.
  public let correlation: Double?
  /// Of the correlation; nil with fewer than the least number of episodes.
  public let interval: Interval?

  /// Episodes judged by one and the same reward model.
  public struct Group: Codable, Sendable, Hashable {
    /// Steps of each episode.
    public var lengths: [Int]
    /// Predicted return of each episode.
    public var predicted: [Double]

    /// Episodes judged by one model.
    public init(lengths: [Int], predicted: [Double]) {
      precondition(lengths.count == predicted.count, "one predicted return for each episode")
      self.lengths = lengths
      self.predicted = predicted
    }
  }

  /// Nil without episodes. Groups (stages of training, seeds) may have reward models of different scale, so each is
  /// brought to its own mean and spread first.
  public init?(_ groups: [Group], level: Double = 0.95) {
    let all = groups.flatMap(\.lengths)
    guard let shortest = all.min(), let longest = all.max() else { return nil }
    self.shortest = shortest
    self.longest = longest
    episodes = all.count
    var (lengths, predicted) = ([Double](), [Double]())
    for group in groups {
      guard let x = Statistics.standardized(group.lengths.map(Double.init)),
        let y = Statistics.standardized(group.predicted)
      else { continue }
      lengths += x
      predicted += y
    }
    let value = lengths.count < 2 ? .nan : Statistics.spearman(lengths, predicted)
    correlation = value.isFinite ? value : nil
    interval =
      value.isFinite && lengths.count >= ProxyAgreement.fewestEpisodes
      ? Statistics.spearmanInterval(lengths, predicted, level: level) : nil
  }

  /// Episodes of one model; nil without any.
  public init?(lengths: [Int], predicted: [Double], level: Double = 0.95) {
    self.init([Group(lengths: lengths, predicted: predicted)], level: level)
  }

  /// The claim that it does not; fails if length and predicted return go together by more than `threshold`.
  ///
  /// - Parameters:
  ///   - threshold: the least rank correlation that counts as a leak.
  ///   - canEndEarly: whether an episode of the environment can end before its time limit. If it can, episodes that all
  ///     had one length do not show what an early end earns, and nothing follows from them.
  public func finding(threshold: Double = 0.3, canEndEarly: Bool = false) -> Finding {
    finding(threshold: threshold, canEndEarly: canEndEarly, isAskedAbout: false)
  }

  /// The same; where people were asked about clips that go on beyond the end of an episode, what length earns is what they
  /// said.
  package func finding(threshold: Double = 0.3, canEndEarly: Bool, isAskedAbout: Bool) -> Finding {
    let verdict: Finding.Verdict
    let reason: String
    let shown = correlation.map { "rank correlation \(Numbers.plain($0, interval))" } ?? "no correlation defined"
    if isAskedAbout, canEndEarly {
      verdict = .notMeasurable
      reason =
        "Episodes lasted from \(shortest) to \(longest) steps (\(shown)). People compared clips that go on beyond an "
        + "episode's end, where nothing more is earned, so what length earns is what they said, and no leak."
    } else if shortest == longest, canEndEarly {
      verdict = .notMeasurable
      reason =
        "All \(episodes) episodes lasted \(shortest) steps although an episode can end early, so none shows whether an "
        + "early end earns reward."
    } else if shortest == longest {
      verdict = .holds
      reason = "All \(episodes) episodes lasted \(shortest) steps, so length cannot carry reward."
    } else if let interval,
      let better = interval.lower > threshold ? "longer" : interval.upper < -threshold ? "shorter" : nil
    {
      verdict = .fails
      reason =
        "Episodes lasted from \(shortest) to \(longest) steps, and \(better) ones are predicted to be better "
        + "(\(shown)): the end of an episode leaks reward. Use a task of fixed length."
    } else {
      // Predictions that are all equal correlate with nothing.
      verdict = correlation == nil ? .notMeasurable : .unknown
      reason = "Episodes lasted from \(shortest) to \(longest) steps, so their end can leak reward; \(shown)."
    }
    var evidence = [
      Evidence("shortest episode", Double(shortest), count: episodes, unit: "steps"),
      Evidence("longest episode", Double(longest), count: episodes, unit: "steps"),
    ]
    if let correlation {
      evidence.append(
        Evidence("rank correlation of length and predicted return", correlation, interval: interval, count: episodes))
    }
    return Finding(
      id: "episodes/length", claim: "The length of an episode earns no reward of its own", verdict: verdict,
      reason: reason, evidence: evidence,
      assumptions: [
        "Good behaviour does not itself make episodes longer or shorter; where it does, as in balancing a pole, the "
          + "reward may be right and still cannot be told from the leak."
      ],
      errorRate:
        "“Holds” is certain, as no episode can end early; “fails” is wrong in at most 2.5 % of runs with a correlation below "
        + "\(Numbers.plain(threshold)).",
      source: "Christiano et al. 2017, Deep RL from human preferences (fixed-length episodes); "
        + "imitation's guide on variable horizons")
  }
}
