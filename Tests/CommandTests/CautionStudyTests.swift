import Agents
import Compute
import Environments
import Reproductions
import Testing

@Suite("The study of caution")
struct CautionStudyTests {
  private static func worlds() throws -> [HazardWorld] {
    try [.lava(), .cliff(), .hole(), .boatRace(), .sokoban()]
  }

  @Test("a gain is 0 for the reference and 1 for the best, in the world and in its twin; what is harmful costs")
  func gains() throws {
    for world in try Self.worlds() {
      for truth in [world.truth, world.twin] {
        #expect(abs(world.gain(of: world.reference, under: truth)) < 1e-9, "\(world.name)")
        let best = PolicyIteration.solve(world.mdp, rewards: truth).policy
        #expect(abs(world.gain(of: best, under: truth) - 1) < 1e-9)
      }
      // Who is paid by the twin does more harm than who is paid by what is wanted, and gains less.
      let blind = PolicyIteration.solve(world.mdp, rewards: world.twin).policy
      let seeing = PolicyIteration.solve(world.mdp, rewards: world.truth).policy
      #expect(world.harm(of: blind) > world.harm(of: seeing) + 0.02, "\(world.name)")
      #expect(world.gain(of: blind, under: world.truth) < 1)
    }
  }

  @Test("how often harm is done: 4,000 episodes played agree")
  func played() throws {
    for (index, world) in try Self.worlds().enumerated() {
      guard case .entering(let bad) = world.harm else { continue }
      var stream = RandomSource(seed: 5).stream("played", index)
      var harmed = 0
      for _ in 0..<4_000 {
        var state = stream.categorical(world.mdp.start)
        for _ in 0..<HazardWorld.steps where !bad[state] && !world.mdp.isTerminal[state] {
          let actions = (0..<world.mdp.actionCount).map {
            world.reference.probabilities[state * world.mdp.actionCount + $0]
          }
          let range = world.mdp.transitions(state, stream.categorical(actions))
          state = world.mdp.successors[range.lowerBound + stream.categorical(Array(world.mdp.probabilities[range]))]
        }
        harmed += bad[state] ? 1 : 0
      }
      // Within 4.5 deviations: a false alarm in fewer than 1 of 10,000 seeds.
      let p = world.harm(of: world.reference)
      let deviation = (p * (1 - p) / 4_000).squareRoot()
      #expect(abs(Double(harmed) / 4_000 - p) < 4.5 * deviation, "\(world.name): \(harmed), \(p)")
    }
  }

