import Compute
import Foundation
import Testing

@Suite("Random streams")
struct RandomStreamTests {
  @Test("Philox gives the known answers of Random123")
  func knownAnswers() {
    #expect(RandomStream.philox(counter: (0, 0), key: 0) == SIMD4(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8))
    let ones = UInt64.max
    #expect(
      RandomStream.philox(counter: (ones, ones), key: ones)
        == SIMD4(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD))
    #expect(
      RandomStream.philox(counter: (0x85A3_08D3_243F_6A88, 0x0370_7344_1319_8A2E), key: 0x299F_31D0_A409_3822)
        == SIMD4(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1))
  }

  @Test("words come block after block, and 64 bits are two words")
  func words() {
    var stream = RandomStream(key: 7, index: 3)
    let words = (0..<8).map { _ in stream.next32() }
    let blocks = [RandomStream.philox(counter: (0, 3), key: 7), RandomStream.philox(counter: (1, 3), key: 7)]
    #expect(words == blocks.flatMap { block in (0..<4).map { block[$0] } })
    var again = RandomStream(key: 7, index: 3)
    #expect(again.next() == UInt64(words[0]) | UInt64(words[1]) << 32)
    #expect(again.position == 2)
  }

  @Test("a stream can be saved at any position and goes on from there")
  func resumption() throws {
    for drawn in 0..<9 {
      var stream = RandomSource(seed: 5).stream("some/path", 2)
      for _ in 0..<drawn { _ = stream.next32() }
      var copy = try JSONDecoder().decode(RandomStream.self, from: JSONEncoder().encode(stream))
      #expect(copy == stream)
      #expect((0..<9).map { _ in copy.next32() } == (0..<9).map { _ in stream.next32() })
    }
  }

  @Test("seed, path, index and child each give another stream; the same names give the same")
  func names() {
    let a = RandomSource(seed: 1)
    let firsts = [
      a.stream("x"), a.stream("y"), a.stream("x", 1), a.stream("x", -1), RandomSource(seed: 2).stream("x"),
      a.child("x").stream("x"), a.child("x", 1).stream("x"), a.stream(""), a.stream("xx"),
    ].map { stream in
      var stream = stream
      return stream.next()
    }
    #expect(Set(firsts).count == firsts.count)
    #expect(a.stream("x", 4) == RandomSource(seed: 1).stream("x", 4))
  }

  @Test("the first numbers of a named stream never change")
  func pinned() {
    var stream = RandomSource(seed: 0).stream("test", 0)
    #expect(stream.key == 0xBCE8_CFA1_6426_0BBC)
    #expect((0..<4).map { _ in stream.next32() } == [0x7B18_8F8B, 0x4BE0_2C91, 0x03B4_3AF2, 0x65BF_649D])
  }

  @Test("uniform numbers fill [0, 1) evenly; normal ones have mean 0, variance 1 and light tails")
  func distributions() {
    var stream = RandomSource(seed: 11).stream("distributions")
    let count = 200_000
    let uniforms = (0..<count).map { _ in stream.uniform() }
    #expect(uniforms.allSatisfy { $0 >= 0 && $0 < 1 })
    var bins = [Int](repeating: 0, count: 20)
    for value in uniforms { bins[Int(value * 20)] += 1 }
    // Chi-squared with 19 degrees of freedom exceeds 43.8 with probability 0.001.
    let expected = Double(count) / 20
    #expect(bins.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected } < 43.8)

    let normals = (0..<count).map { _ in stream.normal() }
    let mean = normals.reduce(0, +) / Double(count)
    let variance = normals.reduce(0) { $0 + $1 * $1 } / Double(count)
    let fourth = normals.reduce(0) { $0 + $1 * $1 * $1 * $1 } / Double(count)
    #expect(abs(mean) < 0.01 && abs(variance - 1) < 0.015 && abs(fourth - 3) < 0.12)
    #expect(normals.allSatisfy { $0.isFinite })
    let floats = (0..<1000).map { _ in stream.uniformFloat() }
    #expect(floats.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect((0..<1000).map { _ in stream.uniform(-2, 3) }.allSatisfy { $0 >= -2 && $0 < 3 })
  }

  @Test("whole numbers below a bound are equally frequent, also where the bound does not divide 2⁶⁴")
  func bounded() {
    var stream = RandomSource(seed: 12).stream("bounded")
    for bound in [1, 2, 3, 7, 10] {
      var counts = [Int](repeating: 0, count: bound)
      for _ in 0..<10_000 { counts[stream.below(bound)] += 1 }
      let expected = 10_000 / Double(bound)
      #expect(counts.allSatisfy { abs(Double($0) - expected) < 5 * expected.squareRoot() + 1 })
    }
    #expect((0..<100).allSatisfy { _ in stream.below(Int.max) >= 0 })
  }

  @Test("weights decide how often an index is drawn; weight 0 never is")
  func weighted() {
    var stream = RandomSource(seed: 13).stream("weighted")
    var counts = [0, 0, 0, 0]
    for _ in 0..<20_000 { counts[stream.categorical([1, 0, 3, 0])] += 1 }
    #expect(counts[1] == 0 && counts[3] == 0 && abs(counts[2] - 15_000) < 350)
    #expect(!stream.bernoulli(0) && stream.bernoulli(1))
    #expect(abs((0..<10_000).filter { _ in stream.bernoulli(0.3) }.count - 3000) < 250)
  }

  @Test("permutations hold every index once, and all orders are equally frequent")
  func permutations() {
    var stream = RandomSource(seed: 14).stream("permutations")
    for count in 0...20 { #expect(stream.permutation(count).sorted() == Array(0..<count)) }
    var counts: [[Int]: Int] = [:]
    for _ in 0..<6000 { counts[stream.permutation(3), default: 0] += 1 }
    #expect(counts.count == 6 && counts.values.allSatisfy { abs($0 - 1000) < 160 })
  }

  @Test("streams are equal only if key, index and position are")
  func equality() {
    let source = RandomSource(seed: 1)
    let stream = source.stream("a", 1)
    var moved = stream
    _ = moved.next32()
    #expect(stream == source.stream("a", 1))
    #expect(stream != source.stream("b", 1) && stream != source.stream("a", 2) && stream != moved)
    #expect(stream != RandomSource(seed: 2).stream("a", 1))
    #expect(Set([stream, source.stream("a", 1), source.stream("a", 2), moved]).count == 3)
  }
}
