import Agents
import Compute
import Environments
import Testing

/// Acts by one number.
private struct Always: ActingPolicy {
  var action: Float

  final class Actor: BatchActor {
    let action: Float
    init(_ action: Float) { self.action = action }
    func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>, random: inout RandomStream) {
      act(observations, into: &actions)
    }
    func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>) {
      for index in 0..<actions.count { actions[index] = action }
    }
  }

  func makeActor(count: Int) -> Actor { Actor(action) }
}

/// Says what it was told to, and remembers what it was asked.
private final class Desk: PermissionDesk {
  var words: [Bool?]
  private(set) var asked: [WaitingStep] = []
  init(_ words: [Bool?]) { self.words = words }

  func mayTake(_ step: WaitingStep) -> Bool? {
    asked.append(step)
    return words.isEmpty ? nil : words.removeFirst()
  }
}

@Suite("Steps that wait for permission")
struct AskFirstTests {
  /// Each state shows its number.
  private func world(_ mdp: TabularMDP) -> TabularWorld {
    TabularWorld(
      mdp: mdp, observations: (0..<mdp.stateCount).map(Float.init), observationSize: 1, featureNames: ["one"],
      features: [Double](repeating: 1, count: mdp.stateCount * mdp.actionCount), trueWeights: [1])
  }

  private func specification(_ actions: Int) -> EnvironmentSpecification {
    EnvironmentSpecification(
      id: "test/Table-v0", summary: "A table.", observationSpace: Box(low: [0], high: [1000]),
      observationNames: ["state"], actionSpace: .discrete(names: (0..<actions).map { "action \($0)" }),
      maximumEpisodeSteps: 10, canTerminate: true, source: "tests")
  }

  /// By following everything from each state.
  private func reachable(from start: Int, _ mdp: TabularMDP) -> Set<Int> {
    var seen: Set = [start]
    var open = [start]
    while let state = open.popLast() {
      guard !mdp.isTerminal[state] else { continue }
      for action in 0..<mdp.actionCount {
        for index in mdp.transitions(state, action) where mdp.probabilities[index] > 0 {
          if seen.insert(mdp.successors[index]).inserted { open.append(mdp.successors[index]) }
        }
      }
    }
    return seen
  }

  @Test("a step is final where some successor never leads back, by following everything in 60 random worlds")
  func waysBack() throws {
    var (finals, others) = (0, 0)
    for seed in 0..<60 {
      var draws = RandomSource(seed: UInt64(seed)).stream("world")
      let (states, actions) = (2 + draws.below(14), 1 + draws.below(3))
      // Sparse, so that there are many components; a state in five is an end.
      var rows: [Double] = []
      for _ in 0..<states * actions {
        var row = [Double](repeating: 0, count: states)
        let (first, second) = (draws.below(states), draws.below(states))
        row[first] += 0.5
        row[second] += 0.5
        rows += row
      }
      let made = try TabularMDP(states: states, actions: actions, transitions: rows, discount: 0.9)
      let mdp = try TabularMDP(
        stateCount: states, actionCount: actions, rowStarts: made.rowStarts, successors: made.successors,
        probabilities: made.probabilities, rewards: made.rewards, start: made.start,
        isTerminal: (0..<states).map { _ in draws.bernoulli(0.2) }, discount: 0.9)
      let ways = try WaysBack(world(mdp))
      let from = (0..<states).map { reachable(from: $0, mdp) }
      for state in 0..<states where !mdp.isTerminal[state] {
        for action in 0..<actions {
          let isFinal = mdp.transitions(state, action).contains { !from[mdp.successors[$0]].contains(state) }
          #expect(ways.mayBeFinal(state, action) == isFinal, "world \(seed), state \(state), action \(action)")
          if isFinal { finals += 1 } else { others += 1 }
        }
      }
    }
    #expect(finals > 200 && others > 200, "\(finals) \(others)")
  }

  @Test("in the cliff world what leads into the pit or the goal is final, and what stays is known")
  func cliff() throws {
    let mdp = try ShapedWorlds.cliff(rows: 3, columns: 4).mdp
    let ways = try WaysBack(world(mdp))
    let ends: Set = [mdp.stateCount - 2, mdp.stateCount - 1]
    var finals = 0
    for state in 0..<mdp.stateCount where !mdp.isTerminal[state] && !ends.contains(state) {
      for action in 0..<mdp.actionCount {
        let leads = mdp.transitions(state, action).contains { ends.contains(mdp.successors[$0]) }
        #expect(ways.mayBeFinal(state, action) == leads)
        if leads { finals += 1 }
      }
      // Action 0 stays.
      #expect(ways.staying(in: state) == 0)
    }
    #expect(finals > 0)
  }

