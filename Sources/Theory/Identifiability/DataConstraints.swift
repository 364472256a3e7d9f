import Compute
import Environments

/// What a source of data reveals about a change δ of the reward: linear functionals of δ, one per row, all of which
/// vanish exactly if the data stay the same.
///
/// Derived from what the source measures, not from the theorem about it, so that the two can be compared.
struct DataConstraints {
  let space: RewardCoordinates
  let reward: [Double]

  /// The rows that vanish on changes of any size.
  ///
  /// - Parameter local: for a one-sided source, those that vanish on all small changes instead.
  func rows(_ source: DataSource, local: Bool = false) throws -> [[Double]] {
    switch source.kind {
    case .reward: return (0..<space.count).map(space.unit)
    case .qValues: return (0..<space.pairCount).map(space.expectation)
    case .values: return values()
    case .advantages, .boltzmannPolicy, .causalEntropyPolicy: return try advantages(pairs: Array(0..<space.pairCount))
    case .boltzmannTrajectories, .causalEntropyTrajectories: return try advantages(pairs: reachablePairs)
    case .policyOrder: return try advantages(pairs: returnedPairs)
    case .optimalPolicies, .optimalTrajectories:
      return try optimal(source.kind == .optimalTrajectories, local: local)
    case .segmentReturns:
      guard let length = source.length else { return possible.map(space.unit) }
      return try segments(length: length).map(\.features)
    case .segmentComparisons, .segmentOrder: return try segmentDifferences(source)
    case .trajectoryReturns: return try trajectories(differences: false)
    case .trajectoryComparisons, .trajectoryOrder, .lotteries: return try trajectories(differences: true)
    }
  }

  private var possible: [Int] { (0..<space.count).filter(space.isPossible) }

  /// The pairs that returns depend on: without a future, those of the first step alone.
  private var returnedPairs: [Int] {
    guard space.mdp.discount == 0 else { return reachablePairs }
    return reachablePairs.filter { space.mdp.start[space.states[$0 / space.actionCount]] > 0 }
  }

  private var reachablePairs: [Int] { (0..<space.pairCount).filter { space.reachable[$0 / space.actionCount] } }

  /// V(s) of the uniform policy is 0 everywhere exactly if its expected reward is.
  private func values() -> [[Double]] {
    space.states.indices.map { index in
      var row = space.zero
      for action in 0..<space.actionCount {
        let expectation = space.expectation(index * space.actionCount + action)
        for coordinate in row.indices { row[coordinate] += expectation[coordinate] / Double(space.actionCount) }
      }
      return row
    }
  }

  /// The expected change on these pairs is potential shaping: what is across all of the shaping directions vanishes.
  private func advantages(pairs: [Int]) throws -> [[Double]] {
    let directions = space.states.map { state in
      pairs.map { pair in
        let future = space.probabilities[space.coordinate(pair, state)] * space.mdp.discount
        return future - (space.states[pair / space.actionCount] == state ? 1 : 0)
      }
    }
    let across = try Subspace.null(of: directions, size: pairs.count, noise: space.noise)
    let expectations = pairs.map(space.expectation)
    return across.basis.map { combination in
      var row = space.zero
      for (weight, expectation) in zip(combination, expectations) where weight != 0 {
        for coordinate in row.indices { row[coordinate] += weight * expectation[coordinate] }
      }
      // Each entry is one product, with a weight that is a part of a vector of length 1.
      return space.cleaned(row, terms: space.probabilities)
    }
  }

  /// Optimal actions keep their advantage 0. Others may move as long as they stay worse, so only small changes of theirs are
  /// free; changes of any size keep all advantages wherever a policy gets to, for a state that is not visited could become
  /// worth a visit.
  private func optimal(_ visitedOnly: Bool, local: Bool) throws -> [[Double]] {
    guard local else { return try advantages(pairs: visitedOnly ? reachablePairs : Array(0..<space.pairCount)) }
    let geometry = try EveryState(space)
    let best = try geometry.optimalPairs(reward)
    let visited = visitedOnly ? geometry.visited(best) : [Bool](repeating: true, count: space.states.count)
    return try advantages(pairs: (0..<space.pairCount).filter { visited[$0 / space.actionCount] && best[$0] })
  }
}

extension DataConstraints {
  /// Whole trajectories from the start. Each differs from a fixed one by steps of the form (s, a, s') followed by the
  /// fixed way on from s' instead of the fixed way on from s; those span all the differences.
  private func trajectories(differences: Bool) throws -> [[Double]] {
    let tails = try fixedTails()
    let starts = space.mdp.start.indices.filter { space.mdp.start[$0] > 0 && !space.mdp.isTerminal[$0] }
    // Without a future only the first step counts.
    let live =
      space.mdp.discount > 0
      ? Set(space.states.indices.filter { space.reachable[$0] }.map { space.states[$0] }) : Set(starts)
    var rows: [[Double]] = []
    for coordinate in possible where live.contains(space.states[space.pair(coordinate) / space.actionCount]) {
      var row = tails[space.states[space.pair(coordinate) / space.actionCount]].map { -$0 }
      var terms = row.map(abs)
      row[coordinate] += 1
      terms[coordinate] += 1
      let after = tails[space.next(coordinate)]
      for index in row.indices {
        row[index] += space.mdp.discount * after[index]
        terms[index] += space.mdp.discount * abs(after[index])
      }
      // Along the fixed way itself nothing is different: what is left there is rounding, and no constraint.
      rows.append(space.cleaned(row, terms: terms))
    }
    guard let first = starts.first else { return rows }
    // A start that is terminal has the empty trajectory, of return 0, to compare with.
    let hasEmpty = space.mdp.start.indices.contains { space.mdp.start[$0] > 0 && space.mdp.isTerminal[$0] }
    if differences, !hasEmpty {
      return rows + starts.dropFirst().map { difference(tails[$0], tails[first]) }
    }
    return rows + starts.map { tails[$0] }
  }

