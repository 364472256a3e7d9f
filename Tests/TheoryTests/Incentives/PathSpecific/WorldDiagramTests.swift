import Agents
import Compute
import Environments
import Testing
import Theory

/// Worlds as diagrams: by another computation, variable elimination over the diagram.
@Suite("Worlds as influence diagrams")
struct WorldDiagramTests {
  @Test("the diagram's best expected utility is what planning in the table gives")
  func plain() throws {
    var worlds = try (0..<4).map { try TwinEnumeration.randomWorld(seed: $0, horizon: 2) }
    worlds += [.selfInducedShift]
    for world in worlds {
      let diagram = try world.diagram()
      let mdp = try world.tabular()
      let plan = StagedPolicy(optimal: mdp, horizon: world.horizon)
      let optimum = try OptimalPolicy(diagram).expectedUtility
      #expect(abs(optimum - plan.value(in: mdp, horizon: world.horizon)) < 1e-12, "\(world.title)")
    }
  }

  @Test("where chance is apart, the path-specific diagram's best is that of the views, memory included")
  func pathSpecific() throws {
    for seed in 0..<4 {
      let world = try TwinEnumeration.randomWorld(seed: seed, horizon: 2)
      for baseline in try TwinEnumeration.baselines(world) {
        let paths = try PathSpecificWorld(world, delicate: ["z"], baseline: baseline.rule, chance: .apart)
        let planned = paths.value(of: paths.plan(in: paths.imagined), in: paths.imagined)
        let optimum = try OptimalPolicy(try paths.diagram()).expectedUtility
        #expect(abs(optimum - planned) < 1e-12, "seed \(seed), \(baseline.name)")
      }
    }
  }

  @Test("a recommender has a reason to change the reader, and by a path-specific objective none")
  func recommender() throws {
    let world = FactoredWorld.recommender
    #expect(try world.admitsIncentive(toChange: "interest") && world.admitsIncentive(toChange: "habit"))
    for chance in PathSpecificWorld.Chance.allCases {
      let paths = try PathSpecificWorld(
        world, delicate: ["interest"], baseline: FactoredRule(always: "mixed", in: world), chance: chance)
      let incentives = try Incentives(in: try paths.diagram(steps: 3), decision: "action@0")
      let means = incentives.nodes(.instrumentalControl)
      #expect(means.contains("habit@1") && !means.contains { $0.hasPrefix("interest") })
    }
  }

  /// Right values: a program in Python that shares nothing with this one but the definition.
  @Test("the recommender in numbers: what each agent earns, would earn with a natural interest, and leaves behind")
  func recommenderNumbers() throws {
    let world = FactoredWorld.recommender
    let paths = try PathSpecificWorld(world, delicate: ["interest"], baseline: FactoredRule(always: "mixed", in: world))
    let report = try PathSpecificReport(paths, penaltyWeight: 1)
    let wanted = [
      [1.8629315, 1.8629315, 0.12732875], [2.59825846, 1.614355275, 0.9630991],
      [2.46193564453125, 2.07686415, 0.64025635], [1.989232974, 1.97348975, 0.17421672],
      [2.37117271875, 2.054911, 0.47980121],
    ]
    for (agent, numbers) in zip(report.agents, wanted) {
      let found = [agent.value, agent.pathSpecific, agent.drift[0].last[1]]
      #expect(zip(found, numbers).allSatisfy { abs($0 - $1) < 1e-8 }, "\(agent.name): \(found)")
    }
  }

  @Test("nobody can have a reason to change the supervisor; the button and the interruption are two matters")
  func safety() throws {
    let supervised = FactoredWorld.absentSupervisor
    #expect(supervised.variables[1].reads == ["supervisor"])
    #expect(try !supervised.admitsIncentive(toChange: "supervisor", steps: 3))
    #expect(try supervised.admitsIncentive(toChange: "agent", steps: 3))
    let interruptible = FactoredWorld.safeInterruptibility
    #expect(try interruptible.admitsIncentive(toChange: "button", steps: 3))
    #expect(try !interruptible.admitsIncentive(toChange: "interruption", steps: 3))
  }

  @Test("taken apart and put together again, safety gridworlds plan as their own tables do")
  func factored() throws {
    let entry = try EnvironmentRegistry.standard.entry("safety/AbsentSupervisor-v0")
    let world = try #require(entry.environment as? SafetyGridworld<AbsentSupervisorRules>)
    let table = SafetyTable(world)
    let values = table.actionValues(steps: 12, rewards: table.rewards(\.visible))
    let best = table.states.indices.reduce(0.0) { sum, state in
      sum + table.start[state] * values[state * table.actionCount..<(state + 1) * table.actionCount].max()!
    }
    let mdp = try FactoredWorld.absentSupervisor.tabular()
    #expect(abs(StagedPolicy(optimal: mdp, horizon: 12).value(in: mdp, horizon: 12) - best) < 1e-9)
  }

  @Test("a table is taken apart into what was put together, and states that only look alike are refused")
  func takenApart() throws {
    let world = try FactoredWorld(
      title: "chain",
      variables: [
        .init("a", values: ["0", "1"], start: [0.5, 0.5], reads: ["action"], next: [0.75, 0.25, 0.5, 0.5]),
        .init(
          "b", values: ["0", "1"], startReads: ["a"], start: [1, 0, 0, 1], reads: ["a'", "b"],
          next: [0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0, 1]),
      ], actions: ["x", "y"], reward: [.init("r", reads: ["b"], values: [0, 1])], horizon: 4)
    let mdp = try world.tabular()
    let facets = world.variables.indices.map { index in
      FactoredWorld.Facet(
        world.variables[index].name, values: world.variables[index].values,
        ofState: (0..<4).map { world.values(of: $0)[index] })
    }
    let again = try FactoredWorld(factoring: mdp, title: "chain", actions: world.actions, facets: facets, horizon: 4)
    #expect(again.variables[0].reads == ["action"] && again.variables[1].reads == ["b", "a'"])
    #expect(again.reward[0].reads == ["b"])
    let table = try again.tabular()
    #expect(zip(table.rewards, mdp.rewards).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(table.successors == mdp.successors)
    #expect(zip(table.probabilities, mdp.probabilities).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect {
      try FactoredWorld(factoring: mdp, title: "chain", actions: world.actions, facets: [facets[0]], horizon: 4)
    } throws: { ($0 as? InputError)?.description.contains("chain: reward: states that agree") == true }
  }
}
