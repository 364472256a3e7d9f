import Compute
import Foundation
import Testing

/// The fixture of ten calibration scores was worked out by hand; areas and DeLong's error by NumPy 2.4.6 and
/// scikit-learn 1.9.1 (`roc_auc_score`) over all pairs.
@Suite("Calibrated scores")
struct ConformalCalibrationTests {
  private static let fixture = [0.1, 0.4, 0.4, 0.7, 0.9, 1.3, 1.3, 2.0, 2.5, 3.1]

  @Test("p-values count what scores as high, ties included")
  func pValues() throws {
    let calibration = try ConformalCalibration(Self.fixture.reversed(), level: 0.1)
    for (score, expected) in [(0, 1), (0.4, 0.909091), (1.3, 0.545455), (3.1, 0.181818), (5, 0.090909)] {
      #expect(abs(calibration.pValue(score) - expected) < 5e-7)
    }
    #expect(calibration.pValue(.nan) == calibration.pValue(.infinity))
    #expect(calibration.unfamiliar([0, 5, 6, 3.1], level: 0.1) == 2)
  }

  @Test("familiar rows have a p-value up to the level no more often than the level says")
  func validity() throws {
    // 2,000 calibrations of 19 scores with one more each: p ≤ .05 has probability .05. More than 134 times of 2,000
    // would happen by chance in one of a thousand runs; as few as 66 likewise.
    var draws = RandomSource(seed: 11).stream("conformal")
    var rejected = 0
    for _ in 0..<2000 {
      let scores = (0..<20).map { _ in draws.normal() }
      if try ConformalCalibration(Array(scores[..<19])).pValue(scores[19]) <= 0.05 { rejected += 1 }
    }
    #expect((66...134).contains(rejected))
  }

  @Test("too few scores for the level, equal scores and what is no number calibrate nothing")
  func degenerate() {
    #expect(throws: NotMeasurable.tooFew(have: 18, need: 19)) {
      try ConformalCalibration((0..<18).map(Double.init))
    }
    #expect(throws: Never.self) { try ConformalCalibration((0..<19).map(Double.init)) }
    #expect(throws: NotMeasurable.ties(orderedShare: 0)) {
      try ConformalCalibration([Double](repeating: 3, count: 100))
    }
    // However small the level: so many scores do not fit into a number.
    #expect(throws: NotMeasurable.tooFew(have: 19, need: 1_000_000_000_000_000)) {
      try ConformalCalibration((0..<19).map(Double.init), level: 1e-300)
    }
    #expect(throws: NotMeasurable.notFinite(row: 1, column: 0)) { try ConformalCalibration([1, .nan], level: 0.5) }
  }

  @Test("a calibration is read back only in order")
  func coding() throws {
    let calibration = try ConformalCalibration(Self.fixture, level: 0.1)
    let data = try JSONEncoder().encode(calibration)
    #expect(try JSONDecoder().decode(ConformalCalibration.self, from: data) == calibration)
    for text in [#"{"scores":[2,1]}"#, #"{"scores":[1,1]}"#, #"{"scores":[]}"#] {
      #expect(throws: InputError.self) { try JSONDecoder().decode(ConformalCalibration.self, from: Data(text.utf8)) }
    }
  }

  @Test("areas give half credit for ties and stand beside the share of ordered pairs")
  func areas() throws {
    let separation = try RankedSeparation([2, 3, 1.5, 0.9], over: Self.fixture)
    expectClose(separation.area, 0.7, relative: 1e-14)
    expectClose(separation.orderedShare, 0.95, relative: 1e-14)
    expectClose(separation.nullStandardError, (15.0 / 480).squareRoot(), relative: 1e-14)
    expectClose(try #require(separation.standardError), 0.14837078178970714, relative: 1e-12)
    #expect(separation.isMeasurable)
    let score = try MahalanobisScore(ShiftRows.reference)
    let moved = try RankedSeparation(score.scores(ShiftRows.moved), over: score.scores(ShiftRows.reference))
    expectClose(moved.area, 0.6868666666666667, relative: 1e-12)
    expectClose(try #require(moved.standardError), 0.025988775084385775, relative: 1e-10)
    #expect(moved.orderedShare == 1)
  }

  @Test("an area of one half from ties is not measurable, one from mixing is")
  func ties() throws {
    let zeros = [Double](repeating: 0, count: 100)
    let tied = try RankedSeparation(zeros, over: zeros)
    #expect(tied.area == 0.5 && tied.orderedShare == 0 && !tied.isMeasurable && tied.interval() == nil)
    let mixed = try RankedSeparation((0..<100).map { Double(2 * $0) }, over: (0..<100).map { Double(2 * $0 + 1) })
    #expect(mixed.orderedShare == 1 && mixed.isMeasurable)
    #expect(try #require(mixed.interval()).contains(0.5))
    // Three of a hundred differ: 3 % of the pairs, where 16 % would be needed.
    let few = try RankedSeparation(Array(zeros.dropLast(3)) + [1, 1, 1], over: zeros)
    #expect(few.area > 0.5 && !few.isMeasurable)
    #expect(!(try RankedSeparation([1], over: [0])).isMeasurable)
    #expect(throws: NotMeasurable.tooFew(have: 0, need: 1)) { try RankedSeparation([], over: [1]) }
    #expect(throws: NotMeasurable.notFinite(row: 0, column: 1)) { try RankedSeparation([1], over: [.nan]) }
  }

  @Test("groups wholly apart have an interval that ends at 1 and begins below it")
  func perfect() throws {
    let apart = try RankedSeparation((100..<120).map(Double.init), over: (0..<20).map(Double.init))
    let interval = try #require(apart.interval())
    #expect(apart.area == 1 && interval.upper == 1 && interval.lower > 0.8 && interval.lower < 0.9)
  }
}
