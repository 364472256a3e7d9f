import Compute
import Environments
import Rewards
import Testing
import Theory

/// A small finite world as an environment, to be sampled: states are shown as their number, and each episode is as long as
/// is asked.
struct NumberedWorld: Environment {
  let mdp: TabularMDP
  let specification: EnvironmentSpecification
  /// The environment's own reward, on state and action.
  let own: [Double]

  init(_ mdp: TabularMDP, steps: Int, own: [Double]? = nil) {
    self.mdp = mdp
    self.own = own ?? [Double](repeating: 0, count: mdp.stateCount * mdp.actionCount)
    specification = EnvironmentSpecification(
      id: "test/Numbered-v0", summary: "A finite world.",
      observationSpace: Box(low: [0], high: [Float(mdp.stateCount - 1)]), observationNames: ["state"],
      actionSpace: .discrete(names: (0..<mdp.actionCount).map { "\($0)" }), maximumEpisodeSteps: steps,
      canTerminate: mdp.isTerminal.contains(true), source: "tests")
  }

  func reset(random: inout RandomStream) -> Int { random.categorical(mdp.start) }

  func step(_ state: inout Int, _ action: Int, random: inout RandomStream) -> Outcome {
    let reward = own[state * mdp.actionCount + action]
    let row = mdp.transitions(state, action)
    if row.count == 1 {
      state = mdp.successors[row.lowerBound]
    } else {
      state = mdp.successors[row.lowerBound + random.categorical(row.map { mdp.probabilities[$0] })]
    }
    return Outcome(reward: reward, terminated: mdp.isTerminal[state])
  }

  func observe(_ state: Int, into observation: inout MutableSpan<Float>) { observation[0] = Float(state) }
}

/// A table as a reward that can only be asked.
struct TableReward: RewardFunction {
  let table: RewardTable

  func rewards(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    for row in 0..<transitions.count {
      let (s, a, n) = (
        transitions.withObservation(row) { Int($0[0]) }, transitions.withAction(row) { Int($0[0]) },
        transitions.withNextObservation(row) { Int($0[0]) }
      )
      rewards[row] = Float(table[s, a, n])
    }
  }
}

enum SampledWorlds {
  /// A random world in which `branching` next states are equally likely, and each state is as likely a start.
  static func world(
    states: Int, actions: Int, branching: Int, terminal: [Int] = [], discount: Double, seed: UInt64
  ) throws -> TabularMDP {
    var random = RandomSource(seed: seed).stream("world")
    let rows = states * actions
    let lasting = states - terminal.count
    return try TabularMDP(
      stateCount: states, actionCount: actions, rowStarts: (0...rows).map { $0 * branching },
      successors: (0..<rows).flatMap { _ in random.permutation(states).prefix(branching).sorted() },
      probabilities: [Double](repeating: 1 / Double(branching), count: rows * branching),
      rewards: [Double](repeating: 0, count: rows),
      start: (0..<states).map { terminal.contains($0) ? 0 : 1 / Double(lasting) },
      isTerminal: (0..<states).map(terminal.contains), discount: discount)
  }

  /// Random rewards on (s, a, s′) that single precision holds.
  static func table(_ mdp: TabularMDP, _ seed: UInt64) throws -> RewardTable {
    var random = RandomSource(seed: seed).stream("reward")
    return try RewardTable(
      states: mdp.stateCount, actions: mdp.actionCount, axes: .transition,
      values: (0..<mdp.stateCount * mdp.actionCount * mdp.stateCount).map { _ in Double(Float(random.normal())) })
  }

  /// a · first + b · second, in single precision.
  static func mixed(_ first: RewardTable, _ a: Double, _ second: RewardTable, _ b: Double) throws -> RewardTable {
    try RewardTable(
      states: first.states, actions: first.actions, axes: .transition,
      values: zip(first.values, second.values).map { Double(Float(a * $0 + b * $1)) })
  }

  /// All that a sample could contain, each with its probability: what a sample of infinite size is.
  ///
  /// - `isProduct`: transitions are all of S × A × S, as EPIC's product coverage; else those that can happen.
  static func enumerated(_ mdp: TabularMDP, isProduct: Bool = false) -> WorldSample {
    let world = NumberedWorld(mdp, steps: 1)
    let specification = world.specification
    let lasting = (0..<mdp.stateCount).filter { !mdp.isTerminal[$0] }
    func add(_ s: Int, _ a: Int, _ n: Int, _ rows: inout SampledRows) {
      rows.append([Float(s)], [Float(a)], [Float(n)], terminated: mdp.isTerminal[n], reward: 0)
    }
    func next(_ s: Int, _ a: Int) -> [(state: Int, probability: Double)] {
      mdp.isTerminal[s] ? [(s, 1)] : mdp.transitions(s, a).map { (mdp.successors[$0], mdp.probabilities[$0]) }
    }
    var transitions = SampledRows(specification)
    var fans = WorldSample.Fans(specification, actions: mdp.actionCount, areDrawn: false)
    var outcomes = WorldSample.Outcomes(rows: SampledRows(specification), index: [], weight: [])
    for s in lasting {
      for a in 0..<mdp.actionCount {
        for n in isProduct ? Array(0..<mdp.stateCount) : next(s, a).map(\.state) {
          let index = transitions.count
          add(s, a, n, &transitions)
          for (after, probability) in next(s, a) {
            add(s, a, after, &outcomes.rows)
            outcomes.index.append(index)
            outcomes.weight.append(probability)
          }
          for action in 0..<mdp.actionCount {
            for (here, p) in next(s, action) {
              for (later, q) in next(n, action) {
                fans.index.append(index)
                fans.action.append(action)
                fans.weight.append(p * q)
                add(s, action, here, &fans.fromHere)
                add(n, action, later, &fans.fromNext)
                add(here, action, later, &fans.across)
              }
            }
          }
        }
      }
    }
    var walks = WorldSample.Walks(rows: SampledRows(specification), weight: [], block: [])
    for s in lasting {
      for a in 0..<mdp.actionCount {
        for (n, probability) in next(s, a) {
          for block in 0..<2 {
            add(s, a, n, &walks.rows)
            walks.weight.append(probability)
            walks.block.append(block)
          }
        }
      }
    }
    let pairs = (0..<mdp.actionCount).flatMap { a in (0..<mdp.stateCount).map { (a, $0) } }
    return WorldSample(
      discount: mdp.discount, blocks: 2, transitions: transitions,
      weights: [Double](repeating: 1, count: transitions.count), block: (0..<transitions.count).map { $0 % 2 },
      outcomes: (outcomes, nil),
      pairs: WorldSample.Pairs(
        groups: 1, actions: pairs.map { Float($0.0) }, nextObservations: pairs.map { Float($0.1) }, ownHere: [],
        ownNext: []), fans: (fans, nil), walks: walks)
  }

  /// The three distances of two rewards over a sample.
  static func distances(
    _ sample: WorldSample, _ first: ComparedReward, _ second: ComparedReward
  ) throws -> (starc: SampledDistance, epic: SampledDistance, dard: SampledDistance) {
    let values = try SampledValues(sample, [first, second], random: RandomSource(seed: 1)).advantages
    return (
      SampledDistance(values[0], values[1], of: sample, isCentred: false, greatest: 2),
      SampledDistance(try sample.epic(first), try sample.epic(second), of: sample, isCentred: true, greatest: 1),
      SampledDistance(try sample.dard(first), try sample.dard(second), of: sample, isCentred: true, greatest: 1)
    )
  }
}
