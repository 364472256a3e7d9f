import Compute
import Foundation
import Testing

/// Expected values were computed with NumPy 2.4.6 and SciPy 1.17.1, unless a test says otherwise.
@Suite("Statistics")
struct StatisticsTests {
  let a = [3.1, 4.7, -2.2, 8.05, 5.5, 5.5]
  let b = [1.0, 2.5, 0.25, -3.5]
  let x = [1.0, 2, 2, 3, 5, 8, 8, 8, 13]
  let y = [2.0, 1, 4, 3, 7, 7, 6, 9, 20]
  let skewed = [0.2, 0.5, 0.9, 1.4, 1.5, 2.2, 3.9, 7.5, 9.1, 15.2, 1.1, 0.7]

  @Test("quantiles, variance and interquartile mean agree with NumPy and rliable")
  func summaries() {
    for (p, expected) in [(0, -2.2), (0.1, 0.45), (0.5, 5.1), (0.77, 5.5), (1, 8.05)] {
      expectClose(Statistics.quantile(a, p), expected, relative: 1e-14)
    }
    expectClose(Statistics.variance(a), 12.114416666666669, relative: 1e-14)
    expectClose(Statistics.interquartileMean(x), 5.2, relative: 1e-14)
    #expect(Statistics.median([3, 1, 2]) == 2)
  }

  @Test("summaries of too few values are NaN and their intervals nil")
  func tooFew() {
    #expect(Statistics.mean([]).isNaN)
    #expect(Statistics.variance([1]).isNaN)
    #expect(Statistics.quantile([], 0.5).isNaN)
    #expect(Statistics.meanInterval([1]) == nil)
    #expect(Statistics.differenceInterval([1, 2], [3]) == nil)
    #expect(Statistics.proportionInterval(successes: 0, of: 0) == nil)
    #expect(Statistics.pearsonInterval([1, 2, 3], [1, 2, 4]) == nil)
    #expect(Statistics.bootstrapInterval([1], statistic: Statistics.mean, random: RandomSource(seed: 1)) == nil)
  }

  @Test("Student's and Welch's intervals agree with SciPy")
  func meanIntervals() throws {
    let mean = try #require(Statistics.meanInterval(a))
    expectClose(mean.lower, 0.45569171975765776, relative: 1e-11)
    expectClose(mean.upper, 7.760974946909009, relative: 1e-12)
    let difference = try #require(Statistics.differenceInterval(a, b, level: 0.9))
    expectClose(difference.lower, 0.4840812498086655, relative: 1e-11)
    expectClose(difference.upper, 7.607585416857998, relative: 1e-12)
  }

  @Test(
    "exact and Wilson intervals of proportions agree with SciPy",
    arguments: [
      (0, 10, 0.95, 0, 0.30849710781876294, 0, 0.27753279986288926),
      (7, 10, 0.95, 0.3475471499399921, 0.9332604888222655, 0.39677814746114526, 0.892208732593699),
      (10, 10, 0.95, 0.6915028921812371, 1, 0.7224672001371109, 1),
      (50, 1793, 0.99, 0.018856223863462297, 0.03951045870277961, 0.019479222357651545, 0.03977440558789621),
    ])
  func proportions(
    successes: Int, trials: Int, level: Double, exactLower: Double, exactUpper: Double, wilsonLower: Double,
    wilsonUpper: Double
  ) throws {
    let exact = try #require(Statistics.proportionInterval(successes: successes, of: trials, level: level))
    expectClose(exact.lower, exactLower, relative: 1e-10)
    expectClose(exact.upper, exactUpper, relative: 1e-10)
    let wilson = try #require(Statistics.wilsonInterval(successes: successes, of: trials, level: level))
    expectClose(wilson.lower, wilsonLower, relative: 1e-10)
    expectClose(wilson.upper, wilsonUpper, relative: 1e-10)
  }

