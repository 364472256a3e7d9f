import Compute
import Environments
import Testing
import Theory

/// Path-specific objectives. Right values: facts for an offline implementer §11.2, by hand, and `TwinEnumeration`.
@Suite("Path-specific objectives")
struct PathSpecificTests {
  /// A binary action, a binary delicate variable that it moves, and a reward that reads both.
  private func example() throws -> FactoredWorld {
    try FactoredWorld(
      title: "example",
      variables: [.init("z", values: ["0", "1"], start: [1, 0], reads: ["action"], next: [0.8, 0.2, 0.1, 0.9])],
      actions: ["0", "1"], reward: [.init("U", reads: ["action", "z'"], values: [0.5, 0.6, 0.3, 0.8])], horizon: 1)
  }

  @Test("the worked example: plain .52 and .75, path-specific .52 and .40; .23 is −.12 directly and .35 through z")
  func worked() throws {
    let world = try example()
    let paths = try PathSpecificWorld(world, delicate: ["z"], baseline: FactoredRule(always: "0", in: world))
    let both = [0, 1].map { action in
      let policy = StagedPolicy(TabularPolicy(actions: paths.states.map { _ in action }, actionCount: 2))
      return (
        plain: paths.value(of: policy, in: paths.actual), imagined: paths.value(of: policy, in: paths.imagined)
      )
    }
    #expect(abs(both[0].plain - 0.52) < 1e-12 && abs(both[1].plain - 0.75) < 1e-12)
    #expect(abs(both[0].imagined - 0.52) < 1e-12 && abs(both[1].imagined - 0.40) < 1e-12)
    let report = try PathSpecificReport(paths, penaltyWeight: 0)
    let (plain, best) = (report.agents[1], report.agents[2])
    #expect(abs(plain.value - 0.75) < 1e-12 && abs(plain.total - 0.23) < 1e-12)
    #expect(abs(plain.direct + 0.12) < 1e-12 && abs(plain.indirect - 0.35) < 1e-12)
    #expect(abs(best.value - 0.52) < 1e-12 && abs(best.pathSpecific - 0.52) < 1e-12 && best.drift[0].fromNatural == 0)
    #expect(abs(plain.drift[0].fromNatural - 0.7) < 1e-12)
  }

  /// Four things to do with a variable that goes to 1 by itself with probability .3, and is worth .4 there.
  @Test("not trying to influence, trying not to, and holding fast are three rules: each does something else")
  func threeRules() throws {
    let world = try FactoredWorld(
      title: "rules",
      variables: [
        .init("z", values: ["0", "1"], start: [1, 0], reads: ["action"], next: [0.7, 0.3, 0.2, 0.8, 1, 0, 0, 1])
      ],
      actions: ["wait", "work", "hold", "push"],
      reward: [
        .init("wage", reads: ["action"], values: [0, 0.5, -0.1, 0.45]), .init("z", reads: ["z'"], values: [0, 0.4]),
      ], horizon: 1)
    let paths = try PathSpecificWorld(world, delicate: ["z"], baseline: FactoredRule(always: "wait", in: world))
    let report = try PathSpecificReport(paths, penaltyWeight: 2)
    // Value, path-specific value, from natural, from the start.
    let wanted: [(name: String, [Double])] = [
      ("the baseline", [0.12, 0.12, 0, 0.3]), ("plain", [0.85, 0.57, 0.7, 1]),
      ("path-specific", [0.82, 0.62, 0.5, 0.8]),
      ("punished for influence", [0.12, 0.12, 0, 0.3]), ("punished for change", [-0.1, 0.02, 0.3, 0]),
    ]
    #expect(report.agents.map(\.name) == wanted.map(\.name))
    for (agent, numbers) in zip(report.agents, wanted) {
      let found = [agent.value, agent.pathSpecific, agent.drift[0].fromNatural, agent.drift[0].fromStart]
      #expect(zip(found, numbers.1).allSatisfy { abs($0 - $1) < 1e-12 }, "\(agent.name): \(found)")
      #expect(abs(agent.total - agent.direct - agent.indirect) < 1e-12)
    }
  }

  @Test(
    "two steps, both kinds of chance and three baselines: the plan earns what the best of 32 policies does in two enumerated worlds"
  )
  func bestOfAll() throws {
    var largest = 0.0
    for seed in 0..<6 {
      let world = try TwinEnumeration.randomWorld(seed: seed, horizon: 2)
      for baseline in try TwinEnumeration.baselines(world) {
        for chance in PathSpecificWorld.Chance.allCases {
          let paths = try PathSpecificWorld(world, delicate: ["z"], baseline: baseline.rule, chance: chance)
          let planned = paths.value(of: paths.plan(in: paths.imagined), in: paths.imagined)
          let values = (0..<32).map { code in
            TwinEnumeration.value(world, baseline: baseline.row, chance: chance) { step, s, z in
              step == 0 ? code & 1 : code >> (1 + 2 * s + z) & 1
            }
          }
          #expect(abs(planned - values.max()!) < 1e-12, "seed \(seed), \(baseline.name), \(chance)")
          largest = max(largest, values.max()! - values.min()!)
        }
      }
    }
    #expect(largest > 0.1, "the choice matters")
  }

