import Compute
import Files
import Findings
import Foundation
import Recorded
import RewardFiles
import Testing

@Suite("What each check needs, and what it measures by hand")
struct CheckLimitTests {
  /// Pairs with these margins, the preferred reply's score the margin and the other's 0.
  static func rows(_ margins: [Double]) -> [PreferenceRow] {
    margins.enumerated().map { index, margin in
      PreferenceRow(
        prompt: "prompt number \(index)", chosen: "good reply \(index)", rejected: "bad \(index)", scoreChosen: margin,
        scoreRejected: 0)
    }
  }

  static func result(
    _ check: AuditCheck, _ rows: [PreferenceRow], _ change: (inout AuditInput) -> Void = { _ in }
  ) throws -> CheckResult {
    var input = AuditInput()
    input.preferences = PreferenceTable(rows)
    change(&input)
    return try #require(FilesAudit(input, checks: [check], random: RandomSource(seed: 1))[check])
  }

  /// Whether the check could be made.
  static func works(
    _ check: AuditCheck, _ rows: [PreferenceRow], _ change: (inout AuditInput) -> Void = { _ in }
  ) throws -> Bool { try result(check, rows, change).missing == nil }

  static func margins(_ count: Int) -> [Double] { (0..<count).map { Double(($0 * 7) % 11) - 3.5 } }

