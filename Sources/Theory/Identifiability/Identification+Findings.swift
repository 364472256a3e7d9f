import Compute
import Findings
import Foundation

extension Identification {
  static let published =
    "Skalse et al., “Invariance in Policy Optimisation and Partial Identifiability in Reward Learning”, "
    + "ICML 2023"

  /// What stays open, whether that matters here, whether it matters elsewhere, and what to ask next.
  ///
  /// Of the parameters:
  /// - `stateNames`, `actionNames`: what the world calls them; their numbers if empty.
  public func findings(stateNames: [String] = [], actionNames: [String] = []) -> [Finding] {
    guard coordinates > 0 else {
      return [
        Finding(
          id: "identify/empty", claim: "The data determine the reward", verdict: .holds,
          reason: "Every state is terminal: there are no transitions and so no reward to learn.",
          errorRate: "None: exact.", source: Self.published)
      ]
    }
    return [openFinding(), sameWorldFinding()] + changedFinding(stateNames, actionNames) + nextFinding()
  }

  private var assumptions: [String] {
    [
      "There is unlimited data, without error beyond the source's own noise.",
      "Rewards may depend on state, action and next state; \(Self.grouped(coordinates)) transitions, possible or not.",
    ]
      + (source.isOneSided
        ? ["What is open is one-sided: worse actions may become better only until they are as good as the best."] : [])
      + (source.isLowerBound ? ["Only a lower bound is known in general; some rewards leave much more open."] : [])
  }

  /// "99,900,043": large worlds have large spaces. Small ones are written as they are.
  private static func grouped(_ number: Int) -> String {
    let digits = Array("\(number)")
    guard digits.count > 4 else { return String(digits) }
    return String(
      digits.indices.flatMap { $0 > 0 && (digits.count - $0).isMultiple(of: 3) ? [",", digits[$0]] : [digits[$0]] })
  }

  /// "12 redistribution over next states, 3 potential shaping (Φ is 0 on the start)"
  var breakdown: String {
    var words = parts.map {
      "\(Self.grouped($0.dimension)) \($0.family.words)" + ($0.restriction.map { " (\($0))" } ?? "")
    }
    if unexplained > 0 { words.append("\(Self.grouped(unexplained)) without a name") }
    return words.joined(separator: "; ")
  }

  private func openFinding() -> Finding {
    Finding(
      id: "identify/open", claim: "Data of \(source.meaning) determine the reward",
      verdict: dimension == 0 ? (source.isLowerBound ? .unknown : .holds) : .fails,
      reason: dimension == 0
        ? "Nothing stays open" + (method == .numerical ? ": the stacked constraints have full rank." : ".")
        : "\(source.isLowerBound ? "At least " : "")\(Self.grouped(dimension)) of \(Self.grouped(coordinates)) "
          + "dimensions stay open: \(breakdown). "
          + "By the catalogue: \(source.catalogue)"
          + (source.losesScale && !source.temperatureIsKnown ? ", and the scale, as the noise is unknown" : ""),
      evidence: [Evidence("open dimensions", Double(dimension)), Evidence("all dimensions", Double(coordinates))]
        + parts.map { Evidence($0.family.words, Double($0.dimension), unit: "dimensions") }
        + [Evidence("without a name", Double(unexplained), unit: "dimensions")],
      assumptions: assumptions,
      errorRate: method == .numerical
        ? "None: exact, but for rounding, by which singular values are judged."
        : "None: dimensions are counted; only whether the reward itself is open, and which actions are optimal, is judged "
          + "by rounding.",
      source: Self.published + (method == .numerical ? "; numerical null spaces ours" : "; the counts ours"))
  }

  private func sameWorldFinding() -> Finding {
    let unknown = source.isLowerBound || !isOrderKnown
    return Finding(
      id: "identify/this-world", claim: "They settle how to act best in this very world",
      verdict: settlesThisWorld ? .holds : unknown ? .unknown : .fails,
      reason: settlesThisWorld
        ? (source.isOneSided
          ? "They are the answer: every reward that fits has the same optimal actions."
          : "Whatever stays open, all policies keep their order.")
        : !isOrderKnown
          ? "Left out: \(Self.grouped(dimension)) dimensions without a form that could be compared with the order of policies."
          : unknown
            ? "What is certainly open keeps the order of policies, but more may be open: "
              + "noiseless orders need not show how much."
            : "Some of what stays open changes the order of policies in this world.",
      assumptions: assumptions, errorRate: "None: exact, but for rounding.", source: Self.published)
  }

