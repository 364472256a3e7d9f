import Foundation
import Reports
import Runs
import Testing

@Suite("Numbers in reports")
struct NumberFormatTests {
  @Test("numbers are written with a true minus, grouped thousands and no trailing zeros")
  func plain() {
    let written: [(Double, String)] = [
      (0, "0"), (-1250.4, "−1,250"), (0.25, "0.25"), (-0.000_000_1, "−1·10⁻⁷"), (0.000_000_6, "6·10⁻⁷"), (.nan, "–"),
      (.infinity, "∞"), (-.infinity, "−∞"), (1, "1"), (-1, "−1"), (9.996, "10"), (9.994, "9.99"), (12.345, "12.3"),
      (100, "100"), (999, "999"), (1000, "1,000"), (123_456, "123,456"), (1_234_567, "1,234,567"),
      (0.001_234_5, "0.00123"), (0.000_123_45, "0.000123"), (-0.5, "−0.5"), (10.04, "10"), (1e-9, "1·10⁻⁹"),
    ]
    for (value, text) in written { #expect(NumberFormat.plain.text(value) == text) }
    #expect(NumberFormat.plain.text(3.141_592_653_6, digits: 1) == "3")
    #expect(NumberFormat.plain.text(3.141_592_653_6, digits: 4) == "3.142")
    #expect(NumberFormat.plain.text(3.141_592_653_6, digits: 7) == "3.141593")
    #expect(NumberFormat.plain.text(3.141_592_653_6, digits: 9) == "3.141593")
    // A 0 that rounding leaves has no sign.
    #expect(NumberFormat.plain.text(-0.4, digits: 0) == "0")
  }

  @Test("percentages and counts")
  func others() {
    let shares: [(Double, String)] = [
      (0.625, "62.5 %"), (0, "0 %"), (1, "100 %"), (-0.1234, "−12.3 %"), (0.012_34, "1.23 %"), (12, "1,200 %"),
      (0.001, "0.1 %"), (0.9996, "99.96 %"), (0.999_96, "99.996 %"), (-0.9996, "−99.96 %"), (0.9904, "99 %"),
    ]
    for (value, text) in shares { #expect(NumberFormat.percent.text(value) == text) }
    let counts: [(Double, String)] = [
      (250_000, "250 k"), (1_500_000, "1.5 M"), (500, "500"), (0, "0"), (9_999, "9,999"), (10_000, "10 k"),
      (12_345, "12.3 k"), (999_499, "999 k"), (999_500, "1 M"), (1_000_000, "1 M"), (-20_000, "−20 k"), (2.5, "2.5"),
      (1.2345, "1.23"), (3_000, "3,000"), (123_456_789, "123 M"), (1_234_567_890, "1,235 M"),
    ]
    for (value, text) in counts { #expect(NumberFormat.count.text(value) == text) }
  }

  @Test("numbers in drawings: as many decimals as count, and nothing that a browser cannot read")
  func drawn() throws {
    func rate(_ value: Double) throws -> String {
      var clip = SyntheticReport.pendulum("c", start: 1)
      clip.framesPerSecond = value
      let section = ReportModel.Section(id: "s", title: "s", clips: [ClipGroup(title: "g", clips: [clip])])
      let html = ReportPage(
        ReportModel(kind: .run, title: "t", subtitle: "s", headline: RunFindings.headline, sections: [section])
      ).html()
      return String(try #require(html.firstMatch(of: /"rate":([^,]*),/)).1)
    }
    let rates: [(Double, String)] = [
      (0, "0"), (20, "20"), (0.5, "0.5"), (0.05, "0.05"), (0.004, "0"), (-0.004, "0"), (12.345, "12.35"),
      (-12.25, "-12.25"), (-0.5, "-0.5"), (10.1, "10.1"), (.nan, "0"), (.infinity, "0"),
      (9_999_999_999_999, "9999999999999"),
      (1e13, "1e12"), (-1e13, "-1e12"), (1e300, "1e12"),
    ]
    for (value, text) in rates where text != "0" || value >= 0 || value.isNaN {
      #expect(try rate(value) == text, "\(value)")
    }
  }
}
