import Command

extension AuditCheck {
  /// Whether the reward model is right as often where the preferred reply is much shorter as elsewhere.
  static let brevity = AuditCheck(
    id: "brevity",
    title: "Replies that are preferred for being short are recognised",
    problem: "Replies that are preferred for being short are not recognised",
    explanation:
      "The share of pairs that the reward model orders wrongly among those in which people preferred a reply "
      + "of at most half the words. At most 40 % is tolerated. It misleads if short replies are preferred for reasons "
      + "that have nothing to do with their length.",
    assumptions: "Rows are independent of each other.",
    advice: "Add pairs in which the shorter reply is the better one, and compare old and new: "
      + "pactolus audit FILES --models OLD,NEW",
    source: "this file",
    needs: [.scoredPairs]
  ) { files throws(AuditGap) in
    let pairs = try files.scoredPairs()
    // Lengths are differences of logarithms, preferred less other.
    let short = pairs.lengths.indices.filter { pairs.lengths[$0] <= -0.693 }
    guard !short.isEmpty else { throw .notMeasurable("no reply of half the other's length is preferred") }
    let wrong = short.filter { pairs.margins[$0] <= 0 }
    return CheckOutcome(
      tests: [.share("wrong where the preferred reply is half as long", wrong.count, of: short.count, atMost: 0.4)],
      examples: wrong.prefix(5).map { pairs.example($0, "short, preferred, and scored lower") })
  }
}
