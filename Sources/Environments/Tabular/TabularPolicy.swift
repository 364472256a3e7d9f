import Compute

/// How to act in a finite world: a distribution over actions for each state.
public struct TabularPolicy: Sendable, Codable, Hashable {
  /// The number of actions.
  public let actionCount: Int
  /// [states × actions], each row summing to 1.
  public let probabilities: [Double]
  /// The number of states.
  public var stateCount: Int { probabilities.count / actionCount }

  /// One action for each state.
  public init(actions: [Int], actionCount: Int) {
    precondition(actions.allSatisfy { (0..<actionCount).contains($0) }, "actions lie in 0 ..< actionCount")
    self.actionCount = actionCount
    var probabilities = [Double](repeating: 0, count: actions.count * actionCount)
    for (state, action) in actions.enumerated() { probabilities[state * actionCount + action] = 1 }
    self.probabilities = probabilities
  }

  /// A distribution for each state.
  public init(probabilities: [Double], actionCount: Int) {
    precondition(probabilities.count.isMultiple(of: actionCount), "a whole row of probabilities for each state")
    self.actionCount = actionCount
    self.probabilities = probabilities
  }

  /// Uniform over actions.
  public static func uniform(stateCount: Int, actionCount: Int) -> TabularPolicy {
    TabularPolicy(
      probabilities: [Double](repeating: 1 / Double(actionCount), count: stateCount * actionCount),
      actionCount: actionCount)
  }

  /// The most probable action of each state, among equals the first.
  public var actions: [Int] {
    (0..<stateCount).map { state in
      var best = 0
      for action in 1..<max(actionCount, 1)
      where probabilities[state * actionCount + action] > probabilities[state * actionCount + best] { best = action }
      return best
    }
  }
}

extension TabularPolicy {
  /// The states from which this policy, with positive probability, never reaches a terminal state.
  ///
  /// Under a reward that pays for each step, a policy that looks optimal simply never finishes; this finds it.
  public func neverEndingStates(in mdp: TabularMDP) -> [Int] {
    // A state surely ends unless it can get to one that cannot end at all.
    let canEnd = statesReaching(mdp.isTerminal, in: mdp)
    let canGetStuck = statesReaching(canEnd.map { !$0 }, in: mdp)
    return canGetStuck.indices.filter { canGetStuck[$0] }
  }

  /// From which states some state of `targets` is reached with positive probability, the targets included.
  private func statesReaching(_ targets: [Bool], in mdp: TabularMDP) -> [Bool] {
    precondition(stateCount == mdp.stateCount && actionCount == mdp.actionCount, "a policy for this world")
    guard targets.contains(true), targets.contains(false) else { return targets }
    var predecessors = [[Int]](repeating: [], count: mdp.stateCount)
    for state in 0..<mdp.stateCount where !mdp.isTerminal[state] {
      for action in 0..<actionCount where probabilities[state * actionCount + action] > 0 {
        for index in mdp.transitions(state, action) where mdp.probabilities[index] > 0 {
          predecessors[mdp.successors[index]].append(state)
        }
      }
    }
    var reached = targets
    var open = targets.indices.filter { targets[$0] }
    while let state = open.popLast() {
      for previous in predecessors[state] where !reached[previous] {
        reached[previous] = true
        open.append(previous)
      }
    }
    return reached
  }

  /// The value of each state under this policy, by sweeps until none changes by more than `tolerance`; −∞ is never
  /// returned: without a discount the policy must end from everywhere.
  ///
  /// - Throws: `InputError` if `discount` is 1 and the policy may never end, or the sweeps do not suffice.
  public func values(
    in mdp: TabularMDP, discount: Double? = nil, tolerance: Double = 1e-10, maximumSweeps: Int = 1_000_000
  ) throws -> [Double] {
    let discount = discount ?? mdp.discount
    if discount == 1, let state = neverEndingStates(in: mdp).first {
      throw InputError(
        "the policy may never end from state \(state), so its undiscounted value does not exist",
        remedy: "use a discount below 1, or a horizon")
    }
    var values = [Double](repeating: 0, count: mdp.stateCount)
    for _ in 0..<maximumSweeps {
      var change = 0.0
      for state in 0..<mdp.stateCount where !mdp.isTerminal[state] {
        var value = 0.0
        for action in 0..<actionCount {
          let weight = probabilities[state * actionCount + action]
          if weight > 0 { value += weight * mdp.lookAhead(state, action, values, discount: discount) }
        }
        change = max(change, abs(value - values[state]))
        values[state] = value
      }
      if change <= tolerance { return values }
    }
    throw InputError("the policy's values still move after \(maximumSweeps) sweeps", remedy: "allow a larger tolerance")
  }

  /// The undiscounted return from each state within the first `steps` steps; always exists.
  public func values(in mdp: TabularMDP, steps: Int) -> [Double] {
    var values = [Double](repeating: 0, count: mdp.stateCount)
    var next = values
    for _ in 0..<steps {
      for state in 0..<mdp.stateCount where !mdp.isTerminal[state] {
        var value = 0.0
        for action in 0..<actionCount {
          let weight = probabilities[state * actionCount + action]
          if weight > 0 { value += weight * mdp.lookAhead(state, action, values, discount: 1) }
        }
        next[state] = value
      }
      swap(&values, &next)
    }
    return values
  }
}
