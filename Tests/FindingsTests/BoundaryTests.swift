import Compute
import Findings
import Foundation
import Testing

@Suite("Findings at the places where words and verdicts change")
struct BoundaryTests {
  @Test("numbers change their decimals at powers of ten, and percentages round to one")
  func numbers() {
    for (value, text) in [
      (0.099949, "0.0999"), (0.1, "0.1"), (0.99949, "0.999"), (1.2345, "1.23"), (9.996, "10"), (12.34, "12.3"),
      (99.94, "99.9"), (999.4, "999"), (1000.4, "1000"), (-12.34, "−12.3"), (0.00012345, "0.000123"),
      (0.0000123, "1.23·10⁻⁵"), (0.0000004, "4·10⁻⁷"), (0.0000006, "6·10⁻⁷"), (0.000_099_96, "1·10⁻⁴"), (100, "100"),
      (20, "20"), (1.5, "1.5"),
    ] { #expect(Numbers.plain(value) == text, "\(value)") }
    for (share, text) in [
      (0.12345, "12.3 %"), (0.0005, "0.1 %"), (0.0004, "0.04 %"), (0.5, "50 %"), (-0.123, "−12.3 %"), (0, "0 %"),
    ] {
      #expect(Numbers.percent(share) == text, "\(share)")
    }
    #expect(Numbers.plain(-.infinity) == "undefined" && Numbers.percent(.infinity) == "undefined")
  }

  @Test("a calibration line is that of a logistic regression, and its slope is searched between −20 and 20")
  func calibration() throws {
    let judged = (0..<40).map { index -> JudgedComparison in
      let isFirst = (index * 7) % 11 < 3 + index / 8
      return JudgedComparison(probabilityFirst: 0.1 + 0.02 * Double(index), target: isFirst ? 1 : 0)
    }
    let line = try #require(CalibrationLine(judged))
    let rows: [Double] = judged.flatMap { one -> [Double] in
      [1, log(one.probabilityFirst / (1 - one.probabilityFirst))]
    }
    let weights = LogisticRegression(rows: rows, width: 2, targets: judged.map(\.target)).fit(penalty: 1e-9)
    #expect(abs(line.intercept - weights[0]) < 1e-7 && abs(line.slope - weights[1]) < 1e-7)
    // All right, and surely: the slope has no upper end.
    let right = (0..<20).map { JudgedComparison(probabilityFirst: $0 < 10 ? 0.3 : 0.7, target: $0 < 10 ? 0 : 1) }
    let steep = try #require(CalibrationLine(right))
    #expect(steep.slope == 20 && steep.slopeInterval.upper == 20 && steep.slopeInterval.lower > 0)
    let wrong = right.map { JudgedComparison(probabilityFirst: $0.probabilityFirst, target: 1 - $0.target) }
    let falling = try #require(CalibrationLine(wrong))
    #expect(falling.slope == -20 && falling.slopeInterval.lower == -20)
    // Predictions of 0 and 1 count as a millionth from either end.
    let logit = log(1e-6 / (1 - 1e-6))
    let sure = (0..<12).map { index -> JudgedComparison in
      let isRight = index % 6 >= 2
      return JudgedComparison(probabilityFirst: index < 6 ? 0 : 1, target: (index < 6) == isRight ? 0 : 1)
    }
    let certain = try #require(CalibrationLine(sure))
    #expect(abs(certain.slope - log(2) / -logit) < 1e-9 && abs(certain.intercept) < 1e-9)
    let biased = (0..<12).map { JudgedComparison(probabilityFirst: $0 % 2 == 0 ? 0.45 : 0.55, target: 1) }
    let ended = try #require(CalibrationLine(biased))
    #expect(abs(ended.intercept - 10) < 1 && ended.interceptInterval.upper == 10)
  }

  @Test("bins keep their order within a confidence, and their interval has the level asked for")
  func bins() throws {
    let judged = [0.5, 0.9, 0.2, 0.7].map { JudgedComparison(probabilityFirst: $0, target: 1) }
    let bins = ReliabilityBin.bins(judged, count: 4, level: 0.8)
    #expect(
      bins.map(\.confidence) == [0.5, 0.7, 0.8, 0.9] && bins.map(\.outcome) == [1, 1, 0, 1]
        && bins.map(\.count) == [1, 1, 1, 1])
    #expect(bins.allSatisfy { $0.interval?.level == 0.8 })
    #expect(abs(ReliabilityBin.expectedError(bins) - (0.5 + 0.3 + 0.8 + 0.1) / 4) < 1e-12)
    #expect(ReliabilityBin.bins(judged, count: 1, level: 0.8)[0].outcome == 0.75)
  }
}
