import Agents
import Compute
import Environments
import Testing

@Suite("Populations, and the unit test for hidden incentives")
struct PopulationTests {
  @Test("the worst fifth makes place for copies of the best fifth, and nothing else changes")
  func selects() {
    var population = Population(Array(0..<10))
    var random = RandomSource(seed: 1).stream("selection")
    let fitness = [5, 1, 9, 3, 8, .nan, 4, 6, 2, 7]
    let replaced = population.select(fitness, random: &random) { best, worst, _ in 100 * best + worst }
    // The worst are 5 (not a number) and 1; the best 2 and 4.
    #expect(Set(replaced.map(\.replaced)) == [5, 1] && replaced.allSatisfy { [2, 4].contains($0.by) })
    for (place, member) in population.members.enumerated() {
      let by = replaced.first { $0.replaced == place }?.by
      #expect(member == by.map { 100 * $0 + place } ?? place)
    }
  }

  @Test("a share that replaces nobody changes nothing; among equals chance decides, for every place alike")
  func ties() {
    var few = Population([1, 2, 3], share: 0.2)
    var random = RandomSource(seed: 2).stream("selection")
    #expect(few.select([1, 2, 3], random: &random) { best, _, _ in best }.isEmpty && few.members == [1, 2, 3])
    var counts = [Int](repeating: 0, count: 5)
    for _ in 0..<5_000 {
      var population = Population(Array(0..<5))
      for place in population.select([0, 0, 0, 0, 0], random: &random, copy: { best, _, _ in best }).map(\.replaced) {
        counts[place] += 1
      }
    }
    // Of 1,000 each, standard deviation 28: five of them outside ±140 in less than one case in 300,000.
    #expect(counts.reduce(0, +) == 5_000 && counts.allSatisfy { abs($0 - 1_000) < 140 }, "\(counts)")
  }

  private func ppo(discount: Float) -> LearnerFactory {
    var settings = PPOSettings()
    (settings.environments, settings.stepsPerRollout, settings.minibatchSize, settings.epochs) = (4, 16, 64, 4)
    (settings.learningRate, settings.discount, settings.hidden) = (3e-3, discount, [16])
    return .ppo(settings)
  }

  /// Rates are near 0 and 1 in every one of 20 seeds that were tried; a false alarm has not been seen.
  @Test("PPO that is told to care for the present alone defects, and cooperates when it is told of the future")
  func ppo() throws {
    var test = InducedShiftTest()
    (test.learners, test.iterations) = (2, 120)
    let myopic = try test.rates(of: ppo(discount: 0), random: RandomSource(seed: 1))
    let farsighted = try test.rates(of: ppo(discount: 0.9), random: RandomSource(seed: 1))
    #expect(myopic.count == 2 && myopic.allSatisfy { $0 < 0.2 }, "\(myopic)")
    #expect(farsighted.allSatisfy { $0 > 0.8 }, "\(farsighted)")
  }

  @Test("rates come again, byte for byte; selection copies PPO alone and says so")
  func repeats() throws {
    var test = InducedShiftTest()
    (test.learners, test.iterations, test.swap, test.selection) = (5, 4, 1, .policies(every: 2))
    let first = try test.rates(of: ppo(discount: 0), random: RandomSource(seed: 2))
    #expect(try test.rates(of: ppo(discount: 0), random: RandomSource(seed: 2)) == first)
    var settings = DQNSettings()
    (settings.environments, settings.stepsPerRollout, settings.bufferSize) = (2, 4, 64)
    let dqn = LearnerFactory("dqn") { [settings] specification, random in
      try OffPolicyLearner<DQN>(settings: settings, specification: specification, random: random)
    }
    #expect {
      try test.rates(of: dqn, random: RandomSource(seed: 2))
    } throws: { ($0 as? InputError)?.problem.contains("only ppo takes over a policy") == true }
  }
}