  @Test("Pearson's and Spearman's correlations agree with SciPy, ties included")
  func correlations() throws {
    expectClose(Statistics.pearson(x, y), 0.9096350925241822, relative: 1e-13)
    let interval = try #require(Statistics.pearsonInterval(x, y))
    expectClose(interval.lower, 0.6201530711089531, relative: 1e-11)
    expectClose(interval.upper, 0.9810788282302446, relative: 1e-12)
    expectClose(Statistics.spearman(x, y), 0.8804705288710403, relative: 1e-13)
    #expect(Statistics.ranks(x) == [1, 2.5, 2.5, 4, 5, 7, 7, 7, 9])
    #expect(Statistics.pearson([1, 1, 1], [1, 2, 3]).isNaN)
    let spearman = try #require(Statistics.spearmanInterval(x, y))
    #expect(spearman.contains(0.8804705288710403))
  }

  @Test("bootstrap intervals approach those of SciPy with 400,000 resamples")
  func bootstrap() throws {
    let random = RandomSource(seed: 3)
    let percentile = try #require(
      Statistics.bootstrapInterval(
        skewed, statistic: Statistics.mean, resamples: 20_000, method: .percentile, random: random))
    #expect(abs(percentile.lower - 1.4917) < 0.05 && abs(percentile.upper - 6.4417) < 0.12)
    let bca = try #require(
      Statistics.bootstrapInterval(skewed, statistic: Statistics.mean, resamples: 20_000, random: random))
    #expect(abs(bca.lower - 1.8167) < 0.05 && abs(bca.upper - 7.2417) < 0.15)
    let again = Statistics.bootstrapInterval(skewed, statistic: Statistics.mean, resamples: 20_000, random: random)
    #expect(again == bca)
  }

  @Test("a bootstrap of a constant is a point")
  func bootstrapOfConstant() {
    let interval = Statistics.bootstrapInterval(
      [2, 2, 2], statistic: Statistics.mean, resamples: 50, random: RandomSource(seed: 1))
    #expect(interval == Interval(lower: 2, upper: 2, level: 0.95))
  }

  @Test("permutation tests enumerate small samples exactly")
  func exactPermutations() {
    let random = RandomSource(seed: 1)
    // 19 of the 210 ways to choose six of ten are as far apart (counted with Python's itertools).
    expectClose(Statistics.permutationTest(a, b, random: random), 19.0 / 210, relative: 1e-14)
    expectClose(Statistics.pairedPermutationTest([1.2, 0.3, -0.4, 2.2, 1.7], random: random), 0.1875, relative: 1e-14)
    #expect(Statistics.permutationTest([1], [2], random: random) == 1)
  }

  @Test("drawn permutations are as many as asked, and the labelling that was seen counts as one")
  func countedPermutations() {
    let same = [Double](repeating: 3, count: 20)
    #expect(Statistics.permutationTest(same, same, permutations: 99, random: RandomSource(seed: 1)) == 1)
    #expect(
      Statistics.pairedPermutationTest(same.map { _ in 0 }, permutations: 99, random: RandomSource(seed: 1)) == 1)
    let (low, high) = ((0..<20).map { Double($0) }, (100..<120).map { Double($0) })
    #expect(Statistics.permutationTest(low, high, permutations: 99, random: RandomSource(seed: 1)) == 0.01)
    #expect(
      Statistics.pairedPermutationTest(high, permutations: 99, random: RandomSource(seed: 1)) == 0.01)
  }

  @Test("drawn permutations approach the exact value and never reach zero")
  func drawnPermutations() {
    let random = RandomSource(seed: 5)
    let drawn = Statistics.permutationTest(a, b, permutations: 200, random: random)
    #expect(abs(drawn - 0.09) < 0.06)
    let apart = Statistics.permutationTest(
      (0..<30).map(Double.init), (100..<130).map(Double.init), permutations: 500, random: random)
    expectClose(apart, 1.0 / 501, relative: 1e-12)
  }

  @Test("Student's interval covers the mean at its level")
  func coverage() throws {
    var covered = 0
    for trial in 0..<2000 {
      var stream = RandomSource(seed: 9).stream("coverage", trial)
      let sample = (0..<5).map { _ in 3 + 2 * stream.normal() }
      if try #require(Statistics.meanInterval(sample)).contains(3) { covered += 1 }
    }
    // Five standard deviations of Binomial(2000, .95).
    #expect(abs(covered - 1900) < 49)
  }
}
