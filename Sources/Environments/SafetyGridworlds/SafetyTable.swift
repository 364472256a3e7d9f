import Compute

/// Every state that a world can come to, and what every action does there: made by trying all that chance can do.
///
/// The time limit is no part of it. States that differ in what is not observed (whether the agent is to be interrupted)
/// are states of their own.
package struct SafetyTable<Rules: SafetyRules>: Sendable {
  package typealias State = SafetyGridworld<Rules>.State

  /// One thing that can come of an action.
  package struct Branch: Sendable, Hashable {
    package var probability: Double
    package var next: Int
    package var step: SafetyStep
  }

  package let states: [State]
  package let start: [Double]
  /// By state · actions + action; empty where the episode is over.
  package let branches: [[Branch]]
  package let actionCount: Int

  /// Lists the states in the order in which they are come upon. Complexity: O(branches), each a step.
  package init(_ world: SafetyGridworld<Rules>) {
    var states: [State] = []
    var numbers: [State: Int] = [:]
    var branches: [[Branch]] = []
    let actionCount = world.rules.canStay ? 5 : 4
    func number(_ state: State) -> Int {
      if let known = numbers[state] { return known }
      numbers[state] = states.count
      states.append(state)
      return states.count - 1
    }
    var starts: [Int: Double] = [:]
    var draws = EnumeratedDraws()
    repeat {
      let state = State(world.rules.start(&draws))
      starts[number(state), default: 0] += draws.probability
    } while draws.next()
    var done = 0
    while done < states.count {
      let state = states[done]
      done += 1
      for action in 0..<actionCount {
        branches.append([])
        guard !state.isOver else { continue }
        var draws = EnumeratedDraws()
        repeat {
          var next = state
          let step = world.advance(&next, action, &draws)
          let branch = Branch(probability: draws.probability, next: number(next), step: step)
          branches[branches.count - 1].append(branch)
        } while draws.next()
      }
    }
    self.states = states
    self.branches = branches
    self.actionCount = actionCount
    start = states.indices.map { starts[$0] ?? 0 }
  }

  /// The mean of a reward by state · actions + action; 0 where the episode is over.
  package func rewards(_ reward: KeyPath<SafetyStep, Double>) -> [Double] {
    branches.map { $0.reduce(0) { $0 + $1.probability * $1.step[keyPath: reward] } }
  }

  /// The table for planners and theory, with the two rewards as its features: what was meant is the true one.
  package func world(of environment: SafetyGridworld<Rules>, discount: Double) throws -> TabularWorld {
    var rowStarts = [0]
    var successors: [Int] = []
    var probabilities: [Double] = []
    for (row, branches) in branches.enumerated() {
      var merged: [Branch] = []
      for branch in branches {
        if let known = merged.firstIndex(where: { $0.next == branch.next }) {
          merged[known].probability += branch.probability
        } else {
          merged.append(branch)
        }
      }
      // What is over stays as it is.
      if merged.isEmpty { merged = [Branch(probability: 1, next: row / actionCount, step: SafetyStep())] }
      successors += merged.map(\.next)
      probabilities += merged.map { min(1, $0.probability) }
      rowStarts.append(successors.count)
    }
    let (hidden, visible) = (rewards(\.hidden), rewards(\.visible))
    let mdp = try TabularMDP(
      stateCount: states.count, actionCount: actionCount, rowStarts: rowStarts, successors: successors,
      probabilities: probabilities, rewards: hidden, start: start, isTerminal: states.map(\.isOver), discount: discount)
    return TabularWorld(
      mdp: mdp, observations: states.flatMap(environment.observation),
      observationSize: environment.specification
        .observationSpace.count, featureNames: ["performance", "proxy"],
      features: zip(hidden, visible).flatMap { [$0, $1] }, trueWeights: [1, 0])
  }

  /// What the best player, who knows the state, still earns in each (state, action) with so many steps left, by dynamic
  /// programming.
  package func actionValues(steps: Int, rewards: [Double]) -> [Double] {
    var values = [Double](repeating: 0, count: states.count)
    var result = rewards
    for _ in 0..<steps {
      for row in branches.indices {
        result[row] = branches[row].reduce(rewards[row]) { $0 + $1.probability * values[$1.next] }
      }
      for state in states.indices {
        values[state] = result[state * actionCount..<(state + 1) * actionCount].max() ?? 0
      }
    }
    return result
  }
}
