import Audits
import Compute
import Environments
import Testing

@Suite("Goals of a table's world")
struct WorldAimsTests {
  /// A corridor whose places are seen as ones among zeros, with the first and the last one's moves as features.
  private static func world(_ corridor: Corridor) -> TabularWorld {
    let length = corridor.length
    var features = [Double](repeating: 0, count: 4 * length)
    features[0] = 1
    features[2 * (2 * length - 1) + 1] = 1
    return TabularWorld(
      mdp: corridor.mdp, observations: (0..<length * length).map { $0 / length == $0 % length ? 1 : 0 },
      observationSize: length, featureNames: ["left end", "right end"], features: features, trueWeights: [0, 1])
  }

  @Test("the reward, features either way and places become goals, and equal ones are taken together")
  func aims() throws {
    let corridor = try Corridor(5)
    var world = Self.world(corridor)
    let paid = world.rewards(weights: [0, 1])
    world = TabularWorld(
      mdp: try corridor.mdp.with(rewards: paid), observations: world.observations, observationSize: 5,
      featureNames: world.featureNames, features: world.features, trueWeights: world.trueWeights)
    let aims = WorldAims(
      world, names: ["a", "b", "c", "d", "e"], others: [("constant", [Double](repeating: 1, count: 10))])
    #expect(
      aims.aims.map(\.name) == [
        "what the world rewards", "more of “left end”", "less of “left end”", "more of “right end”",
        "less of “right end”", "constant", "at “a”", "at “b”", "at “c”", "at “d”", "at “e”",
      ])
    #expect(aims.leftOut == 0)
    let goals = try GoalLibrary(planning: aims.aims, in: world.mdp).merged(in: world.mdp)
    // Being at the right end is what the reward wants; the constant wants nothing.
    #expect(
      goals.goals.map(\.name) == [
        "what the world rewards", "more of “left end”", "less of “left end”", "less of “right end”", "at “b”", "at “c”",
        "at “d”",
      ])
    #expect(try goals.serving(paid, in: world.mdp) == ["what the world rewards"])
    let left = world.rewards(weights: [1, 0])
    #expect(try goals.serving(left, in: world.mdp) == ["more of “left end”"])
    let few = WorldAims(world, names: [], others: [], most: 2)
    #expect(few.leftOut == 3 && few.aims.suffix(2).map(\.name) == ["at “component 0”", "at “component 2”"])
  }

  @Test("states are found in what was observed, and those that look alike by what went before")
  func states() throws {
    // Two corridors of three places that look the same, begun in their middles; the second is twice as likely, and its
    // left end leads to a place that only it has.
    let mdp = try TabularMDP(
      stateCount: 7, actionCount: 2, rowStarts: Array(0...14),
      successors: [0, 1, 0, 2, 1, 2, 6, 4, 3, 5, 4, 5, 6, 6], probabilities: [Double](repeating: 1, count: 14),
      rewards: [Double](repeating: 0, count: 14), start: [0, 1.0 / 3, 0, 0, 2.0 / 3, 0, 0],
      isTerminal: [Bool](repeating: false, count: 7), discount: 0.9)
    let world = TabularWorld(
      mdp: mdp, observations: [0, 1, 2, 0, 1, 2, 3], observationSize: 1, featureNames: [], features: [], trueWeights: []
    )
    let record = WorldRecord(world)
    func trajectory(_ seen: [Float], _ actions: [Float]) -> Trajectory {
      Trajectory(
        observationSize: 1, actionRowSize: 1, observations: seen, actions: actions,
        rewards: [Float](repeating: 0, count: actions.count), terminated: false, truncated: true, start: nil)
    }
    let unclear = try record.steps(of: trajectory([1, 2, 1, 0, 0], [1, 0, 0, 0]))
    #expect(unclear.states == [4, 5, 4, 3] && unclear.actions == [1, 0, 0, 0])
    // Only in the first corridor does the left end lead to itself.
    let clear = try record.steps(of: trajectory([1, 0, 0, 1, 2], [0, 0, 1, 1]))
    #expect(clear.states == [4, 3, 0, 1])
    #expect(throws: InputError.self) { try record.steps(of: trajectory([1, 7, 1], [0, 0])) }
  }

  @Test("the line of success lies between random play and the best from the same start")
  func line() throws {
    let corridor = try Corridor(5)
    let rewards = (0..<10).map { $0 == 9 ? 1.0 : 0 }
    let line = SuccessLine(try corridor.mdp.with(rewards: rewards), steps: 6, share: 0.5)
    // From the middle two moves, then four that pay.
    #expect(line.best == [2, 3, 4, 5, 6])
    var expected = [Double](repeating: 0, count: 5)
    for _ in 0..<6 {
      let before = expected
      for place in 0..<5 {
        let pay: Double = place == 4 ? 1 : 0
        let right: Double = before[min(4, place + 1)] + pay
        expected[place] = 0.5 * before[max(0, place - 1)] + 0.5 * right
      }
    }
    for place in 0..<5 {
      #expect(abs(line.random[place] - expected[place]) < 1e-12)
      #expect(abs((line.line(from: place) ?? 0) - (expected[place] + line.best[place]) / 2) < 1e-12)
    }
    #expect(SuccessLine(corridor.mdp, steps: 6, share: 0.5).line(from: 2) == nil)
  }
}
