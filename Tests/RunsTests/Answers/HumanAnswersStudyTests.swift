import Agents
import Compute
import Environments
import Feedback
import Files
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Learning from people's answers")
struct HumanAnswersStudyTests {
  /// Comparisons of random three-step segments, answered by a person who judges by this value with a scale, and calls a
  /// tie what differs by little. Written as files, with the statistics that belong to them.
  private func write(
    _ folder: URL, count: Int, scale: Double, without feature: Int? = nil,
    judge: (HumanAnswers.Segment, _ optimum: [Double]) -> Double
  ) throws {
    let world = Delivery()
    let optimum = try ValueIteration.solve(world.tabular().mdp, discount: 1).values
    let isTerminal = try world.tabular().mdp.isTerminal
    let random = RandomSource(seed: 4)
    var numbers: [Int] = []
    var preferences: [Double] = []
    var statistics: [Double] = []
    for row in 0..<count {
      var stream = random.stream("test/segments", row)
      var segments: [HumanAnswers.Segment] = []
      while segments.count < 2 {
        var state = world.reset(random: &stream)
        let start = state
        var moves: [(rows: Int, columns: Int)] = []
        for _ in 0..<3 where !isTerminal[state.cell] {
          let action = stream.below(4)
          moves.append(Delivery.moves[action])
          _ = world.step(&state, action, random: &stream)
        }
        let replay = try world.replay(start: (start.row, start.column), moves: moves)
        let segment = HumanAnswers.Segment(
          start: start.cell, end: state.cell, steps: moves.count, features: replay.features)
        if let feature, segment.featureSum()[feature] != 0 { continue }
        numbers += [start.row, start.column] + moves.flatMap { [$0.rows, $0.columns] }
        numbers += [Int](repeating: 0, count: 2 * (3 - moves.count))
        segments.append(segment)
      }
      func difference(_ value: (HumanAnswers.Segment) -> Double) -> Double { value(segments[1]) - value(segments[0]) }
      let logit = scale * difference { judge($0, optimum) }
      preferences.append(abs(logit) < 0.1 ? 0.5 : stream.bernoulli(1 / (1 + exp(-logit))) ? 1 : 0)
      statistics += [
        difference { Self.value($0, Delivery.trueWeights) }, difference { optimum[$0.start] },
        difference { optimum[$0.end] },
      ]
    }
    func save(_ array: TypedArray, _ suffix: String) throws {
      try NumPyFile.write(array, to: folder.appendingPathComponent("Made_\(suffix).npy"))
    }
    try save(TypedArray(numbers, shape: [count, 2, 4, 2]), "segment_pairs")
    try save(TypedArray(preferences, shape: [count]), "Y")
    try save(TypedArray(statistics, shape: [count, 3]), "X")
  }

  static func value(_ segment: HumanAnswers.Segment, _ weights: [Double]) -> Double {
    zip(segment.featureSum(), weights).reduce(0) { $0 + $1.0 * $1.1 }
  }

  func study(
    count: Int = 1000, scale: Double, resamples: Int = 20, without feature: Int? = nil,
    judge: (HumanAnswers.Segment, _ optimum: [Double]) -> Double
  ) throws -> HumanAnswersReport {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pactolus-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try write(folder, count: count, scale: scale, without: feature, judge: judge)
    var settings = HumanAnswersSettings()
    settings.resamples = 5 * resamples
    settings.learningResamples = resamples
    return try HumanAnswersStudy.run([folder], settings: settings, random: RandomSource(seed: 1))
  }

