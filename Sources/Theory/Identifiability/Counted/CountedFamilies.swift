import Compute

/// The families of changes that have a name, matched with what a source of data leaves open: dimensions counted, each beyond
/// the families before it.
struct CountedFamilies: Sendable {
  let spaces: CountedSpaces

  private var possible: PossibleTransitions { spaces.possible }

  /// The parts of a space, and how many of its dimensions no family explains. Impossible transitions are not among them.
  func explain(_ space: OpenSpace) throws -> (parts: [Identification.Part], unexplained: Int) {
    let actions = possible.actionCount
    let unreachable = possible.reachable.map { !$0 }
    let hidden = (transitions: possible.count(from: unreachable), states: unreachable.count { $0 })
    let met = (transitions: possible.count - hidden.transitions, states: possible.states.count - hidden.states)
    var counts: [Identification.Family: Int] = [.redistribution: met.transitions - met.states * actions]
    var restriction: String?
    switch space {
    case .nothing: return ([], 0)
    case .redistribution: counts[.unreachable] = hidden.transitions - hidden.states * actions
    case .cancelled:
      counts[.unreachable] = hidden.transitions - hidden.states
      counts[.trade] = met.states * (actions - 1)
    case .shaping(let pairs):
      let outside = pairs.within(unreachable)
      let within = (pairs: pairs.count - outside.pairs, states: pairs.stateCount - outside.states)
      counts[.unreachable] = hidden.transitions - outside.pairs + outside.states
      counts[.shaping] = met.states
      // What is left: free pairs, and states without any of these pairs, whose potential is spoken for already.
      let rest = met.states * actions - within.pairs + within.states - met.states
      counts[.constant] = rest > 0 && isConstantNew(space) ? 1 : 0
      counts[.trade] = rest - (counts[.constant] ?? 0)
    case .trajectories(let equal):
      // Without a future, states that are reached but no start are seen by nobody.
      let skipped = spaces.seen.indices.map { possible.reachable[$0] && !spaces.seen[$0] }
      let (transitions, states) = (possible.count(from: skipped), skipped.count { $0 })
      counts[.unreachable] = hidden.transitions
      counts[.redistribution] = transitions - states * actions
      counts[.shaping] = states + spaces.potentials(equal: equal)
      counts[.trade] = states * (actions - 1)
      restriction = startRestriction(equal: equal)
    case .span(let changes): return try ExplicitFamilies(spaces: spaces, changes: changes).explain()
    case .wide(let segments):
      counts = [.unreachable: segments.unreachable, .shaping: segments.shaping, .constant: segments.constant]
      if segments.areStates { counts[.state] = segments.dimension - counts.values.reduce(0, +) }
    case .everything, .expectedTrajectories, .startValues, .extended:
      preconditionFailure("sums are only asked whether a change lies in them")
    }
    let parts = Identification.Family.allCases.compactMap { family -> Identification.Part? in
      guard let count = counts[family], count > 0 else { return nil }
      return Identification.Part(family: family, dimension: count, restriction: family == .shaping ? restriction : nil)
    }
    return (parts, spaces.dimension(space) - parts.reduce(0) { $0 + $1.dimension })
  }

  /// Whether a constant everywhere is open, and not shaping and redistribution anyway: where something can end.
  private func isConstantNew(_ space: OpenSpace) -> Bool {
    guard possible.canEnd else { return false }
    let ones = [Double](repeating: 1, count: possible.count)
    return spaces.left(of: ones, by: space).allSatisfy { $0 == 0 }
      && spaces.left(of: ones, by: .shaping(spaces.reachablePairs)).contains { $0 != 0 }
  }

  private func startRestriction(equal: Bool) -> String? {
    let starts = possible.starts
    if equal { return starts.count > 1 ? "Φ is equal on all starts" : nil }
    return starts.isEmpty ? nil : starts.count == 1 ? "Φ is 0 on the start" : "Φ is 0 on every start"
  }
}

/// The same for a space that is given by vectors: each family's share of it is the null space of what the family leaves of
/// them.
private struct ExplicitFamilies {
  let spaces: CountedSpaces
  let changes: [[Double]]

  private var possible: PossibleTransitions { spaces.possible }

