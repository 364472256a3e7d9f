import Compute
import Environments
import Foundation
import Testing

/// Right values: episodes of the original from injected states, and values that NumPy works out with its functions;
/// `Traces/seals_tasks.py` writes them.
@Suite("The other tasks of seals")
struct SealsWorldTests {
  /// Replays the recorded episodes of a task; observations and rewards are equal in every bit.
  private func expectTrace<World: Environment>(
    _ name: String, _ world: World, every stride: Int = 1, seen: Int? = nil, hasObservations: Bool = true,
    start: ([Double]) -> World.State
  ) throws {
    let record = try SealsRecord(name)
    let width = world.specification.observationSpace.count
    let shown = seen ?? width
    let horizon = try #require(world.specification.maximumEpisodeSteps)
    let actions = try record.values("actions")
    let rewards = try record.values("rewards")
    let episodes = actions.count / horizon
    let starts = try record.values("starts")
    let observations = hasObservations ? try record.rows("observations", shown) : []
    var random = RandomSource(seed: 1).stream("unused")
    var (differing, compared) = (0, 0)
    for episode in 0..<episodes {
      let size = starts.count / episodes
      var state = start(Array(starts[episode * size..<(episode + 1) * size]))
      for step in 0..<horizon {
        let row = [Float(actions[episode * horizon + step])]
        let outcome = world.step(&state, World.Action.read(row.span), random: &random)
        let index = episode * horizon + step
        if outcome.reward != rewards[index] || outcome.terminated { differing += 1 }
        guard hasObservations, index % stride == 0 else { continue }
        var now = [Float](repeating: 0, count: width)
        var span = now.mutableSpan
        world.observe(state, into: &span)
        if Array(now[..<shown]) != observations[index / stride].map({ Float($0) }) { differing += 1 }
        compared += 1
      }
    }
    #expect(differing == 0)
    #expect(compared == observations.count && episodes * horizon == rewards.count && episodes > 1)
  }

  @Test func sort() throws {
    try expectTrace("Sort", SealsSort()) { SealsSort.State(SIMD4($0.map(Float.init))) }
  }

  @Test func noisyObs() throws {
    try expectTrace("NoisyObs", SealsNoisyObs(), seen: 2) { SealsNoisyObs.State(x: Int($0[0]), y: Int($0[1])) }
  }

  @Test func procGoal() throws {
    try expectTrace("ProcGoal", SealsProcGoal()) {
      SealsProcGoal.State(x: Int($0[0]), y: Int($0[1]), goalX: Int($0[2]), goalY: Int($0[3]))
    }
  }

  @Test func largestSum() throws {
    try expectTrace("LargestSum", SealsLargestSum(), hasObservations: false) { start in
      var numbers = SIMD64<Float>.zero
      for (index, value) in start.enumerated() { numbers[index] = Float(value) }
      return SealsLargestSum.State(numbers)
    }
  }

  @Test func parabola() throws {
    try expectTrace("Parabola", SealsParabola()) { start in
      let s = start.map(Float.init)
      return SealsParabola.State(x: s[0], y: s[1], a: s[2], b: s[3], c: s[4])
    }
  }

  @Test func cartPole() throws {
    try expectTrace("CartPole", SealsCartPole(), every: 20) {
      CartPole.State(position: $0[0], velocity: $0[1], angle: $0[2], angularVelocity: $0[3])
    }
  }

