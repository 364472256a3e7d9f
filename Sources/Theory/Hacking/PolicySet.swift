import Agents
import Compute
import Environments
import Findings

/// Finitely many policies, each known by what it does: a vector of counts that every reward weighs linearly.
///
/// ```swift
/// let policies = try PolicySet(everyDeterministicPolicyOf: mdp)
/// let comparison = OrderComparison(policies.order(trueReward), policies.order(proxyReward))
/// comparison.isHackable
/// ```
///
/// In a finite world the counts are discounted occupancies, `η(s,a) = Σ_t γ^t P(S_t = s, A_t = a)`, and a policy's
/// return is `η · R`. Any other features will do: the rooms a robot cleans, the features of a linear reward. Policies
/// of equal counts are one policy to every reward; they are kept once, under all their names.
public struct PolicySet: Sendable {
  /// One name for each distinct policy; policies that cannot be told apart share one: "00 = 01".
  public let names: [String]
  /// [policies × columns]: what each policy does.
  public let counts: Matrix
  /// How many policies were given, duplicates included.
  public let givenCount: Int
  /// For each distinct policy the index of the first that was given.
  public let firstGiven: [Int]
  /// By how much each count may be off, relative to the largest.
  let noise: Double

  /// How many policies there are.
  public var count: Int { counts.rows }
  /// How many numbers describe what one does.
  public var columns: Int { counts.columns }

  /// Of the parameters:
  /// - `counts`: one row for each name.
  /// - `noise`: by how much each count may be off, relative to the largest one: rows that differ nowhere by more are the
  ///   same policy. Some roundings unless given.
  /// - Throws: `InputError` if there is no policy, or if a row's length or a number in it is wrong.
  public init(names: [String], counts rows: [[Double]], noise: Double = 16 * Double.ulpOfOne) throws {
    guard let width = rows.first?.count, width > 0, names.count == rows.count else {
      throw InputError("a set of policies needs at least one policy, a name for each and at least one count")
    }
    var largest = 0.0
    for (name, row) in zip(names, rows) {
      guard row.count == width else {
        throw InputError("policy \(name) has \(row.count) counts", remedy: "the first has \(width)")
      }
      if let index = row.firstIndex(where: { !$0.isFinite }) {
        throw InputError("count \(index) of policy \(name) is \(row[index])")
      }
      largest = row.reduce(largest) { max($0, abs($1)) }
    }
    let groups = Self.groups(rows, tolerance: noise * max(largest, .leastNormalMagnitude))
    self.names = groups.map { group in
      group.count <= 3
        ? group.map { names[$0] }.joined(separator: " = ")
        : "\(names[group[0]]) = \(names[group[1]]) = … (\(group.count) alike)"
    }
    counts = Matrix(groups.map { rows[$0[0]] })
    firstGiven = groups.map { $0[0] }
    givenCount = rows.count
    self.noise = noise
  }

  /// Policies of a finite world, by their discounted occupancies.
  public init(_ policies: [TabularPolicy], names: [String]? = nil, in mdp: TabularMDP) throws {
    try self.init(
      names: names ?? policies.map { Self.name(of: $0) }, counts: try Self.occupancies(policies, mdp),
      noise: 4 * Double(mdp.stateCount + 4) * Double.roundingUnit / (1 - mdp.discount))
  }

  /// Every deterministic policy of a small world.
  ///
  /// - Throws: `InputError` if there are more than `limit`.
  public init(everyDeterministicPolicyOf mdp: TabularMDP, limit: Int = 4096) throws {
    let all = try DeterministicPolicies(mdp, limit: limit)
    try self.init(Array(all), in: mdp)
  }

  private static func occupancies(_ policies: [TabularPolicy], _ mdp: TabularMDP) throws -> [[Double]] {
    guard mdp.discount < 1 else {
      throw InputError("the discount is \(mdp.discount)", remedy: "occupancies exist for discounts below 1")
    }
    for policy in policies where policy.stateCount != mdp.stateCount || policy.actionCount != mdp.actionCount {
      throw InputError(
        "a policy has \(policy.stateCount) states and \(policy.actionCount) actions",
        remedy: "the world has \(mdp.stateCount) and \(mdp.actionCount)")
    }
    return policies.map { mdp.occupancy(of: $0) }
  }

  /// The return of each policy under a reward on the counts' columns.
  public func returns(_ reward: [Double]) -> [Double] {
    precondition(reward.count == columns, "one weight for each column of the counts")
    return counts * reward
  }

  /// The policies from worst to best under a reward. Returns are equal that differ by no more than rounding can explain,
  /// or by less than `tolerance` times the size of the terms that they are summed from.
  public func order(_ reward: [Double], tolerance: Double? = nil) -> ReturnOrder {
    precondition(reward.count == columns, "one weight for each column of the counts")
    let (unit, exponent) = Vectors.unitScaled(reward)
    var (size, weights) = (0.0, 0.0)
    for row in 0..<counts.rows {
      var sum = 0.0
      for column in 0..<columns { sum += abs(counts[row, column] * unit[column]) }
      size = max(size, sum)
    }
    for column in 0..<columns { weights += abs(unit[column]) }
    // Each count may be off by its noise, each product and each addition by a rounding.
    let rounding =
      noise * counts.largestMagnitude * weights + Double(columns + 2) * Double.roundingUnit * size
    return ReturnOrder(
      counts * unit, exponent: exponent, absoluteTolerance: tolerance.map { $0 * size } ?? (2 * rounding))
  }

  /// Actions in the order of states: "01" is action 0 in state 0 and action 1 in state 1; a policy that draws its
  /// actions is written by its probabilities.
  public static func name(of policy: TabularPolicy) -> String {
    let isDeterministic = policy.probabilities.allSatisfy { $0 == 0 || $0 == 1 }
    guard isDeterministic else {
      return (0..<policy.stateCount).map { state in
        (0..<policy.actionCount).map { Numbers.plain(policy.probabilities[state * policy.actionCount + $0]) }
          .joined(separator: "/")
      }.joined(separator: " ")
    }
    return policy.actions.map(String.init).joined(separator: policy.actionCount > 10 ? "," : "")
  }

  /// The indices of rows that are alike, in the order of their first members: rows are sorted, so that only
  /// neighbours need be compared in full.
  private static func groups(_ rows: [[Double]], tolerance: Double) -> [[Int]] {
    // Rounding to a grid brings equal rows together but for those astride of a line; a second grid, half a cell off,
    // catches these.
    var parent = Array(rows.indices)
    func root(_ index: Int) -> Int {
      var index = index
      while parent[index] != index { index = parent[index] }
      return index
    }
    for offset in [0.0, 0.5] {
      var seen: [[Int]: Int] = [:]
      for (index, row) in rows.enumerated() {
        let cell = row.map { Int(max(-9e18, min(9e18, ($0 / (4 * tolerance) + offset).rounded(.down)))) }
        if let first = seen[cell] {
          let (a, b) = (root(first), root(index))
          if zip(rows[a], rows[b]).allSatisfy({ abs($0 - $1) <= tolerance }) { parent[max(a, b)] = min(a, b) }
        } else {
          seen[cell] = index
        }
      }
    }
    var groups: [[Int]] = []
    var place: [Int: Int] = [:]
    for index in rows.indices {
      let first = root(index)
      if let group = place[first] {
        groups[group].append(index)
      } else {
        place[first] = groups.count
        groups.append([index])
      }
    }
    return groups
  }
}
