import Compute
import Findings

extension RareEventEstimate {
  /// Whether it happens in no more than a share of episodes.
  ///
  /// - Parameters:
  ///   - text: what must not happen.
  ///   - most: the share that is put up with.
  package func finding(_ text: String, atMost most: Double) -> Finding {
    let verdict: Finding.Verdict = interval.upper <= most ? .holds : interval.lower > most ? .fails : .unknown
    let range = "\(Numbers.plain(interval.lower)) to \(Numbers.plain(interval.upper))"
    let reason =
      seen == 0
      ? "It was not seen in \(Numbers.count(repetitions, "repetition")) of multilevel splitting; its chance is at most "
        + "\(Numbers.plain(interval.upper)) (rule of three, of the episodes that began them)."
      : "Its chance is \(Numbers.plain(probability)) (95 % interval \(range)), seen in \(seen) of \(repetitions) repetitions."
    return Finding(
      id: "red-team/rare", claim: "“\(text)” happens in at most \(Numbers.plain(most)) of episodes", verdict: verdict,
      reason: reason,
      evidence: [
        Evidence("chance in an episode", probability, interval: interval, count: repetitions),
        Evidence("simulated steps", Double(steps), unit: "steps"),
        Evidence("levels", Double(levels.count)),
      ],
      assumptions: [
        "Episodes begin and go on as they do in training, with the policy's own draws.",
        "What is counted is the first time that the number is beyond its limit; how often afterwards is not.",
      ],
      errorRate:
        "The interval misses the chance in 5 % of estimates where repetitions are nearly normal; measured on chances known "
        + "exactly in Documentation/red-team.md. Where it was never seen the bound is wrong in 5 %.",
      source: "Kahn & Harris 1951; Garvels 2000 (splitting, fixed effort); Hanley & Lippman-Hand 1983 (rule of three)",
      problem: "“\(text)” happens in more than \(Numbers.plain(most)) of episodes",
      advice: Finding.Advice(
        text: "Ask people about clips that come near it, or forbid it (run.caution)", command: nil))
  }
}
