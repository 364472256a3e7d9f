/// The result of a list of findings: the sentence at the top of a report and at the end of a run.
///
/// A failed claim that matters for trust decides; a claim that is only ``Bearing/advice`` never does.
public struct TrustSummary: Codable, Sendable, Hashable {
  /// Fails if any claim that matters for trust fails; holds if all of them hold; not measurable if none can be
  /// measured; unknown otherwise.
  public let verdict: Finding.Verdict
  /// The product's own words for that outcome.
  public let headline: String
  /// How many claims hold, fail, are unknown and are not measurable.
  public let sentence: String

  /// - Parameters:
  ///   - findings: in any order.
  ///   - words: the product's headline for each outcome.
  public init(_ findings: [Finding], headline words: Headline) {
    let decisive = findings.filter { $0.bearing == .trust }
    func count(_ verdict: Finding.Verdict) -> Int { decisive.count { $0.verdict == verdict } }
    let (holds, fails, unknown, degenerate) = (count(.holds), count(.fails), count(.unknown), count(.notMeasurable))
    if fails > 0 {
      (verdict, headline) = (.fails, words.fails)
    } else if holds == decisive.count, holds > 0 {
      (verdict, headline) = (.holds, words.holds)
    } else {
      verdict = degenerate == decisive.count && degenerate > 0 ? .notMeasurable : .unknown
      headline = holds > 0 ? words.mixed : words.unknown
    }
    let advice = findings.count { $0.bearing == .advice && $0.verdict == .fails }
    sentence =
      decisive.isEmpty
      ? "No claim was tested."
      : "Of \(Numbers.count(decisive.count, "claim")) tested, "
        + Self.joined([
          (holds, holds == 1 ? "holds" : "hold"), (fails, fails == 1 ? "fails" : "fail"),
          (unknown, unknown == 1 ? "is unknown" : "are unknown"),
          (degenerate, degenerate == 1 ? "is not measurable" : "are not measurable"),
        ]) + (advice == 0 ? "." : "; \(Numbers.count(advice, "thing")) could be better.")
  }
}

extension TrustSummary {
  /// "4 hold, 1 fails and 2 are unknown": parts with a count of 0 are left out.
  private static func joined(_ parts: [(count: Int, verb: String)]) -> String {
    let shown = parts.filter { $0.count > 0 }.map { "\($0.count) \($0.verb)" }
    guard let last = shown.last, shown.count > 1 else { return shown.first ?? "none" }
    return shown.dropLast().joined(separator: ", ") + " and " + last
  }
}

extension Sequence<Finding> {
  /// What fails first, then what is not settled, then what holds; claims about trust before advice; else in given
  /// order.
  public var byUrgency: [Finding] {
    func rank(_ finding: Finding) -> Int {
      let verdict: Int =
        switch finding.verdict {
        case .fails: 0
        case .unknown, .notMeasurable: 1
        case .holds: 2
        }
      return verdict * 2 + (finding.bearing == .trust ? 0 : 1)
    }
    return enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
  }
}
