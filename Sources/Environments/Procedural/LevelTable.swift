import Compute

/// Every state that can come of some starts, and what each action does there: the exact form of a level, or of all
/// levels where they can be listed.
package struct LevelTable<Rules: LevelRules>: Sendable {
  package typealias State = LevelWorld<Rules>.State

  /// In the order in which they are come upon; the starts first.
  package let states: [State]
  /// The probability of beginning in each.
  package let start: [Double]
  /// By state · actions + action.
  package let successors: [Int]
  package let steps: [LevelStep]
  package let actionCount: Int

  /// The level that this state lies in, from this state on. Complexity: O(states × actions).
  package init(_ world: LevelWorld<Rules>, from state: State) {
    self.init(world, starts: [(state.inner, 1)])
  }

  init(_ world: LevelWorld<Rules>, starts: [(state: Rules.State, probability: Double)]) {
    var states: [State] = []
    var numbers: [State: Int] = [:]
    func number(_ state: State) -> Int {
      if let known = numbers[state] { return known }
      numbers[state] = states.count
      states.append(state)
      return states.count - 1
    }
    var first: [Double] = []
    for entry in starts {
      let index = number(State(entry.state))
      if index == first.count { first.append(0) }
      first[index] += entry.probability
    }
    let actionCount = Rules.actionNames.count
    var (successors, steps, done) = ([Int](), [LevelStep](), 0)
    while done < states.count {
      for action in 0..<actionCount {
        var next = states[done]
        steps.append(next.isOver ? LevelStep() : world.advance(&next, action))
        successors.append(number(next))
      }
      done += 1
    }
    (self.states, self.successors, self.steps, self.actionCount) = (states, successors, steps, actionCount)
    start = first + [Double](repeating: 0, count: states.count - first.count)
  }

  /// The table for planners and theory, with what is paid and the accident as its features: what is paid is the true
  /// one.
  package func world(of environment: LevelWorld<Rules>, discount: Double) throws -> TabularWorld {
    let rewards = steps.map(\.reward)
    let mdp = try TabularMDP(
      stateCount: states.count, actionCount: actionCount, rowStarts: Array(0...successors.count),
      successors: successors, probabilities: [Double](repeating: 1, count: successors.count), rewards: rewards,
      start: start, isTerminal: states.map(\.isOver), discount: discount)
    return TabularWorld(
      mdp: mdp, observations: states.flatMap(environment.observation),
      observationSize: environment.specification.observationSpace.count, featureNames: ["reward", "accident"],
      features: steps.flatMap { [$0.reward, $0.accident] }, trueWeights: [1, 0])
  }
}

extension LevelWorld {
  /// The exact table of the level that this state lies in, from this state on.
  package func table(from state: State, discount: Double = 0.99) throws -> TabularWorld {
    try LevelTable(self, from: state).world(of: self, discount: discount)
  }
}
