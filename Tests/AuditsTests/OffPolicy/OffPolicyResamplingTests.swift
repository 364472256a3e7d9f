import Audits
import Compute
import Testing

@Suite("Off-policy evaluation: drawing episodes anew")
struct OffPolicyResamplingTests {
  @Test(
    "a resample has as many draws as there are episodes, each as probable",
    arguments: [1, 7, 100, 65_536, 65_537, 70_001])
  func counts(_ count: Int) {
    let draws = ResampleCounts(count: count, random: RandomSource(seed: 5))
    let resamples = max(1, 40_000 / count)
    var (all, one) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    for resample in 0..<resamples {
      draws.fill(&one, resample: resample)
      #expect(one.reduce(0, +) == Double(count))
      for episode in all.indices { all[episode] += one[episode] }
    }
    // χ² of all draws, whose mean is the number of episodes less one: beyond six standard deviations never by chance.
    let expected = Double(resamples)
    let chi = all.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    let degrees = Double(count - 1)
    #expect(abs(chi - degrees) <= 6 * (2 * degrees).squareRoot())
    // The first half is drawn as often as the second.
    let half = all[..<(count / 2)].reduce(0, +) / (Double(count) * expected) - Double(count / 2) / Double(count)
    #expect(abs(half) < 5 * (0.25 / (Double(count) * expected)).squareRoot() + 1e-12)
  }

  @Test("draws are those of the named stream, sixteen bits at a time, with Lemire's rejection")
  func stream() {
    let random = RandomSource(seed: 8)
    let key = random.stream("off-policy/bootstrap").key
    var counts = [Double](repeating: 0, count: 1000)
    for resample in [0, 3] {
      var (stream, expected, left) = (RandomStream(key: key, index: UInt64(resample)), [Double](), 1000)
      expected = [Double](repeating: 0, count: 1000)
      while left > 0 {
        let word = stream.next32()
        for half in [word & 0xFFFF, word >> 16] where left > 0 && (half * 1000) & 0xFFFF >= 65_536 % 1000 {
          expected[Int((half * 1000) >> 16)] += 1
          left -= 1
        }
      }
      ResampleCounts(count: 1000, random: random).fill(&counts, resample: resample)
      #expect(counts == expected)
    }
  }

  @Test("sums of counts give what the log with its episodes repeated gives, for every estimator")
  func repeated() throws {
    let log = try OffPolicyFixture.counted(OffPolicyFixture.logged + OffPolicyFixture.all)
    let table = TableEstimates(log)
    let model = try table.modeled(folds: 2)
    let estimators = OffPolicyEstimator.allCases
    let random = RandomSource(seed: 3)
    let replicates = OffPolicyReplicates(
      EpisodeColumns(log.episodes, model: model, tuning: OffPolicyTuning(threshold: 2, shrinkage: 5)), table: table,
      estimators: estimators, resamples: 20, random: random)
    var counts = [Double](repeating: 0, count: log.episodes.count)
    for resample in 0..<20 {
      ResampleCounts(count: counts.count, random: random).fill(&counts, resample: resample)
      let drawn = counts.indices.flatMap { [Int](repeating: $0, count: Int(counts[$0])) }
      let episodes = (OffPolicyFixture.logged + OffPolicyFixture.all)
      let again = try OffPolicyFixture.counted(drawn.map { episodes[$0] })
      let steps = drawn.flatMap { Array(log.episodes.steps($0)) }
      let same = try ModeledValues(
        actionValues: steps.map { model.actionValues[$0] }, values: steps.map { model.values[$0] })
      for (place, estimator) in estimators.enumerated() {
        let direct =
          estimator.needsTable
          ? TableEstimates(again).value(estimator)
          : OffPolicyEstimate.value(
            estimator, again.episodes, model: same, tuning: OffPolicyTuning(threshold: 2, shrinkage: 5))
        let value = replicates.columns[place][resample]
        #expect(abs(value - direct) < 1e-9 || (value.isNaN && direct.isNaN), "\(estimator), \(resample)")
      }
      #expect(abs(replicates.columns[estimators.count][resample] - Statistics.mean(again.episodes.returns)) < 1e-12)
    }
  }

  @Test("leaving an episode out by subtraction is leaving it out of the log")
  func jackknife() throws {
    let all = OffPolicyFixture.logged
    let log = try OffPolicyFixture.counted(all).episodes
    let columns = EpisodeColumns(log, model: try OffPolicyFixture.model(all), tuning: OffPolicyTuning())
    for estimator in OffPolicyEstimator.allCases where !estimator.needsTable {
      for (left, value) in columns.leavingOneOut(estimator).enumerated() {
        var rest = all
        rest.remove(at: left)
        let direct = OffPolicyEstimate.value(
          estimator, try OffPolicyFixture.counted(rest).episodes, model: try OffPolicyFixture.model(rest))
        #expect(abs(value - direct) < 1e-9, "\(estimator) without \(left)")
      }
    }
  }

  @Test("equal logs give equal numbers on one thread and on two")
  func threads() throws {
    let log = try OffPolicyFixture.counted(OffPolicyFixture.logged + OffPolicyFixture.all)
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.threadCount = before }
    ThreadPool.shared.threadCount = 1
    let one = try OffPolicyEvaluation(log, random: RandomSource(seed: 9))
    ThreadPool.shared.threadCount = 2
    #expect(try one == OffPolicyEvaluation(log, random: RandomSource(seed: 9)))
    #expect(try one != OffPolicyEvaluation(log, random: RandomSource(seed: 10)))
  }
}
