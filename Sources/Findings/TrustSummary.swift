/// How far a run can be trusted, from its findings: the sentence at the top of a report and at the end of a run.
public struct TrustSummary: Codable, Sendable, Hashable {
  /// Fails if any claim that bears on trust fails; holds if all of them hold; unknown otherwise.
  public let verdict: Verdict
  /// "Not to be relied on as it stands".
  public let headline: String
  /// How many claims hold, fail, and are open.
  public let sentence: String

  public init(_ findings: [Finding]) {
    let decisive = findings.filter { $0.bearing == .trust }
    let holds = decisive.count { $0.verdict == .holds }
    let fails = decisive.count { $0.verdict == .fails }
    let open = decisive.count - holds - fails
    if fails > 0 {
      verdict = .fails
      headline = "Not to be relied on as it stands"
    } else if open > 0 || decisive.isEmpty {
      verdict = .unknown
      headline = holds > 0 ? "Good signs, but not settled" : "Not known how far to trust it"
    } else {
      verdict = .holds
      headline = "To be trusted as far as it was tested"
    }
    let advice = findings.count { $0.bearing == .advice && $0.verdict == .fails }
    sentence =
      decisive.isEmpty
      ? "No claim was tested."
      : "Of \(Numbers.count(decisive.count, "claim")) tested, "
        + Self.joined([
          (holds, holds == 1 ? "holds" : "hold"), (fails, fails == 1 ? "fails" : "fail"),
          (open, open == 1 ? "is open" : "are open"),
        ]) + (advice == 0 ? "." : "; \(Numbers.count(advice, "thing")) could be better.")
  }
}

extension TrustSummary {
  /// "4 hold, 1 fails and 2 are open", without what there is none of.
  private static func joined(_ parts: [(count: Int, verb: String)]) -> String {
    let shown = parts.filter { $0.count > 0 }.map { "\($0.count) \($0.verb)" }
    guard let last = shown.last, shown.count > 1 else { return shown.first ?? "none" }
    return shown.dropLast().joined(separator: ", ") + " and " + last
  }
}

extension Sequence<Finding> {
  /// What fails first, then what is open, then what holds; claims about trust before advice; else in given order.
  public var byUrgency: [Finding] {
    func rank(_ finding: Finding) -> Int {
      let verdict: Int =
        switch finding.verdict {
        case .fails: 0
        case .unknown: 1
        case .holds: 2
        }
      return verdict * 2 + (finding.bearing == .trust ? 0 : 1)
    }
    return enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
  }
}
