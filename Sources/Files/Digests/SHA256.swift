import Foundation

/// The Secure Hash Algorithm with a digest of 256 bits (FIPS 180-4, section 6.2).
///
/// For digests of files, and of secrets that have 160 random bits of their own: no key stretching is needed for those, and
/// no library that takes minutes to compile. It is not constant-time in the length of its input.
package enum SHA256 {
  /// The digest in hexadecimal digits. Linear in the input's length.
  package static func hexadecimal(of bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef")
    return String(digest(of: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  /// The digest's 32 bytes. Linear in the input's length.
  package static func digest(of bytes: some Sequence<UInt8>) -> [UInt8] {
    var message = Array(bytes)
    let bits = UInt64(message.count) * 8
    message.append(0x80)
    while message.count % 64 != 56 { message.append(0) }
    for shift in stride(from: 56, through: 0, by: -8) {
      message.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
    }

    var state = initialState
    var schedule = [UInt32](repeating: 0, count: 64)
    for start in stride(from: 0, to: message.count, by: 64) {
      for t in 0..<16 {
        schedule[t] = (0..<4).reduce(0) { $0 << 8 | UInt32(message[start + 4 * t + $1]) }
      }
      for t in 16..<64 {
        let (early, late) = (schedule[t - 15], schedule[t - 2])
        let small0 = rotated(early, 7) ^ rotated(early, 18) ^ early >> 3
        let small1 = rotated(late, 17) ^ rotated(late, 19) ^ late >> 10
        schedule[t] = small1 &+ schedule[t - 7] &+ small0 &+ schedule[t - 16]
      }
      compress(schedule, into: &state)
    }
    return state.flatMap { word in stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) } }
  }

  private static func compress(_ schedule: [UInt32], into state: inout [UInt32]) {
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for t in 0..<64 {
      let big1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
      let first = h &+ big1 &+ (e & f ^ ~e & g) &+ roundConstants[t] &+ schedule[t]
      let big0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
      let second = big0 &+ (a & b ^ a & c ^ b & c)
      (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
    }
    for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
  }

  private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

  private static let primes = (2...311).filter { n in (2..<n).allSatisfy { n % $0 != 0 } }

  /// The first 32 bits of the fractional part.
  private static func fraction(of root: Double) -> UInt32 { UInt32(truncatingIfNeeded: UInt64(root * 4_294_967_296)) }

  /// From the square roots of the first eight primes.
  private static let initialState = primes.prefix(8).map { fraction(of: Double($0).squareRoot()) }

  /// From the cube roots of the first sixty-four primes.
  private static let roundConstants = primes.map { fraction(of: cbrt(Double($0))) }
}
