import Compute
import Foundation
import Testing

/// The same quantities, computed another way or with SciPy 1.17.1.
@Suite("Statistics, computed another way")
struct IntervalFormulaTests {
  private let skewed = [0.2, 0.5, 0.9, 1.4, 1.5, 2.2, 3.9, 7.5, 9.1, 15.2, 1.1, 0.7]

  @Test("a bootstrap has 2,000 resamples, a level of 95 % and Efron's correction, unless told otherwise")
  func bootstrapDefaults() throws {
    let random = RandomSource(seed: 8)
    let interval = try #require(Statistics.bootstrapInterval(skewed, statistic: Statistics.mean, random: random))
    #expect(
      interval
        == Statistics.bootstrapInterval(
          skewed, statistic: Statistics.mean, level: 0.95, resamples: 2000, method: .bca, random: random))
    for resamples in [1999, 2001] {
      #expect(
        interval
          != Statistics.bootstrapInterval(
            skewed, statistic: Statistics.mean, resamples: resamples, random: random))
    }
    var calls = 0
    _ = Statistics.bootstrapInterval(count: skewed.count, random: random) { indices in
      calls += 1
      return Double(indices[0])
    }
    // Besides the resamples: the whole, and each value left out.
    #expect(calls == 2001 + skewed.count)
    #expect(interval.level == 0.95)
  }

  @Test("permutation tests draw 10,000 permutations where there are more, unless told otherwise")
  func permutationDefaults() {
    let random = RandomSource(seed: 8)
    let (first, second) = (skewed.map { $0 + 1.5 }, skewed.map { $0 * 0.9 })
    // 2,704,156 ways to choose 12 of 24: the share is of the 10,000 drawn and the one that was seen.
    let share: Double = Statistics.permutationTest(first, second, random: random) * 10_001
    #expect(abs(share - share.rounded()) < 1e-8 && share > 100 && share < 9900)
    #expect(
      Statistics.permutationTest(first, second, random: random)
        == Statistics.permutationTest(first, second, permutations: 10_000, random: random))
    let differences = skewed.map { $0 - 2.5 } + [0.3, -0.4]
    let paired: Double = Statistics.pairedPermutationTest(differences, random: random) * 10_001
    #expect(abs(paired - paired.rounded()) < 1e-8 && paired > 100 && paired < 9900)
  }

  @Test("bootstrap intervals are those of Efron's formulas on the same resamples", arguments: [0.95, 0.8])
  func bootstrap(level: Double) throws {
    let random = RandomSource(seed: 8)
    let n = skewed.count
    for resamples in [2, 50, 399] {
      var replicates: [Double] = []
      for resample in 0..<resamples {
        var stream = random.stream("bootstrap", resample)
        replicates.append((0..<n).map { _ in skewed[stream.below(n)] }.reduce(0, +) / Double(n))
      }
      replicates.sort()
      func at(_ p: Double) -> Double {
        let place = p * Double(resamples - 1)
        let (low, high) = (Int(place.rounded(.down)), Int(place.rounded(.up)))
        return replicates[low] + (place - Double(low)) * (replicates[high] - replicates[low])
      }
      let (low, high) = ((1 - level) / 2, (1 + level) / 2)
      let plain = try #require(
        Statistics.bootstrapInterval(
          skewed, statistic: Statistics.mean, level: level, resamples: resamples, method: .percentile, random: random))
      #expect(abs(plain.lower - at(low)) < 1e-12 && abs(plain.upper - at(high)) < 1e-12 && plain.level == level)
      let mean = skewed.reduce(0, +) / Double(n)
      let below = Double(replicates.count { $0 < mean }) + 0.5 * Double(replicates.count { $0 == mean })
      let bca = try #require(
        Statistics.bootstrapInterval(
          skewed, statistic: Statistics.mean, level: level, resamples: resamples, random: random))
      guard below > 0, below < Double(resamples) else {
        #expect(bca == plain)
        continue
      }
      let bias = SpecialFunctions.normalQuantile(below / Double(resamples))
      let left = skewed.map { (mean * Double(n) - $0) / Double(n - 1) }
      let centre = left.reduce(0, +) / Double(n)
      let squares = left.reduce(0) { $0 + pow(centre - $1, 2) }
      let cubes = left.reduce(0) { $0 + pow(centre - $1, 3) }
      let acceleration = cubes / (6 * pow(squares, 1.5))
      func corrected(_ p: Double) -> Double {
        let z = bias + SpecialFunctions.normalQuantile(p)
        return SpecialFunctions.normalDistribution(bias + z / (1 - acceleration * z))
      }
      #expect(abs(bca.lower - at(corrected(low))) < 1e-9 && abs(bca.upper - at(corrected(high))) < 1e-9)
    }
    // A statistic that is undefined on some resample, on the whole, or with one left out has no interval.
    for bad in [
      { (indices: [Int]) -> Double in indices.contains(3) && Set(indices).count < 4 ? .nan : 1 },
      { indices in indices == [0, 1, 2, 3] ? .nan : 1 }, { indices in indices.count == 3 ? .nan : Double(indices[0]) },
    ] {
      #expect(Statistics.bootstrapInterval(count: 4, resamples: 60, random: random, statistic: bad) == nil)
    }
    #expect(Statistics.bootstrapInterval(count: 2, resamples: 20, random: random) { Double($0[0]) } != nil)
    #expect(Statistics.bootstrapInterval(count: 1, resamples: 20, random: random) { _ in 1 } == nil)
  }

  @Test("permutation tests count every labelling, for all sizes of both groups")
  func permutations() {
    let values = [3.0, -1, 4, 1.5, 9, 2.6, 5]
    for size in 1...6 {
      let (first, second) = (Array(values[..<size]), Array(values[size...]))
      func distance(_ mask: Int) -> Double {
        let chosen = values.indices.filter { mask >> $0 & 1 == 1 }.map { values[$0] }
        let rest = values.indices.filter { mask >> $0 & 1 == 0 }.map { values[$0] }
        return abs(chosen.reduce(0, +) / Double(chosen.count) - rest.reduce(0, +) / Double(rest.count))
      }
      let observed = distance((1 << size) - 1)
      let masks = (0..<128).filter { $0.nonzeroBitCount == size }
      let extreme = masks.count { distance($0) >= observed - 1e-9 }
      let random = RandomSource(seed: 2)
      #expect(
        Statistics.permutationTest(first, second, random: random) == Double(extreme) / Double(masks.count), "\(size)")
      #expect(
        Statistics.permutationTest(first, second, permutations: masks.count, random: random)
          == Double(extreme) / Double(masks.count))
      // One permutation fewer than there are labellings: they are drawn, and counted with the observed one.
      var drawn = 1
      for index in 0..<masks.count - 1 {
        var stream = random.stream("permutation", index)
        var shuffled = values
        stream.shuffle(&shuffled)
        let (a, b) = (shuffled[..<size], shuffled[size...])
        if abs(a.reduce(0, +) / Double(a.count) - b.reduce(0, +) / Double(b.count)) >= observed - 1e-9 { drawn += 1 }
      }
      #expect(
        Statistics.permutationTest(first, second, permutations: masks.count - 1, random: random)
          == Double(drawn) / Double(masks.count))
    }
    let differences = [1.0, -2, 3, 0.5, 4]
    let sum = abs(differences.reduce(0, +))
    func signed(_ mask: Int) -> Double {
      differences.indices.reduce(0) { $0 + (mask >> $1 & 1 == 1 ? -1 : 1) * differences[$1] }
    }
    let extreme = (0..<32).count { abs(signed($0)) >= sum - 1e-9 }
    let random = RandomSource(seed: 2)
    for permutations in [10_000, 32] {
      #expect(
        Statistics.pairedPermutationTest(differences, permutations: permutations, random: random) == Double(extreme)
          / 32)
    }
    var drawn = 1
    for index in 0..<31 {
      var stream = random.stream("permutation", index)
      let flipped = differences.reduce(0) { $0 + (stream.uniform() < 0.5 ? -$1 : $1) }
      if abs(flipped) >= sum - 1e-9 { drawn += 1 }
    }
    #expect(Statistics.pairedPermutationTest(differences, permutations: 31, random: random) == Double(drawn) / 32)
    #expect(
      Statistics.permutationTest([], [1], random: random).isNaN
        && Statistics.permutationTest([1], [], random: random).isNaN)
    #expect(Statistics.pairedPermutationTest([], random: random).isNaN)
    let many = [Double](repeating: 0.5, count: 70)
    #expect(Statistics.pairedPermutationTest(many, permutations: 99, random: random) == 0.01)
  }

  @Test("correlations' intervals by Fisher's formula, with Bonett and Wright's for ranks; degenerate ones are points")
  func correlations() throws {
    let (a, b) = ([1.0, 2, 3, 4, 5, 6, 7], [2.0, 1, 4, 3, 7, 5, 6])
    let z = SpecialFunctions.normalQuantile(0.95)
    let r = Statistics.pearson(a, b)
    let pearson = try #require(Statistics.pearsonInterval(a, b, level: 0.9))
    #expect(
      abs(atanh(pearson.lower) - atanh(r) + z / 2) < 1e-12 && abs(atanh(pearson.upper) - atanh(r) - z / 2) < 1e-12)
    let rho = Statistics.spearman(a, b)
    let reach = z * ((1 + rho * rho / 2) / 4).squareRoot()
    let spearman = try #require(Statistics.spearmanInterval(a, b, level: 0.9))
    #expect(
      abs(atanh(spearman.lower) - atanh(rho) + reach) < 1e-12 && abs(atanh(spearman.upper) - atanh(rho) - reach) < 1e-12
    )
    #expect(Statistics.pearsonInterval([1, 2, 3, 4], [2, 4, 6, 8])?.lower ?? 0 > 0.999)
    let equal = try #require(Statistics.spearmanInterval(a, a))
    #expect(equal.upper == 1 && abs(equal.lower - 1) < 1e-12 && equal.level == 0.95)
    #expect(
      Statistics.pearsonInterval([1, 1, 1, 1], [1, 2, 3, 4]) == nil
        && Statistics.pearsonInterval([1, 2, 3, 4], [1, 2, 3, 5]) != nil)
    #expect(
      Statistics.pearson([1], [1]).isNaN && Statistics.pearson([1, 2], [3, 3]).isNaN
        && abs(Statistics.pearson([1, 2], [5, 1]) + 1) < 1e-15)
    #expect(
      Statistics.ranks([]) == [] && Statistics.ranks([5, 5]) == [1.5, 1.5] && Statistics.ranks([3, 1, 2]) == [3, 1, 2])
    let point = Statistics.differenceInterval([2, 2], [5, 5, 5])
    #expect(point == Interval(lower: -3, upper: -3, level: 0.95))
    #expect(Statistics.meanInterval([1, 3])!.halfWidth > 12 && Statistics.differenceInterval([1, 3], [2, 5]) != nil)
    let interval = Interval(lower: 1, upper: 3, level: 0.9)
    #expect(
      interval.contains(1) && interval.contains(3) && !interval.contains(0.99) && !interval.contains(3.01)
        && interval.halfWidth == 1)
    #expect(Statistics.interquartileMean([1, 2, 3, 100]) == 2.5 && Statistics.interquartileMean([7]) == 7)
    #expect(Statistics.standardError([1, 3]) == 1 && Statistics.standardDeviation([1, 3]) == 2.squareRoot())
    #expect(abs(Statistics.normalReach95 - SpecialFunctions.normalQuantile(0.975)) < 1e-12)
    #expect(abs(Statistics.normalPower80 - SpecialFunctions.normalQuantile(0.8)) < 1e-12)
    let replicates = (0..<101).map { [Double($0), -Double($0)] }.shuffled()
    let percentile = try #require(Statistics.percentileInterval(replicates, column: 1, level: 0.9))
    #expect(Statistics.percentileInterval(replicates, column: 1)?.level == 0.95)
    #expect(abs(percentile.lower + 95) < 1e-9 && abs(percentile.upper + 5) < 1e-9)
    #expect(
      Statistics.percentileInterval([], column: 0) == nil
        && Statistics.percentileInterval([[.infinity]], column: 0) == nil)
  }

  @Test("special functions at and around the places where their formulas change agree with SciPy")
  func specialFunctions() {
    for (a, b, expected) in [
      (0.5, 0.5, 1.1447298858494), (3, 10, -6.492239835020471), (3, 10.5, -6.6263037562809926),
      (12, 40, -28.275524477980014), (0.001, 200, 6.901883067594326), (10, 10, -13.736229227036555),
      (11, 11, -15.171313752325878), (500, 0.25, -0.2654419686809888),
    ] { expectClose(SpecialFunctions.logBeta(a, b), expected, relative: 1e-12) }
    for (x, a, b, expected) in [
      (0.1, 0.3, 9, 0.904011622975302), (0.95, 30, 2, 0.5365969098573434), (0.4, 7, 7, 0.2288439525376),
      (0.999999, 2, 0.1, 0.7236925176520159), (1e-05, 3, 4, 1.9999550003599994e-14), (0.6, 100, 60, 0.254472916864001),
    ] { expectClose(SpecialFunctions.incompleteBeta(x, a, b), expected, relative: 1e-12) }
    for (p, a, b, expected) in [
      (0.9, 0.2, 0.3, 0.9923134416335146), (0.01, 20, 3, 0.6695000540987371), (1e-30, 2, 5, 2.5819888974716124e-16),
      (0.3, 5, 5, 0.4156054043543312),
    ] { expectClose(SpecialFunctions.incompleteBetaInverse(p, a, b), expected, relative: 1e-11) }
    for (y, expected) in [
      (0.49, 0.4658686002350574), (0.51, 0.4881220505159588), (-0.75, -0.8134198475976184),
      (0.05, 0.044340387910005497),
    ] {
      expectClose(SpecialFunctions.inverseErf(y), expected, relative: 1e-12)
    }
    for (t, degrees, expected) in [
      (1.0, 1.0, 0.75), (2.0, 4.0, 0.9419417382415922), (-2.0, 4.0, 0.05805826175840778),
      (3.0, 4.0, 0.9800290159641406),
      (-0.5, 9.0, 0.31453564991301314),
    ] { expectClose(SpecialFunctions.studentDistribution(t, degrees: degrees), expected, relative: 1e-12) }
    for (p, degrees, expected) in [
      (0.25, 3.0, -0.7648923284043444), (0.26, 3.0, -0.7266619873794443), (0.24, 3.0, -0.8044123454504442),
      (0.9, 1.5, 2.1963984175655376),
    ] { expectClose(SpecialFunctions.studentQuantile(p, degrees: degrees), expected, relative: 1e-11) }
    for (p, expected) in [
      (0.49, -0.02506890825871106), (0.4999, -0.0002506628300880075), (0.1, -1.2815515655446004),
      (0.8, 0.8416212335729143),
    ] {
      expectClose(SpecialFunctions.normalQuantile(p), expected, relative: 1e-12)
    }
  }

  @Test("each end of each domain, from both sides")
  func domains() {
    typealias S = SpecialFunctions
    #expect(S.logGamma(0).isNaN && S.logGamma(-0.5).isNaN && S.logGamma(1) == 0)
    for (x, a, b) in [(0.5, 0, 1), (0.5, 1, 0), (-0.1, 1, 1), (1.1, 1, 1), (0.5, -1, 2)] as [(Double, Double, Double)] {
      #expect(S.incompleteBeta(x, a, b).isNaN && S.incompleteBetaInverse(x, a, b).isNaN)
    }
    #expect(S.incompleteBeta(0, 2, 3) == 0 && S.incompleteBeta(1, 2, 3) == 1 && S.incompleteBeta(0.5, 1, 1) == 0.5)
    #expect(S.incompleteBetaInverse(0, 2, 3) == 0 && S.incompleteBetaInverse(1, 2, 3) == 1)
    #expect(
      S.normalQuantile(1) == .infinity && S.normalQuantile(0) == -.infinity && S.normalQuantile(0.5) == 0
        && S.normalQuantile(1.01).isNaN)
    #expect(S.normalDistribution(0) == 0.5 && S.inverseErf(0) == 0 && S.inverseErf(-1) == -.infinity)
    #expect(S.inverseErf(1.01).isNaN && S.inverseErf(-1.01).isNaN)
    #expect(S.studentDistribution(1, degrees: 0).isNaN && S.studentDistribution(.nan, degrees: 2).isNaN)
    #expect(S.studentDistribution(1, degrees: .infinity) == S.normalDistribution(1))
    #expect(
      S.studentDistribution(.infinity, degrees: 2) == 1 && S.studentDistribution(-.infinity, degrees: 2) == 0
        && S.studentDistribution(0, degrees: 2) == 0.5)
    #expect(
      S.studentQuantile(0.3, degrees: 0).isNaN && S.studentQuantile(-0.1, degrees: 2).isNaN
        && S.studentQuantile(1.1, degrees: 2).isNaN)
    #expect(S.studentQuantile(0, degrees: 2) == -.infinity && S.studentQuantile(0.5, degrees: 2) == 0)
    #expect(S.studentQuantile(0.9, degrees: .infinity) == S.normalQuantile(0.9))
  }
}
