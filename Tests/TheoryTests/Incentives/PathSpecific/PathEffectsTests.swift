import Agents
import Compute
import Environments
import Testing
import Theory

/// The effects of a policy that is given. Right values: facts for an offline implementer §11.2, `TwinEnumeration`, and the
/// same agents in a `PathSpecificWorld`.
@Suite("Effects of a given policy")
struct PathEffectsTests {
  private let recommender = FactoredWorld.recommender

  @Test("the worked example: .23 is −.12 directly and .35 through z, which goes .7 from its natural course")
  func worked() throws {
    let world = try FactoredWorld(
      title: "example",
      variables: [.init("z", values: ["0", "1"], start: [1, 0], reads: ["action"], next: [0.8, 0.2, 0.1, 0.9])],
      actions: ["0", "1"], reward: [.init("U", reads: ["action", "z'"], values: [0.5, 0.6, 0.3, 0.8])], horizon: 1)
    let effects = try PathEffects(
      of: StagedPolicy(TabularPolicy(actions: [1, 1], actionCount: 2)), in: world, delicate: ["z"],
      baseline: FactoredRule(always: "0", in: world))
    #expect(abs(effects.gain.value - 0.75) < 1e-12 && abs(effects.gain.pathSpecific - 0.40) < 1e-12)
    #expect(abs(effects.total - 0.23) < 1e-12)
    #expect(abs(effects.direct + 0.12) < 1e-12 && abs(effects.indirect - 0.35) < 1e-12)
    let distances = effects.courses[0].distances
    #expect(distances.count == 2 && distances[0] == 0 && abs(distances[1] - 0.7) < 1e-12)
  }

  @Test("three steps in random worlds: as two enumerated worlds have it, whatever the baseline and the chance")
  func enumerated() throws {
    var largest = 0.0
    for seed in 20..<24 {
      let world = try TwinEnumeration.randomWorld(seed: seed, horizon: 3)
      var draws = RandomSource(seed: UInt64(seed)).stream("policies")
      let actions = (0..<3).map { _ in (0..<4).map { _ in draws.below(2) } }
      let policy = StagedPolicy(stages: actions.map { TabularPolicy(actions: $0, actionCount: 2) })
      let plain = TwinEnumeration.plainValue(world) { actions[$0][2 * $1 + $2] }
      for baseline in try TwinEnumeration.baselines(world) {
        for chance in PathSpecificWorld.Chance.allCases {
          let effects = try PathEffects(
            of: policy, in: world, delicate: ["z"], baseline: baseline.rule, chance: chance)
          let imagined = TwinEnumeration.value(world, baseline: baseline.row, chance: chance) {
            actions[$0][2 * $1 + $2]
          }
          #expect(abs(effects.gain.value - plain) < 1e-12)
          #expect(abs(effects.gain.pathSpecific - imagined) < 1e-12, "seed \(seed), \(baseline.name), \(chance)")
          #expect(abs(effects.total - effects.direct - effects.indirect) < 1e-12)
          largest = max(largest, abs(effects.indirect))
        }
      }
    }
    #expect(largest > 0.05, "something runs through z")
  }

  @Test("agents that were planned: the same as where they were planned, by the world's reward and by its table")
  func planned() throws {
    let rule = try FactoredRule(always: "mixed", in: recommender)
    let paths = try PathSpecificWorld(recommender, delicate: ["interest"], baseline: rule)
    let table = try recommender.tabular()
    let plain = StagedPolicy(optimal: table, horizon: 5)
    let effects = try PathEffects(of: plain, in: recommender, delicate: ["interest"], baseline: rule)
    // A second program's numbers, as the guide has them.
    let wanted = [effects.gain.value - 2.5983, effects.direct + 0.2486, effects.indirect - 0.9839]
    #expect(wanted.allSatisfy { abs($0) < 6e-5 }, "\(effects.gain)")
    #expect(abs(effects.gain.value - paths.value(of: paths.lift(plain), in: paths.actual)) < 1e-12)
    #expect(abs(effects.gain.pathSpecific - paths.value(of: paths.lift(plain), in: paths.imagined)) < 1e-12)
    let again = effects.gain(paying: table.rewards)
    #expect(abs(again.value - effects.gain.value) < 1e-12 && abs(again.baseline - effects.gain.baseline) < 1e-12)
    #expect(abs(again.pathSpecific - effects.gain.pathSpecific) < 1e-12)
    let course = try paths.course(of: "interest", under: paths.lift(plain))
    #expect(zip(course.joined(), effects.courses[0].own.joined()).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test("the baseline itself has no effect, also where it draws; with chance apart its own draws would count as one")
  func nothing() throws {
    let uniform = try FactoredRule(in: recommender, reads: []) { _ in [1 / 3.0, 1 / 3.0, 1 / 3.0] }
    let policy = StagedPolicy(uniform.policy(in: recommender))
    func effects(_ chance: PathSpecificWorld.Chance) throws -> PathEffects {
      try PathEffects(of: policy, in: recommender, delicate: ["interest"], baseline: uniform, chance: chance)
    }
    let shared = try effects(.shared)
    #expect(
      abs(shared.total) < 1e-12 && abs(shared.direct) < 1e-12 && shared.courses[0].distances.allSatisfy { $0 < 1e-12 })
    #expect(abs(try effects(.apart).direct) > 1e-3)
  }