  @Test(
    "ten labelled pairs are enough for what needs scores, nine are not; labels of 0 and missing scores do not count")
  func ten() throws {
    for check in [AuditCheck.accuracy, .calibration, .power, .ties, .padding, .tails, .promptVariance] {
      #expect(try Self.works(check, Self.rows(Self.margins(10))), "\(check.id)")
      #expect(try !Self.works(check, Self.rows(Self.margins(9))), "\(check.id)")
      var rows = Self.rows(Self.margins(10))
      rows[3].label = 0
      #expect(try !Self.works(check, rows), "\(check.id)")
      rows[3].label = -1
      #expect(try Self.works(check, rows), "\(check.id)")
      rows[3].scoreChosen = .nan
      #expect(try !Self.works(check, rows), "\(check.id)")
    }
    #expect(
      try Self.works(.labelNoise, Self.rows(Self.margins(100))) && !Self.works(.labelNoise, Self.rows(Self.margins(99)))
    )
  }

  @Test("a RewardBench win is a higher score: a tie is none in version 1, and a share of the credit in version 2")
  func rewardBenchWins() throws {
    typealias Row = RewardBenchTable.Row
    func accuracy(_ version: RewardBenchTable.Version, _ rows: [Row]) throws -> [Double] {
      let result = try Self.result(.rewardBench, []) {
        $0.preferences = nil
        $0.rewardBench = RewardBenchTable(version: version, rows: rows)
      }
      return result.evidence.map { ($0.value * 1e12).rounded() / 1e12 }
    }
    func row(_ subset: String, _ scores: [Double], correct: Int = 1) -> Row {
      Row(subset: subset, id: "\(scores)", scores: scores, correctCount: correct)
    }
    let rows = [
      row("chat", [2, 1]), row("chat", [1, 1]), row("chat", [0, 1]), row("code", [3, 1]), row("chat", [2]),
    ]
    #expect(try accuracy(.one, rows) == [0.25, 1, 0.625])
    let best = [
      row("a", [2, 1, 0, 0]), row("a", [2, 2, 0, 2]), row("b", [1, 1, 1, 1], correct: 2), row("ties", [1]),
    ]
    #expect(try accuracy(.two, best) == [0.666666666667, 0.5, 0.583333333333])
  }

  @Test("groups count from thirty pairs on")
  func thirty() throws {
    for (size, tests) in [(29, 2), (30, 3)] {
      var rows = Self.rows(Self.margins(80))
      for index in rows.indices { rows[index].domain = index < size ? "a" : index < 70 ? "b" : nil }
      #expect(try Self.result(.accuracy, rows).tests.count == tests)
      for index in rows.indices { rows[index].attributes = index < size ? ["k": "a"] : index < 70 ? ["k": "b"] : [:] }
      #expect(try Self.works(.slices, rows) == (size == 30))
    }
    for (size, works) in [(29, false), (30, true)] {
      var rows = Self.rows(Self.margins(40))
      for index in 0..<size { rows[index].members = ["m0": [1, 0], "m1": [Double(index % 2), 0.5]] }
      #expect(try Self.works(.ensemble, rows) == works)
      for index in 0..<size { rows[index].members["m1"] = nil }
      #expect(try !Self.works(.ensemble, rows))
    }
  }

  @Test("thirty pairs that two people labelled bound what any model can reach; the first two of each count")
  func people() throws {
    func rows(_ pairs: Int, _ agreeing: Int) -> [PreferenceRow] {
      (0..<pairs).flatMap { pair -> [PreferenceRow] in
        (0..<3).map { person in
          let turned = person == 1 && pair >= agreeing
          var row = PreferenceRow(
            prompt: "p\(pair)", chosen: turned ? "b" : "a", rejected: turned ? "a" : "b",
            scoreChosen: turned ? 0 : 1, scoreRejected: turned ? 1 : 0)
          row.annotator = person == 0 ? "ann" : person == 1 ? "ben" : "ann"
          return row
        }
      }
    }
    #expect(try Self.works(.humanCeiling, rows(30, 20)) && !Self.works(.humanCeiling, rows(29, 20)))
    let test = try #require(try Self.result(.humanCeiling, rows(40, 30)).tests.first)
    // They agree on 30 of 40; the model is right about 2 · 40 + 30 of 120.
    #expect(abs(test.estimate - (0.75 - 110.0 / 120)) < 1e-12 && test.count == 40)
    let (a, b) = (31.0 / 42, 111.0 / 122)
    let error = (a * (1 - a) / 42 + b * (1 - b) / 122).squareRoot()
    let interval = try #require(test.interval)
    #expect(abs((interval.upper - interval.lower) / 2 - 1.959_963_984_540_054 * error) < 1e-9)
  }

  @Test("tails: beyond six robust deviations; Hill's index of the largest by hand")
  func tails() throws {
    // Scores −10 … 9 and nought for the others: the median of 40 is 0. Deviations: 1.4826 times their median.
    var rows = Self.rows((0..<20).map { Double($0) - 10 })
    for index in rows.indices { rows[index].scoreRejected = Double(index) - 9.5 }
    let scores = rows.flatMap { [$0.scoreChosen, $0.scoreRejected] }.sorted()
    let median = (scores[19] + scores[20]) / 2
    let sizes = scores.map { abs($0 - median) }.sorted()
    let spread = 1.4826 * (sizes[19] + sizes[20]) / 2
    rows[0].scoreChosen = median + 6 * spread
    rows[1].scoreRejected = median + 6.01 * spread
    let result = try Self.result(.tails, rows)
    let changed = rows.flatMap { [$0.scoreChosen, $0.scoreRejected] }.sorted()
    let middle = (changed[19] + changed[20]) / 2
    let around = changed.map { abs($0 - middle) }.sorted(by: >)
    let robust = 1.4826 * (around[19] + around[20]) / 2
    #expect(result.tests.first?.estimate == Double(around.count { $0 > 6 * robust }) / 40)
    // 40 / 50 is below five: the five largest over the sixth.
    let hill = (0..<5).reduce(0.0) { $0 + log(around[$1] / around[5]) } / 5
    #expect(abs((result.evidence.first?.value ?? 0) - 1 / hill) < 1e-9 && result.evidence.first?.count == 5)
  }

  @Test("the pairs needed for one point: (1.96 + 0.84)² p (1 − p) / 0.01², and how many are missing")
  func power() throws {
    let rows = Self.rows((0..<100).map { $0 < 70 ? 1 : -1 })
    let evidence = try Self.result(.power, rows).evidence
    let needed = (pow(1.959_963_984_540_054 + 0.841_621_233_572_914_3, 2) * 0.21 / 0.0001).rounded(.up)
    #expect(evidence.map(\.value) == [needed, needed - 100] && needed == 16_483)
    #expect(try Self.result(.power, Self.rows([Double](repeating: 1, count: 12))).evidence.map(\.value) == [0, 0])
  }

  @Test("intraclass correlation, its interval and test are SciPy's F distribution's")
  func promptVariance() throws {
    // Means of pairs 1 … 12 apart by 3, differences 1 and −2 in turn: between = 2 var(means), within = mean of d² / 2.
    let rows = (0..<12).map { index in
      let (mean, half) = (3 * Double(index), index % 2 == 0 ? 0.5 : -1)
      return PreferenceRow(
        prompt: "p\(index)", chosen: "c\(index)", rejected: "r\(index)", scoreChosen: mean + half,
        scoreRejected: mean - half)
    }
    let result = try Self.result(.promptVariance, rows)
    // between = 2 · 9 · 13 = 234, within = (6 · 1 + 6 · 4) / 2 / 12 = 1.25.
    let ratio = 234 / 1.25
    #expect(abs((result.tests.first?.estimate ?? 0) - 2 / (ratio + 1)) < 1e-12)
    #expect(abs((result.evidence.first?.value ?? 0) - (ratio - 1) / (ratio + 1)) < 1e-12)
    let interval = try #require(result.tests.first?.interval)
    // scipy.stats.f.ppf([0.025, 0.975], 11, 12); sf(234 / 1.25 / 39, 11, 12).
    #expect(abs(interval.lower - 0.0031103059624459518) < 1e-9 && abs(interval.upper - 0.034867263189824416) < 1e-9)
    #expect(abs((result.tests.first?.pValue ?? 0) - 0.005885567317106179) < 1e-9)
  }

  @Test("where the reply stood: shares by hand from ten pairs on, the model's choices against people's from thirty")
  func position() throws {
    var rows = Self.rows((0..<48).map { $0 % 3 == 0 ? -1 : 1 })
    for index in rows.indices { rows[index].position = index < 28 ? 1 : -1 }
    let tests = try Self.result(.positionLeakage, rows).tests
    try #require(tests.count == 2)
    #expect(abs(tests[0].estimate - (28.0 / 48 - 0.5)) < 1e-12 && tests[0].count == 48)
    let half = 1.959_963_984_540_054 / (2 * 48.0.squareRoot())
    #expect(abs((tests[0].interval?.upper ?? 0) - (28.0 / 48 - 0.5 + half)) < 1e-9)
    // People prefer the first reply in 28 of 48. The model is wrong in 10 of those and in 6 of the other 20: it prefers the
    // first in 18 + 6.
    #expect(abs(tests[1].estimate - (24.0 / 48 - 28.0 / 48)) < 1e-9 && tests[1].count == 48)
    for index in 29..<48 { rows[index].position = 0 }
    #expect(try Self.result(.positionLeakage, rows).tests.count == 1)
    for index in 10..<29 { rows[index].position = 0 }
    #expect(try Self.works(.positionLeakage, rows))
    rows[9].label = 0
    #expect(try !Self.works(.positionLeakage, rows))
  }

  @Test("labels without scores: the share of longer replies preferred, of thirty unequal pairs or more")
  func lengthOfLabels() throws {
    let rows = (0..<40).map { index in
      PreferenceRow(
        prompt: "p\(index)", chosen: index < 24 ? "a b c" : index < 36 ? "a" : "a b", rejected: "c d")
    }
    let test = try #require(try Self.result(.lengthBias, rows).tests.first)
    #expect(abs(test.estimate - (24.0 / 36 - 0.5)) < 1e-12 && test.count == 36)
    // One pair more of each kind: 25 of 38.
    let error = (25.0 / 38 * 13 / 38 / 38).squareRoot()
    #expect(abs((test.interval?.upper ?? 0) - (24.0 / 36 - 0.5 + 1.959_963_984_540_054 * error)) < 1e-9)
    // Pairs of equal length say nothing, and a few that do not settle nothing.
    let equal = (0..<12).map { PreferenceRow(prompt: "p\($0)", chosen: "a b", rejected: "c d") }
    let none = try Self.result(.lengthBias, equal)
    #expect(none.notMeasurable == "the two replies of every pair are of equal length" && none.tests.isEmpty)
    for few in [1, 29] {
      let some = equal + (0..<few).map { PreferenceRow(prompt: "q\($0)", chosen: "a b c", rejected: "c d") }
      #expect(try Self.result(.lengthBias, some).missing == "fewer than 30 pairs differ in length")
    }
  }

  @Test("a second scoring: winners that change, margins that move, largest and mean change, distance")
  func second() throws {
    let margins = (0..<20).map { Double($0) - 5.5 }
    let moved = margins.enumerated().map { $0 == 3 ? -$1 : $0 == 9 ? $1 + 2 : $1 }
    let scoring = SecondScoring(name: "two", scoreChosen: moved, scoreRejected: [Double](repeating: 0, count: 20))
    let change: (inout AuditInput) -> Void = { $0.secondScorings = [scoring] }
    let result = try Self.result(.invariance, Self.rows(margins), change)
    #expect(result.tests.map(\.estimate) == [0.05, 0.1])
    #expect(result.evidence.map(\.value) == [5, (5.0 + 2) / 20])
    #expect(result.examples.map(\.row) == [3] && result.examples.first?.why == "margin −2.5, then 2.5")
    let distance = try #require(try Self.result(.modelDistance, Self.rows(margins), change).tests.first)
    let (aa, bb) = (margins.reduce(0) { $0 + $1 * $1 }, moved.reduce(0) { $0 + $1 * $1 })
    let rho = zip(margins, moved).reduce(0) { $0 + $1.0 * $1.1 } / (aa * bb).squareRoot()
    #expect(abs(distance.estimate - ((1 - rho) / 2).squareRoot()) < 1e-12)
    let influence = zip(margins, moved).map { a, b -> Double in
      let (x, y) = (a / (aa / 20).squareRoot(), b / (bb / 20).squareRoot())
      return x * y - rho * (x * x + y * y) / 2
    }
    let error = (influence.reduce(0) { $0 + $1 * $1 } / 400).squareRoot()
    #expect(abs((distance.interval?.upper ?? 0) - ((1 - rho + 1.959_963_984_540_054 * error) / 2).squareRoot()) < 1e-9)
    #expect(try Self.result(.modelDistance, Self.rows(Array(margins.prefix(19))), change).tests.isEmpty)
    // A tie that appears is a change of the winner, one that stays is none.
    let ties = SecondScoring(
      name: "t", scoreChosen: [0, 0, 1] + margins.dropFirst(3), scoreRejected: [Double](repeating: 0, count: 20))
    let tied = try Self.result(.invariance, Self.rows([0, 4, 0] + margins.dropFirst(3))) { $0.secondScorings = [ties] }
    #expect(tied.tests.first?.estimate == 0.1 && tied.examples.map(\.row) == [1, 2])
  }

  @Test("perturbed texts: mean change in spreads of the scores, with the error of both replies' dependence")
  func perturbation() throws {
    let rows = Self.rows((0..<10).map(Double.init))
    let scoring = SecondScoring(
      name: "praise", scoreChosen: (0..<10).map { Double($0) + ($0 % 2 == 0 ? 0.5 : 0.1) },
      scoreRejected: [.nan] + [Double](repeating: 0, count: 9))
    let test = try #require(try Self.result(.perturbation, rows) { $0.perturbedScorings = [scoring] }.tests.first)
    let scores = (0..<10).map(Double.init) + [Double](repeating: 0, count: 9)
    let changes = (0..<10).map { $0 % 2 == 0 ? 0.5 : 0.1 } + [Double](repeating: 0, count: 9)
    func deviation(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / Double(values.count)
      return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }
    #expect(abs(test.estimate - 3 / 19 / deviation(scores)) < 1e-12 && test.count == 19)
    let error = deviation(changes) / 19.0.squareRoot() / deviation(scores) * 2.0.squareRoot()
    #expect(abs((test.interval?.upper ?? 0) - (test.estimate + 1.959_963_984_540_054 * error)) < 1e-9)
  }

  @Test("equal scores and shared scores are counted among different texts")
  func ties() throws {
    var rows = Self.rows([0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    rows[0].rejected = rows[0].chosen
    let ties = try Self.result(.ties, rows)
    #expect(ties.tests.first?.estimate == 0.1 && ties.examples.map(\.row) == [1])
    #expect(ties.evidence.first?.value == 10 && ties.evidence.first?.count == 20)
    let padding = try Self.result(.padding, rows)
    // Nought belongs to eleven replies that were rejected and one that was chosen; row 0 has one text twice.
    #expect(padding.tests.first?.estimate == 12.0 / 21 && padding.evidence.first?.value == 0)
    #expect(padding.examples.map(\.row) == [0, 1, 2, 3, 4])
  }

  @Test("best of n: five prompts of four samples; a rising gold score and one that falls")
  func bestOfN() throws {
    func samples(_ prompts: Int, _ count: Int, _ gold: (Int) -> Double) throws -> SampleTable {
      let files = try TemporaryFiles()
      var lines = ["prompt,proxy,gold"]
      for prompt in 0..<prompts {
        for k in 0..<count { lines.append("\(prompt),\(k),\(gold(k) + Double(prompt % 3) * 0.1)") }
      }
      return try SampleFile.read(files.write(lines.joined(separator: "\n"), "s.csv"))
    }
    func audit(_ table: SampleTable) throws -> CheckResult {
      var input = AuditInput()
      input.samples = table
      return try #require(FilesAudit(input, checks: [.bestOfN], random: RandomSource(seed: 1))[.bestOfN])
    }
    #expect(try audit(samples(5, 4) { Double($0) }).missing == nil)
    #expect(try audit(samples(4, 4) { Double($0) }).missing != nil)
    #expect(try audit(samples(5, 3) { Double($0) }).missing != nil)
    let rising = try audit(samples(20, 8) { Double($0) })
    #expect(rising.verdict == .holds && rising.evidence.first?.value == 8)
    let falling = try audit(samples(20, 8) { -pow(Double($0) - 4, 2) })
    #expect(falling.verdict == .fails && (falling.tests.first?.estimate ?? 0) > 0.05)
    try Recorded.check(
      Recorded.text([rising.finding, falling.finding]) + "\n\(rising.pictures)\n\(falling.pictures)", as: "best-of-n")
  }

  @Test("estimated divergence: the mean over prompts of the mean log ratio, from five prompts on")
  func divergence() throws {
    func audit(_ prompts: Int, _ columns: Bool = true) throws -> CheckResult {
      let files = try TemporaryFiles()
      var lines = [columns ? "prompt,proxy,logprob,ref_logprob" : "prompt,proxy"]
      for prompt in 0..<prompts {
        for k in 0...prompt { lines.append("\(prompt),1" + (columns ? ",\(-1.0 + 0.25 * Double(k)),-2" : "")) }
      }
      var input = AuditInput()
      input.samples = try SampleFile.read(files.write(lines.joined(separator: "\n"), "s.csv"))
      return try #require(FilesAudit(input, checks: [.kl], random: RandomSource(seed: 1))[.kl])
    }
    // Prompt i has i + 1 ratios 1, 1.25, …: mean 1 + i / 8; over five prompts 1.25.
    let five = try audit(5)
    #expect(abs((five.tests.first?.estimate ?? 0) + 1.25) < 1e-12 && five.verdict == .holds)
    #expect(abs((five.evidence.first?.value ?? 0) - 1.25) < 1e-12)
    #expect(try audit(4).missing == "fewer than five prompts with log-probabilities")
    let none = try audit(6, false)
    #expect(none.missing == "no log-probabilities of policy and reference")
    #expect(abs((none.evidence.first?.value ?? 0) - (log(6) - 5.0 / 6)) < 1e-12)
  }

  @Test("RewardBench: wins of one, shared maxima of two, ties left out, and what the file says otherwise")
  func rewardBench() throws {
    func audit(_ table: RewardBenchTable) throws -> CheckResult {
      var input = AuditInput()
      input.rewardBench = table
      return try #require(FilesAudit(input, checks: [.rewardBench], random: RandomSource(seed: 1))[.rewardBench])
    }
    let one = try audit(
      RewardBenchTable(
        version: .one,
        rows: [
          .init(subset: "a", id: "1", scores: [2, 1], correctCount: 1, result: 1),
          .init(subset: "a", id: "2", scores: [1, 1], correctCount: 1, result: 1),
          .init(subset: "b", id: "3", scores: [1, 2], correctCount: 1, result: 0),
          .init(subset: "b", id: "4", scores: [3, 2], correctCount: 1),
          .init(subset: "Ties", id: "5", scores: [3, 2], correctCount: 1, result: 0),
        ]))
    #expect(one.tests.first?.estimate == 1.0 / 3 && one.tests.first?.count == 3)
    #expect(one.evidence.map(\.value) == [0.5, 0.5, 0.5])
    let two = try audit(
      RewardBenchTable(
        version: .two,
        rows: [
          .init(subset: "m", id: "1", scores: [2, 2, 1, 2], correctCount: 1, result: 1.0 / 3),
          .init(subset: "m", id: "2", scores: [2, 2, 1, 1], correctCount: 2, result: 1),
          .init(subset: "n", id: "3", scores: [0, 2, 1, 1], correctCount: 1, result: 0.1),
        ]))
    #expect(two.tests.first?.estimate == 1.0 / 3)
    let shares: [Double] = [2.0 / 3, 0, 1.0 / 3]
    #expect(two.evidence.map(\.value) == shares)
    #expect(two.pictures.first?.names == ["m", "n"])
  }

  @Test("effects: what cannot be measured is none, and limits belong to what is tolerated")
  func effects() throws {
    #expect(EffectTest.share("s", 0, of: 0, atMost: 0.1) == nil && EffectTest.share("s", 0, of: 0, atLeast: 0.1) == nil)
    #expect(
      EffectTest.share("s", 0, of: 9, atMost: 0.1)?.pValue == 1
        && EffectTest.share("s", 9, of: 9, atLeast: 0.1)?.pValue == 1)
    for error in [0, -1, Double.nan, .infinity] {
      #expect(EffectTest.normal("w", 1, error: error, count: 3, within: 1) == nil)
      #expect(EffectTest.normal("w", 1, error: error, count: 3, atMost: 1) == nil)
    }
    #expect(EffectTest.normal("w", .nan, error: 1, count: 3, within: 1) == nil)
    // At the limit the one-sided p-value is a half; the two-sided one adds the far tail.
    let (one, two) = (
      try #require(EffectTest.normal("w", 0.2, error: 0.1, count: 3, atMost: 0.2)),
      try #require(EffectTest.normal("w", 0.2, error: 0.1, count: 3, within: 0.2))
    )
    #expect(abs(one.pValue - 0.5) < 1e-12 && abs(two.pValue - 0.5 - 3.167_124_183e-5) < 1e-9)
    #expect(EffectTest("x", 1, interval: nil, count: 1, pValue: 1.5, isHarmless: true, margin: "").pValue == 1)
    #expect(EffectTest("x", 1, interval: nil, count: 1, pValue: -1, isHarmless: true, margin: "").pValue == 0)
    #expect(
      EffectTest("x", 1, interval: nil, count: 1, pValue: .nan, isHarmless: true, margin: "").correctedPValue == 1)
  }

  @Test("the verdict turns at a corrected p-value of 0.05")
  func verdict() throws {
    func verdict(_ p: Double, _ harmless: Bool) throws -> Finding.Verdict {
      let own = AuditCheck(
        id: "own", title: "t", problem: "p", explanation: "e", assumptions: "a", advice: "d", source: "s",
        needs: [.pairs]
      ) { _ throws(AuditGap) in
        CheckOutcome(tests: [
          EffectTest("x", 1, interval: nil, count: 1, pValue: p, isHarmless: harmless, margin: "m")
        ])
      }
      return try Self.result(own, Self.rows([1])).verdict
    }
    #expect(try verdict(0.05, true) == .fails && verdict(0.0501, true) == .holds && verdict(0.0501, false) == .unknown)
  }
}
