import Compute
import Foundation
import Testing

@Suite("Numbers beyond a double, and powers of two")
struct WideNumberTests {
  @Test("a number has one form, and its decimal digits are right")
  func decimal() throws {
    #expect(WideNumber(0, exponent: 7) == WideNumber(0) && WideNumber(0).decimal == (0, 0))
    #expect(WideNumber(6, exponent: 3) == WideNumber(48) && WideNumber(48).double == 48)
    #expect(WideNumber(1, exponent: 2000) == WideNumber(4, exponent: 1998))
    #expect(WideNumber(1, exponent: 2000).double == nil && WideNumber(1, exponent: 2000).nearest == .infinity)
    #expect(WideNumber(-3, exponent: -2000).double == nil && WideNumber(-3, exponent: -2000).nearest == 0)
    // 2^2000 = 1.14813…e602 and 2^-2000 = 8.70980…e-603, by arithmetic with whole numbers.
    let (mantissa, exponent) = WideNumber(1, exponent: 2000).decimal
    #expect(abs(mantissa - 1.148_130_695_274_25) < 1e-12 && exponent == 602)
    let small = WideNumber(-1, exponent: -2000).decimal
    #expect(abs(small.mantissa + 8.709_809_816_217_22) < 1e-12 && small.exponent == -603)
    #expect("\(WideNumber(1, exponent: 2000))" == "1.14813e+602" && "\(WideNumber(0.25))" == "0.25")
  }

  @Test("JSON: a number where a double holds it, else mantissa and exponent, which read back")
  func json() throws {
    for number in [WideNumber(0.1), WideNumber(-2.5, exponent: 1100), WideNumber(1, exponent: -1090)] {
      let data = try JSONEncoder().encode([number])
      let read = try #require(try JSONDecoder().decode([WideNumber].self, from: data).first)
      #expect(abs(read.decimal.mantissa - number.decimal.mantissa) < 1e-9)
      #expect(read.decimal.exponent == number.decimal.exponent)
    }
    #expect(String(decoding: try JSONEncoder().encode([WideNumber(0.5)]), as: UTF8.self) == "[0.5]")
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([WideNumber].self, from: Data(#"[{"mantissa": 1, "exponent": 9999999}]"#.utf8))
    }
  }

  @Test("scaling by powers of two is exact both ways, at every size")
  func unitScale() {
    var stream = RandomSource(seed: 5).stream("unit")
    for exponent in stride(from: -1040, through: 1000, by: 60) {
      let vector = (0..<9).map { _ in Double(sign: .plus, exponent: exponent, significand: stream.normal()) }
      let (unit, own) = Vectors.unitScaled(vector)
      #expect((1..<2).contains(Vectors.largest(unit)))
      #expect(Vectors.timesTwo(unit, to: own) == vector)
    }
    #expect(Vectors.unitScaled([0, 0]).values == [0, 0] && Vectors.unitScaled([]).exponent == 0)
  }
}
