import Reports
import Testing

@Suite("Numbers in reports")
struct NumberFormatTests {
  @Test("numbers are written with a true minus, grouped thousands and no trailing zeros")
  func plain() {
    #expect(NumberFormat.plain.text(0) == "0")
    #expect(NumberFormat.plain.text(-1250.4) == "−1,250")
    #expect(NumberFormat.plain.text(0.25) == "0.25")
    #expect(NumberFormat.plain.text(-0.0000001) == "0")
    #expect(NumberFormat.plain.text(.nan) == "–")
    #expect(NumberFormat.percent.text(0.625) == "62.5 %")
    #expect(NumberFormat.count.text(250_000) == "250 k")
    #expect(NumberFormat.count.text(1_500_000) == "1.5 M")
    #expect(NumberFormat.count.text(500) == "500")
  }
}
