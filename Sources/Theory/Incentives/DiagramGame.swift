import Compute

/// A small diagram of several agents as a game: each agent's deterministic policies, and what everybody gains.
///
/// A policy is a choice at each of the agent's decisions for every combination of what is known there. All profiles are
/// held at once, so that this is for small games: more than ``mostProfiles`` are refused.
package struct DiagramGame: Sendable {
  /// Choices by decision, and by row of what is known at it.
  package typealias Policy = [Int: [Int]]

  package let diagram: InfluenceDiagram
  package let agents: [String]
  /// For each agent all its policies, the last row's choice changing fastest.
  package let policies: [[Policy]]
  /// For each agent the gains by profile; the last agent's policy changes fastest.
  package let payoffs: [[Double]]

  package static let mostProfiles = 200_000

  /// - Throws: `InputError` where numbers are missing or there are too many policies.
  package init(_ diagram: InfluenceDiagram, limit: Int = DiagramInference.standardLimit) throws {
    self.diagram = diagram
    agents = diagram.agents
    let inference = try DiagramInference(diagram, limit: limit)
    let decisions = diagram.decisions()
    var union: [Int] = []
    for decision in decisions {
      for node in diagram.parents[decision] + [decision] where !union.contains(node) { union.append(node) }
    }
    let plan = EliminationOrder(scopes: [union], keep: Set(union), size: inference.size)
    try plan.checkFits(limit, at: diagram.name)
    let gains = try agents.map { agent in
      try diagram.utilities(of: agent).map {
        try inference.sum(keeping: union, free: Set(decisions), times: [inference.utility($0)])
      }
    }
    let shape = Factor(
      variables: union, sizes: union.map(inference.size),
      values: [Double](repeating: 0, count: union.reduce(1) { $0 * inference.size($1) }))
    let spaces = Dictionary(
      uniqueKeysWithValues: decisions.map { ($0, RuleSpace(decision: $0, parents: diagram.parents[$0], in: shape)) })
    let profiles = spaces.values.reduce(1.0) { $0 * $1.count }
    guard profiles <= Double(Self.mostProfiles), profiles * Double(shape.values.count) <= 1e8 else {
      throw InputError(
        "the agents have \(profiles) combinations of policies", at: diagram.name,
        remedy: "at most \(Self.mostProfiles) can be compared; let decisions know less, or have fewer outcomes")
    }
    policies = agents.map { agent in
      Self.policies(of: decisions.filter { diagram.nodes[$0].kind.agent == agent }.map { spaces[$0]! })
    }
    var payoffs = [[Double]](repeating: [], count: agents.count)
    var digits = [Int](repeating: 0, count: agents.count)
    repeat {
      var choices: Policy = [:]
      for (agent, digit) in digits.enumerated() { choices.merge(policies[agent][digit]) { own, _ in own } }
      var sums = [Double](repeating: 0, count: agents.count)
      for entry in shape.values.indices
      where decisions.allSatisfy({ choices[$0]![spaces[$0]!.row[entry]] == spaces[$0]!.outcome[entry] }) {
        for agent in agents.indices { for part in gains[agent] { sums[agent] += part.values[entry] } }
      }
      for agent in agents.indices { payoffs[agent].append(sums[agent]) }
    } while Self.advance(&digits, policies.map(\.count))
    self.payoffs = payoffs
  }

  private static func policies(of spaces: [RuleSpace]) -> [Policy] {
    let widths = spaces.flatMap { space in [Int](repeating: space.width, count: space.rows) }
    var digits = [Int](repeating: 0, count: widths.count)
    var found: [Policy] = []
    repeat {
      var policy: Policy = [:]
      var start = 0
      for space in spaces {
        policy[space.decision] = Array(digits[start..<(start + space.rows)])
        start += space.rows
      }
      found.append(policy)
    } while advance(&digits, widths)
    return found
  }

  /// The next combination, the last digit fastest; false after the last.
  static func advance(_ digits: inout [Int], _ widths: [Int]) -> Bool {
    for index in digits.indices.reversed() {
      digits[index] += 1
      if digits[index] < widths[index] { return true }
      digits[index] = 0
    }
    return false
  }

  /// How much a profile's index grows with each agent's policy.
  private var strides: [Int] {
    var strides = [Int](repeating: 1, count: agents.count)
    for index in agents.indices.dropLast().reversed() {
      strides[index] = strides[index + 1] * policies[index + 1].count
    }
    return strides
  }

  /// What everybody gains at a profile of policies, by their indices.
  package func payoffs(at profile: [Int]) -> [Double] {
    let index = zip(profile, strides).reduce(0) { $0 + $1.0 * $1.1 }
    return payoffs.map { $0[index] }
  }

  /// Two gains closer than this count as equal.
  var tolerance: Double {
    1e-9 * (payoffs.joined().map(abs).max() ?? 0)
  }

  /// The profiles of deterministic policies from which nobody gains by changing alone, as indices of policies.
  package func pureEquilibria() -> [[Int]] {
    let strides = strides
    let tolerance = tolerance
    var found: [[Int]] = []
    var digits = [Int](repeating: 0, count: agents.count)
    repeat {
      let index = zip(digits, strides).reduce(0) { $0 + $1.0 * $1.1 }
      let isStable = agents.indices.allSatisfy { agent in
        let base = index - digits[agent] * strides[agent]
        return policies[agent].indices.allSatisfy {
          payoffs[agent][base + $0 * strides[agent]] <= payoffs[agent][index] + tolerance
        }
      }
      if isStable { found.append(digits) }
    } while Self.advance(&digits, policies.map(\.count))
    return found
  }
}