  @Test("a person who judges by regret is recognised, their scale found, and the agent made near-optimal")
  func regret() throws {
    let report = try study(scale: 0.3) { segment, optimum in
      Self.value(segment, Delivery.trueWeights) + optimum[segment.end] - optimum[segment.start]
    }
    #expect(report.starts == 92)
    #expect(abs(report.optimalReturn - 41.208) < 5e-4 && abs(report.uniformReturn + 71.257) < 5e-4)
    let condition = try #require(report.conditions.first)
    #expect(condition.statisticsChecked && condition.answers == 1000 && condition.ties > 0)
    let (partialReturn, regret) = (condition.fits[0], condition.fits[1])
    #expect(regret.crossEntropy < partialReturn.crossEntropy - 0.05)
    #expect(try #require(regret.scaleInterval).contains(0.3))
    #expect(condition.parts.crossEntropy <= regret.crossEntropy)
    #expect(zip(condition.parts.weights, [1.0, -1, 1]).allSatisfy { $0 * $1 > 0 })
    let learned = condition.learned[1]
    #expect(learned.scaledReturn > 0.95 && learned.neverFinishing == 0)
    #expect(report.findings.first { $0.id == "human-answers/Made/regret/finishes" }?.verdict == .holds)
    #expect(report.findings.first { $0.id == "human-answers/Made/judged-by-regret" }?.verdict == .holds)
  }

  @Test("a person who likes every step gives a reward that never lets the agent finish: a finding, with its loop")
  func neverFinishes() throws {
    let weights = [1.0, 2, -2, 1, 0.5, 0.5]
    let report = try study(scale: 1, resamples: 20) { segment, _ in Self.value(segment, weights) }
    let condition = try #require(report.conditions.first)
    let learned = condition.learned[0]
    #expect(learned.neverFinishing == 92 && learned.neverFinishingShare == 1)
    let loop = try #require(learned.loop)
    #expect(loop.learnedReward > 0 && loop.trueReward < 0)
    let finding = try #require(
      report.findings.first { $0.id == "human-answers/Made/partial-return/finishes" })
    #expect(finding.verdict == .fails && finding.reason.contains("from 92 of 92 starts"))
    #expect(report.lines.contains { $0.hasPrefix("FAILS: ") && $0.contains("finishes from every start") })
    #expect(report.findings.first { $0.id == "human-answers/Made/partial-return/near-optimal" }?.verdict == .fails)
  }

  @Test("the partial-return reward recovers what the person judges by, and the report survives JSON")
  func partialReturn() throws {
    let weights = [-0.5, 2, -2, 0.4, -0.6, -0.9]
    let report = try study(count: 2000, scale: 1) { segment, _ in Self.value(segment, weights) }
    let learned = try #require(report.conditions.first?.learned.first)
    for (index, interval) in learned.weightIntervals.enumerated() {
      let interval = try #require(interval)
      #expect(interval.lower < weights[index] + 0.1 && interval.upper > weights[index] - 0.1)
    }
    let copy = try JSONDecoder().decode(HumanAnswersReport.self, from: JSONEncoder().encode(report))
    #expect(copy == report)
    #expect(report.lines.contains { $0.contains("judged by regret: cross-entropy") })
  }

  @Test("the weight of what no segment meets is not identified, and not 0 with an interval of no width")
  func notIdentified() throws {
    let report = try study(count: 200, scale: 1, resamples: 8, without: 3) { segment, _ in
      Self.value(segment, [-1, 5, -5, 1, -1, -2])
    }
    let learned = try #require(report.conditions.first?.learned.first)
    #expect(report.featureNames[3] == "coin" && learned.identified == [true, true, true, false, true, true])
    #expect(learned.weightIntervals[3] == nil && learned.weightIntervals[0] != nil)
    #expect(report.lines.contains { $0.contains("coin not identified by these answers, roadblock -") })
  }

  @Test("the same seed gives the same report")
  func repeatable() throws {
    let reports = try (0..<2).map { _ in
      try study(count: 200, scale: 1, resamples: 10) { segment, _ in Self.value(segment, [-1, 5, -5, 1, -1, -2]) }
    }
    #expect(reports[0] == reports[1])
  }

  @Test("without resamples there are no intervals, and what rests on them stays open")
  func withoutResamples() throws {
    let report = try study(count: 200, scale: 1, resamples: 0) { segment, _ in
      Self.value(segment, [-1, 5, -5, 1, -1, -2])
    }
    let learned = try #require(report.conditions.first?.learned.first)
    #expect(learned.scaledReturnInterval == nil && learned.neverFinishingShare == nil)
    #expect(report.conditions[0].fits[0].scaleInterval == nil)
    #expect(report.findings.first { $0.id == "human-answers/Made/partial-return/near-optimal" }?.verdict == .unknown)
  }
}
