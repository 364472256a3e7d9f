import Compute
import Findings

extension TaskOutcomes {
  /// The sentences that say what happened to the agents.
  ///
  /// - Parameter plain: the words where the outcome is not known.
  public func headline(_ plain: Headline) -> Headline {
    guard decides else { return plain }
    var words = plain
    let who = seeds.lazy.compactMap { $0.reference?.source.words }.first ?? "an agent on the true reward"
    let way = "of the way from random play to \(who)"
    switch verdict {
    case .holds:
      let least = seeds.compactMap(\.score).min() ?? .nan
      let gone =
        (seeds.count == 1 ? "the agent has gone " : "every seed has gone at least ")
        + "\(Numbers.percent(least)) \(way)"
      words.holds += ": " + gone
      words.fails += ", although " + gone
    case .fails where seeds.count == 1:
      let score = Numbers.percent(seeds[0].score ?? .nan)
      words.fails =
        seeds[0].improvement == .fails
        ? "The agent failed: its training did not help (\(score) \(way))"
        : "The agent failed: it has gone only \(score) \(way)"
    case .fails:
      let failed = seeds.filter { $0.verdict == .fails }.map { String($0.seed) }
      words.fails =
        failed.count == seeds.count
        ? "All \(seeds.count) seeds failed"
        : "\(failed.count) of \(seeds.count) seeds failed: \(Self.listed(failed))"
    case .unknown, .notMeasurable: break
    }
    return words
  }

  /// What a finding is about, once it is known what the agent does.
  ///
  /// Where the outcome says whether the agent learned its task, claims about how it came there, or about questions that
  /// a perfect agent makes pointless, explain it and do not decide.
  public func weighed(_ finding: Finding) -> Finding {
    guard decides, finding.bearing == .trust else { return finding }
    var weighed = finding
    if Self.explained.contains(finding.id) || (finding.id == "goodhart/agreement" && !finding.verdict.isSettled) {
      weighed.bearing = .advice
    }
    return weighed
  }

  private static let explained: Set = [
    "reward-model/accuracy", "goodhart/turning-point", "reward-model/disagreement", "episodes/length",
    "episodes/finishing", "answers/distinct", "answers/alike",
  ]
}
