import Compute

extension StoppingWatch {
  /// The claim that no policy after the best so far is worse than it.
  ///
  /// It advises rather than decides on trust, because a run that stops for it keeps the best.
  ///
  /// - Parameters:
  ///   - best: names the best policy in the sentence: "the policy after round 4".
  ///   - current: names the current one.
  public func finding(best: String, current: String) -> Finding {
    let answers = worse.wins + worse.losses
    let share = answers > 0 ? Double(worse.wins) / Double(answers) : .nan
    let shown = "\(best) was preferred in \(worse.wins) of \(Numbers.count(answers, "comparison"))"
    let verdict: Finding.Verdict
    let reason: String
    if answers == 0 {
      (verdict, reason) = (.unknown, "Nothing was compared with \(best) yet.")
    } else if advice == .stop {
      verdict = .fails
      reason = "\(current) is worse: \(shown), a share of \(Numbers.plain(share, worse.interval))."
    } else if better.isSettled {
      (verdict, reason) = (.holds, "What came after is better: \(shown).")
    } else {
      (verdict, reason) = (.unknown, "It is not settled which is better: \(shown).")
    }
    return Finding(
      id: "stopping/worse-than-best", claim: "No policy after the best so far is worse than it, as people judge",
      verdict: verdict, bearing: .advice, reason: reason.prefix(1).uppercased() + reason.dropFirst(),
      evidence: [
        Evidence("share that prefers the best", share, interval: worse.interval, count: answers),
        Evidence("anytime-valid p-value", worse.pValue, count: answers),
        Evidence("error allowed to this best", worse.error),
        Evidence("which best it is", Double(self.best)),
      ],
      assumptions: [
        "Clips are drawn afresh, at random, for each comparison, and sides are changed by chance.",
        "Whoever answers judges by what is wanted, alike in all rounds.",
      ],
      errorRate: "In at most \(Numbers.percent(error)) of runs is it ever said to fail though no policy was worse, at "
        + "whatever moment one looks (Ville's inequality).",
      source: "Ours: betting against no preference (Ville 1939; Ramdas et al. 2023)",
      problem: "Optimising further made the policy worse",
      advice: nil)
  }
}
