import Compute
import Findings

/// What was found about one assertion.
package struct AssertionResult: Sendable, Encodable {
  /// The line's text.
  package let text: String
  /// The line in its file.
  package let line: Int

  /// Transitions of a set that the assertion speaks of.
  package struct Count: Sendable, Encodable {
    package let name: String
    package let episodes: Int
    /// Transitions, or pairs of them, that were looked at.
    package var looked = 0
    /// Those that break it.
    package var broken = 0
    package var episodesBroken = 0
  }

  /// One case in which it does not hold.
  package struct Witness: Sendable, Encodable {
    /// Where it was found: "judged", "visited", "search", "proof".
    package let origin: String
    /// The encoded transition that is paid too much, or by itself paid wrongly.
    package let first: [Float]
    /// The one that it is compared with.
    package let second: [Float]?
    package let firstReward: Double
    package let secondReward: Double?
    /// By how much more than is allowed.
    package let excess: Double
  }

  package var counts: [Count] = []
  /// Whether there is anything that the assertion speaks of.
  package var isSearched = false
  /// Rows that were tried.
  package var trials = 0
  /// The nearest that the search came to breaking it: below 0 by how much is left; nil before a search.
  package var nearest: Double?
  package var nodes = 0
  package var isProved = false
  /// By how much it may still be broken at most, where a proof was tried and did not settle it; nil otherwise.
  package var provedExcess: Double?
  /// The worst case of the first origin in which one was found.
  package private(set) var witness: Witness?

  init(_ assertion: ModelAssertion) { (text, line) = (assertion.text, assertion.line) }

  /// What was seen outweighs what was searched for; of one origin the worst case is kept.
  mutating func offer(_ witness: Witness) {
    guard let own = self.witness else {
      self.witness = witness
      return
    }
    if own.origin == witness.origin, witness.excess > own.excess { self.witness = witness }
  }

  /// Whether it holds.
  package var verdict: Finding.Verdict {
    if witness != nil { return .fails }
    if isProved { return .holds }
    return isSearched || counts.contains { $0.looked > 0 } ? .holds : .unknown
  }
}

extension AssertionResult {
  /// The claim, for terminal, report and JSON.
  ///
  /// - Parameters:
  ///   - domain: what was searched.
  ///   - id: unique among the findings: two lines may say the same.
  package func finding(_ domain: AssertionDomain, id: String) -> Finding {
    let isTried = witness == nil && !isProved && verdict == .holds
    return Finding(
      id: "assertions/\(id)", claim: "“\(text)”" + (isTried ? ", as far as was tried" : ""), verdict: verdict,
      reason: reason(domain), evidence: evidence, assumptions: assumptions(domain), errorRate: errorRate,
      source: "Zhang et al. 2018 (CROWN) and branch and bound; Kang et al. 2020 (model assertions)",
      problem: "“\(text)” is not so",
      advice: Finding.Advice(
        text: "Ask about clips like the two that are named, or teach the reward with comparisons of such pairs",
        command: nil))
  }

  private func reason(_ domain: AssertionDomain) -> String {
    if let witness {
      let shown = Self.differing(witness)
      let features = domain.features
      let origin = ["judged": "In judged data", "visited": "In a visited transition", "search": "Found by search"]
      var text = (origin[witness.origin] ?? "Found while proving") + ": paid \(Numbers.plain(witness.firstReward)) at ("
      text += features.text(witness.first, first: shown) + ")"
      if let second = witness.second, let reward = witness.secondReward {
        text += ", and \(Numbers.plain(reward)) at (" + features.text(second, first: shown) + ")"
      }
      let broken = counts.filter { $0.looked > 0 }.map { "\($0.broken) of \($0.looked) \($0.name)" }
      return text + (broken.isEmpty ? "." : ". It breaks in \(broken.joined(separator: " and ")).")
    }
    if isProved { return "Proved for every transition in the domain, in \(Numbers.count(nodes, "part"))." }
    guard isSearched || counts.contains(where: { $0.looked > 0 }) else {
      return "Nothing that was seen, and nothing in the domain, meets what the line speaks of."
    }
    let seen = counts.filter { $0.looked > 0 }.map { "\($0.looked) \($0.name)" }
    var text = "Not proved, and not refuted by \(trials) trials"
    if !seen.isEmpty { text += " and \(seen.joined(separator: " and ")) transitions" }
    if let nearest { text += "; the nearest left \(Numbers.plain(max(0, -nearest)))" }
    if let provedExcess, provedExcess > 0 {
      text += ", and at most \(Numbers.plain(provedExcess)) too much is possible"
    }
    return text + "."
  }

  /// The columns in which both sides differ.
  private static func differing(_ witness: Witness) -> [Int] {
    guard let second = witness.second else { return [] }
    return witness.first.indices.filter { witness.first[$0] != second[$0] }
  }

  private var evidence: [Evidence] {
    var evidence = counts.filter { $0.looked > 0 }.map { count in
      Evidence(
        "share of \(count.name) transitions that break it", Double(count.broken) / Double(count.looked),
        count: count.looked)
    }
    for count in counts where count.name == "visited" && count.episodes > 0 && count.looked > 0 {
      evidence.append(
        Evidence(
          "share of episodes that break it", Double(count.episodesBroken) / Double(count.episodes),
          interval: Statistics.proportionInterval(successes: count.episodesBroken, of: count.episodes),
          count: count.episodes))
    }
    if let witness { evidence.append(Evidence("too much by", witness.excess)) }
    if trials > 0 { evidence.append(Evidence("trials", Double(trials))) }
    if nodes > 0 { evidence.append(Evidence("parts bounded", Double(nodes))) }
    return evidence
  }

  private func assumptions(_ domain: AssertionDomain) -> [String] {
    var assumptions = ["All that the line does not name is equal on both sides, and may take any value in the domain."]
    if !domain.seen.isEmpty {
      assumptions.append(
        "The world does not bound \(domain.seen.prefix(6).joined(separator: ", "))\(domain.seen.count > 6 ? ", …" : ""): as far as was seen."
      )
    }
    return assumptions
  }

  private var errorRate: String? {
    if witness != nil { return "None: the witness is a counterexample." }
    if isProved {
      return "None: bounds hold for every transition in the domain, rounding of single precision included."
    }
    guard let visited = counts.first(where: { $0.name == "visited" && $0.looked > 0 }),
      let interval = Statistics.proportionInterval(successes: visited.episodesBroken, of: visited.episodes)
    else { return nil }
    return
      "At most \(Numbers.percent(interval.upper)) of such episodes break it, wrong in 2.5 % of samples; how often it is "
      + "broken elsewhere is not known."
  }
}
