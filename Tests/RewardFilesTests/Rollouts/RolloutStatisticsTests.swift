import Compute
import Foundation
import RewardFiles
import Testing

@Suite("The arithmetic of the rollout checks")
struct RolloutStatisticsTests {
  static func near(_ a: Double, _ b: Double, _ tolerance: Double = 1e-6) -> Bool { abs(a - b) <= tolerance }

  /// 1000 accepted, of which 40 were checked and 4 are wrong; 3000 rejected, 60 checked, 3 right.
  static let sample = GoldSample([
    .init(accepted: true, population: 1000, labelled: 40, right: 36, name: "accepted"),
    .init(accepted: false, population: 3000, labelled: 60, right: 3, name: "rejected"),
  ])

  @Test("weighted rates: 900 right of 1050 are accepted, 100 wrong of 2950")
  func rates() {
    let table = GoldRates(Self.sample, random: RandomSource(seed: 1)).estimate
    #expect(Self.near(table.recall, 0.857_143) && Self.near(table.falsePositiveRate, 0.033_898))
    #expect(Self.near(table.precision, 0.9) && Self.near(table.rightShare, 1050.0 / 4000))
  }

  @Test("where one stratum decides, the drawn interval is Clopper and Pearson's")
  func interval() {
    // 3 wrong of 50 accepted, and so many rejected that are all known to be wrong: the rate is 1000 q / (1000 q + 1000), so that q is
    // the rate's odds. SciPy: beta.ppf(.025, 3, 48) = .012549, beta.ppf(.975, 4, 47) = .165482.
    let sample = GoldSample([
      .init(accepted: true, population: 1000, labelled: 50, right: 47, name: "accepted"),
      .init(accepted: false, population: 1000, labelled: 1_000_000, right: 0, name: "rejected"),
    ])
    let (interval, p) = GoldRates(sample, random: RandomSource(seed: 1)).errorRate(\.falsePositiveRate, atMost: 0.02)
    #expect(Self.near(interval.lower / (1 - interval.lower), 0.012_549, 8e-4))
    #expect(Self.near(interval.upper / (1 - interval.upper), 0.165_482, 3e-3))
    // P(X ≥ 3) for 50 draws at odds of .02 / .98; SciPy: binom.sf(2, 50, 1 / 49) = .082181.
    #expect(Self.near(p, 0.082_181, 6e-3))
  }

  @Test("noise undone: .38 observed with errors of .1 and .2 is .4; rewards 1.285714 and −.142857")
  func noise() {
    let noise = NoisyRewards(falsePositiveRate: 0.1, falseNegativeRate: 0.2)
    #expect(Self.near(noise.passRate(observed: 0.38), 0.4))
    #expect(Self.near(noise.accepted, 1.285_714) && Self.near(noise.rejected, -0.142_857))
  }

