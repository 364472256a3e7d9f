import Compute
import Foundation
import Testing

@Suite("Draws, word for word")
struct StreamFormulaTests {
  @Test("numbers are made of words as said: 53 bits, 24 bits, Box and Muller's, Lemire's")
  func formulas() {
    let start = RandomSource(seed: 3).stream("formulas")
    func words(_ count: Int) -> [UInt64] {
      var stream = start
      return (0..<count).map { _ in stream.next() }
    }
    let drawn = words(3)
    var stream = start
    #expect(stream.uniform() == Double(drawn[0] >> 11) / 9_007_199_254_740_992)
    #expect(stream.uniform(-2, 6) == -2 + 8 * Double(drawn[1] >> 11) / 9_007_199_254_740_992)
    stream = start
    #expect(stream.uniformFloat() == Float((drawn[0] & 0xFFFF_FFFF) >> 8) / 16_777_216)
    stream = start
    let (u, v) = (Double(drawn[0] >> 11) * 0x1p-53, Double(drawn[1] >> 11) * 0x1p-53)
    #expect(stream.normal() == (-2 * log(1 - u)).squareRoot() * cos(2 * Double.pi * v))
    stream = start
    for index in 0..<3 { #expect(stream.below(1000) == Int(drawn[index].multipliedFullWidth(by: 1000).high)) }
    stream = start
    let isAbove = !stream.bernoulli(u)
    #expect(isAbove && stream.position == 2)
    stream = start
    let isBelow = stream.bernoulli(u.nextUp)
    #expect(isBelow)
    // Of a bound just above 2⁶², a quarter of all words would be counted twice: they are drawn again.
    let bound = (1 << 62) + 1
    stream = start
    var other = start
    for _ in 0..<200 {
      var product = other.next().multipliedFullWidth(by: UInt64(bound))
      while product.low < (0 &- UInt64(bound)) % UInt64(bound) {
        product = other.next().multipliedFullWidth(by: UInt64(bound))
      }
      #expect(stream.below(bound) == Int(product.high))
    }
    #expect(stream.position == other.position && stream.position > 400)
  }

  @Test("a weighted draw is the first weight that the draw does not reach past, and a shuffle is Fisher and Yates's")
  func orders() {
    let source = RandomSource(seed: 4)
    for index in 0..<300 {
      var stream = source.stream("weights", index)
      var same = stream
      let weights = [0, 0.5, 0, 1.5, 2, 0]
      let place = same.uniform() * 4
      #expect(stream.categorical(weights) == (place < 0.5 ? 1 : place < 2 ? 3 : 4))
      var shuffled = source.stream("orders", index)
      var draws = shuffled
      var wanted = Array(0..<7)
      for last in [6, 5, 4, 3, 2, 1] { wanted.swapAt(last, draws.below(last + 1)) }
      #expect(shuffled.permutation(7) == wanted)
    }
    var stream = source.stream("few")
    var (none, one) = ([Int](), [5])
    stream.shuffle(&none)
    stream.shuffle(&one)
    #expect(stream.position == 0 && one == [5])
    #expect(RandomStream(key: 5, index: 6, position: 5) != RandomStream(key: 5, index: 6, position: 6))
    var late = RandomStream(key: 5, index: 6, position: 5)
    var early = RandomStream(key: 5, index: 6)
    for _ in 0..<5 { _ = early.next32() }
    #expect(late.next32() == early.next32() && late == early)
  }
}
