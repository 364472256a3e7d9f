import Audits
import Compute
import Foundation
import Testing

@Suite("Off-policy evaluation, by hand")
struct OffPolicyFixtureTests {
  private static func isNear(_ a: Double, _ b: Double, _ tolerance: Double = 1e-10) -> Bool { abs(a - b) < tolerance }

  @Test("six episodes of two states give the numbers of an independent script")
  func sixEpisodes() throws {
    let log = try OffPolicyFixture.counted(OffPolicyFixture.logged).episodes
    let model = try OffPolicyFixture.model(OffPolicyFixture.logged)
    let expected: [(OffPolicyEstimator, Double)] = [
      (.importance, 2.5309833333), (.weightedImportance, 1.6717195068), (.perDecision, 1.99115),
      (.weightedPerDecision, 1.6508970695), (.direct, 1.315248), (.doublyRobust, 1.641281),
      (.weightedDoublyRobust, 1.5954274139),
    ]
    for (estimator, value) in expected {
      #expect(Self.isNear(OffPolicyEstimate.value(estimator, log, model: model), value), "\(estimator)")
    }
    #expect(Self.isNear(ImportanceWeights(log).effectiveSize, 2.8485005642))
    // Whatever is left of the weights' use: all of it, and none.
    let all = OffPolicyTuning(threshold: 1e9, shrinkage: 1e12)
    let none = OffPolicyTuning(threshold: 1e-9, shrinkage: 1e-12)
    for estimator in [OffPolicyEstimator.switchDoublyRobust, .shrunkDoublyRobust] {
      #expect(Self.isNear(OffPolicyEstimate.value(estimator, log, model: model, tuning: all), 1.641281, 1e-9))
      #expect(Self.isNear(OffPolicyEstimate.value(estimator, log, model: model, tuning: none), 1.315248, 1e-9))
    }
  }

  @Test("over all eight episodes the mean is the target's value, and the spread is the exact one")
  func moments() throws {
    let episodes = OffPolicyFixture.all
    let log = try OffPolicyFixture.counted(episodes).episodes
    let model = try OffPolicyFixture.model(episodes)
    let probabilities = episodes.map { OffPolicyFixture.probability($0, OffPolicyFixture.behavior) }
    #expect(Self.isNear(OffPolicyFixture.values(steps: 3, OffPolicyFixture.target)[0], 1.58156))
    #expect(Self.isNear(OffPolicyFixture.values(steps: 3, OffPolicyFixture.behavior)[0], 1.11065))
    for (estimator, spread) in [
      (OffPolicyEstimator.importance, 2.3779476339), (.perDecision, 1.3949230479), (.doublyRobust, 0.2296801701),
    ] {
      let terms = try #require(OffPolicyEstimate.terms(estimator, log, model: model))
      let mean = zip(probabilities, terms).reduce(0) { $0 + $1.0 * $1.1 }
      let squares = zip(probabilities, terms).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
      #expect(Self.isNear(mean, 1.58156) && Self.isNear(squares.squareRoot(), spread), "\(estimator)")
    }
    #expect(OffPolicyEstimate.terms(.weightedImportance, log) == nil)
  }

  /// Each of the eight episodes as often as in 200: all the probabilities are multiples of 1/200.
  private static var population: [[Int]] {
    OffPolicyFixture.all.flatMap { actions in
      let count = Int((200 * OffPolicyFixture.probability(actions, OffPolicyFixture.behavior)).rounded())
      return [[Int]](repeating: actions, count: count)
    }
  }

