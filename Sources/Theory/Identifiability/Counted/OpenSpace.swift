import Compute

/// The changes of a reward, on the transitions that can happen, that a source of data cannot see, scale apart: each a
/// space whose dimension is counted from the graph of transitions by a theorem, so nothing is as large as a matrix.
///
/// With E the expectation over next states, K Φ = γ E Φ − Φ and γ < 1: K restricted to any set of pairs that keeps one for
/// each state it leads to has full column rank, because it holds the invertible γP − I of a policy. All dimensions below
/// follow from that. What is left of a change when a space is taken out is linear in the change and takes one exact
/// evaluation of a policy; it decides whether the reward itself, or another given change, lies in the space.
indirect enum OpenSpace: Sendable {
  /// {0}.
  case nothing
  /// E δ = 0.
  case redistribution
  /// Σ_a E δ = 0 in each state: what the uniform policy's actions cancel.
  case cancelled
  /// E δ = K Φ on these pairs.
  case shaping(PairSet)
  /// δ = Φ(s) − γΦ(s') on the transitions that trajectories show, Φ being 0 on starts, or equal.
  case trajectories(equal: Bool)
  /// All combinations of these changes, which are independent.
  case span([[Double]])
  /// So many dimensions, too many to hold vectors of.
  case wide(SegmentSpace)

  // Sums of two of the above, which are only asked whether the reward lies in them.
  /// Everything.
  case everything
  /// E δ = K Φ on the pairs that trajectories show, Φ being 0 on starts, or equal.
  case expectedTrajectories(equal: Bool)
  /// The uniform policy's value of δ is 0 on starts, or equal.
  case startValues(equal: Bool)
  /// A space and all combinations of these changes.
  case extended(OpenSpace, [[Double]])
}

/// State–action pairs such that each state that any of them leads to has one: all, those of states that can be reached, the
/// optimal ones.
struct PairSet: Sendable {
  /// [pairs].
  let contains: [Bool]
  /// How many of them each state has.
  let perState: [Int]
  let count: Int
  /// How many states have one.
  let stateCount: Int

  init(_ contains: [Bool], actionCount: Int) {
    self.contains = contains
    perState = (0..<contains.count / max(1, actionCount)).map { state in
      (state * actionCount..<(state + 1) * actionCount).count { contains[$0] }
    }
    count = perState.reduce(0, +)
    stateCount = perState.count { $0 > 0 }
  }

  /// All pairs of these states.
  init(states: [Bool], actionCount: Int) {
    self.init(states.flatMap { [Bool](repeating: $0, count: actionCount) }, actionCount: actionCount)
  }

  func both(_ other: PairSet) -> PairSet {
    let actions = perState.isEmpty ? 1 : contains.count / perState.count
    return PairSet(zip(contains, other.contains).map { $0 && $1 }, actionCount: actions)
  }

  /// Those of these states.
  func within(_ states: [Bool]) -> (pairs: Int, states: Int) {
    perState.indices.reduce(into: (0, 0)) { sum, state in
      if states[state], perState[state] > 0 { sum = (sum.0 + perState[state], sum.1 + 1) }
    }
  }
}
