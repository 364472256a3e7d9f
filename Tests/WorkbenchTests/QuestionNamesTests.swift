import Testing
import Workbench

@Suite("What pages call questions")
struct QuestionNamesTests {
  @Test("each number has a name of its own, and the name leads back to it")
  func thereAndBack() {
    let names = QuestionNames(key: "a key")
    let numbers = Array(0..<2000) + [1 << 20, Int(UInt32.max)]
    let all = numbers.map(names.name)
    #expect(Set(all).count == numbers.count && all.allSatisfy { $0.count == 16 })
    #expect(all.map(names.number) == numbers)
  }

  @Test("of another key, too short, in capitals or made up, it is no name")
  func noName() {
    let (mine, other) = (QuestionNames(key: "a"), QuestionNames(key: "b"))
    #expect((1..<500).allSatisfy { other.number(of: mine.name(of: $0)) == nil })
    for text in [
      "", "1", "0000000000000001", "+000000000000001", mine.name(of: 1).uppercased() + "x", "ﬀ00000000000000",
    ] {
      #expect(mine.number(of: text) == nil, "\(text)")
    }
  }

  @Test("names tell nothing of the order: of 1,000 neighbours about half stand in it, and every bit is set in half")
  func order() {
    let names = QuestionNames(key: "seven").self
    let values = (1...1001).map { UInt64(names.name(of: $0), radix: 16) ?? 0 }
    let rising = zip(values, values.dropFirst()).count { $0 < $1 }
    // Of a random order 500 are expected; their standard deviation is √(1002/12) = 9.1, and six of those are 55.
    #expect(abs(rising - 500) < 55)
    for bit in 0..<64 {
      // Binomial: standard deviation 15.8, six of those are 95.
      let set = values.count { $0 >> bit & 1 == 1 }
      #expect(abs(set - 500) < 95, "bit \(bit)")
    }
  }
}