  @Test func mountainCar() throws {
    let world = try #require(
      SealsSource().entry("seals/MountainCar-v0").environment as? FixedHorizon<MountainCar>)
    try expectTrace("MountainCar", world, every: 20) { MountainCar.State(position: $0[0], velocity: $0[1]) }
  }

  @Test("optimum and random return are those of NumPy's programming with the original's functions")
  func values() throws {
    for (name, uniform, horizon) in [
      ("Sort", SealsSort.orders(), 6), ("NoisyObs", SealsNoisyObs.places(), 15),
      ("ProcGoal", SealsProcGoal.displacements(), 20),
    ] {
      let record = try SealsRecord(name)
      let returns = uniform.episodeReturns(steps: horizon)
      #expect(abs(returns.optimum - (try record.values("optimum")[0])) < 1e-11, "\(name)")
      #expect(abs(returns.uniform - (try record.values("uniform")[0])) < 1e-11, "\(name)")
      let entry = try SealsSource().entry("seals/\(name)-v0")
      #expect(entry.returns.reference == returns.optimum)
    }
    // By hand: the last of 20 steps to a goal at distance ten begins ten steps after it; twelve to a corner's middle.
    #expect(SealsProcGoal.displacements().episodeReturns(steps: 20).bounds == -390 ... -55)
    #expect(SealsNoisyObs.places().episodeReturns(steps: 15).optimum == 11)
    #expect(SealsSort.orders().episodeReturns(steps: 6).bounds == -4...9)
  }

  @Test("random play of the original agrees with the exact values, and so does ours")
  func play() throws {
    let exact: [(String, Double, any Environment)] = [
      ("Sort", SealsSort.orders().episodeReturns(steps: 6).uniform, SealsSort()),
      ("NoisyObs", SealsNoisyObs.places().episodeReturns(steps: 15).uniform, SealsNoisyObs()),
      ("ProcGoal", SealsProcGoal.displacements().episodeReturns(steps: 20).uniform, SealsProcGoal()),
      ("LargestSum", 0.5, SealsLargestSum()), ("Parabola", SealsParabola.uniformReturn, SealsParabola()),
    ]
    for (name, uniform, world) in exact {
      let played = try SealsRecord(name).values("played")
      #expect(abs(played[0] - uniform) <= 4 * played[1], "the original's \(name)")
      let ours = randomReturns(of: world, episodes: 4_000)
      #expect(abs(ours.mean - uniform) <= 4 * ours.error, "our \(name)")
    }
    // No exact value: the two agree within their errors together.
    for (name, world) in [("CartPole", SealsCartPole())] {
      let played = try SealsRecord(name).values("played")
      let ours = randomReturns(of: world, episodes: 200)
      #expect(abs(ours.mean - played[0]) <= 4 * (ours.error * ours.error + played[1] * played[1]).squareRoot())
    }
  }

  @Test("what guidance plays earns nearly the optimum", arguments: SealsSource().listing.map(\.id))
  func guidance(id: String) throws {
    let entry = try SealsSource().entry(id)
    let example = try #require(entry.guidance.example)
    let (optimum, bounds) = (try #require(entry.returns.reference), try #require(entry.returns.bounds))
    #expect(bounds.lowerBound <= optimum && optimum <= bounds.upperBound)
    let horizon = try #require(entry.specification.maximumEpisodeSteps)
    let batch = entry.makeBatch(count: 40, random: RandomSource(seed: 9))
    let size = entry.specification.observationSpace.count
    var totals = [Double](repeating: 0, count: 40)
    var ended = [Bool](repeating: false, count: 40)
    for _ in 0..<horizon {
      let actions = (0..<40).flatMap { slot in example(Array(batch.observations[slot * size..<(slot + 1) * size])) }
      batch.step(actions)
      for slot in 0..<40 where !ended[slot] {
        totals[slot] += Double(batch.rewards[slot])
        ended[slot] = batch.terminated[slot]
      }
    }
    #expect(totals.allSatisfy { $0 >= bounds.lowerBound - 1e-3 && $0 <= bounds.upperBound + 1e-3 })
    let mean = totals.reduce(0, +) / 40
    let error = (totals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 39 / 40).squareRoot()
    // An eighth of the way from the worst to the best may be missing, and chance.
    #expect(mean >= optimum - (bounds.upperBound - bounds.lowerBound) / 8 - 4 * error, "\(mean) of \(optimum)")
  }

  @Test("starts are drawn as the original draws them")
  func starts() {
    var distances = [Int](repeating: 0, count: 11)
    var corners: Set<[Int]> = []
    for episode in 0..<5_000 {
      var random = RandomSource(seed: 3).stream("starts", episode)
      let goal = SealsProcGoal().reset(random: &random)
      #expect(abs(goal.goalX - goal.x) + abs(goal.goalY - goal.y) == 10)
      #expect((-100..<100).contains(goal.x) && (-100..<100).contains(goal.y))
      distances[abs(goal.goalX - goal.x)] += 1
      let place = SealsNoisyObs().reset(random: &random)
      corners.insert([place.x, place.y])
      let curve = SealsParabola().reset(random: &random)
      #expect(curve.x == 0 && curve.y == curve.c && abs(curve.a) <= 1)
    }
    // 500 each, standard deviation 21.
    #expect(distances[10] == 0 && distances[..<10].allSatisfy { abs($0 - 500) < 100 })
    #expect(corners == [[0, 0], [0, 4], [4, 0], [4, 4]])
  }

  @Test("an unknown id names near misses, and options are refused")
  func refusals() {
    #expect(throws: InputError.self) { try SealsSource().entry("seals/Branchin-v0") }
    #expect(throws: InputError.self) { try SealsSource().entry("seals/Sort-v0:length=5") }
    let ids = SealsSource().listing.map(\.id)
    #expect(ids.count == 20 && Set(ids).count == 20 && ids.allSatisfy { $0.hasPrefix("seals/") })
  }

  private func randomReturns<World: Environment>(of world: World, episodes: Int) -> (mean: Double, error: Double) {
    var choice = RandomSource(seed: 15).stream("choices")
    let horizon = world.specification.maximumEpisodeSteps ?? 0
    let totals = (0..<episodes).map { episode -> Double in
      var random = RandomSource(seed: 16).stream("episodes", episode)
      var state = world.reset(random: &random)
      var total = 0.0
      for _ in 0..<horizon {
        let number: Double =
          switch world.specification.actionSpace {
          case .discrete(let names): Double(choice.below(names.count))
          case .continuous(let box): choice.uniform(Double(box.low[0]), Double(box.high[0]))
          }
        let row = [Float(number)]
        total += world.step(&state, World.Action.read(row.span), random: &random).reward
      }
      return total
    }
    let mean = totals.reduce(0, +) / Double(episodes)
    let variance = totals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(episodes - 1)
    return (mean, (variance / Double(episodes)).squareRoot())
  }
}
