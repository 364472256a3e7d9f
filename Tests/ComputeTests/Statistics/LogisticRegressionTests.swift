import Compute
import Foundation
import Testing

@Suite("Logistic regression and shared resamples")
struct LogisticRegressionTests {
  let model = LogisticRegression(
    rows: [1, 0.5, 0.2, -1, -1.5, 2, 0.3, 0.3, 2, 1, -0.7, -0.2], width: 2, targets: [1, 0, 0.5, 1, 0, 0],
    counts: [1, 2, 1, 0, 3, 1])

  @Test(
    "the fit is the minimiser that SciPy finds, with and without a penalty that matters",
    arguments: [
      (0.01, [-0.6580707589, 0.1490899842]), (1e-9, [-0.7010872444, 0.1782394257]),
    ])
  func minimiser(penalty: Double, expected: [Double]) {
    let weights = model.fit(penalty: penalty)
    for (weight, value) in zip(weights, expected) { #expect(abs(weight - value) < 1e-6) }
    let restarted = model.fit(penalty: penalty, start: [3, -4])
    for (weight, value) in zip(restarted, expected) { #expect(abs(weight - value) < 1e-6) }
  }

  @Test("answers that a model never misses leave the weights finite")
  func separable() {
    let certain = LogisticRegression(rows: [1, 2, -3], width: 1, targets: [1, 1, 0])
    let weights = certain.fit(penalty: 1e-9)
    #expect(weights[0] > 5 && weights[0].isFinite)
    #expect(certain.crossEntropy(weights) < 1e-4)
  }

  @Test("what is left of the gradient is rounding, by another formula, even in directions that nearly nothing holds")
  func converged() {
    let certain = LogisticRegression(
      rows: [1, 0, 2, 1, 3, -1, 0.5, 4, -1, -2, 1, 1.5], width: 2, targets: [1, 1, 1, 1, 0, 0.5])
    for (model, penalty) in [(model, 1e-9), (model, 0.1), (certain, 1e-4), (certain, 1e-9)] {
      let weights = model.fit(penalty: penalty)
      let total = model.counts.reduce(0, +)
      for column in 0..<2 {
        var (sum, size) = (2 * penalty * weights[column], 2 * penalty * abs(weights[column]))
        for row in model.targets.indices {
          let z = weights[0] * model.rows[2 * row] + weights[1] * model.rows[2 * row + 1]
          let share = model.counts[row] / total * model.rows[2 * row + column]
          // y σ(−z) and (1 − y) σ(z), whose difference is the residual.
          let (for0, for1) = ((1 - model.targets[row]) / (1 + exp(-z)), model.targets[row] / (1 + exp(z)))
          sum += share * (for0 - for1)
          size += abs(share) * (for0 + for1)
        }
        #expect(abs(sum) <= 1e-14 * size)
      }
    }
  }

  @Test("cross-entropy does not overflow")
  func overflow() {
    let model = LogisticRegression(rows: [1000, -1000], width: 1, targets: [1, 1])
    #expect(model.crossEntropy([10]) == 5000)
  }

  @Test("a replicate depends on its number alone, and their percentiles are an interval")
  func replicates() throws {
    let values = (0..<50).map { Double($0 * $0 % 17) }
    @Sendable func statistics(_ counts: [Double]) -> [Double] {
      [zip(values, counts).reduce(0) { $0 + $1.0 * $1.1 } / 50, counts.reduce(0, +)]
    }
    let random = RandomSource(seed: 3)
    let one = Statistics.bootstrapReplicates(
      count: values.count, resamples: 400, random: random, statistics: statistics)
    for resample in [0, 1, 399] {
      var stream = random.stream("bootstrap", resample)
      var counts = [Double](repeating: 0, count: 50)
      for _ in 0..<50 { counts[stream.below(50)] += 1 }
      #expect(one[resample] == statistics(counts))
    }
    #expect(one.allSatisfy { $0[1] == 50 })
    let interval = try #require(Statistics.percentileInterval(one, column: 0))
    #expect(interval.contains(Statistics.mean(values)))
    let reach = 1.96 * Statistics.standardError(values)
    #expect(abs(interval.halfWidth / reach - 1) < 0.2)
    #expect(Statistics.percentileInterval([[.nan], [1]], column: 0) == nil)
  }
}
