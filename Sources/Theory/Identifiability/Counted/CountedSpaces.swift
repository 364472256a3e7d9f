import Compute
import Environments
import Rewards

/// Dimensions of what data leave open, counted: of one source, of two together, and whether the reward itself is open.
///
/// Time grows with the number of transitions, times the iterations of a few exact evaluations; memory with the number of
/// transitions.
struct CountedSpaces: Sendable {
  let possible: PossibleTransitions
  /// States that trajectories from the start show with some weight: without a future, only starts.
  let seen: [Bool]
  private let evaluator: PolicyEvaluator

  init(_ possible: PossibleTransitions) {
    self.possible = possible
    var seen = possible.reachable
    if possible.mdp.discount == 0 {
      seen = possible.states.map { possible.mdp.start[$0] > 0 }
    }
    self.seen = seen
    evaluator = PolicyEvaluator(
      possible.world, policy: [Double](repeating: 1 / Double(possible.actionCount), count: possible.pairCount))
  }

  /// The pairs that returns depend on.
  var returnedPairs: PairSet { PairSet(states: seen, actionCount: possible.actionCount) }
  var reachablePairs: PairSet { PairSet(states: possible.reachable, actionCount: possible.actionCount) }

  /// n, A and m of the formulas.
  private var stateCount: Int { possible.states.count }
  private var actionCount: Int { possible.actionCount }
  /// The dimension of the changes that keep every expectation: each pair fixes one number.
  private var hiddenByExpectation: Int { possible.count - possible.pairCount }

  private func transitionsUnseen() -> (transitions: Int, states: Int) {
    let unseen = seen.map { !$0 }
    return (possible.count(from: unseen), unseen.count { $0 })
  }

  /// How many potentials trajectories leave open.
  func potentials(equal: Bool) -> Int {
    let fixed = possible.starts.count
    return seen.count { $0 } - fixed + (equal && fixed > 0 ? 1 : 0)
  }

  /// The dimension of a space.
  func dimension(_ space: OpenSpace) -> Int {
    switch space {
    case .nothing: return 0
    case .redistribution: return hiddenByExpectation
    case .cancelled: return possible.count - stateCount
    case .shaping(let pairs): return possible.count - pairs.count + pairs.stateCount
    case .trajectories(let equal): return transitionsUnseen().transitions + potentials(equal: equal)
    case .span(let changes): return changes.count
    case .wide(let space): return space.dimension
    case .everything: return possible.count
    case .expectedTrajectories, .startValues, .extended:
      preconditionFailure("sums are only asked whether a change lies in them")
    }
  }

  /// The dimension of what two sources together leave open; nil where a space is too wide to tell.
  func together(_ a: OpenSpace, _ b: OpenSpace) -> Int? {
    switch (a, b) {
    case (.nothing, _), (_, .nothing): return 0
    case (.wide, _), (_, .wide): return nil
    case (.span(let one), .span(let two)): return one.count + two.count - rank(one + two)
    case (.span(let changes), let other), (let other, .span(let changes)):
      return changes.count - rank(changes.map { left(of: $0, by: other) })
    case (.trajectories(let one), .trajectories(let two)): return dimension(.trajectories(equal: one && two))
    case (.trajectories(let equal), let other), (let other, .trajectories(let equal)):
      return withTrajectories(other, equal: equal)
    case (.redistribution, _), (_, .redistribution): return hiddenByExpectation
    case (.cancelled, .cancelled): return dimension(.cancelled)
    case (.cancelled, .shaping(let pairs)), (.shaping(let pairs), .cancelled):
      return hiddenByExpectation + cancelledShaping(pairs)
    case (.shaping(let one), .shaping(let two)):
      let overlap = one.both(two)
      let union = one.count + two.count - overlap.count
      return hiddenByExpectation + possible.pairCount - union + one.stateCount + two.stateCount - overlap.stateCount
    default: return nil
    }
  }

  /// Expected changes that are shaping on these pairs and cancel in each state. A state with a pair outside has it to cancel
  /// with; a state without asks one independent equation of the potential.
  private func cancelledShaping(_ pairs: PairSet) -> Int {
    pairs.perState.reduce(0) { sum, within in
      switch within {
      case 0: sum + actionCount - 1
      case actionCount: sum
      default: sum + actionCount - within
      }
    }
  }

