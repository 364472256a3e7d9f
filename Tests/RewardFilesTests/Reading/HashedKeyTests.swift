import Compute
import RewardFiles
import Testing

@Suite("Keys that are hashes are numbered in the order in which they come")
struct HashedKeyTests {
  @Test("as a dictionary numbers them, while the table grows")
  func numbers() {
    var stream = RandomSource(seed: 3).stream("keys")
    var keys = HashedKeys()
    var known: [UInt64: Int] = [:]
    for _ in 0..<5000 {
      // Each of two thousand keys several times; zero is a key like any other.
      let number = stream.below(2000)
      let key = number == 0 ? 0 : UInt64(number) &* 0x9E37_79B9_7F4A_7C15
      let right = known[key] ?? known.count
      known[key] = right
      #expect(keys.add(key) == right)
    }
    #expect(keys.count == known.count)
    #expect(known.allSatisfy { keys.number(of: $0) == $1 } && keys.number(of: 12345) == nil)
  }

  @Test("groups are the rows of every key that comes more than once, by their first rows")
  func groups() {
    let names = ["a", "b", "a", "c", "d", "b", "a"]
    let rows = [10, 11, 12, 13, 14, 15, 16]
    let groups = HashedKeys.groups(of: rows) { row in HashedKeys.key(UInt64(names[row - 10].utf8.first!), 7) }
    #expect(groups == [[10, 12, 16], [11, 15]])
    #expect(HashedKeys.groups(of: [1, 2]) { UInt64($0) }.isEmpty)
  }
}