  private func changedFinding(_ stateNames: [String], _ actionNames: [String]) -> [Finding] {
    let claim = "They settle how to act best if the world changes"
    guard let disagreement else {
      return [
        Finding(
          id: "identify/changed-world", claim: claim,
          verdict: source.isLowerBound || !hasNoDisagreement ? .unknown : .holds,
          reason: hasNoDisagreement
            ? "No two rewards that fit these data part, neither under changed dynamics nor under another discount."
            : "No two rewards were found that fit these data and part; in so large a world only a few changes of the "
              + "reward are tried.",
          assumptions: assumptions + [
            "Dynamics and discount change as they are changed here; other changes may part them."
          ],
          errorRate: "None: exact for these changes, but for rounding.", source: Self.published)
      ]
    }
    let change =
      switch disagreement.change {
      case .given: "in the changed world given"
      case .dynamics:
        disagreement.differences == nil
          ? "once every action leads, one time in four, to a random state"
          : "once every action leads, one time in four, where one drawn at random would have led"
      case .discount: "once the discount is \(Numbers.plain(disagreement.world.discount))"
      }
    var parts: [String] = []
    if let angle = disagreement.angle { parts.append("they lie \(GoodhartAudit.degrees(angle)) apart") }
    if let regret = disagreement.regret {
      parts.append("acting best on the other loses \(Numbers.percent(regret)) of this reward's range")
    } else {
      parts.append("this reward is indifferent there and the other is not")
    }
    return [
      Finding(
        id: "identify/changed-world", claim: claim, verdict: .fails,
        reason: "Another reward gives exactly the same data, but \(change)"
          + (disagreement.differences == nil ? " " : ", ") + parts.joined(separator: ", and ") + ".",
        evidence: [
          disagreement.angle.map { Evidence("angle in the changed world", $0 * 180 / .pi, unit: "°") },
          disagreement.regret.map { Evidence("lost by acting on the other reward, share of range", $0) },
          disagreement.reverseRegret.map { Evidence("the reverse", $0) },
        ].compactMap(\.self),
        assumptions: assumptions,
        errorRate: disagreement.differences == nil
          ? "None: the two rewards are given in full (--json, --out)."
          : "None: all transitions on which the two rewards differ are given (--json).",
        source: Self.published + ", Theorem 4.1; construction ours")
    ]
  }

  private func nextFinding() -> [Finding] {
    let claim = "No other source would settle more"
    guard dimension > 0 else { return [] }
    guard let best = others.map(\.dimension).min() else {
      return [
        Finding(
          id: "identify/next", claim: claim, verdict: .unknown, bearing: .advice,
          reason: "Left out: too many independent dimensions are open to intersect them with those of other sources.",
          errorRate: "None: nothing is claimed.", source: "Ours: dimensions counted")
      ]
    }
    let leftOut =
      unknownOthers.isEmpty
      ? "." : "; not known together with " + unknownOthers.map { "\($0)" }.joined(separator: ", ") + "."
    guard best < dimension else {
      return [
        Finding(
          id: "identify/next", claim: claim, verdict: .holds, bearing: .advice,
          reason: "What stays open here stays open under every source of the catalogue but the reward itself" + leftOut,
          errorRate: "None: exact, but for rounding.",
          source: method == .numerical ? "Ours: null spaces compared" : "Ours: dimensions counted")
      ]
    }
    let good = others.filter { $0.dimension < dimension }.sorted { $0.dimension < $1.dimension }
    let listed = good.prefix(3).map { "\($0.source) would leave \(Self.grouped($0.dimension))" }.joined(separator: ", ")
    return [
      Finding(
        id: "identify/next", claim: claim, verdict: .fails, bearing: .advice,
        reason: "Of the \(Self.grouped(dimension)) open dimensions, together with these data \(listed)" + leftOut,
        evidence: good.map { Evidence("left open with \($0.source)", Double($0.dimension), unit: "dimensions") },
        assumptions: ["Sources of which only a lower bound is known count as if it were all."],
        errorRate: "None: exact, but for rounding.",
        source: method == .numerical ? "Ours: null spaces compared" : "Ours: dimensions counted")
    ]
  }
}