  /// On what trajectories show, every space here holds all the shaping that they leave open, or none of it; elsewhere the
  /// other source alone decides.
  private func withTrajectories(_ other: OpenSpace, equal: Bool) -> Int? {
    let unseen = transitionsUnseen()
    switch other {
    case .redistribution: return unseen.transitions - unseen.states * actionCount
    case .cancelled: return unseen.transitions - unseen.states
    case .shaping(let pairs):
      let (count, states) = pairs.within(seen.map { !$0 })
      return potentials(equal: equal) + unseen.transitions - count + states
    default: return nil
    }
  }

  /// The least space of this list that holds the sum of two.
  private func sum(_ a: OpenSpace, _ b: OpenSpace) -> OpenSpace {
    switch (a, b) {
    case (.nothing, let other), (let other, .nothing): return other
    case (.span(let one), .span(let two)): return .span(one + two)
    case (.span(let changes), let other), (let other, .span(let changes)): return .extended(other, changes)
    case (.trajectories(let one), .trajectories(let two)): return .trajectories(equal: one || two)
    case (.trajectories, .shaping(let pairs)), (.shaping(let pairs), .trajectories):
      return .shaping(pairs.both(PairSet(states: seen, actionCount: actionCount)))
    case (.trajectories(let equal), .redistribution), (.redistribution, .trajectories(let equal)):
      return .expectedTrajectories(equal: equal)
    case (.trajectories(let equal), .cancelled), (.cancelled, .trajectories(let equal)):
      return .startValues(equal: equal)
    case (.redistribution, let other), (let other, .redistribution): return other
    case (.cancelled, .cancelled): return .cancelled
    case (.shaping(let one), .shaping(let two)): return .shaping(one.both(two))
    default: return .everything
    }
  }

  /// Whether the reward itself lies in a space.
  func holdsReward(_ space: OpenSpace) -> Bool {
    switch space {
    case .everything: return true
    case .wide(let segments): return segments.holdsReward
    case .span(let changes): return rank(changes + [possible.reward]) == rank(changes)
    case .extended(let other, let changes):
      let rest = changes.map { left(of: $0, by: other) }
      return rank(rest + [left(of: possible.reward, by: other)]) == rank(rest)
    default: return left(of: possible.reward, by: space).allSatisfy { $0 == 0 }
    }
  }

  /// The dimension of what two sources leave open together, each with the reward's own direction if it loses the scale.
  ///
  /// (U + R) ∩ (V + R) = (U ∩ (V + R)) + R, and U ∩ (V + R) has one dimension more than U ∩ V exactly if R lies in U + V but
  /// not in V.
  func together(
    _ a: OpenSpace, losesScale first: Bool, _ b: OpenSpace, losesScale second: Bool
  ) -> Int? {
    guard let common = together(a, b) else { return nil }
    guard first || second else { return common }
    let (inA, inB) = (holdsReward(a), holdsReward(b))
    if first, !second { return common + (!inA && holdsReward(sum(a, b)) ? 1 : 0) }
    let mixed = common + (!inB && holdsReward(sum(a, b)) ? 1 : 0)
    return first && !inA ? mixed + 1 : mixed
  }

  /// The dimension of a space, and of the reward's direction if the scale is lost.
  func dimension(_ space: OpenSpace, losesScale: Bool) -> Int {
    dimension(space) + (losesScale && !holdsReward(space) ? 1 : 0)
  }
}

extension CountedSpaces {
  /// The uniform policy's value of a change, in each state.
  func values(_ expected: [Double]) -> [Double] { evaluator.exactValues(expected) }

