import Compute
import Environments
import Rewards

extension RewardDisagreement {
  /// One transition's part of the difference of the two rewards.
  public struct Difference: Sendable, Hashable, Encodable {
    /// The state.
    public let state: Int
    /// The action.
    public let action: Int
    /// The next state.
    public let next: Int
    /// The other reward less this one.
    public let by: WideNumber
  }

  /// Two rewards that part in a changed large world, by a change that is made pair by pair: of the reward of transitions that
  /// could not happen, and where the data leave redistribution open of that too, such that what the changed world pays is
  /// reversed wherever it can be; or by shaping, if the discount changes.
  ///
  /// - Parameter reward: of any size.
  init?(
    counted: CountedIdentification, reward: RewardTable, source: DataSource, changed: TabularMDP?
  ) throws {
    let mdp = counted.possible.mdp
    guard source.kind != .reward, mdp.actionCount > 1 else { return nil }
    var tries: [(Change, TabularMDP)] = []
    if let changed {
      guard changed.stateCount == mdp.stateCount, changed.actionCount == mdp.actionCount else {
        throw InputError(
          "the changed world has \(changed.stateCount) states and \(changed.actionCount) actions",
          remedy: "it needs \(mdp.stateCount) and \(mdp.actionCount), as the world itself")
      }
      tries = [(.given, changed)]
    } else {
      tries = [(.dynamics, try mdp.slipping(0.25)), (.discount, try mdp.shortSighted())]
    }
    let (table, exponent) = reward.unitScaled
    let search = PairSearch(counted: counted, reward: table, source: source)
    for (change, world) in tries {
      let paid = table.expected(in: world)
      for step in try search.steps(in: world, paid: paid) {
        let effect = step.expected(in: world)
        guard effect.contains(where: { $0 != 0 }) else { continue }
        for doubling in 0..<12 {
          let factor = Double(1 << doubling)
          let first = try RewardTable(expected: paid, in: world)
          let second = try RewardTable(expected: Vectors.sum(paid, factor, effect), in: world)
          let regret = try OptimalPolicyRegret(world, truth: first, proxy: second).best
          let reverse = try OptimalPolicyRegret(world, truth: second, proxy: first).best
          guard max(regret ?? 0, reverse ?? 0) > 1e-6 || (regret == nil) != (reverse == nil) else { continue }
          self.init(
            change: change, world: world, regret: regret, reverseRegret: reverse,
            differences: step.differences.map {
              Difference(
                state: $0.state, action: $0.action, next: $0.next, by: WideNumber(factor * $0.by, exponent: exponent))
            })
          return
        }
      }
    }
    return nil
  }
}

/// A change of the reward that data do not show, transition by transition.
private struct HiddenStep {
  var differences: [(state: Int, action: Int, next: Int, by: Double)] = []

  /// Its expectation on [states × actions] of a world.
  func expected(in world: TabularMDP) -> [Double] {
    var result = [Double](repeating: 0, count: world.stateCount * world.actionCount)
    // By (row, next): differences come in this order, each once.
    var place = 0
    while place < differences.count {
      let row = differences[place].state * world.actionCount + differences[place].action
      var end = place
      var byNext: [Int: Double] = [:]
      while end < differences.count,
        differences[end].state * world.actionCount + differences[end].action == row
      {
        byNext[differences[end].next] = differences[end].by
        end += 1
      }
      if !world.isTerminal[row / world.actionCount] {
        for index in world.rowStarts[row]..<world.rowStarts[row + 1] {
          result[row] += world.probabilities[index] * (byNext[world.successors[index]] ?? 0)
        }
      }
      place = end
    }
    return result
  }
}

private struct PairSearch {
  let counted: CountedIdentification
  let reward: RewardTable
  let source: DataSource

  private var possible: PossibleTransitions { counted.possible }

  /// What may be changed of a pair's rewards.
  private enum Freedom { case impossible, redistribution, anything }

  /// Changes to try, the best guess first.
  func steps(in world: TabularMDP, paid: [Double]) throws -> [HiddenStep] {
    // Where the reward pays nothing, some action of each state is paid instead.
    let isIdle = paid.allSatisfy { $0 == 0 }
    let wanted = paid.indices.map { row in
      isIdle ? (row % world.actionCount == row / world.actionCount % world.actionCount ? 1 : 0) : -2 * paid[row]
    }
    var steps = [pairByPair(in: world, wanted: wanted)]
    if let potential = try potential(in: world, paid: paid) { steps.append(shaping(potential)) }
    if case .cancelled = counted.space(source) { steps.append(trade(wanted)) }
    return steps
  }