  /// a − b, with 0 where only rounding is left.
  private func difference(_ a: [Double], _ b: [Double]) -> [Double] {
    space.cleaned(zip(a, b).map { $0 - $1 }, terms: zip(a, b).map { abs($0) + abs($1) })
  }

  /// For each state of the world the discounted counts of one fixed way on from it: always the first transition that is
  /// possible. 0 from terminal states.
  private func fixedTails() throws -> [[Double]] {
    var steps = Matrix(rows: space.states.count, columns: space.states.count)
    var counts = Matrix(rows: space.states.count, columns: space.count)
    for (index, _) in space.states.enumerated() {
      let width = space.actionCount * space.mdp.stateCount
      guard let coordinate = (index * width..<(index + 1) * width).first(where: space.isPossible) else { continue }
      counts[index, coordinate] = 1
      if let next = space.states.firstIndex(of: space.next(coordinate)) { steps[index, next] = space.mdp.discount }
    }
    let solved = try LinearAlgebra.solve(.identity(space.states.count) - steps, counts)
    var tails = [[Double]](repeating: space.zero, count: space.mdp.stateCount)
    for (index, state) in space.states.enumerated() { tails[state] = solved.row(index) }
    return tails
  }

  private struct Segment {
    var start: Int
    var features: [Double]
  }

  /// All possible segments of this length, from every state; shorter ones where a terminal state ends them.
  private func segments(length: Int) throws -> [Segment] {
    var done: [Segment] = []
    var open = space.states.map { (segment: Segment(start: $0, features: space.zero), state: $0) }
    for step in 0..<length {
      let weight = (0..<step).reduce(1.0) { product, _ in product * space.mdp.discount }
      var longer: [(segment: Segment, state: Int)] = []
      for (segment, state) in open {
        guard let index = space.states.firstIndex(of: state) else {
          done.append(segment)
          continue
        }
        let width = space.actionCount * space.mdp.stateCount
        for coordinate in index * width..<(index + 1) * width where space.isPossible(coordinate) {
          var next = segment
          next.features[coordinate] += weight
          longer.append((next, space.next(coordinate)))
        }
        guard longer.count <= RewardCoordinates.mostSegments else {
          throw InputError(
            "there are more than \(RewardCoordinates.mostSegments) segments of length \(length)",
            remedy: "give a smaller length, or have them counted")
        }
      }
      open = longer
    }
    return done + open.map(\.segment)
  }

  private func segmentDifferences(_ source: DataSource) throws -> [[Double]] {
    let all: [Segment]
    var rows: [[Double]] = []
    if let length = source.length {
      all = try segments(length: length)
    } else {
      // A segment against itself less its last step shows that step alone, discounted, where a step can come before
      // it; segments of one step show the rest. Longer ones add nothing.
      all = try segments(length: 1)
      let followed = Set(possible.map(space.next))
      if space.mdp.discount > 0 {
        rows = possible.filter { followed.contains(space.states[space.pair($0) / space.actionCount]) }.map(space.unit)
      }
    }
    var first: [Int: [Double]] = [:]
    for segment in all {
      let key = source.sameStart ? segment.start : 0
      if let reference = first[key] {
        rows.append(difference(segment.features, reference))
      } else {
        first[key] = segment.features
      }
    }
    return rows
  }
}

/// The world as every state sees it, whether it can be reached or not.
private struct EveryState {
  let space: RewardCoordinates
  let geometry: OccupancyGeometry

  init(_ space: RewardCoordinates) throws {
    self.space = space
    let mdp = space.mdp
    geometry = try OccupancyGeometry(
      TabularMDP(
        stateCount: mdp.stateCount, actionCount: mdp.actionCount, rowStarts: mdp.rowStarts, successors: mdp.successors,
        probabilities: mdp.probabilities, rewards: mdp.rewards,
        start: [Double](repeating: 1 / Double(mdp.stateCount), count: mdp.stateCount), isTerminal: mdp.isTerminal,
        discount: mdp.discount))
  }

  func optimalPairs(_ reward: [Double]) throws -> [Bool] {
    let expected = geometry.compact(space.expected(reward, in: space.mdp))
    return geometry.optimalPairs(try geometry.optimum(expected).q)
  }

  /// The states that the policy which takes every optimal action visits from the world's own start.
  func visited(_ best: [Bool]) -> [Bool] {
    var seen = space.states.map { space.mdp.start[$0] > 0 }
    var open = seen.indices.filter { seen[$0] }
    while let index = open.popLast() {
      for action in 0..<space.actionCount where best[index * space.actionCount + action] {
        for entry in space.mdp.transitions(space.states[index], action) where space.mdp.probabilities[entry] > 0 {
          if let next = space.states.firstIndex(of: space.mdp.successors[entry]), !seen[next] {
            seen[next] = true
            open.append(next)
          }
        }
      }
    }
    return seen
  }
}
