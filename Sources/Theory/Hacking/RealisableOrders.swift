import Compute

/// The orders of finitely many policies that rewards can produce at all: not every order is one, since returns are
/// linear in what the policies do.
///
/// ```swift
/// let orders = try RealisableOrders(of: policies)   // the two-state world's four policies:
/// orders.strict.count                               // 12, of 24
/// orders.all.count                                  // 25, of 75
/// ```
///
/// Policies are inserted one after the other, each at every place among the realisable orders of those before it, and
/// each place is tried by a linear program that looks for the reward of largest margin.
///
/// Source: Skalse et al., "Defining and characterizing reward hacking", NeurIPS 2022 (the two-state world's 12 of 24).
public struct RealisableOrders: Sendable {
  /// Every realisable order; a reward that is all zero makes the trivial one.
  public let all: [ReturnOrder]

  /// Those without ties.
  public var strict: [ReturnOrder] { all.filter(\.isStrict) }

  /// Of the parameters:
  /// - `limit`: how many linear programs may be solved.
  /// - `isNonNegative`: allow only rewards without negative values (on the counts' columns).
  /// - Throws: `InputError` if the limit does not suffice.
  public init(of policies: PolicySet, isNonNegative: Bool = false, limit: Int = 50_000) throws {
    guard let orders = try Self(of: policies, isNonNegative: isNonNegative, upTo: limit) else {
      throw InputError(
        "the orders of \(policies.count) policies need more than \(limit) linear programs to count",
        remedy: "give fewer policies, or a higher limit")
    }
    self = orders
  }

  /// Nil if the orders need more than `limit` linear programs to count.
  package init?(of policies: PolicySet, isNonNegative: Bool = false, upTo limit: Int) throws {
    let program = try OrderProgram(policies, isNonNegative: isNonNegative)
    var open: [[[Int]]] = [[[0]]]
    var solved = 0
    for policy in 1..<max(1, policies.count) {
      var next: [[[Int]]] = []
      for levels in open {
        for candidate in Self.insertions(of: policy, into: levels) {
          guard solved < limit else { return nil }
          solved += 1
          if try program.reward(realising: candidate) != nil { next.append(candidate) }
        }
      }
      open = next
    }
    all = open.map(ReturnOrder.init(levels:))
  }

  /// How pairs of realisable orders stand to one another.
  public struct PairCounts: Sendable, Hashable, Codable {
    /// Ordered pairs: the first is a simplification of the second, neither is trivial.
    public var simplifications = 0
    /// Unordered pairs that are unhackable, inequivalent and not trivial.
    public var unhackable = 0
    /// Unordered pairs that are hackable.
    public var hackable = 0
  }

  /// How pairs of them stand to one another. Quadratic in their number.
  public var pairCounts: PairCounts {
    var counts = PairCounts()
    for (index, first) in all.enumerated() {
      for second in all[(index + 1)...] {
        switch OrderComparison(first, second).relation {
        case .hackable: counts.hackable += 1
        case .unhackable: counts.unhackable += 1
        case .proxySimplifiesTruth, .truthSimplifiesProxy:
          counts.unhackable += 1
          counts.simplifications += 1
        case .trivial, .equivalent: break
        }
      }
    }
    return counts
  }

  private static func insertions(of policy: Int, into levels: [[Int]]) -> [[[Int]]] {
    var candidates: [[[Int]]] = []
    for place in 0...levels.count {
      candidates.append(Array(levels[..<place]) + [[policy]] + Array(levels[place...]))
      guard place < levels.count else { continue }
      var joined = levels
      joined[place].append(policy)
      candidates.append(joined)
    }
    return candidates
  }
}

/// Looks for a reward that orders policies as wanted.
package struct OrderProgram {
  private let points: Matrix
  private let policies: PolicySet
  /// Nil if the reward is sought on the counts' columns themselves.
  private let geometry: PolicyGeometry?
  private let scale: Double

  package init(_ policies: PolicySet, isNonNegative: Bool = false) throws {
    self.policies = policies
    let geometry = isNonNegative ? nil : try PolicyGeometry(policies)
    self.geometry = geometry
    points = geometry?.points ?? policies.counts
    scale = max(points.largestMagnitude, .leastNormalMagnitude)
  }

  /// A reward on the counts' columns under which the policies named in `levels` stand as there, worst level first; nil
  /// if there is none.
  package func reward(realising levels: [[Int]]) throws -> [Double]? {
    let width = points.columns
    guard levels.count > 1 else { return [Double](repeating: 0, count: policies.columns) }
    guard width > 0 else { return nil }
    var program = LinearProgram(variableCount: width + 1)
    for index in 0..<width {
      program.lower[index] = geometry == nil ? 0 : -1
      program.upper[index] = 1
    }
    program.upper[width] = 1
    program.objective[width] = 1
    func terms(_ high: Int, _ low: Int) -> [(variable: Int, coefficient: Double)] {
      (0..<width).map { (variable: $0, coefficient: (points[high, $0] - points[low, $0]) / scale) }
    }
    for level in levels {
      for policy in level.dropFirst() { program.addConstraint(terms(policy, level[0]), lower: 0, upper: 0) }
    }
    for (lower, upper) in zip(levels, levels.dropFirst()) {
      var gap = terms(upper[0], lower[0])
      gap.append((width, -1))
      program.addConstraint(gap, lower: 0)
    }
    let solution = try program.solve()
    guard solution.status == .optimal, solution.objective > Self.smallestMargin else { return nil }
    let found = Array(solution.values.prefix(width))
    return Vectors.normalised(geometry?.reward(found) ?? found)
  }

  /// Margins below this, with rewards and counts of size 1, are rounding.
  static let smallestMargin = 1e-7
}
