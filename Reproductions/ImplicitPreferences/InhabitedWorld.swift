import Agents
import Compute
import Environments

/// A world in which people have acted before the agent came: where they began, how it stands now, what the agent was
/// told to do and what was wanted.
package struct InhabitedWorld: Sendable {
  package let name: String
  /// From where people began.
  package let mdp: TabularMDP
  /// [states][features].
  package let features: [[Double]]
  package let observed: Int
  /// How many states the history has; one fewer transitions.
  package let steps: Int
  /// Weights of the features: what the agent is told, and what is wanted.
  package let task: [Double]
  package let wanted: [Double]

  /// Of the agent's own plan.
  private static let evaluatedStates = 20

  /// - Parameters:
  ///   - states: every state, each once.
  ///   - actionCount: the actions are 0 ..< this.
  ///   - next: what an action leads to, with probabilities.
  package init<State: Hashable>(
    _ name: String, states: [State], start: State, observed: State, steps: Int, actionCount: Int, task: [Double],
    wanted: [Double], features: (State) -> [Double], next: (State, Int) -> [(chance: Double, state: State)]
  ) throws {
    let number = Dictionary(uniqueKeysWithValues: zip(states, states.indices))
    func index(_ state: State) throws -> Int {
      guard let found = number[state] else { throw InputError("\(name): \(state) is not among the states") }
      return found
    }
    var (rowStarts, successors, probabilities) = ([0], [Int](), [Double]())
    for state in states {
      for action in 0..<actionCount {
        for (chance, successor) in next(state, action) {
          successors.append(try index(successor))
          probabilities.append(chance)
        }
        rowStarts.append(successors.count)
      }
    }
    var mass = [Double](repeating: 0, count: states.count)
    mass[try index(start)] = 1
    self.name = name
    mdp = try TabularMDP(
      stateCount: states.count, actionCount: actionCount, rowStarts: rowStarts, successors: successors,
      probabilities: probabilities, rewards: [Double](repeating: 0, count: states.count * actionCount), start: mass,
      isTerminal: [Bool](repeating: false, count: states.count), discount: 1)
    self.features = states.map(features)
    self.observed = try index(observed)
    (self.steps, self.task, self.wanted) = (steps, task, wanted)
  }

  /// What the state implies, with the published settings: 50 steps up from the prior's mean.
  ///
  /// - Parameters:
  ///   - mean: of the prior: the task's weights combine the two as a Bayesian would; empty for 0.
  ///   - startIsKnown: whether it is known where people began; otherwise every state is as likely.
  package func learnedWeights(mean: [Double] = [], startIsKnown: Bool = true) throws -> [Double] {
    var settings = ImplicitPreferences.Settings()
    settings.mean = mean
    let world = startIsKnown ? mdp : try withUniformStart()
    return try ImplicitPreferences(world, features: features, steps: steps).fit(observed: observed, settings).weights
  }

  private func withUniformStart() throws -> TabularMDP {
    try TabularMDP(
      stateCount: mdp.stateCount, actionCount: mdp.actionCount, rowStarts: mdp.rowStarts, successors: mdp.successors,
      probabilities: mdp.probabilities, rewards: mdp.rewards,
      start: [Double](repeating: 1 / Double(mdp.stateCount), count: mdp.stateCount), isTerminal: mdp.isTerminal,
      discount: mdp.discount)
  }

  /// The reward of each state.
  package func rewards(_ weights: [Double]) -> [Double] {
    features.map { zip($0, weights).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  /// The task's reward less a half for each unit by which the features differ from how the world stands: the usual way
  /// to keep side effects small, which uses no evidence about people.
  package var rewardsLessDeviation: [Double] {
    let standing = features[observed]
    return zip(rewards(task), features).map { reward, features in
      reward - zip(features, standing).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot() / 2
    }
  }

  /// The best plan for these weights.
  package func score(_ weights: [Double]) -> Double { score(planned: rewards(weights)) }

  /// The best plan for these rewards of states over twenty states from how the world stands: what it is worth to
  /// people, a point added for each state, as a share of the best.
  package func score(planned: [Double]) -> Double { worth(planned) / worth(rewards(wanted)) }

  private func worth(_ planned: [Double]) -> Double {
    let truth = rewards(wanted)
    var (values, worths) = (planned, truth)
    for _ in 1..<Self.evaluatedStates {
      let (later, laterWorth) = (values, worths)
      for state in 0..<mdp.stateCount {
        var (best, bestAction) = (-Double.infinity, 0)
        for action in 0..<mdp.actionCount {
          let value = mean(of: later, state, action)
          // Among equals the first, independently of rounding.
          if value > best + 1e-12 { (best, bestAction) = (value, action) }
        }
        values[state] = planned[state] + best
        worths[state] = truth[state] + mean(of: laterWorth, state, bestAction)
      }
    }
    return worths[observed] + Double(Self.evaluatedStates)
  }

  private func mean(of values: [Double], _ state: Int, _ action: Int) -> Double {
    mdp.transitions(state, action).reduce(0) { $0 + mdp.probabilities[$1] * values[mdp.successors[$1]] }
  }
}

/// A cell of a grid, y downwards.
package struct Cell: Hashable, Sendable {
  package var x: Int
  package var y: Int

  package init(_ x: Int, _ y: Int) { (self.x, self.y) = (x, y) }

  /// North, south, east, west, stay.
  func moved(_ action: Int) -> Cell {
    let (dx, dy) = [(0, -1), (0, 1), (1, 0), (-1, 0), (0, 0)][action]
    return Cell(x + dx, y + dy)
  }

  /// The neighbour that an action leads to; the cell itself where the grid ends.
  func moved(_ action: Int, width: Int, height: Int) -> Cell {
    let next = moved(action)
    return (0..<width).contains(next.x) && (0..<height).contains(next.y) ? next : self
  }

  static func all(width: Int, height: Int) -> [Cell] {
    (0..<width).flatMap { x in (0..<height).map { Cell(x, $0) } }
  }
}

extension Bool {
  /// 1 for true.
  var indicator: Double { self ? 1 : 0 }
}
