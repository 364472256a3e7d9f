import Compute
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
