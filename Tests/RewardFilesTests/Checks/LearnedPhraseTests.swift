import Compute
import Findings
import RewardFiles
import Testing

@Suite("Phrases learned from the texts")
struct LearnedPhraseTests {
  /// Pairs that differ in no style, in two groups. A phrase stands in one of two replies of every other pair; people do not care for it, and the
  /// model prefers it with probability `credit`, in one group alone if said.
  private static func audit(credit: Double, style: Bool = false, inGroup: Bool = false) -> FilesAudit {
    var stream = RandomSource(seed: 9).stream("rows")
    var texts: [ExampleTexts] = []
    let rows = (0..<1600).map { index -> PreferenceRow in
      func words(_ count: Int = 12) -> String {
        (0..<count).map { _ in "w\(["a", "e", "i", "o"][stream.below(4)])" }.joined(separator: " ")
      }
      var (chosen, rejected) = (words(), words())
      let isFirst = stream.bernoulli(0.5)
      if index.isMultiple(of: 2) {
        // The other reply gets as many words, so that the two are equally long.
        let mark = style ? "perhaps" : "a truly lovely thought"
        let other = words(style ? 1 : 4)
        (chosen, rejected) =
          isFirst
          ? (mark + " " + chosen, other + " " + rejected) : (other + " " + chosen, mark + " " + rejected)
      }
      let group = ["x", "y"][index / 2 % 2]
      var right = stream.bernoulli(0.8)
      if index.isMultiple(of: 2), !inGroup || group == "x", stream.bernoulli(credit) { right = isFirst }
      let margin = right ? 1 + stream.uniform() : -1 - stream.uniform()
      var row = PreferenceRow(
        prompt: "p \(index)", chosen: chosen, rejected: rejected, scoreChosen: margin, scoreRejected: 0)
      row.domain = group
      texts.append(ExampleTexts(prompt: row.prompt, chosen: chosen, rejected: rejected))
      return row
    }
    var input = AuditInput()
    input.preferences = PreferenceTable(rows)
    let known = texts
    input.texts = { wanted in Dictionary(uniqueKeysWithValues: wanted.map { ($0, known[$0]) }) }
    return FilesAudit(input, random: RandomSource(seed: 1))
  }

  @Test("where replies differ in phrases alone, a model that credits none is not shown to be harmless: unknown")
  func unknown() {
    #expect(Self.audit(credit: 0)[.styleBias]?.verdict == .unknown)
  }

  @Test("a model that credits a phrase fails, and the phrase is named")
  func fails() throws {
    let result = try #require(Self.audit(credit: 0.8)[.styleBias])
    #expect(result.verdict == .fails)
    #expect(result.tests.contains { $0.name.contains("a truly lovely thought") })
  }

  @Test("a style that is credited in one group alone fails there")
  func group() throws {
    let result = try #require(Self.audit(credit: 0.8, style: true, inGroup: true)[.styleBias])
    let test = try #require(result.tests.first { $0.name.contains("hedges where domain is x") })
    #expect(result.verdict == .fails && test.correctedPValue <= 0.05 && test.estimate > 0.2)
    #expect(Self.audit(credit: 0, style: true)[.styleBias]?.verdict != .fails)
  }
}
