import Environments

/// The other rule for a delicate variable: paying for moving it. Who is punished for influence *tries not to* influence,
/// and gives up reward for it; who acts by a path-specific objective merely does not try.
public enum InfluencePenalty: String, Sendable, Hashable, CaseIterable {
  /// Counts how far the delicate variables' next values are, in distribution, from what the baseline would have led to
  /// from here: the total variation, 0 to 1.
  case influence
  /// Counts the probability that they change at all, by whatever cause: who is punished for it will hold them fast
  /// against their own course too.
  case change

  /// The penalty of each action in each state, [states × actions], for a weight of 1.
  ///
  /// - Throws: `InputError` for an unknown variable.
  package func costs(in world: FactoredWorld, delicate: [String], baseline: FactoredRule) throws -> [Double] {
    table(world, delicate: try delicate.map { try world.position(of: $0) }, baseline: baseline)
  }

  /// The penalty of each action in each state, [states × actions], for a weight of 1.
  ///
  /// - Complexity: O(states × actions × outcomes of a step).
  func table(_ world: FactoredWorld, delicate: [Int], baseline: FactoredRule) -> [Double] {
    let counts = delicate.map { world.variables[$0].values.count }
    func place(_ values: [Int]) -> Int { zip(delicate, counts).reduce(0) { $0 * $1.1 + values[$1.0] } }
    var result: [Double] = []
    for state in 0..<world.stateCount {
      let now = world.values(of: state)
      let laws = world.actions.indices.map { action in
        var law = [Double](repeating: 0, count: counts.reduce(1, *))
        world.forEachOutcome(now: now, action: action) { law[place($0)] += $1 }
        return law
      }
      switch self {
      case .change: result += laws.map { 1 - $0[place(now)] }
      case .influence:
        var natural = [Double](repeating: 0, count: laws[0].count)
        for (law, share) in zip(laws, baseline.row(now)) where share > 0 {
          for index in natural.indices { natural[index] += share * law[index] }
        }
        result += laws.map { law in zip(law, natural).reduce(0) { $0 + abs($1.0 - $1.1) } / 2 }
      }
    }
    return result
  }
}
