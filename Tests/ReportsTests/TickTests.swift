import Foundation
import Reports
import Runs
import Testing

@Suite("Ticks and places")
struct TickTests {
  private static func labels(_ lower: Double, _ upper: Double, _ format: NumberFormat = .plain) -> [String] {
    let svg = PlotTests.plot([Chart.Point(lower, 0), Chart.Point(upper, 1)], axis: Chart.Axis("x", format: format))
    return svg.matches(of: /text-anchor="middle">([^<]*)</).map { String($0.1) }
  }

  @Test("steps are 1, 2 or 5 times a power of ten, about four of them")
  func steps() {
    let expected: [(Double, Double, [String])] = [
      (0, 4, ["0", "1", "2", "3", "4"]), (0, 5.9, ["0", "1", "2", "3", "4", "5"]), (0, 6, ["0", "2", "4", "6"]),
      (0, 13.9, ["0", "2", "4", "6", "8", "10", "12"]), (0, 14, ["0", "5", "10"]),
      (0, 29.9, ["0", "5", "10", "15", "20", "25"]),
      (0, 30, ["0", "10", "20", "30"]), (-1, 1, ["−1", "−0.5", "0", "0.5", "1"]),
      (0.1, 0.5, ["0.1", "0.2", "0.3", "0.4", "0.5"]),
      (0, 0.04, ["0", "0.01", "0.02", "0.03", "0.04"]), (1000, 5000, ["1,000", "2,000", "3,000", "4,000", "5,000"]),
      (7, 7, ["6.4", "6.6", "6.8", "7", "7.2", "7.4"]), (100, 100, ["94", "96", "98", "100", "102", "104"]),
      (0.000_001, 0.000_005, ["0.000001", "0.000002", "0.000003", "0.000004", "0.000005"]),
    ]
    for (lower, upper, labels) in expected { #expect(Self.labels(lower, upper) == labels, "\(lower) ... \(upper)") }
  }

  @Test("counts in thousands from steps of 500, in millions from steps of 500,000; percentages")
  func units() {
    #expect(Self.labels(0, 800, .count) == ["0", "200", "400", "600", "800"])
    #expect(Self.labels(0, 2000, .count) == ["0", "0.5 k", "1 k", "1.5 k", "2 k"])
    #expect(Self.labels(0, 800_000, .count) == ["0", "200 k", "400 k", "600 k", "800 k"])
    #expect(Self.labels(0, 2_000_000, .count) == ["0", "0.5 M", "1 M", "1.5 M", "2 M"])
    #expect(Self.labels(0, 1, .percent) == ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"])
    #expect(Self.labels(0, 0.02, .percent) == ["0 %", "0.5 %", "1 %", "1.5 %", "2 %"])
  }

  @Test("points are placed in proportion, 66 to 542 across and 34 to 284 down, and never outside")
  func places() {
    let svg = PlotTests.plot([Chart.Point(0, 0), Chart.Point(1, 0.25), Chart.Point(4, 1)])
    #expect(svg.contains("d=\"M66 284L185 221.5L542 34\""))
    let cut = PlotTests.plot(
      [Chart.Point(-1, 0), Chart.Point(2, 1), Chart.Point(6, 1)], axis: Chart.Axis("x", lower: 0, upper: 4))
    #expect(cut.contains("d=\"M66 284L304 34L542 34\""))
  }
}