  @Test("a world that was taken apart says nothing of what never is, and no effect is made up from that")
  func unheardOf() throws {
    // From (0, 0) one stays, or goes to (0, 1), or goes to (1, 1); (1, 0) is never, and nobody knows what it would pay.
    func world(staying: Int) throws -> FactoredWorld {
      let mdp = try TabularMDP(
        stateCount: 3, actionCount: 2, rowStarts: Array(0...6), successors: [staying, 2, 1, 1, 2, 2],
        probabilities: [Double](repeating: 1, count: 6), rewards: [0, 0, 1, 1, 3, 3], start: [1, 0, 0],
        isTerminal: [false, false, false], discount: 0.9)
      return try FactoredWorld(
        factoring: mdp, title: "gap", actions: ["stay", "go"],
        facets: [
          .init("a", values: ["0", "1"], ofState: [0, 0, 1]), .init("z", values: ["0", "1"], ofState: [0, 1, 1]),
        ], horizon: 3, discount: 1)
    }
    func effects(staying: Int) throws -> PathEffects {
      let world = try world(staying: staying)
      return try PathEffects(
        of: StagedPolicy(TabularPolicy(actions: [1, 1, 1, 1], actionCount: 2)), in: world, delicate: ["z"],
        baseline: FactoredRule(always: "stay", in: world))
    }
    // 0 + 3 + 3 against 0 + 1 + 1.
    #expect(try effects(staying: 1).total == 4)
    let error = #expect(throws: InputError.self) { try effects(staying: 0) }
    #expect(error?.problem.contains("is not known") ?? false, "\(String(describing: error))")
  }

  @Test("unknown variables, none and worlds without a horizon are refused")
  func refused() throws {
    let rule = try FactoredRule(always: "mixed", in: recommender)
    let policy = StagedPolicy(rule.policy(in: recommender))
    let unknown = #expect(throws: InputError.self) {
      try PathEffects(of: policy, in: recommender, delicate: ["intrest"], baseline: rule)
    }
    #expect(unknown?.description.contains("interest") ?? false)
    #expect(throws: InputError.self) { try PathEffects(of: policy, in: recommender, delicate: [], baseline: rule) }
  }
}

/// Environments taken apart: their tables, and the play of the world itself.
@Suite("Environments taken apart")
struct FactoredViewTests {
  private func entry(_ id: String) throws -> EnvironmentEntry { try EnvironmentRegistry.standard.entry(id) }

  @Test("the recommender's table is the factored world of the same name")
  func recommender() throws {
    let view = try FactoredView(entry("pactolus/Recommender-v0"))
    #expect(view.world.variables.map(\.name) == ["habit", "interest"] && view.isSeen == [true, true])
    let (own, known) = (try view.world.tabular(), try FactoredWorld.recommender.tabular())
    #expect(own.start == known.start && own.rewards == known.rewards)
    for state in 0..<4 {
      for action in 0..<3 {
        func row(_ mdp: TabularMDP) -> [Double] {
          var row = [Double](repeating: 0, count: 4)
          for index in mdp.transitions(state, action) { row[mdp.successors[index]] += mdp.probabilities[index] }
          return row
        }
        #expect(zip(row(own), row(known)).allSatisfy { abs($0 - $1) < 1e-12 })
      }
    }
  }

