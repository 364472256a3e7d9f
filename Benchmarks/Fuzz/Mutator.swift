import Compute

/// Damages bytes as a hostile or broken writer might: bits, numbers at their limits, parts lost, doubled, moved or
/// taken from another file, words of the format put anywhere.
struct Mutator {
  /// Words of the format.
  var words: [[UInt8]]

  private static let numbers: [UInt64] = [
    0, 1, 2, 7, 8, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 40, 1 << 62,
    0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, .max, .max - 1,
  ]

  init(words: [String]) { self.words = words.map { Array($0.utf8) } }

  /// One to eight changes.
  func mutated(_ valid: [UInt8], beside other: [UInt8], random: inout RandomStream) -> [UInt8] {
    var bytes = valid
    // Mostly few changes: many at once are refused by the first check.
    var count = 1
    while count < 8, random.bernoulli(0.4) { count += 1 }
    for _ in 0..<count { change(&bytes, beside: other, random: &random) }
    return bytes
  }

  private func change(_ bytes: inout [UInt8], beside other: [UInt8], random: inout RandomStream) {
    guard !bytes.isEmpty else {
      bytes = Array(other.prefix(random.below(other.count + 1)))
      return
    }
    var position = random.below(bytes.count)
    // Files with empty tables are mostly zeros that no reader looks at.
    if random.bernoulli(0.75) {
      for _ in 0..<16 where bytes[position] == 0 { position = random.below(bytes.count) }
    }
    // Half of the changes leave everything else in its place, or most would be refused for their length alone.
    switch random.bernoulli(0.5) ? random.below(4) : random.below(words.isEmpty ? 9 : 12) {
    case 0: bytes[position] ^= 1 << UInt8(random.below(8))
    case 1: bytes[position] = UInt8(random.below(256))
    case 2:
      let size = 1 << random.below(4)
      let number = Self.numbers[random.below(Self.numbers.count)]
      for index in 0..<min(size, bytes.count - position) {
        bytes[position + index] = UInt8(truncatingIfNeeded: number >> (8 * UInt64(index)))
      }
    case 3: bytes[position] = bytes[position] &+ (random.bernoulli(0.5) ? 1 : 255)
    case 4: bytes.removeSubrange(position..<min(bytes.count, position + 1 + random.below(16)))
    case 5:
      let part = Array(bytes[position..<min(bytes.count, position + 1 + random.below(64))])
      bytes.insert(contentsOf: part, at: random.below(bytes.count + 1))
    case 6: bytes.removeLast(random.below(bytes.count))
    case 7:
      guard !other.isEmpty else { return }
      let start = random.below(other.count)
      let part = other[start..<min(other.count, start + 1 + random.below(64))]
      let end = min(bytes.count, position + (random.bernoulli(0.5) ? part.count : 0))
      bytes.replaceSubrange(position..<end, with: part)
    case 8:
      let from = random.below(bytes.count)
      let count = min(1 + random.below(32), bytes.count - from, bytes.count - position)
      bytes.replaceSubrange(position..<position + count, with: Array(bytes[from..<from + count]))
    default:
      let word = words[random.below(words.count)]
      let end = min(bytes.count, position + (random.bernoulli(0.5) ? word.count : 0))
      bytes.replaceSubrange(position..<end, with: word)
    }
  }
}
