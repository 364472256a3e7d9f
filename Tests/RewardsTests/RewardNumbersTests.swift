import Compute
import Environments
import Foundation
import Rewards
import Testing

/// Counts its steps: what is seen is the time, and at 23 the episode ends for good.
private struct Clock: Environment {
  var specification: EnvironmentSpecification {
    EnvironmentSpecification(
      id: "test/Clock-v0", summary: "A clock.", observationSpace: Box(low: [0], high: [23]), observationNames: ["time"],
      actionSpace: .continuous(Box(low: [-2, -.infinity], high: [6, .infinity])), maximumEpisodeSteps: nil,
      canTerminate: true, source: "here")
  }

  func reset(random: inout RandomStream) -> Int { 0 }

  func step(_ state: inout Int, _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    state += 1
    return Outcome(reward: 0, terminated: state == 23)
  }

  func observe(_ state: Int, into observation: inout MutableSpan<Float>) { observation[0] = Float(state) }

  func scene(_ state: Int) -> Scene { Scene(left: 0, bottom: 0, width: 1, height: 1, shapes: []) }
}

@Suite("Numbers behind rewards, worked out another way")
struct RewardNumbersTests {
  @Test("a coverage sample holds every seventh step of 16 episodes, with what each led to")
  func coverage() throws {
    for spacing in [1, 7, 10, 23] {
      let count = 16 * 5 + 3
      let sample = try CoverageSample(
        EnvironmentEntry(Clock()), count: count, spacing: spacing, random: RandomSource(seed: 1))
      #expect(sample.count == count && sample.actions.count == 2 * count)
      for row in 0..<count {
        let before = ((row / 16 + 1) * spacing - 1) % 23
        #expect(sample.observations[row] == Float(before) && sample.nextObservations[row] == Float(before + 1))
        #expect(sample.terminated[row] == (before == 22))
        #expect(sample.actions[2 * row] >= -2 && sample.actions[2 * row] <= 6)
      }
      let first = (0..<count).map { sample.actions[2 * $0] }
      let second = (0..<count).map { sample.actions[2 * $0 + 1] }
      #expect(first.min()! < -1 && first.max()! > 5 && second.contains { $0 < -1 } && second.contains { $0 > 1 })
      #expect(abs(first.reduce(0, +) / Float(count) - 2) < 1 && abs(second.reduce(0, +) / Float(count)) < 0.5)
    }
    let usual = try CoverageSample(EnvironmentEntry(Clock()), count: 20, random: RandomSource(seed: 1))
    #expect(usual.observations[0] == 6 && usual.observations[19] == 13)
    for (count, spacing) in [(1, 7), (2, 0)] {
      #expect(throws: InputError.self) {
        try CoverageSample(EnvironmentEntry(Clock()), count: count, spacing: spacing, random: RandomSource(seed: 1))
      }
    }
    #expect(
      try CoverageSample(EnvironmentEntry(Clock()), count: 2, spacing: 1, random: RandomSource(seed: 1)).count == 2)
  }

  /// A ring whose action 0 goes on with 0.7 and stays with 0.3, and action 1 goes back; the last state may end it.
  private func ring(_ states: Int, discount: Double) throws -> TabularMDP {
    var (starts, next, chances) = ([0], [Int](), [Double]())
    for state in 0..<states {
      next += [(state + 1) % states, state]
      chances += [0.7, 0.3]
      starts.append(next.count)
      next.append((state + states - 1) % states)
      chances.append(1)
      starts.append(next.count)
    }
    return try TabularMDP(
      stateCount: states, actionCount: 2, rowStarts: starts, successors: next, probabilities: chances,
      rewards: [Double](repeating: 0, count: 2 * states), start: [Double](repeating: 1 / Double(states), count: states),
      isTerminal: (0..<states).map { $0 == states - 1 }, discount: discount)
  }

  @Test("values of a policy fulfil Bellman's equation, factorised and iterated", arguments: [7, 401, 402, 900])
  func values(states: Int) throws {
    let world = try ReachableStates(ring(states, discount: 0.9), reachableOnly: true)
    let policy = (0..<world.rowCount).map { $0 % 2 == 0 ? 0.25 : 0.75 }
    let rewards = (0..<world.rowCount).map { sin(Double($0)) }
    let values = PolicyEvaluator(world, policy: policy).values(rewards)
    #expect(world.liveCount == states - 1 && values.count == states - 1)
    for state in 0..<world.liveCount {
      var value = 0.0
      for row in 2 * state..<2 * state + 2 {
        value += policy[row] * rewards[row]
        for index in world.rowStarts[row]..<world.rowStarts[row + 1] where world.successors[index] < world.liveCount {
          value += 0.9 * policy[row] * world.probabilities[index] * values[world.successors[index]]
        }
      }
      #expect(abs(value - values[state]) < 1e-9)
    }
    #expect(PolicyEvaluator(world, policy: policy).values(rewards.map { _ in 0 }).allSatisfy { $0 == 0 })
  }

  @Test("where the iteration breaks down, sweeps find the values: 10, 16 and eight times 5 by hand")
  func breakdown() throws {
    // 0 → 1, 1 → 1, 2 … 17 → 0, the others stay; γ = ½. Paid 2 in state 0 and 8 in state 1.
    let states = 450
    let mdp = try TabularMDP(
      stateCount: states, actionCount: 1, rowStarts: Array(0...states),
      successors: (0..<states).map { $0 <= 1 ? 1 : $0 <= 17 ? 0 : $0 },
      probabilities: [Double](repeating: 1, count: states), rewards: [Double](repeating: 0, count: states),
      start: [Double](repeating: 1 / Double(states), count: states),
      isTerminal: [Bool](repeating: false, count: states), discount: 0.5)
    let world = try ReachableStates(mdp, reachableOnly: true)
    let values = PolicyEvaluator(world, policy: [Double](repeating: 1, count: states))
      .values((0..<states).map { $0 == 0 ? 2 : $0 == 1 ? 8 : 0 })
    for state in 0..<states {
      let expected: Double = state == 0 ? 10 : state == 1 ? 16 : state <= 17 ? 5 : 0
      #expect(abs(values[state] - expected) < 1e-9)
    }
  }

  @Test("a matrix whose diagonal outweighs its rows is solved as by elimination with pivots")
  func factorised() throws {
    var random = RandomSource(seed: 3).stream("matrix")
    for size in [1, 2, 5, 9] {
      var elements = (0..<size * size).map { _ in random.normal() / Double(2 * size) }
      for row in 0..<size { elements[row * size + row] = 3 }
      if size > 2 { elements[size * 2] = 0 }
      let right = (0..<size).map { _ in random.normal() }
      let wanted = try LinearAlgebra.solve(Matrix(rows: size, columns: size, elements: elements), right)
      var (factors, found) = (elements, right)
      DiagonallyDominant.factorise(&factors, size: size)
      DiagonallyDominant.solve(factors, size: size, &found)
      #expect(zip(wanted, found).allSatisfy { abs($0 - $1) < 1e-12 })
    }
  }

  @Test("norms of minimal rewards are those of a table laid out over the next states")
  func laidOut() throws {
    let mdp = try ring(4, discount: 0.8)
    let rewards = try RewardTable(states: 4, actions: 2, axes: .stateAction, values: [1, -2, 0.5, 3, -1, 0.25, 7, 7])
    for (name, spread) in [("minimal1", 0), ("minimal2", 1), ("minimalInf", 2), ("projection", 2), ("VAL", 2)] {
      let metric = try RewardMetric(named: "\(name)-2-2")
      let space = try RewardSpace(mdp, metric.canonicalization)
      let canonical = try space.canonical(rewards)
      // κ(s, a) over (s, a, s′), [row][next], and the probability of each.
      var table: [[Double]] = []
      var chances: [[Double]] = []
      for row in 0..<6 {
        let (state, action) = (row / 2, row % 2)
        var chance = [0.0, 0, 0, 0]
        for index in mdp.transitions(state, action) { chance[mdp.successors[index]] += mdp.probabilities[index] }
        let value = canonical.ownValues[row]
        let squares = chance.reduce(0) { $0 + $1 * $1 }
        let top = chance.max()!
        let place = chance.firstIndex(of: top)!
        chances.append(chance)
        table.append(
          (0..<4).map { next in
            switch spread {
            case 0: next == place ? value / top : 0
            case 1: value * chance[next] / squares
            default: value
            }
          })
      }
      let flat = table.joined().map { abs($0) }
      let weights = Array(chances.joined())
      let expected: [RewardNorm: Double] = [
        .l1: flat.reduce(0, +), .l2: flat.reduce(0) { $0 + $1 * $1 }.squareRoot(), .maximum: flat.max()!,
        .weightedL1: zip(flat, weights).reduce(0) { $0 + $1.0 * $1.1 },
        .weightedL2: zip(flat, weights).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }.squareRoot(),
        .weightedMaximum: zip(flat, weights).filter { $0.1 > 0 }.map(\.0).max()!,
      ]
      for norm in RewardNorm.allCases {
        let found = space.norm(canonical, norm)
        #expect(abs(found - expected[norm]!) < 1e-9, "\(name) \(norm): \(found), not \(expected[norm]!)")
      }
    }
    // A dense table, every transition by itself.
    let space = try RewardSpace(mdp, .none)
    let dense = rewards.dense.shaped(by: [1, -1, 2, 0.5], discount: 0.3)
    let canonical = try space.canonical(dense)
    var (sum, squares, weighted, weightedSquares, largest) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for state in 0..<3 {
      for action in 0..<2 {
        for next in 0..<4 {
          sum += abs(dense[state, action, next])
          squares += dense[state, action, next] * dense[state, action, next]
        }
        for index in mdp.transitions(state, action) {
          let value = abs(dense[state, action, mdp.successors[index]])
          weighted += mdp.probabilities[index] * value
          weightedSquares += mdp.probabilities[index] * value * value
          largest = max(largest, value)
        }
      }
    }
    #expect(abs(space.norm(canonical, .l1) - sum) < 1e-9)
    #expect(abs(space.norm(canonical, .l2) - squares.squareRoot()) < 1e-9)
    #expect(abs(space.norm(canonical, .weightedL1) - weighted) < 1e-9)
    #expect(abs(space.norm(canonical, .weightedL2) - weightedSquares.squareRoot()) < 1e-9)
    #expect(abs(space.norm(canonical, .weightedMaximum) - largest) < 1e-9)
  }

  @Test("EPIC's and DARD's transforms are their definitions, term by term, on every kind of axes")
  func transforms() throws {
    let mdp = try ring(4, discount: 0.8)
    let pair = try RewardTable(states: 4, actions: 2, axes: .stateAction, values: [1, -2, 0.5, 3, -1, 0.25, 7, 6])
    let state = try RewardTable(states: 4, actions: 2, axes: .state, values: [1, -2, 0.5, 3])
    let transition = pair.dense.shaped(by: [1, 3, -1, 0.5], discount: 0.4)
    for reward in [pair, state, transition] {
      func mean(_ from: Int) -> Double {
        (0..<2).reduce(0) { sum, action in sum + (0..<4).reduce(0) { $0 + reward[from, action, $1] } / 4 } / 2
      }
      let epic = try PearsonDistance(mdp, .epic).canonical(reward)
      let dard = try PearsonDistance(mdp, .dard).canonical(reward)
      /// Where it ends it stays.
      func follow(_ from: Int, _ action: Int) -> [(next: Int, chance: Double)] {
        from == 3 ? [(3, 1)] : mdp.transitions(from, action).map { (mdp.successors[$0], mdp.probabilities[$0]) }
      }
      func expected(_ from: Int) -> Double {
        (0..<2).reduce(0) { sum, action in
          sum + follow(from, action).reduce(0) { $0 + $1.chance * reward[from, action, $1.next] } / 2
        }
      }
      for row in 0..<6 {
        let from = row / 2
        for next in 0..<4 {
          let offset = (0..<4).reduce(0) { $0 + mean($1) } / 4
          let wanted = reward[from, row % 2, next] + 0.8 * mean(next) - mean(from) - 0.8 * offset
          #expect(abs(epic.ownValues[row * 4 + next] - wanted) < 1e-12)
          let crossed = (0..<2).reduce(0.0) { sum, action in
            sum
              + follow(from, action).reduce(0) { inner, first in
                inner
                  + follow(next, action).reduce(0) {
                    $0 + first.chance * $1.chance * reward[first.next, action, $1.next]
                  }
              } / 2
          }
          let other = reward[from, row % 2, next] + 0.8 * expected(next) - expected(from) - 0.8 * crossed
          #expect(abs(dard.ownValues[row * 4 + next] - other) < 1e-12, "row \(row), next \(next), \(reward.axes)")
        }
      }
    }
  }

  @Test("the distance of paired numbers is the root of (1 − ρ) / 2, unless one does not vary")
  func paired() {
    let (first, second) = ([1.0, 4, -2, 0.5], [2.0, 3, 1, -4])
    let means = (first.reduce(0, +) / 4, second.reduce(0, +) / 4)
    let covariance = zip(first, second).reduce(0) { $0 + ($1.0 - means.0) * ($1.1 - means.1) }
    let sizes = (
      first.reduce(0) { $0 + ($1 - means.0) * ($1 - means.0) },
      second.reduce(0) { $0 + ($1 - means.1) * ($1 - means.1) }
    )
    let rho = covariance / (sizes.0 * sizes.1).squareRoot()
    let found = PairedDistance(first, second)
    #expect(abs(found.correlation! - rho) < 1e-12 && abs(found.value! - ((1 - rho) / 2).squareRoot()) < 1e-12)
    #expect(abs(PairedDistance(first, first.map { -$0 }).value! - 1) < 1e-12)
    #expect(PairedDistance(first, first.map { 3 * $0 + 2 }).value! < 1e-12)
    for (a, b, scales) in [
      (first, [1.0, 1, 1, 1], (0.0, 0.0)), ([1, 1, 1, 1], second, (0, 0)), (first, second, (1e13, 0)),
      (first, second, (0, 1e13)), ([], [], (0, 0)),
    ] {
      let none = PairedDistance(a, b, scales: scales)
      #expect(none.value == nil && none.correlation == nil)
    }
    #expect(PairedDistance(first, second, scales: (1e11, 1e11)).value != nil)
  }

  @Test("the posterior over what was meant, by its formula; the worst case, ties and what is ignored")
  func posterior() throws {
    let candidates = [[1.0, 0, 2], [0, 1, 2], [1, 1, -1], [-1, 0.5, 2]]
    let behaviors = [[1.0, 0, 0.5], [0, 2, 0.5], [1, 1, 0]]
    let prior = [0.2, 0.5, 0, 0.3]
    let found = try ProxyRewardPosterior(
      candidates: candidates, prior: prior, behaviors: behaviors, written: 1, rationality: 1.5)
    func worth(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let masses = zip(candidates, prior).map { candidate, prior in
      prior * exp(1.5 * worth(candidate, behaviors[1]))
        / behaviors.reduce(0) { $0 + exp(1.5 * worth(candidate, $1)) }
    }
    let total = masses.reduce(0, +)
    for (probability, mass) in zip(found.probabilities, masses) { #expect(abs(probability - mass / total) < 1e-12) }
    #expect(found.trained == behaviors[1])
    let plan = [1.0, -1, 2]
    #expect(
      abs(found.mean(of: plan) - zip(found.probabilities, candidates).reduce(0) { $0 + $1.0 * worth($1.1, plan) })
        < 1e-12)
    // Worth of the plan: 5, 3, −2, 2.5; the third has no probability.
    #expect(found.worst(of: plan).value == 2.5 && found.worst(of: plan).candidate == 3)
    let trained = found.worst(of: plan, zero: .trained)
    #expect(abs(trained.value - 0) < 1e-12 && trained.candidate == 1)
    let least = found.probabilities[3]
    #expect(found.worst(of: plan, ignoring: least).candidate == 1)
    #expect(found.worst(of: plan, ignoring: least * 0.999).candidate == 3)
    let plans = [[0.0, 0, 1], [0, 0, 1], [1, -1, 2], [5, 5, 0]]
    let cautious = found.cautiousPlan(among: plans)
    // Worst cases: 2, 2, 2.5, −2.5.
    #expect(cautious.plan == 2 && cautious.binding == 3 && cautious.worst == 2.5)
    let means = plans.map { found.mean(of: $0) }
    #expect(cautious.meanPlan == means.firstIndex(of: means.max()!)!)
    #expect(cautious.cost == means[cautious.meanPlan] - means[2])
    #expect(found.cautiousPlan(among: Array(plans[0...1])).plan == 0)
    // Bits: the first feature's weights 1, 0, −1 stand ½, ¼, ¼ among the candidates.
    let bits = found.bitsLearned()
    let shares = [found.probabilities[0] + found.probabilities[2], found.probabilities[1], found.probabilities[3]]
    let wanted = zip(shares, [0.5, 0.25, 0.25]).reduce(0) { $0 + $1.0 * log2($1.0 / $1.1) }
    #expect(abs(bits[0] - wanted) < 1e-12 && bits.count == 3)
    #expect(abs(bits[2] - log2(1 / 0.75)) < 1e-12)
    let draws = try ProxyRewardPosterior(draws: candidates, trained: plan)
    #expect(draws.probabilities == [0.25, 0.25, 0.25, 0.25] && draws.trained == plan && draws.candidates == candidates)
    #expect(draws.mean(of: plan) == (5.0 + 3 - 2 + 2.5) / 4)
  }

  @Test("the seven rewards of EPIC's grid, by hand")
  func grid() throws {
    let world = try FiniteWorld(describing: "grid:discount=0.9")
    let closeness = [-4.0, -3, -2, -3, -2, -1, -2, -1, 0]
    func goal(_ state: Int) -> Double { state == 8 ? 1 : 0 }
    for (name, wanted) in [
      ("sparse_goal", { (s: Int, _: Int) in goal(s) }), ("center_goal", { s, _ in s == 4 ? 1 : 0 }),
      ("dirt_path", { s, _ in [0, -1, -1, 0, 0, 0, -1, -1, 4][s] }),
      ("cliff_walk", { s, _ in [0, -1, -1, 0, 0, 0, -4, -4, 4][s] }),
      ("dense_goal", { s, next in goal(s) + 0.9 * closeness[next] - closeness[s] }),
      ("transformed_goal", { s, next in 4 * goal(s) - 1 + 3 * (0.9 * closeness[next] - closeness[s]) }),
      ("sparse_penalty", { s, _ in -goal(s) }),
    ] as [(String, (Int, Int) -> Double)] {
      let table = try RewardTable.named(name, in: world)
      for state in 0..<9 {
        for next in 0..<9 { #expect(abs(table[state, 2, next] - wanted(state, next)) < 1e-12, "\(name)") }
      }
    }
    #expect(world.rewards.count == 7)
  }
}
