import Compute
import Findings

/// Whether episodes that the reward model ranks high are truly good.
public struct ProxyAgreement: Codable, Sendable, Hashable {
  /// Nil where one side does not vary at all.
  public let pearson: Double?
  /// Of the linear correlation, by Fisher's z; nil for few episodes.
  public let pearsonInterval: Interval?
  /// The rank correlation; nil if one of the two does not vary.
  public let spearman: Double?
  /// Of the rank correlation, by Fisher's z; nil for few episodes.
  public let spearmanInterval: Interval?
  /// Episodes judged by both.
  public let episodes: Int

  /// Below this many episodes no interval is given and nothing is concluded.
  public static let fewestEpisodes = 8

  /// Returns of the same episodes, index for index.
  public init(predicted: [Double], actual: [Double], level: Double = 0.95) {
    precondition(predicted.count == actual.count, "one predicted return for each true one")
    episodes = predicted.count
    let linear = predicted.count < 2 ? .nan : Statistics.pearson(predicted, actual)
    let ranked = predicted.count < 2 ? .nan : Statistics.spearman(predicted, actual)
    pearson = linear.isFinite ? linear : nil
    spearman = ranked.isFinite ? ranked : nil
    // Fisher's interval shrinks to a point at a correlation of one, which a handful of episodes can reach by chance.
    let suffices = predicted.count >= Self.fewestEpisodes
    pearsonInterval =
      suffices && linear.isFinite ? Statistics.pearsonInterval(predicted, actual, level: level) : nil
    spearmanInterval =
      suffices && ranked.isFinite ? Statistics.spearmanInterval(predicted, actual, level: level) : nil
  }

  /// The claim that both rank episodes alike, by a rank correlation above `threshold`.
  public func finding(threshold: Double = 0.5) -> Finding {
    // Equal returns have no ranks: more episodes of the same kind would not change that.
    let verdict =
      spearman == nil && episodes > 1 ? .notMeasurable : Finding.Verdict.isAbove(threshold, spearmanInterval)
    let reason: String
    if let spearman {
      let shown = "rank correlation \(Numbers.plain(spearman, spearmanInterval)) over \(episodes) episodes"
      reason =
        switch verdict {
        case .holds: "Episodes that the reward model ranks higher are truly better: \(shown)."
        case .fails: "Episodes that the reward model ranks higher are not reliably better: \(shown)."
        case .unknown, .notMeasurable: "The episodes do not settle it: \(shown)."
        }
    } else {
      reason =
        episodes < 2
        ? "Fewer than two episodes were judged by both."
        : "All \(episodes) episodes have the same true or the same predicted return, so none ranks above another."
    }
    var evidence: [Evidence] = []
    if let spearman {
      evidence.append(Evidence("rank correlation (Spearman)", spearman, interval: spearmanInterval, count: episodes))
    }
    if let pearson {
      evidence.append(Evidence("linear correlation (Pearson)", pearson, interval: pearsonInterval, count: episodes))
    }
    return Finding(
      id: "goodhart/agreement",
      claim: "Predicted and true return rank episodes alike (rank correlation above \(Numbers.plain(threshold)))",
      verdict: verdict, reason: reason, evidence: evidence,
      assumptions: [
        "The episodes are independent and of the kind that matters; the final policy's are the most informative.",
        "If all episodes are equally good, their ranks are noise: a low correlation is then weak evidence.",
      ],
      errorRate: "“Holds” and “fails” are each wrong in about 2.5 % of runs.",
      source: "Spearman 1904; interval by Fisher's z with the correction of Bonett & Wright 2000")
  }
}