  private func pairByPair(in world: TabularMDP, wanted: [Double]) -> HiddenStep {
    let space = counted.space(source)
    let settled = counted.settledPairs(source)
    func freedom(_ pair: Int) -> Freedom {
      switch space {
      case .redistribution, .cancelled: .redistribution
      case .shaping: settled?.contains[pair] == false ? .anything : .redistribution
      case .trajectories: counted.spaces.seen[pair / possible.actionCount] ? .impossible : .anything
      default: .impossible
      }
    }
    var step = HiddenStep()
    for pair in 0..<possible.pairCount {
      let state = possible.states[pair / possible.actionCount]
      let row = state * possible.actionCount + pair % possible.actionCount
      guard wanted[row] != 0, !world.isTerminal[state] else { continue }
      var here: [Int: Double] = [:]
      for index in possible.transitions(pair) { here[possible.nexts[index]] = possible.probabilities[index] }
      var there: [Int: Double] = [:]
      for index in world.rowStarts[row]..<world.rowStarts[row + 1] where world.probabilities[index] > 0 {
        there[world.successors[index], default: 0] += world.probabilities[index]
      }
      let nexts = Set(here.keys).union(there.keys).sorted()
      let (own, other) = (nexts.map { here[$0] ?? 0 }, nexts.map { there[$0] ?? 0 })
      let freedom = freedom(pair)
      let direction: [Double] =
        switch freedom {
        case .anything: other
        case .impossible: nexts.indices.map { own[$0] > 0 ? 0 : other[$0] }
        case .redistribution: Vectors.sum(other, -Vectors.dot(own, other) / Vectors.dot(own, own), own)
        }
      let size = Vectors.dot(direction, direction)
      // Directions that hardly count there would ask for rewards beyond all measure.
      guard size > 1e-9 * Vectors.dot(other, other) else { continue }
      for (place, next) in nexts.enumerated() where direction[place] != 0 {
        step.differences.append(
          (state, pair % possible.actionCount, next, wanted[row] * direction[place] / size))
      }
    }
    return step
  }

  /// A potential that speaks against the changed world's best values, where the data leave shaping open.
  private func potential(in world: TabularMDP, paid: [Double]) throws -> [Double]? {
    var potential: [Double]
    let states = try ReachableStates(world, reachableOnly: false)
    let plan = ExactPlanner(world: states).best(states.expected(try RewardTable(expected: paid, in: world)))
    var values = [Double](repeating: 0, count: world.stateCount)
    for (place, value) in plan.values.enumerated() { values[states.states[place]] = value }
    let isFlat = Vectors.largest(values) == 0
    potential = possible.states.map { isFlat ? Double($0 % 2) : -values[$0] }
    switch counted.space(source) {
    case .shaping: return potential
    case .trajectories:
      for start in possible.starts { potential[start] = 0 }
      return potential
    default: return nil
    }
  }

  private func shaping(_ potential: [Double]) -> HiddenStep {
    var step = HiddenStep()
    for pair in 0..<possible.pairCount {
      let index = pair / possible.actionCount
      for transition in possible.transitions(pair) {
        let place = possible.position[possible.nexts[transition]]
        let by = (place < 0 ? 0 : possible.mdp.discount * potential[place]) - potential[index]
        guard by != 0 else { continue }
        step.differences.append(
          (possible.states[index], pair % possible.actionCount, possible.nexts[transition], by))
      }
    }
    return step
  }

  /// What each action is paid too much or too little, less the mean of the state.
  private func trade(_ wanted: [Double]) -> HiddenStep {
    var step = HiddenStep()
    for pair in 0..<possible.pairCount {
      let state = possible.states[pair / possible.actionCount]
      let rows = state * possible.actionCount..<(state + 1) * possible.actionCount
      let mean = rows.reduce(0) { $0 + wanted[$1] } / Double(possible.actionCount)
      let by = wanted[rows.lowerBound + pair % possible.actionCount] - mean
      guard by != 0 else { continue }
      for transition in possible.transitions(pair) {
        step.differences.append((state, pair % possible.actionCount, possible.nexts[transition], by))
      }
    }
    return step
  }
}

extension TabularMDP {
  /// The same world in which every action does, with this probability, what an action drawn at random would have done.
  /// Entries of a row are merged, and grow in number at most by the number of actions.
  func slipping(_ share: Double) throws -> TabularMDP {
    var (starts, nexts, weights) = ([0], [Int](), [Double]())
    for state in 0..<stateCount {
      let rows = (0..<actionCount).map { action -> [Int: Double] in
        var row: [Int: Double] = [:]
        guard !isTerminal[state] else { return row }
        for index in transitions(state, action) { row[successors[index], default: 0] += probabilities[index] }
        return row
      }
      let reached = Set(rows.flatMap(\.keys)).sorted()
      let means = reached.map { next in rows.reduce(0) { $0 + ($1[next] ?? 0) } / Double(actionCount) }
      for action in 0..<actionCount {
        if isTerminal[state] {
          nexts += successors[transitions(state, action)]
          weights += probabilities[transitions(state, action)]
        } else {
          nexts += reached
          weights += zip(reached, means).map { (1 - share) * (rows[action][$0] ?? 0) + share * $1 }
        }
        starts.append(nexts.count)
      }
    }
    return try TabularMDP(
      stateCount: stateCount, actionCount: actionCount, rowStarts: starts, successors: nexts, probabilities: weights,
      rewards: rewards, start: start, isTerminal: isTerminal, discount: discount)
  }
}