  @Test("three steps: policies earn in both tables what they earn in enumerated worlds")
  func threeSteps() throws {
    var views = 0
    for seed in 10..<14 {
      let world = try TwinEnumeration.randomWorld(seed: seed, horizon: 3)
      var draws = RandomSource(seed: UInt64(seed)).stream("policies")
      let actions = (0..<3).map { _ in (0..<4).map { _ in draws.below(2) } }
      let policy = StagedPolicy(stages: actions.map { TabularPolicy(actions: $0, actionCount: 2) })
      for baseline in try TwinEnumeration.baselines(world).prefix(2) {
        let paths = try PathSpecificWorld(world, delicate: ["z"], baseline: baseline.rule)
        let lifted = paths.lift(policy)
        let imagined = TwinEnumeration.value(world, baseline: baseline.row, chance: .shared) {
          actions[$0][2 * $1 + $2]
        }
        #expect(abs(paths.value(of: lifted, in: paths.imagined) - imagined) < 1e-12)
        let plain = TwinEnumeration.plainValue(world) { actions[$0][2 * $1 + $2] }
        #expect(abs(paths.value(of: lifted, in: paths.actual) - plain) < 1e-12)
        #expect(paths.hidden == ["s"])
        views = max(views, paths.states.count)
      }
    }
    #expect(views > 16, "some remember more than the state")
  }

  @Test("how the delicate variable answers to what the baseline does not do changes neither plan nor value")
  func indifference() throws {
    var others = 0
    for seed in 0..<8 {
      let world = try TwinEnumeration.randomWorld(seed: seed, horizon: 3)
      var other = world.variables
      var draws = RandomSource(seed: UInt64(seed)).stream("answers")
      for row in stride(from: 1, to: 8, by: 2) {
        let p = draws.uniform()
        other[1].next[2 * row] = p
        other[1].next[2 * row + 1] = 1 - p
      }
      let changed = try FactoredWorld(
        title: "changed", variables: other, actions: world.actions, reward: world.reward, horizon: world.horizon)
      let values = try [world, changed].map { world in
        let paths = try PathSpecificWorld(world, delicate: ["z"], baseline: FactoredRule(always: "0", in: world))
        let plan = paths.plan(in: paths.imagined)
        let report = try PathSpecificReport(paths, penaltyWeight: 1)
        return (paths.value(of: plan, in: paths.imagined), report.agents[1].value)
      }
      #expect(abs(values[0].0 - values[1].0) < 1e-12, "no incentive")
      others += abs(values[0].1 - values[1].1) > 1e-6 ? 1 : 0
    }
    #expect(others >= 4, "the plain agent has one in most worlds: \(others) of 8")
  }

  @Test(
    "a baseline that does not draw has no effect of its own where chance is shared, and may have one where it is not")
  func baselineEffect() throws {
    var apart = 0.0
    for seed in 0..<6 {
      let world = try TwinEnumeration.randomWorld(seed: seed, horizon: 3)
      for baseline in try TwinEnumeration.baselines(world).prefix(2) {
        for chance in PathSpecificWorld.Chance.allCases {
          let paths = try PathSpecificWorld(world, delicate: ["z"], baseline: baseline.rule, chance: chance)
          let effect = try PathSpecificReport(paths, penaltyWeight: 1).agents[0]
          #expect(abs(effect.total) < 1e-12)
          if chance == .shared {
            #expect(abs(effect.direct) < 1e-12 && abs(effect.indirect) < 1e-12)
          } else {
            apart = max(apart, abs(effect.direct))
          }
        }
      }
    }
    #expect(apart > 0.01)
  }

  @Test(
    "where nothing else reaches the delicate variable a view is a state, chance may hang together as it likes, and a horizon long enough is none"
  )
  func autonomous() throws {
    let variables: [FactoredWorld.Variable] = [
      .init(
        "s", values: ["0", "1"], start: [1, 0], reads: ["s", "z", "action"],
        next: FactoredWorld.table([2, 2, 2]) { v in
          let p = 0.1 + 0.2 * Double(v[0]) + 0.3 * Double(v[1]) + 0.25 * Double(v[2])
          return [1 - p, p]
        }),
      .init(
        "z", values: ["0", "1"], start: [0.5, 0.5], reads: ["z", "action"],
        next: [0.9, 0.1, 0.3, 0.7, 0.2, 0.8, 0.05, 0.95]),
    ]
    func world(horizon: Int?) throws -> FactoredWorld {
      try FactoredWorld(
        title: "autonomous", variables: variables, actions: ["0", "1"],
        reward: [
          .init("s", reads: ["s", "z"], values: [0, 0.2, 0.5, 1]), .init("cost", reads: ["action"], values: [0, -0.1]),
        ], horizon: horizon, discount: 0.8)
    }
    var values: [Double] = []
    for (horizon, chance) in [(nil, .shared), (nil, .apart), (150, .shared)] as [(Int?, PathSpecificWorld.Chance)] {
      let world = try world(horizon: horizon)
      let paths = try PathSpecificWorld(
        world, delicate: ["z"], baseline: FactoredRule(always: "0", in: world), chance: chance)
      #expect(paths.hidden.isEmpty && paths.states.count == 4)
      let plan = paths.plan(in: paths.imagined)
      values += [paths.value(of: plan, in: paths.imagined), paths.value(of: plan, in: paths.actual)]
    }
    #expect(abs(values[0] - values[2]) < 1e-12 && abs(values[0] - values[4]) < 1e-11)
    #expect(abs(values[1] - values[3]) < 1e-12 && abs(values[1] - values[5]) < 1e-11)
    #expect(abs(values[0] - values[1]) > 1e-3)
  }

  @Test("a world without an end whose delicate past goes on mattering is refused, with what to do")
  func endless() throws {
    let bounded = try TwinEnumeration.randomWorld(seed: 0, horizon: 2)
    let world = try FactoredWorld(
      title: "endless", variables: bounded.variables, actions: bounded.actions, reward: bounded.reward, discount: 0.9)
    #expect {
      try PathSpecificWorld(world, delicate: ["z"], baseline: FactoredRule(always: "0", in: world))
    } throws: { ($0 as? InputError)?.remedy?.contains("give a horizon") == true }
  }
}
