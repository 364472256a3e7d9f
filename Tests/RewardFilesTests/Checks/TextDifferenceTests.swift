import RewardFiles
import Testing

@Suite("Where two texts differ")
struct TextDifferenceTests {
  @Test("long texts are cut to where they begin to differ, short ones are shown whole")
  func cut() {
    let common = (0..<80).map { "word\($0)" }.joined(separator: " ")
    let shown = TextDifference(common + " and it is right.", common + " and it is wrong.", characters: 60)
    #expect(shown.first.hasPrefix("… ") && shown.first.hasSuffix("right."))
    #expect(shown.second.hasSuffix("wrong.") && shown.first.count <= 64)
    let short = TextDifference("a cat", "a dog", characters: 60)
    #expect(short.first == "a cat" && short.second == "a dog")
    let prefix = TextDifference(common, common + " more", characters: 60)
    #expect(prefix.second.hasSuffix("more"))
    let same = TextDifference(common, common, characters: 20)
    #expect(same.first == String(common.prefix(20)) + "…" && same.first == same.second)
    #expect(TextDifference("", "", characters: 5).first.isEmpty)
  }
}