  func explain() throws -> (parts: [Identification.Part], unexplained: Int) {
    var parts: [Identification.Part] = []
    var explained: [[Double]] = []
    for family in Identification.Family.allCases where explained.count < changes.count {
      guard let left = left(by: family) else { continue }
      let combinations = try family == .constant ? constants() : null(left)
      let grown = IndependentVectors(explained + combinations, noise: possible.noise).basis
      guard grown.count > explained.count else { continue }
      parts.append(
        Identification.Part(
          family: family, dimension: grown.count - explained.count,
          restriction: family == .shaping ? restriction(combinations) : nil))
      explained = grown
    }
    return (parts, changes.count - explained.count)
  }

  /// What is left of each change when the family is taken out; nil for families that are counted elsewhere.
  private func left(by family: Identification.Family) -> [[Double]]? {
    let states = [Bool](repeating: true, count: possible.states.count)
    switch family {
    case .impossible, .scale: return nil
    case .unreachable:
      return changes.map { change in
        possible.states.indices.flatMap {
          possible.reachable[$0] ? Array(change[possible.transitions(fromState: $0)]) : []
        }
      }
    case .redistribution: return changes.map { spaces.left(of: $0, by: .redistribution) }
    case .shaping:
      return changes.map { spaces.unshaped($0, by: potential($0), in: states) }
    case .constant: return changes
    case .trade:
      return changes.map { change in
        let means = pairMeans(change)
        return spreads(change, means) + spaces.left(of: means, by: .cancelled)
      }
    case .state:
      return changes.map { change in
        states.indices.flatMap { state -> [Double] in
          let range = possible.transitions(fromState: state)
          return range.map { possible.cleaned(change[$0] - change[range.lowerBound], terms: Vectors.largest(change)) }
        }
      }
    case .suboptimal: return changes.map { spreads($0, pairMeans($0)) }
    }
  }

  private func potential(_ change: [Double]) -> [Double] { spaces.values(possible.expected(change).values) }

  /// For each transition the mean over its pair, so that a change which is one number for each pair stays as it is.
  private func pairMeans(_ change: [Double]) -> [Double] {
    var means = change
    for pair in 0..<possible.pairCount {
      let range = possible.transitions(pair)
      let mean = range.reduce(0) { $0 + change[$1] } / Double(max(1, range.count))
      for index in range { means[index] = mean }
    }
    return means
  }

  private func spreads(_ change: [Double], _ means: [Double]) -> [Double] {
    change.indices.map { possible.cleaned(change[$0] - means[$0], terms: abs(change[$0]) + abs(means[$0])) }
  }

  /// Combinations that vanish: the null space of a tall matrix by the triangle of its columns.
  private func null(_ columns: [[Double]]) throws -> [[Double]] {
    let basis = IndependentVectors(columns, noise: possible.noise).basis
    let rows = basis.map { direction in columns.map { Vectors.dot($0, direction) } }
    return try Subspace.null(of: rows, size: columns.count, noise: possible.noise).basis
  }

  /// The combination that is 1 everywhere, if there is one.
  private func constants() throws -> [[Double]] {
    let ones = [Double](repeating: 1, count: possible.count)
    return try null(changes + [ones]).compactMap { combination in
      let last = combination[changes.count]
      return abs(last) > 1e-9 ? combination.dropLast().map { $0 / last } : nil
    }
  }

  /// What all hidden potentials have in common on starts.
  private func restriction(_ combinations: [[Double]]) -> String? {
    let potentials = combinations.map { combination in
      potential(
        zip(changes, combination).reduce([Double](repeating: 0, count: possible.count)) { Vectors.sum($0, $1.1, $1.0) })
    }
    return PotentialRestriction.words(potentials, starts: possible.starts, states: possible.states.count)
  }
}

/// What potentials have in common on the states where an episode starts, in words.
enum PotentialRestriction {
  static func words(_ potentials: [[Double]], starts: [Int], states: Int) -> String? {
    guard let first = starts.first, potentials.count < states else { return nil }
    if potentials.allSatisfy({ row in starts.allSatisfy { abs(row[$0]) < 1e-9 } }) {
      return starts.count == 1 ? "Φ is 0 on the start" : "Φ is 0 on every start"
    }
    if starts.count > 1,
      potentials.allSatisfy({ row in starts.allSatisfy { abs(row[$0] - row[first]) < 1e-9 } })
    {
      return "Φ is equal on all starts"
    }
    let isConstant = potentials.allSatisfy { row in row.allSatisfy { abs($0 - row[0]) < 1e-9 } }
    return isConstant ? "Φ is equal everywhere" : nil
  }
}
