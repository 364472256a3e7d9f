import Compute

extension OveroptimizationFit {
  /// The claim that the runs stayed short of the fitted peak.
  public func finding() -> Finding {
    let reached = Numbers.plain(largestDivergence)
    let verdict: Finding.Verdict
    let reason: String
    if betaInterval.upper <= 0 {
      verdict = .holds
      reason = "The fitted curve does not turn at all within what was tried, up to √KL = \(reached)."
    } else if let peak, let peakInterval {
      verdict = Finding.Verdict.isAbove(largestDivergence, peakInterval)
      let shown = "the fitted peak is at √KL = \(Numbers.plain(peak, peakInterval)), the runs went to \(reached)"
      reason =
        switch verdict {
        case .holds: "There is room: \(shown)."
        case .fails: "The policy went too far: \(shown)."
        case .unknown, .notMeasurable: "The peak cannot be told from the end of the runs: \(shown)."
        }
    } else {
      verdict = .unknown
      reason = "The data allow both a peak and none."
    }
    var evidence = [
      Evidence("α", alpha, interval: alphaInterval, count: count),
      Evidence("β", beta, interval: betaInterval, count: count),
      Evidence("largest √KL", largestDivergence, count: count),
      Evidence("share of variance explained", explained, count: count),
    ]
    if let peak { evidence.insert(Evidence("fitted peak, √KL", peak, interval: peakInterval, count: count), at: 0) }
    return Finding(
      id: "goodhart/over-optimisation", claim: "The policy stayed short of the divergence at which true return turns",
      verdict: verdict, reason: reason, evidence: evidence,
      assumptions: [
        "True return follows \(form == .bestOfN ? "d(α − βd)" : "d(α − β log d)") with d = √KL from the first policy.",
        units == nil
          ? "Errors about the curve are independent and of one variance." : "The units are independent of one another.",
      ],
      errorRate: "If the form is right, “holds” and “fails” are each wrong in about 2.5 % of runs.",
      source: "Gao, Schulman & Hilton 2022, Scaling laws for reward model overoptimization")
  }
}
