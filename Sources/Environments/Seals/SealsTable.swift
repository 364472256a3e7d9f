import Compute

/// A finite task of seals as an environment: a table of what each action may lead to, a reward for each state, and a
/// horizon.
///
/// The reward of a step is that of the state *before* the action: the start state's counts, the final state's does not.
/// Episodes end by their time limit, as truncation; only the two tasks on early termination terminate. (Where the
/// original ends an episode at its own horizon it calls that termination.) Where the original shows the state's number,
/// the observation here is one-hot.
///
/// Source: Gleave, Freire, Wang, Toyer, "seals: suite of environments for algorithms that learn specifications", 2020;
/// HumanCompatibleAI/seals at 90f68cf (MIT).
package struct SealsTable: Environment {
  /// The number of a state, and how many there are, so that a damaged snapshot cannot name one that is none.
  package struct State: Sendable, Hashable, Codable {
    package var index: Int
    package let count: Int

    package init(_ index: Int, of count: Int) {
      self.index = index
      self.count = count
    }

    package init(from decoder: any Decoder) throws {
      let box = try decoder.container(keyedBy: CodingKeys.self)
      (index, count) = (try box.decode(Int.self, forKey: .index), try box.decode(Int.self, forKey: .count))
      guard index >= 0, index < count else { throw InputError("a world of \(count) states has no state \(index)") }
    }
  }

  /// What the reward is made of: it is the sum of weights times features of the state.
  struct Reward {
    let names: [String]
    let weights: [Double]
    /// The features of a state, one for each name.
    let features: (Int) -> [Double]
  }

  /// What each state shows.
  enum Sight {
    case oneHot(names: [String])
    /// [states × names], and each component's bounds.
    case rows([Float], names: [String], bound: ClosedRange<Float>)
  }

  package let specification: EnvironmentSpecification
  /// The exact table, with the discount for those who look at it without a horizon.
  package let world: TabularWorld
  let picture: SealsPicture
  /// The reward of each state.
  package let stateRewards: [Double]

  private let starts: [(state: Int, probability: Double)]
  private let rowStarts: [Int]
  private let successors: [Int]
  private let probabilities: [Double]
  private let isTerminal: [Bool]
  let isOneHot: Bool
  private let actionCount: Int

  /// What the theory's worlds, which have no horizon, are discounted by.
  static let discount = 0.99

  init(
    name: String, summary: String, horizon: Int, start: [Double], actions: [String], terminal: Set<Int> = [],
    sight: Sight, reward: Reward, picture: SealsPicture,
    outcomes: (_ state: Int, _ action: Int) -> [(next: Int, probability: Double)]
  ) {
    let count = start.count
    var (rowStarts, successors, probabilities) = ([0], [Int](), [Double]())
    for state in 0..<count {
      for action in actions.indices {
        for outcome in outcomes(state, action) where outcome.probability > 0 {
          successors.append(outcome.next)
          probabilities.append(outcome.probability)
        }
        rowStarts.append(successors.count)
      }
    }
    let stateFeatures = (0..<count).map(reward.features)
    stateRewards = stateFeatures.map { zip($0, reward.weights).reduce(0) { $0 + $1.0 * $1.1 } }
    let (observations, names, bound): ([Float], [String], ClosedRange<Float>)
    switch sight {
    case .oneHot(let states):
      var rows = [Float](repeating: 0, count: count * count)
      for state in 0..<count { rows[state * count + state] = 1 }
      (observations, names, bound, isOneHot) = (rows, states, 0...1, true)
    case .rows(let rows, let columns, let range):
      (observations, names, bound, isOneHot) = (rows, columns, range, false)
    }
    let isTerminal = (0..<count).map(terminal.contains)
    let mdp: TabularMDP
    do {
      mdp = try TabularMDP(
        stateCount: count, actionCount: actions.count, rowStarts: rowStarts, successors: successors,
        probabilities: probabilities, rewards: stateRewards.flatMap { reward in actions.map { _ in reward } },
        start: start, isTerminal: isTerminal, discount: Self.discount)
    } catch { preconditionFailure("the tables here are valid: \(error)") }
    world = TabularWorld(
      mdp: mdp, observations: observations, observationSize: names.count, featureNames: reward.names,
      features: stateFeatures.flatMap { features in actions.flatMap { _ in features } }, trueWeights: reward.weights)
    specification = EnvironmentSpecification(
      id: "seals/\(name)-v0", summary: summary,
      observationSpace: Box(
        low: [Float](repeating: bound.lowerBound, count: names.count),
        high: [Float](repeating: bound.upperBound, count: names.count)),
      observationNames: names, actionSpace: .discrete(names: actions), maximumEpisodeSteps: horizon,
      canTerminate: !terminal.isEmpty, source: "seals at 90f68cf, \(name)-v0")
    starts = start.enumerated().filter { $0.element > 0 }.map { ($0.offset, $0.element) }
    (self.rowStarts, self.successors, self.probabilities) = (rowStarts, successors, probabilities)
    (self.isTerminal, self.picture, actionCount) = (isTerminal, picture, actions.count)
  }

  package func reset(random: inout RandomStream) -> State {
    guard starts.count > 1 else { return State(starts[0].state, of: isTerminal.count) }
    var left = random.uniform()
    for (state, probability) in starts.dropLast() {
      if left < probability { return State(state, of: isTerminal.count) }
      left -= probability
    }
    return State(starts[starts.count - 1].state, of: isTerminal.count)
  }

  package func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    let before = state.index
    if isTerminal[before] { return Outcome(reward: 0, terminated: true) }
    let row = before * actionCount + action
    var place = rowStarts[row]
    let last = rowStarts[row + 1] - 1
    if place < last {
      var left = random.uniform()
      while place < last, left >= probabilities[place] {
        left -= probabilities[place]
        place += 1
      }
    }
    state.index = successors[place]
    return Outcome(reward: stateRewards[before], terminated: isTerminal[state.index])
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    if isOneHot {
      observation.update(repeating: 0)
      observation[state.index] = 1
    } else {
      let first = state.index * world.observationSize
      for column in 0..<world.observationSize { observation[column] = world.observations[first + column] }
    }
  }

  package func scene(_ state: State) -> Scene { picture.scene(at: state.index) }
}