  @Test("states that look alike are refused, with their numbers")
  func alike() throws {
    var same = world(try ShapedWorlds.path(length: 4).mdp)
    same = TabularWorld(
      mdp: same.mdp, observations: [0, 1, 1] + (3..<same.mdp.stateCount).map(Float.init), observationSize: 1,
      featureNames: same.featureNames, features: same.features, trueWeights: same.trueWeights)
    let error = #expect(throws: InputError.self) { try WaysBack(same) }
    #expect(error?.problem.contains("states 1 and 2 look alike") == true)
    // Without a table nothing is known of ways back, and of discrete actions none is known to stay.
    #expect(throws: InputError.self) {
      try AskFirstRule(
        .init(unfamiliar: false, irreversible: true), otherwise: .stay, level: 0.05, limit: 1, in: specification(2),
        table: nil)
    }
    #expect(throws: InputError.self) {
      try AskFirstRule(
        .init(unfamiliar: true, irreversible: false), otherwise: .stay, level: 0.05, limit: 1, in: specification(2),
        table: nil)
    }
  }

  /// 0 ↔ 1 by action 1, action 0 stays; action 2 leads to 2 for good.
  private func trap() throws -> TabularWorld {
    world(
      try TabularMDP(
        states: 3, actions: 3,
        transitions: [
          1, 0, 0, 0, 1, 0, 0, 0, 1,
          0, 1, 0, 1, 0, 0, 0, 0, 1,
          0, 0, 1, 0, 0, 1, 0, 0, 1,
        ], discount: 0.9))
  }

  private func amend(_ stepGuard: AskFirstGuard, _ seen: [Float], _ actions: [Float]) -> [Float] {
    var actions = actions
    actions.withUnsafeMutableBufferPointer { actions in
      seen.withUnsafeBufferPointer { stepGuard.amend(actions.baseAddress!, seeing: $0.baseAddress!, rows: seen.count) }
    }
    return actions
  }

  @Test(
    "asked are final steps alone, once for each; a word holds, silence does not, and beyond the limit nothing is done")
  func words() throws {
    let rule = try AskFirstRule(
      .init(unfamiliar: false, irreversible: true), otherwise: .stay, level: 0.05, limit: 3, in: specification(3),
      table: try trap())
    let desk = Desk([true, nil, false])
    let stepGuard = rule.makeGuard(count: 3, desk: desk)
    // In 0 it is allowed, and so for the other slot; in 1 nobody says anything.
    #expect(amend(stepGuard, [0, 1, 0], [2, 1, 2]) == [2, 1, 2])
    #expect(amend(stepGuard, [1, 2, 0], [2, 2, 2]) == [0, 2, 2])
    #expect(amend(stepGuard, [1, 1, 1], [2, 2, 1]) == [0, 0, 1])
    let steps = desk.asked
    #expect(steps.map(\.slot) == [0, 0, 0])
    for step in steps {
      #expect(step.action == [2] && step.instead == [0] && step.isIrreversible && !step.isUnfamiliar)
    }
    let counts = stepGuard.counts
    #expect(counts.asked == 3 && counts.allowed == 1 && counts.refused == 1)
    #expect(counts.replaced == 3 && counts.beyondLimit == 0 && counts.steps == 9)
    let words: [AskFirstRule.Step: Bool] = [.init(state: 0, action: 2): true, .init(state: 1, action: 2): false]
    #expect(stepGuard.standing == words)

    // Where the questions are spent, another step is not taken; one that was decided is.
    let late = Desk([true])
    let short = try AskFirstRule(
      .init(unfamiliar: false, irreversible: true), otherwise: .stay, level: 0.05, limit: 1, in: specification(3),
      table: try trap())
    let spent = short.makeGuard(count: 2, desk: late)
    #expect(amend(spent, [0, 1], [2, 2]) == [2, 0])
    #expect(late.asked.count == 1 && spent.counts.beyondLimit == 1 && spent.counts.replaced == 1)

    // Nobody to ask: only what was said before is done.
    var kept = rule
    kept.standing = stepGuard.standing
    let alone = kept.makeGuard(count: 2)
    #expect(amend(alone, [0, 1], [2, 2]) == [2, 0] && alone.counts.asked == 0)
  }

  @Test("what a trusted policy would do as well is not asked about, and it acts where the step is refused")
  func trusted() throws {
    let rule = try AskFirstRule(
      .init(unfamiliar: false, irreversible: true), otherwise: .trusted(Always(action: 2)), level: 0.05, limit: 9,
      in: specification(3), table: try trap())
    let desk = Desk([])
    #expect(amend(rule.makeGuard(count: 2, desk: desk), [0, 1], [2, 1]) == [2, 1] && desk.asked.isEmpty)
  }

  @Test("nothing unfamiliar is done and nobody asked until enough is judged; then people are, there alone")
  func unfamiliar() throws {
    let pendulum = Pendulum().specification
    var rule = try AskFirstRule(
      .init(unfamiliar: true, irreversible: false), otherwise: .stay, level: 0.05, limit: 9, in: pendulum, table: nil)
    let seen: [Float] = [0, 0, 0, 90, 90, 90]
    func act(_ desk: Desk) -> [Float] {
      var actions: [Float] = [-1, -1]
      let stepGuard = rule.makeGuard(count: 2, desk: desk)
      actions.withUnsafeMutableBufferPointer { actions in
        seen.withUnsafeBufferPointer { stepGuard.amend(actions.baseAddress!, seeing: $0.baseAddress!, rows: 2) }
      }
      return actions
    }
    let first = Desk([true, true])
    #expect(act(first) == [0, 0] && first.asked.isEmpty)
    var draws = RandomSource(seed: 1).stream("clips")
    let judged = (0..<40).map { _ in
      Trajectory(
        observationSize: 3, actionRowSize: 1, observations: (0..<18).map { _ in Float(draws.normal()) },
        actions: [Float](repeating: 0, count: 5), rewards: [Float](repeating: 0, count: 5), terminated: false,
        truncated: false, start: nil)
    }
    rule.ground = try FamiliarGround(judged: judged, level: 0.05, random: RandomSource(seed: 2))
    let (yes, no) = (Desk([true]), Desk([false]))
    #expect(act(yes) == [-1, -1] && act(no) == [-1, 0])
    let asked = try #require(yes.asked.first)
    #expect(yes.asked.count == 1 && asked.slot == 1 && asked.isUnfamiliar && !asked.isIrreversible)
    #expect(asked.action == [-1] && asked.instead == [0])
  }
}