  @Test(
    "worlds that name their variables, and one that is seen whole, come apart and together again",
    arguments: FactoredView.examples + ["pactolus/SelfInducedShift-v0"])
  func together(_ id: String) throws {
    let entry = try entry(id)
    let view = try FactoredView(entry)
    let table = try #require(entry.tabular).mdp
    var draws = RandomSource(seed: 4).stream("policy")
    let policy = TabularPolicy(
      probabilities: (0..<table.stateCount).flatMap { _ -> [Double] in
        let row = (0..<table.actionCount).map { _ in 0.1 + draws.uniform() }
        let sum = row.reduce(0, +)
        return row.map { $0 / sum }
      }, actionCount: table.actionCount)
    // Ends apart, a policy earns as much in the table as in the world of variables.
    let horizon = try #require(view.world.horizon)
    let whole = try StagedPolicy(policy).value(in: table.with(rewards: table.rewards, discount: 1), horizon: horizon)
    let parts = try StagedPolicy(view.policy(of: policy)).value(in: view.world.tabular(), horizon: horizon)
    #expect(abs(whole - parts) < 1e-9 * max(1, abs(whole)), "\(whole), \(parts)")
  }

  @Test("a world of many cells and one without a table are refused, in words")
  func refused() throws {
    for (id, word) in [("pactolus/Delivery-v0", "not made of"), ("pactolus/Pendulum-v1", "table")] {
      let error = #expect(throws: InputError.self) { try FactoredView(entry(id)) }
      #expect(error?.problem.contains(word) ?? false, "\(String(describing: error))")
    }
  }
}

/// Three plays of each episode against exact sums.
@Suite("Paired rollouts")
struct PairedRolloutTests {
  /// Mostly bait, less for the narrow.
  private static func row(_ state: Recommender.State) -> [Double] {
    state.isNarrow ? [0.3, 0.3, 0.4] : [0.1, 0.6, 0.3]
  }

  private func rollouts(_ episodes: Int, seed: UInt64) throws -> PairedRollouts {
    try PairedRollouts(
      Recommender(), reading: \.isNarrow, writing: { $0.isNarrow = $1 },
      policy: { $1.categorical(Self.row($0)) }, baseline: { $1.categorical([1, 1, 1]) }, episodes: episodes, steps: 5,
      random: RandomSource(seed: seed))
  }

  /// Four estimates in each of 40 sets, each outside its 99 % interval once in a hundred times: more than 8 of 160 has a
  /// chance below 0.001.
  @Test("total, direct and indirect effects come out as the exact ones, as often as their intervals say")
  func exact() throws {
    let world = FactoredWorld.recommender
    let policy = StagedPolicy(
      TabularPolicy(
        probabilities: (0..<4).flatMap { state in
          Self.row(Recommender.State(isHere: state > 1, isNarrow: state % 2 == 1))
        }, actionCount: 3))
    let uniform = try FactoredRule(in: world, reads: []) { _ in [1 / 3.0, 1 / 3.0, 1 / 3.0] }
    let effects = try PathEffects(of: policy, in: world, delicate: ["interest"], baseline: uniform)
    #expect(abs(effects.indirect) > 0.05, "\(effects.gain)")
    var outside = 0
    for seed in 0..<40 {
      let found = try rollouts(400, seed: UInt64(seed))
      for (estimate, value) in [
        (found.baseline, effects.gain.baseline), (found.total, effects.total), (found.direct, effects.direct),
        (found.indirect, effects.indirect),
      ] {
        let half = 2.5758 / 1.96 * estimate.interval.halfWidth
        if abs(estimate.mean - value) > half { outside += 1 }
      }
    }
    #expect(outside <= 8, "\(outside) of 160")
  }

  @Test("the baseline against itself has no effect in any single episode, and equal seeds give equal plays")
  func paired() throws {
    let same = try PairedRollouts(
      Recommender(), reading: \.isNarrow, writing: { $0.isNarrow = $1 }, policy: { $1.categorical([1, 2, 3]) },
      baseline: { $1.categorical([1, 2, 3]) }, episodes: 50, steps: 5, random: RandomSource(seed: 3))
    #expect(same.total.mean == 0 && same.direct.mean == 0 && same.moved.allSatisfy { $0 == 0 })
    #expect(same.total.interval.halfWidth == 0)
    #expect(try rollouts(20, seed: 1) == rollouts(20, seed: 1))
    #expect(throws: InputError.self) { try rollouts(1, seed: 1) }
  }
}