  /// What is left of a change when a space is taken out; all zero exactly if it lies in the space, but for rounding.
  func left(of change: [Double], by space: OpenSpace) -> [Double] {
    switch space {
    case .nothing, .span: return change
    case .redistribution:
      let (values, terms) = possible.expected(change)
      return values.indices.map { possible.cleaned(values[$0], terms: terms[$0]) }
    case .cancelled:
      let (values, terms) = possible.expected(change)
      return (0..<stateCount).map { state in
        let range = state * actionCount..<(state + 1) * actionCount
        return possible.cleaned(values[range].reduce(0, +), terms: terms[range].reduce(0, +))
      }
    case .shaping(let pairs): return left(of: change, by: pairs)
    case .trajectories(let equal):
      let potential = values(possible.expected(change).values)
      return unshaped(change, by: potential, in: seen) + ends(potential, change, equal: equal)
    case .expectedTrajectories(let equal):
      let (expected, terms) = possible.expected(change)
      let potential = values(expected)
      return unshaped(expected, terms, by: potential, on: PairSet(states: seen, actionCount: actionCount))
        + ends(potential, change, equal: equal)
    case .startValues(let equal):
      return ends(values(possible.expected(change).values), change, equal: equal)
    case .wide, .everything, .extended: return []
    }
  }

  /// By the policy that takes each of the pairs in a state alike.
  private func left(of change: [Double], by pairs: PairSet) -> [Double] {
    let (expected, terms) = possible.expected(change)
    if pairs.count == pairs.stateCount * actionCount {
      return unshaped(expected, terms, by: values(expected), on: pairs)
    }
    let policy = pairs.contains.indices.map { pair in
      let within = pairs.perState[pair / actionCount]
      return within == 0 ? 1 / Double(actionCount) : pairs.contains[pair] ? 1 / Double(within) : 0
    }
    let potential = PolicyEvaluator(possible.world, policy: policy).exactValues(expected)
    return unshaped(expected, terms, by: potential, on: pairs)
  }

  private func unshaped(_ expected: [Double], _ terms: [Double], by potential: [Double], on pairs: PairSet) -> [Double]
  {
    let ahead = possible.world.shaped(expected, by: potential)
    // The equations that the potential solves are coupled: its rounding is that of its largest numbers.
    let size = 2 * Vectors.largest(potential)
    return ahead.indices.map { pairs.contains[$0] ? possible.cleaned(ahead[$0], terms: terms[$0] + size) : 0 }
  }

  /// δ + γΦ(s') − Φ(s) on the transitions from these states.
  func unshaped(_ change: [Double], by potential: [Double], in states: [Bool]) -> [Double] {
    var result = [Double](repeating: 0, count: possible.count)
    let size = 2 * Vectors.largest(potential)
    for state in states.indices where states[state] {
      for index in possible.transitions(fromState: state) {
        let place = possible.position[possible.nexts[index]]
        let after = place < 0 ? 0 : possible.mdp.discount * potential[place]
        result[index] = possible.cleaned(
          change[index] + after - potential[state], terms: abs(change[index]) + size)
      }
    }
    return result
  }

  /// The potential on starts, or its differences there.
  private func ends(_ potential: [Double], _ change: [Double], equal: Bool) -> [Double] {
    let starts = possible.starts
    guard let first = starts.first else { return [] }
    let size = Vectors.largest(change) / (1 - possible.mdp.discount)
    return starts.map { state in
      possible.cleaned(potential[state] - (equal ? potential[first] : 0), terms: size)
    }
  }

  /// How many of these vectors are independent, to rounding: Gram–Schmidt, twice, the longest first.
  func rank(_ vectors: [[Double]]) -> Int { IndependentVectors(vectors, noise: possible.noise).count }
}

/// An orthonormal basis of what some vectors span.
struct IndependentVectors {
  private(set) var basis: [[Double]] = []
  var count: Int { basis.count }

  init(_ vectors: [[Double]], noise: Double) {
    var rest = vectors.compactMap { vector -> [Double]? in
      let (unit, _) = Vectors.unitScaled(vector)
      let norm = Vectors.norm(unit)
      return norm > 0 ? unit.map { $0 / norm } : nil
    }
    let least = 64 * Double.ulpOfOne * noise * Double(max(1, vectors.first?.count ?? 0)).squareRoot()
    while let place = rest.indices.max(by: { Vectors.norm(rest[$0]) < Vectors.norm(rest[$1]) }) {
      let longest = rest.remove(at: place)
      let norm = Vectors.norm(longest)
      guard norm > least else { break }
      let direction = longest.map { $0 / norm }
      basis.append(direction)
      rest = rest.map { vector in
        var result = vector
        for _ in 0..<2 { result = Vectors.sum(result, -Vectors.dot(result, direction), direction) }
        return result
      }
    }
  }
}