  @Test("where a log is exactly what was expected, every estimator is exact, and so is what is counted")
  func exactLog() throws {
    let episodes = Self.population
    #expect(episodes.count == 200)
    let log = try OffPolicyFixture.counted(episodes)
    for estimator in OffPolicyEstimator.allCases where estimator != .switchDoublyRobust {
      let value = try OffPolicyEstimate.value(estimator, log, folds: 1)
      #expect(Self.isNear(value, 1.58156), "\(estimator): \(value)")
    }
    #expect(Self.isNear(ImportanceWeights(log.episodes).mean, 1))
    let fitted = try OffPolicyFixture.counted(episodes, behavior: nil)
    #expect(zip(fitted.episodes.behavior, log.episodes.behavior).allSatisfy { Self.isNear($0, $1) })
    #expect(log.unsupportedShare == 0)
  }

  @Test("one step: the estimators of bandits, against sums written out")
  func bandit() throws {
    let rewards = [1, 0, 0, 1, 0.5]
    let (behavior, target) = ([0.5, 0.25, 0.8, 0.1, 1], [0.1, 0.5, 0.8, 0.6, 0.2])
    let (q, v) = ([0.7, 0.2, 0.1, 0.5, 0.4], [0.3, 0.6, 0.2, 0.4, 0.5])
    let log = try LoggedEpisodes(
      lengths: [1, 1, 1, 1, 1], rewards: rewards, behavior: behavior, target: target, discount: 1)
    let model = try ModeledValues(actionValues: q, values: v)
    let w = zip(target, behavior).map { $0 / $1 }
    let tuning = OffPolicyTuning(threshold: 1.5, shrinkage: 3)
    func mean(_ term: (Int) -> Double) -> Double { (0..<5).reduce(0) { $0 + term($1) } / 5 }
    let total = w.reduce(0, +)
    for (name, expected) in [
      ("ipw", mean { w[$0] * rewards[$0] }), ("snipw", mean { 5 * w[$0] * rewards[$0] / total }),
      ("dm", mean { v[$0] }),
      ("dr", mean { v[$0] + w[$0] * (rewards[$0] - q[$0]) }),
      ("sndr", mean { v[$0] + 5 * w[$0] * (rewards[$0] - q[$0]) / total }),
      ("switch-dr", mean { v[$0] + (w[$0] <= 1.5 ? w[$0] : 0) * (rewards[$0] - q[$0]) }),
      ("dr-os", mean { v[$0] + 3 * w[$0] / (w[$0] * w[$0] + 3) * (rewards[$0] - q[$0]) }),
    ] {
      let estimator = try OffPolicyEstimator(named: name)
      #expect(
        Self.isNear(OffPolicyEstimate.value(estimator, log, model: model, tuning: tuning), expected, 1e-12), "\(name)")
    }
  }

  @Test("an episode that ended keeps its weight and earns nothing: padding it changes no estimate")
  func padding() throws {
    let short = try LoggedEpisodes(
      lengths: [2, 1, 3], rewards: [1, 2, 3, 1, 0, 1], behavior: [0.5, 0.5, 0.5, 0.2, 0.4, 0.5],
      target: [0.9, 0.2, 0.1, 0.5, 0.3, 0.6], discount: 0.9)
    let long = try LoggedEpisodes(
      lengths: [3, 3, 3], rewards: [1, 2, 0, 3, 0, 0, 1, 0, 1], behavior: [0.5, 0.5, 1, 0.5, 1, 1, 0.2, 0.4, 0.5],
      target: [0.9, 0.2, 1, 0.1, 1, 1, 0.5, 0.3, 0.6], discount: 0.9)
    for estimator in [OffPolicyEstimator.importance, .weightedImportance, .perDecision, .weightedPerDecision] {
      #expect(
        Self.isNear(OffPolicyEstimate.value(estimator, short), OffPolicyEstimate.value(estimator, long), 1e-12),
        "\(estimator)")
    }
    let bounds = try (OffPolicyBounds(short), OffPolicyBounds(long))
    let (one, other) = (bounds.0.anytime(), bounds.1.anytime())
    #expect(Self.isNear(one.lower, other.lower, 1e-9) && Self.isNear(one.upper, other.upper, 1e-9))
  }
}
