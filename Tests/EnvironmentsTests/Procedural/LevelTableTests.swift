import Compute
import Environments
import Testing

@Suite("Procedural worlds, solved exactly")
struct LevelTableTests {
  /// Value iteration of the plainest kind.
  private func values(_ mdp: TabularMDP) -> [Double] {
    var values = [Double](repeating: 0, count: mdp.stateCount)
    var change = 1.0
    while change > 1e-12 {
      change = 0
      for state in 0..<mdp.stateCount where !mdp.isTerminal[state] {
        let best =
          (0..<mdp.actionCount).map { action in
            let row = state * mdp.actionCount + action
            return mdp.transitions(state, action).reduce(mdp.rewards[row]) {
              $0 + mdp.discount * mdp.probabilities[$1] * values[mdp.successors[$1]]
            }
          }.max() ?? 0
        change = max(change, abs(best - values[state]))
        values[state] = best
      }
    }
    return values
  }

  @Test("a maze's optimum is the discount to the power of the way before the last step")
  func maze() throws {
    for layout in [LevelLayout.training(varied: 0.5), .testing] {
      let world = LevelWorld<MazeRules>(layout)
      for episode in 0..<20 {
        var random = RandomSource(seed: 8).stream("environment/0", episode)
        let state = world.reset(random: &random)
        let table = try world.table(from: state, discount: 0.9)
        let way = try #require(
          LevelGrid(width: 7, height: 7).distance(
            Int(state.inner.cell), Int(state.inner.cheese), open: state.inner.open))
        #expect(abs(values(table.mdp)[0] - pow(0.9, way - 1)) < 1e-9)
      }
    }
  }

  private func pow(_ base: Double, _ exponent: Int) -> Double { (0..<exponent).reduce(1) { power, _ in power * base } }

  @Test("the corridor's table is the union of its levels, and its optimum that of walking straight")
  func corridor() throws {
    for share in [0, 0.11, 1] {
      let entry = try EnvironmentRegistry.standard.entry("pactolus/Corridor-v0:varied=\(share)")
      let mdp = try #require(entry.tabular).mdp
      let best = mdp.startMean(values(mdp))
      // Over coins and the ten other places to begin in, with the table's discount of .99.
      var expected = 0.0
      for coin in 0..<11 {
        let probability = share / 11 + (coin == 10 ? 1 - share : 0)
        for place in 0..<11 where place != coin { expected += probability / 10 * pow(0.99, abs(place - coin) - 1) }
      }
      #expect(abs(best - expected) < 1e-9)
      #expect(abs(mdp.startMean(mdp.start.map { $0 > 0 ? 1 : 0 }) - mdp.start.reduce(0) { $0 + $1 * $1 }) < 1)
    }
    let test = try #require(EnvironmentRegistry.standard.entry("pactolus/Corridor-v0:levels=test").tabular)
    #expect(test.mdp.start.count { $0 > 0 } == 5)
  }

  /// In so many levels of each world, the best that can be done within the time limit is what the entry says.
  @Test("the reference return is the optimum of every level", arguments: LevelContractTests.ids)
  func references(id: String) throws {
    let entry = try EnvironmentRegistry.standard.entry(id)
    guard let reference = entry.returns.reference, let steps = entry.specification.maximumEpisodeSteps,
      let source = LevelSource.all.first(where: { id.hasPrefix($0.prefix) })
    else { return }
    for level in 0..<12 {
      var random = RandomSource(seed: 9).stream("environment/0", level)
      let found = try source.level(id, random: &random).mdp.episodeReturns(steps: steps)
      #expect(abs(found.optimum - reference) < 1e-9, "level \(level): \(found.optimum)")
      #expect(entry.returns.bounds?.contains(found.bounds.upperBound) == true)
      #expect(entry.returns.bounds?.contains(found.bounds.lowerBound) == true)
    }
  }

  /// All 4⁶ ways to act for six steps, by the environment itself.
  @Test("the table's optimum over six steps is that of all sequences of actions", arguments: LevelFamily.allCases)
  func sequences(family: LevelFamily) throws {
    func check<Rules: LevelRules>(_ rules: Rules) throws {
      for layout in [LevelLayout.training(varied: 0.5), .testing] {
        let world = LevelWorld<Rules>(layout)
        var random = RandomSource(seed: 10).stream("environment/0")
        var twin = random
        let start = world.reset(random: &random)
        func best(_ state: LevelWorld<Rules>.State, _ left: Int) -> Double {
          guard left > 0, !world.isAbsorbed(state) else { return 0 }
          return Rules.actionNames.indices.map { action in
            var next = state
            let reward = world.advance(&next, action).reward
            return reward + best(next, left - 1)
          }.max() ?? 0
        }
        let table = try family.level(layout, random: &twin, discount: 0.99)
        #expect(random == twin)
        #expect(abs(table.mdp.episodeReturns(steps: 6).optimum - best(start, 6)) < 1e-9)
        #expect(table.trueWeights == [1, 0] && table.rewards(weights: [1, 0]) == table.mdp.rewards)
        #expect(Array(table.observations[..<table.observationSize]) == world.observation(start))
      }
    }
    try check(family.rules(.testing))
  }

  @Test("more shields pay in 25 steps, and in 200 the monsters run out")
  func monsters() throws {
    let world = LevelWorld<MonstersRules>(.testing)
    var random = RandomSource(seed: 11).stream("environment/0")
    var state = world.reset(random: &random)
    // Fetches a shield whenever none is held and a monster is there, else apples.
    var (reached, hits, over) = (0, 0, 0)
    for step in 0..<200 {
      let isArmed = state.inner.shields > 0 || state.inner.monsters == 0
      let grid = LevelGrid(width: 5, height: 5)
      let goal = isArmed ? state.inner.appleCell : state.inner.shieldCell
      let here = Int(state.inner.cell)
      let action = (0..<4).min {
        grid.distance(grid.moved(here, $0, open: grid.all), goal)
          < grid.distance(grid.moved(here, $1, open: grid.all), goal)
      }!
      let result = world.advance(&state, action)
      if result.reward < 0 { hits += 1 }
      if result.reached != nil { reached += 1 }
      if state.inner.monsters == 0, over == 0 { over = step + 1 }
    }
    #expect(over > 25 && over < 200 && reached > 10)
    // Once they are gone each apple is a choice between the two goals.
    #expect(hits < 12)
  }
}
