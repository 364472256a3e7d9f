import Compute
import Findings
import Testing

@Suite("Numbers in sentences, and verdicts by interval")
struct NumbersTests {
  @Test(
    "three significant digits, at most six decimals, a true minus sign, no zeros at the end, a power of ten at need",
    arguments: [
      (0, "0"), (1, "1"), (-1, "−1"), (0.5, "0.5"), (12.346, "12.3"), (99.96, "100"), (123.4, "123"), (1234.5, "1234"),
      (0.012346, "0.0123"), (0.0012346, "0.00123"), (0.000_123_46, "0.000123"), (0.000_012_346, "1.23·10⁻⁵"),
      (0.000_1, "0.0001"), (5e-7, "5·10⁻⁷"),
      (-0.25, "−0.25"), (1e-9, "1·10⁻⁹"), (-1.236e-9, "−1.24·10⁻⁹"), (9.999e-9, "1·10⁻⁸"), (1e15, "1·10¹⁵"),
      (-2.5e300, "−2.5·10³⁰⁰"), (10, "10"), (200, "200"), (3.10, "3.1"), (.infinity, "undefined"),
      (.nan, "undefined"),
    ])
  func plain(value: Double, text: String) { #expect(Numbers.plain(value) == text) }

  @Test("percentages have one decimal; intervals stand in brackets; one is not several")
  func phrases() {
    #expect(Numbers.percent(0.8484) == "84.8 %")
    #expect(Numbers.percent(-0.05) == "−5 %")
    #expect(Numbers.percent(1) == "100 %")
    #expect(Numbers.percent(.nan) == "undefined")
    // A share that is not 0 is not written "0 %".
    #expect(Numbers.percent(0) == "0 %" && Numbers.percent(0.0004) == "0.04 %")
    #expect(Numbers.percent(1.2e-5) == "0.0012 %" && Numbers.percent(-3e-12) == "−3·10⁻¹⁰ %")
    // Nor "100 %" what is not all.
    #expect(Numbers.percent(0.9996) == "99.96 %" && Numbers.percent(0.999_996) == "99.9996 %")
    #expect(Numbers.percent(0.9949) == "99.5 %" && Numbers.percent(1.0004) == "100.04 %")
    #expect(Numbers.percent(1 - 0x1p-50) == "100 %" && Numbers.percent(-0.9996) == "−99.96 %")
    #expect(Numbers.plain(WideNumber(1.5, exponent: 2000)) == "1.72·10⁶⁰²")
    let interval = Interval(lower: 0.55, upper: 0.672, level: 0.95)
    #expect(Numbers.plain(0.61, interval) == "0.61 [0.55, 0.672]")
    #expect(Numbers.plain(0.61, nil) == "0.61")
    #expect(Numbers.percent(0.61, interval) == "61 % [55 %, 67.2 %]")
    #expect(Numbers.percent(0.61, nil) == "61 %")
    #expect(Numbers.count(1, "answer") == "1 answer")
    #expect(Numbers.count(0, "answer") == "0 answers" && Numbers.count(3, "answer") == "3 answers")
    #expect(Numbers.count(2, "person", "people") == "2 people" && Numbers.count(1, "person", "people") == "1 person")
  }

  @Test("a wide number is written as the double that it is, with a power of ten only where a double has one")
  func wide() {
    for (value, text) in [
      (0.0, "0"), (2.5, "2.5"), (-123.4, "−123"), (5.1e-7, "5.1·10⁻⁷"), (4.9e-7, "4.9·10⁻⁷"), (1e15, "1·10¹⁵"),
      (9.994e20, "9.99·10²⁰"), (-9.996e20, "−1·10²¹"),
    ] { #expect(Numbers.plain(WideNumber(value)) == text) }
    // 2¹⁰⁰⁰⁰ is 1.995·10³⁰¹⁰.
    #expect(Numbers.plain(WideNumber(-1, exponent: 10_000)) == "−2·10³⁰¹⁰")
  }

  @Test("a claim holds or fails only if the whole interval is on one side")
  func verdicts() {
    func interval(_ lower: Double, _ upper: Double) -> Interval { Interval(lower: lower, upper: upper, level: 0.95) }
    #expect(Finding.Verdict.isAbove(0.5, interval(0.51, 0.6)) == .holds)
    #expect(Finding.Verdict.isAbove(0.5, interval(0.4, 0.49)) == .fails)
    for unsettled in [interval(0.4, 0.6), interval(0.5, 0.6), interval(0.4, 0.5)] {
      #expect(
        Finding.Verdict.isAbove(0.5, unsettled) == .unknown && Finding.Verdict.isBelow(0.5, unsettled) == .unknown)
    }
    #expect(Finding.Verdict.isBelow(0.5, interval(0.51, 0.6)) == .fails)
    #expect(Finding.Verdict.isBelow(0.5, interval(0.4, 0.49)) == .holds)
    for endless in [nil, interval(0.6, .infinity), interval(-.infinity, 0.4), interval(.nan, 0.9)] {
      #expect(Finding.Verdict.isAbove(0.5, endless) == .unknown && Finding.Verdict.isBelow(0.5, endless) == .unknown)
    }
    #expect(Finding.Verdict.allCases.filter(\.isSettled) == [.holds, .fails])
    #expect(Finding.Verdict.notMeasurable.word == "not measurable")
  }

  @Test("standardised values have mean 0 and the sample's deviation; what does not vary has none")
  func standardized() throws {
    // Mean 5, squared deviations 9 + 1 + 1 + 0 + 25 = 36, over 4: deviation 3.
    let values = try #require(Statistics.standardized([2, 4, 4, 5, 10]))
    for (value, wanted) in zip(values, [-1, -1.0 / 3, -1.0 / 3, 0, 5.0 / 3]) { #expect(abs(value - wanted) < 1e-12) }
    #expect(values.count == 5)
    #expect(try #require(Statistics.standardized([1, 2])).map { $0.sign } == [.minus, .plus])
    #expect(Statistics.standardized([]) == nil && Statistics.standardized([3]) == nil)
    #expect(Statistics.standardized([3, 3, 3]) == nil && Statistics.standardized([1e20, 1e20, 1e20]) == nil)
    #expect(Statistics.standardized([1, .infinity]) == nil)
    // The same at every size; sums of a tenth that differ in their rounding alone do not vary.
    #expect(try #require(Statistics.standardized([0x1p-900, 0x1p-899])) == #require(Statistics.standardized([1, 2])))
    #expect(Statistics.standardized([0.1 + 0.2, 0.3, 0.3]) == nil)
  }
}
