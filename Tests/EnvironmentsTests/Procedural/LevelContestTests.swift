import Compute
import Environments
import Testing

@Suite("What was reached first in a level")
struct LevelContestTests {
  @Test(
    "what is told from observations is what happened, and the accident's reward with it",
    arguments: LevelFamily.allCases)
  func seen(family: LevelFamily) throws {
    func check<Rules: LevelRules>(_ rules: Rules, _ layout: LevelLayout) throws {
      let world = LevelWorld<Rules>(layout)
      let entry = try world.entry()
      let accident = try #require(entry.namedRewards.first)
      #expect(accident.name == "accident")
      var counts: [Reached: Int] = [:]
      for episode in 0..<60 {
        var random = RandomSource(seed: 12).stream("environment/0", episode)
        var choice = RandomSource(seed: 13).stream("choice", episode)
        var state = world.reset(random: &random)
        var (first, rewards, accidents) = (Reached.neither, [Float](), [Double]())
        var (observations, actions) = (world.observation(state), [Float]())
        for _ in 0..<rules.maximumSteps where !world.isAbsorbed(state) {
          // To the right more often in the one world whose end random play hardly ever sees.
          let isBold = Rules.family == .coinRun && choice.bernoulli(0.6)
          let action = isBold ? 1 : choice.below(Rules.actionNames.count)
          let step = world.advance(&state, action)
          if first == .neither { first = step.reached ?? .neither }
          actions.append(Float(action))
          rewards.append(Float(step.reward))
          accidents.append(step.accident)
          observations += world.observation(state)
        }
        let trajectory = Trajectory(
          observationSize: world.specification.observationSpace.count, actionRowSize: 1, observations: observations,
          actions: actions, rewards: rewards, terminated: false, truncated: true, start: nil)
        #expect(LevelWorld<Rules>.reached(in: trajectory) == first)
        #expect(accident.rewards(of: trajectory) == accidents)
        counts[first, default: 0] += 1
      }
      // In training both are one; where they part, random play comes to each of them in some of sixty levels.
      if layout == .training(varied: 0), family != .monsters {
        #expect(counts == [.neither: 60])
      } else if layout == .testing, family != .monsters {
        #expect(counts[.thing, default: 0] > 0 && counts[.place, default: 0] > 0, "\(counts)")
      }
    }
    for layout in [LevelLayout.training(varied: 0), .training(varied: 1), .testing] {
      try check(family.rules(layout), layout)
    }
  }

  @Test("in training the accident pays just what the reward pays, in tests it does not")
  func accident() throws {
    for id in ["Corridor", "CheeseMaze", "CoinRun", "ColourOrShape"] {
      func sums(_ options: String) throws -> (own: [Double], accident: [Double]) {
        let entry = try EnvironmentRegistry.standard.entry("pactolus/\(id)-v0\(options)")
        let steps = entry.specification.maximumEpisodeSteps ?? 0
        let clips = (0..<20).map { episode in
          GuidanceTests.play(
            entry, steps: steps, chance: 0.3, random: RandomSource(seed: 14).child("episode", episode))
        }
        let own: [Double] = clips.flatMap { clip in clip.rewards.map { Double($0) } }
        let accident: [Double] = clips.flatMap { entry.namedRewards[0].rewards(of: $0) }
        return (own, accident)
      }
      let (training, test) = (try sums(""), try sums(":levels=test"))
      #expect(training.own == training.accident && training.own.contains(1), "\(id)")
      #expect(test.own != test.accident, "\(id)")
    }
  }

  @Test("a source tells what an episode reached")
  func source() throws {
    let source = try #require(LevelSource.all.first { $0.prefix == "pactolus/Corridor-v0" })
    func walk(_ places: [Int], coin: Int) -> Trajectory {
      let scaled = places.map { LevelScale.number($0, of: 10) }
      let zeros = [Float](repeating: 0, count: places.count - 1)
      return Trajectory(
        observationSize: 2, actionRowSize: 1,
        observations: scaled.flatMap { [$0, LevelScale.number(coin, of: 10)] }, actions: zeros, rewards: zeros,
        terminated: false, truncated: false, start: nil)
    }
    #expect(source.reached(in: walk([5, 4, 3], coin: 3)) == .thing)
    #expect(source.reached(in: walk([5, 6, 7, 8, 9, 10, 9], coin: 3)) == .place)
    #expect(source.reached(in: walk([5, 6, 5], coin: 3)) == .neither)
    #expect(source.reached(in: walk([8, 9, 10], coin: 10)) == .neither)
  }
}
