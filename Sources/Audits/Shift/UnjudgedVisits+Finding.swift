import Compute
import Findings

extension UnjudgedVisits {
  /// The claim that most of what the agents do is like something that was judged; nil without runs. Of several runs the
  /// one with the largest share decides.
  ///
  /// It advises and does not decide: what is new is not therefore bad, and no distance can tell which it is.
  public static func finding(_ runs: [UnjudgedVisits], threshold: Double = 0.5) -> Finding? {
    guard let worst = runs.max(by: { ($0.share ?? -1) < ($1.share ?? -1) }) else { return nil }
    let claim = "Most of what the agent does is like something that was judged"
    let id = "shift/unjudged"
    let source =
      "Vovk, Gammerman & Shafer 2005 (conformal p-values); Ramaswamy et al. 2000 (nearest neighbours); bootstrap"
    guard let share = worst.share, let interval = worst.interval else {
      return Finding(
        id: id, claim: claim, verdict: .notMeasurable, bearing: .advice,
        reason: "Nobody can say how much of it was judged: \(worst.problem ?? "no visits").", source: source)
    }
    let verdict = Finding.Verdict.isBelow(threshold, interval)
    let shown =
      "\(Numbers.percent(share, interval)) of its steps in the last evaluation are unlike \(Numbers.percent(1 - worst.level)) "
      + "of what was judged, where \(Numbers.percent(worst.level)) would be by chance"
    let missing = runs.count { $0.share == nil }
    return Finding(
      id: id, claim: claim, verdict: verdict, bearing: .advice,
      reason: (verdict == .unknown ? "Not settled: " : "") + shown + (runs.count > 1 ? ", at worst" : "")
        + (missing > 0 ? "; of \(Numbers.count(missing, "run")) it cannot be said." : "."),
      evidence: runs.compactMap { run in
        run.share.map {
          Evidence("share of steps unlike what was judged", $0, interval: run.interval, count: run.visits)
        }
      },
      assumptions: [
        "What is near what was judged, in what the reward sees, is judged alike.",
        "Judged clips are independent of each other, and so are episodes.",
      ],
      errorRate:
        "Where exactly half is unlike what was judged, “fails” is wrong in 16 %, 11 % and 6 % of runs with 24, 60 and 200 "
        + "judged clips, “holds” in 4 % to 7 % (simulated); of what is new, nothing says whether it is bad.",
      source: source,
      problem: "Most of what the agent does is unlike anything that was judged",
      advice: Finding.Advice(text: "Ask about what the agent does now", command: nil))
  }
}
