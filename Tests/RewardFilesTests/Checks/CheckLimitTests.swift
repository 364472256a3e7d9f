import Compute
import Findings
import Foundation
import RewardFiles
import Testing

@Suite("What each check needs")
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

  @Test("the pairs needed for one point: (1.96 + 0.84)² p (1 − p) / 0.01², and how many are missing")
  func power() throws {
    let rows = Self.rows((0..<100).map { $0 < 70 ? 1 : -1 })
    let evidence = try Self.result(.power, rows).evidence
    let needed = (pow(1.959_963_984_540_054 + 0.841_621_233_572_914_3, 2) * 0.21 / 0.0001).rounded(.up)
    #expect(evidence.map(\.value) == [needed, needed - 100] && needed == 16_483)
    #expect(try Self.result(.power, Self.rows([Double](repeating: 1, count: 12))).evidence.map(\.value) == [0, 0])
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