  @Test("precision at 1 % prevalence: with recall .9 and 5 % false positives 15 accepted in 100 are right")
  func prevalence() {
    #expect(
      Self.near(Prevalence.precision(sensitivity: 0.9, falsePositiveRate: 0.05, prevalence: 0.01), 0.009 / 0.0585))
  }

  @Test(
    "groups of eight that are paid alike",
    arguments: [(0.05, 0.663_420), (0.1, 0.430_467), (0.25, 0.100_128), (0.5, 0.007_812)])
  func collapse(rate: Double, share: Double) {
    #expect(Self.near(GroupCollapse.expected(passRate: rate, size: 8), share))
  }

  @Test("Holm's correction is statsmodels'; a stake twice as high halves a factor")
  func holm() {
    // statsmodels 0.14: multipletests([.001, .02, .03, .04, .5], method="holm").
    for (value, wanted) in zip(
      HolmCorrection.corrected([0.04, 0.001, 0.5, 0.02, 0.03]), [0.09, 0.005, 0.5, 0.08, 0.09])
    {
      #expect(Self.near(value, wanted, 1e-12))
    }
    let (pValues, factors) = HolmCorrection.corrected([0.01, 0.02], stakes: [1, 3])
    // .02 / 3 comes first, with the whole stake of 4 over 3; then .01 with its own.
    #expect(Self.near(pValues[1], 0.02 * 4 / 3, 1e-12) && Self.near(pValues[0], 0.02 * 4 / 3, 1e-12) && factors[0] == 1)
  }

  @Test("exact tests are SciPy's")
  func exact() {
    // SciPy 1.17: binomtest(12, 15).pvalue; fisher_exact([[9, 11], [3, 27]], "greater"); kappa by its definition.
    #expect(Self.near(ExactTests.mcNemar(12, 3), 0.035_156_25, 1e-12))
    #expect(Self.near(ExactTests.fisherGreater(9, of: 20, 3, of: 30), 0.006_321_692_221, 1e-10))
    #expect(Self.near(ExactTests.kappa(40, 5, 10, 45), 0.7, 1e-12) && ExactTests.kappa(10, 0, 0, 0).isNaN)
    #expect(
      ExactTests.mcNemar(0, 0) == 1 && Self.near(ExactTests.atLeast(7, of: 20, probability: 0.3), 0.391_990, 1e-6))
  }

  @Test("conditional logistic regression is statsmodels'")
  func conditional() throws {
    // statsmodels 0.14: ConditionalLogit(y, x, groups=g).fit(method="newton"): params 1.19102734, bse .89223756.
    let groups = [
      [(0.1, true), (0.9, false), (-0.4, false), (1.2, true)], [(0.3, false), (0.8, true), (-1.1, false)],
      [(0.5, true), (0.4, false), (1.5, true), (-0.2, false), (0.7, false)], [(-0.6, true), (0.2, false), (0.9, true)],
      [(5, true), (6, true)], [(2, true), (2, false)],
    ]
    let rows = groups.enumerated().flatMap { group, rows in rows.map { (group: group, feature: $0.0, success: $0.1) } }
    let model = try #require(ConditionalLogistic(rows))
    #expect(Self.near(model.weight, 1.191_027_341) && Self.near(model.error, 0.892_237_561) && model.groups == 4)
    #expect(ConditionalLogistic([(0, 1, true), (0, 0, false)]) == nil)
  }

  @Test("Neyman's allocation for ±1 point, by its formula in NumPy")
  func neyman() {
    let plan = NeymanPlan(Self.sample, whole: 2950, reach: 0.01)
    #expect(Self.near(plan.shares[0], 0.309408, 1e-5) && Self.near(plan.total, 2097.91, 0.1))
  }

  @Test("who bets on a fair game reaches a capital of 20 in fewer than 5 % of games; on a true fall nearly always")
  func capital() {
    var (fair, fallen) = (0, 0)
    for game in 0..<200 {
      var stream = RandomSource(seed: 3).stream("game", game)
      func truths(_ late: Double) -> [Double] { (0..<200).map { stream.bernoulli($0 < 100 ? 0.6 : late) ? 1 : 0 } }
      let halves = GoldOverSteps.Comparison(before: 0..<100, after: 100..<200)
      let steps = (0..<200).map(Int32.init)
      let (same, lower) = (
        GoldOverSteps(steps: steps, truths: truths(0.6)), GoldOverSteps(steps: steps, truths: truths(0.15))
      )
      var order = RandomSource(seed: 4).stream("order", game)
      if same.fall(halves, margin: 0, &order) <= 0.05 { fair += 1 }
      if lower.fall(halves, margin: 0, &order) <= 0.05 { fallen += 1 }
    }
    #expect(fair <= 16 && fallen >= 190)
  }

  @Test("a broken line that turns at step 60 is found to")
  func turning() throws {
    let steps = (0..<100).map(Int32.init)
    let gold = GoldOverSteps(
      steps: steps, truths: steps.map { 0.2 + 0.01 * Double(min($0, 60)) - 0.015 * Double(max(0, $0 - 60)) })
    let turn = try #require(gold.turningPoint(Array(steps.indices)))
    #expect(abs(turn - 60) <= 2)
  }
}
