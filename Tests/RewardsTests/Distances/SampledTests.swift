import Compute
import Environments
import Rewards
import Testing

/// A reward that is a formula of (s, a, s′) of a one-dimensional world.
private struct Formula: RewardFunction {
  let formula: @Sendable (Float, Float, Float) -> Float

  func rewards(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    for row in 0..<transitions.count {
      rewards[row] = formula(
        transitions.observations[row], transitions.actions[row], transitions.nextObservations[row])
    }
  }
}

private func asked(_ formula: @escaping @Sendable (Float, Float, Float) -> Float) -> RewardFunctionEvaluator {
  RewardFunctionEvaluator(Formula(formula: formula))
}

@Suite("EPIC of rewards that can only be asked")
struct SampledTests {
  /// Transitions drawn uniformly from all of S × A × S of a tabular world, states shown as their number.
  private func coverage(states: Int, actions: Int, count: Int, seed: UInt64) -> CoverageSample {
    var random = RandomSource(seed: seed).stream("coverage")
    var rows = (observations: [Float](), actions: [Float](), next: [Float]())
    for _ in 0..<count {
      rows.observations.append(Float(random.below(states)))
      rows.actions.append(Float(random.below(actions)))
      rows.next.append(Float(random.below(states)))
    }
    return CoverageSample(
      specification: specification(observations: 1, discrete: actions), observations: rows.observations,
      actions: rows.actions, nextObservations: rows.next, terminated: [Bool](repeating: false, count: count))
  }

  @Test("converges to the tabular value as samples grow, and the interval covers it")
  func converges() throws {
    let (states, actions) = (5, 3)
    var random = RandomSource(seed: 3).stream("rewards")
    let tables = try (0..<2).map { _ in
      try RewardTable(
        states: states, actions: actions, axes: .transition,
        values: (0..<states * actions * states).map { _ in Double(Float(random.normal())) })
    }
    let mdp = try TabularMDP(
      states: states, actions: actions,
      transitions: [Double](repeating: 1 / Double(states), count: states * actions * states), discount: 0.9)
    let exact = try #require(try PearsonDistance(mdp, .epic, coverage: .product).distance(tables[0], tables[1]).value)
    func rewards(_ table: RewardTable) -> RewardFunctionEvaluator {
      asked { s, a, n in Float(table[Int(s), Int(a), Int(n)]) }
    }
    var errors: [Double] = []
    for count in [64, 512, 4096] {
      let over = (0..<5).map { seed in
        let sample = coverage(states: states, actions: actions, count: count, seed: UInt64(seed))
        return SampledEPIC(
          sample, discount: 0.9, comparisons: min(count, 512), random: RandomSource(seed: UInt64(seed)))
      }
      let values = try over.map { try $0.distance(rewards(tables[0]), rewards(tables[1]), resamples: 2).value ?? .nan }
      errors.append(Statistics.mean(values.map { abs($0 - exact) }))
    }
    #expect(errors[2] < errors[0] && errors[2] < 0.02, "\(errors)")
    let sample = coverage(states: states, actions: actions, count: 2048, seed: 9)
    let one = try SampledEPIC(sample, discount: 0.9, comparisons: 512, random: RandomSource(seed: 9))
      .distance(rewards(tables[0]), rewards(tables[1]), resamples: 300)
    let interval = try #require(one.interval)
    #expect(interval.lower - 0.01 < exact && exact < interval.upper + 0.01)
  }

  @Test("shared pairs make shaped and scaled networks the same, however few the pairs are")
  func shaping() throws {
    let entry = try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1")
    let sample = try CoverageSample(entry, count: 200, random: RandomSource(seed: 1))
    let size = entry.specification.observationSpace.count
    struct Base: RewardFunction {
      let size: Int
      var factor: Float = 1
      var potential: Float = 0
      func rewards(_ rows: TransitionRows, into rewards: inout MutableSpan<Float>) {
        for row in 0..<rows.count {
          let here = rows.observations[row * size] + 0.3 * rows.observations[row * size + 1]
          let next = rows.nextObservations[row * size] + 0.3 * rows.nextObservations[row * size + 1]
          let own = here * here - 0.1 * rows.actions[row] * rows.actions[row] + 0.2 * next
          rewards[row] = factor * own + potential * (0.9 * next - here)
        }
      }
    }
    let epic = SampledEPIC(sample, discount: 0.9, comparisons: 3, random: RandomSource(seed: 2))
    let base = RewardFunctionEvaluator(Base(size: size))
    let shaped = try epic.distance(base, RewardFunctionEvaluator(Base(size: size, factor: 2.5, potential: 3)))
    #expect(try #require(shaped.value) < 1e-3)
    let opposite = try epic.distance(base, RewardFunctionEvaluator(Base(size: size, factor: -1)))
    #expect(abs(try #require(opposite.value) - 1) < 1e-6)
  }

  @Test("the interval is of 1,000 resamples unless told otherwise")
  func defaults() throws {
    let sample = coverage(states: 3, actions: 2, count: 50, seed: 1)
    let epic = SampledEPIC(sample, discount: 0.9, comparisons: 10, random: RandomSource(seed: 1))
    let (first, second) = (asked { s, a, _ in s + 0.3 * a }, asked { s, a, t in s * a + 0.2 * t })
    let plain = try epic.distance(first, second)
    #expect(plain.interval?.level == 0.95)
    #expect(try plain == epic.distance(first, second, resamples: 1000))
    #expect(try plain != epic.distance(first, second, resamples: 1001))
    let rows = (try epic.canonical(first), try epic.canonical(second))
    #expect(epic.distance(rows.0, rows.1) == plain)
  }

  @Test("a constant reward has no distance; a reward that says NaN is named with the transition")
  func degenerate() throws {
    let sample = coverage(states: 3, actions: 2, count: 50, seed: 1)
    let epic = SampledEPIC(sample, discount: 0.9, comparisons: 10, random: RandomSource(seed: 1))
    #expect(try epic.distance(asked { _, _, _ in 1 }, asked { s, _, _ in s }).value == nil)
    expectProblem("the reward is nan") { _ = try epic.canonical(asked { _, _, _ in .nan }) }
  }
}