  @Test("of a feature that nobody saw the posterior is the prior; of the others it is narrower, and has their order")
  func learned() throws {
    let world = try HazardWorld.lava()
    let learned = try LearnedRewards(world, comparisons: 200, members: 400, random: RandomSource(seed: 2))
    let columns = (0..<4).map { feature in learned.weights.map { $0[feature] } }
    // Dirt, grass, target, lava. 400 draws: the mean within 4 of its deviations, .05; the deviation within .15.
    #expect(abs(Statistics.mean(columns[3])) < 0.2 && abs(Statistics.standardDeviation(columns[3]) - 1) < 0.15)
    for column in columns.prefix(3) { #expect(Statistics.standardDeviation(column) < 0.8) }
    #expect(Statistics.mean(columns[2]) > Statistics.mean(columns[0]))
    #expect(Statistics.mean(columns[0]) > Statistics.mean(columns[1]))
  }

  @Test("where all learned rewards are wrong together, no weighing of them helps, and keeping to what was judged does")
  func hole() throws {
    let study = try CautionStudy(.hole(), seeds: 1, comparisons: 100, members: 8, random: RandomSource(seed: 3))
    func harm(_ name: String) throws -> Double { try #require(study.rows.first { $0.name == name }).results[0].harm }
    for rule in ["mean", "mean, and a person asked first", "worst case", "tail mean, worst 20 %", "mean less 2 σ"] {
      #expect(try harm(rule) > 0.99, "\(rule)")
    }
    #expect(try harm("mean, with a fallback") == 0 && harm("mean, in known-safe states") == 0)
    // As its bound has it, and not as the reference does.
    let base = try harm("the reference itself")
    #expect(try harm("quantiliser, best 50 %") > base && harm("quantiliser, best 50 %") < 0.5)
  }

  @Test("steps that wait are allowed by the sign of their advantage, by hand; who always allows changes nothing")
  func askedSteps() throws {
    let world = try HazardWorld.hole()
    let mdp = world.mdp
    let all = [Bool](repeating: true, count: mdp.stateCount)
    let plan = PolicyIteration.solve(mdp, rewards: world.twin).policy
    var draws = RandomSource(seed: 1).stream("people")
    func asked(_ asked: AskedSteps.Asked, known: [Bool]? = nil) throws -> AskedSteps {
      try AskedSteps(
        plan, in: world, truth: world.truth, known: known ?? all, waiting: known == nil ? .final : .finalOrUnjudged,
        asked: asked, draws: &draws)
    }
    let careful = try asked(.knowing(errors: 0))
    let values = mdp.values(of: world.reference, rewards: world.truth)
    guard case .entering(let hole) = world.harm else { throw InputError("no hole") }
    var refused = 0
    for row in careful.waits.indices {
      let state = row / mdp.actionCount
      let leads = mdp.transitions(state, row % mdp.actionCount).contains { hole[mdp.successors[$0]] }
      // In the meadow every step can be undone but those into the hole.
      #expect(careful.waits[row] == (!hole[state] && leads))
      guard careful.waits[row] else { continue }
      let worth = mdp.lookAhead(
        state, row % mdp.actionCount, values, rewards: world.truth, discount: mdp.discount)
      #expect(careful.allowed[row] == (worth >= values[state]))
      if !careful.allowed[row] { refused += 1 }
    }
    #expect(refused > 0 && world.harm(of: plan) > 0.99 && world.harm(of: careful.policy) < 0.9)
    // The steps that lead to the edge do not wait, and there the reference itself slips. Where all wait, nothing is lost.
    #expect(world.gain(of: careful.policy, under: world.truth) < 0)
    let everywhere = try asked(.knowing(errors: 0), known: all.map { !$0 })
    #expect(world.gain(of: everywhere.policy, under: world.truth) >= -1e-9)
    #expect(try asked(.allowing).policy == plan && careful.questions(plan, in: mdp, episodes: 5, random: &draws) > 0)
    // Wrong in a tenth of the answers: 5 standard errors over 200 people.
    var (wrong, count) = (0, 0)
    for _ in 0..<200 {
      let hasty = try asked(.knowing(errors: 0.1))
      for row in hasty.waits.indices where hasty.waits[row] {
        count += 1
        if hasty.allowed[row] != careful.allowed[row] { wrong += 1 }
      }
    }
    #expect(abs(Double(wrong) / Double(count) - 0.1) < 5 * (0.09 / Double(count)).squareRoot())
  }

  @Test("in a world that slips there is no sure safety: refused, and said")
  func refused() throws {
    let study = try CautionStudy(.cliff(), seeds: 1, comparisons: 50, members: 5, random: RandomSource(seed: 3))
    let row = try #require(study.rows.first { $0.name == "mean, in known-safe states" })
    #expect(try #require(row.results[0].refusal).contains("start"))
    #expect(row.results[0].gain == study.rows[0].results[0].gain)
  }

  @Test("the same seed, the same numbers")
  func repeated() throws {
    func harms() throws -> [[Double]] {
      try CautionStudy(.boatRace(), seeds: 2, comparisons: 40, members: 4, random: RandomSource(seed: 8)).rows
        .map { $0.results.flatMap { [$0.harm, $0.gain, $0.twin] } }
    }
    #expect(try harms() == harms())
  }
}
