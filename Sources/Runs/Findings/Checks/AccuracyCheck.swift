import Audits

extension RunCheck {
  /// Whether the reward model predicts answers that it has not seen.
  static let accuracy = RunCheck("reward-model/accuracy") { runs in
    var finding = HeldOutAccuracy(runs.judged).finding()
    if runs.records.contains(where: { !$0.hasOnlyComparisons }) {
      finding.assumptions.append(
        "Of answers of other kinds than comparisons, what was picked is compared with one other option, drawn at random."
      )
    }
    return [finding]
  }
}
