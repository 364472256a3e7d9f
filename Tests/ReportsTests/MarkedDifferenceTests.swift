import Reports
import Testing

@Suite("The difference of two replies")
struct MarkedDifferenceTests {
  private static func marked(_ parts: [ReadingExample.Part]) -> String {
    parts.map { $0.isDifferent ? "[\($0.text)]" : $0.text }.joined()
  }

  @Test("words that the other reply does not have in that place are marked, and nothing else")
  func words() {
    let difference = MarkedDifference("The cat sat on the mat.", "The dog sat on the red mat.")
    #expect(Self.marked(difference.first) == "The [cat ]sat on the mat.")
    #expect(Self.marked(difference.second) == "The [dog ]sat on the [red ]mat.")
    let equal = MarkedDifference("same  words\nhere", "same words here")
    #expect(Self.marked(equal.first) == "same  words\nhere" && Self.marked(equal.second) == "same words here")
  }

  @Test("replies that have little in common are different altogether: nothing is marked")
  func apart() {
    let difference = MarkedDifference("Yes, of course it is", "No way that I could ever say so, it seems")
    #expect(difference.first.allSatisfy { !$0.isDifferent } && difference.second.allSatisfy { !$0.isDifferent })
  }

  @Test("what differs is shown however much is shared before it", arguments: [10, 100, 5000])
  func shown(shared: Int) {
    let same = (0..<shared).map { "w\($0)" }.joined(separator: " ")
    let difference = MarkedDifference(same + " yes " + same, same + " no " + same)
    #expect(Self.marked(difference.first).contains("[yes ]") && Self.marked(difference.second).contains("[no ]"))
    #expect(difference.first.reduce(0) { $0 + $1.text.count } <= 1601)
  }

  @Test("every small pair of texts comes back whole, and the marked words are those of no common subsequence")
  func small() {
    let words = ["", "a", "b", "a b", "b a", "a a b", "b a b", "a b a b", "c"]
    for first in words {
      for second in words {
        let difference = MarkedDifference(first, second)
        #expect(difference.first.map(\.text).joined() == first && difference.second.map(\.text).joined() == second)
        let keptA = difference.first.filter { !$0.isDifferent }.map(\.text).joined().split(separator: " ")
        let keptB = difference.second.filter { !$0.isDifferent }.map(\.text).joined().split(separator: " ")
        let isMarked = (difference.first + difference.second).contains(where: \.isDifferent)
        #expect(!isMarked || keptA == keptB, "\(first) | \(second)")
      }
    }
  }
}
