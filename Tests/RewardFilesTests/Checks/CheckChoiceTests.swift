import Compute
import RewardFiles
import Testing

@Suite("What checks of choices measure, by hand")
struct CheckChoiceTests {
  typealias Limits = CheckLimitTests

  @Test("where the reply stood: shares by hand from ten pairs on, the model's choices against people's from thirty")
  func position() throws {
    var rows = Limits.rows((0..<48).map { $0 % 3 == 0 ? -1 : 1 })
    for index in rows.indices { rows[index].position = index < 28 ? 1 : -1 }
    let tests = try Limits.result(.positionLeakage, rows).tests
    try #require(tests.count == 2)
    #expect(abs(tests[0].estimate - (28.0 / 48 - 0.5)) < 1e-12 && tests[0].count == 48)
    let half = 1.959_963_984_540_054 / (2 * 48.0.squareRoot())
    #expect(abs((tests[0].interval?.upper ?? 0) - (28.0 / 48 - 0.5 + half)) < 1e-9)
    // People prefer the first reply in 28 of 48. The model is wrong in 10 of those and in 6 of the other 20: it prefers the
    // first in 18 + 6.
    #expect(abs(tests[1].estimate - (24.0 / 48 - 28.0 / 48)) < 1e-9 && tests[1].count == 48)
    for index in 29..<48 { rows[index].position = 0 }
    #expect(try Limits.result(.positionLeakage, rows).tests.count == 1)
    for index in 10..<29 { rows[index].position = 0 }
    #expect(try Limits.works(.positionLeakage, rows))
    rows[9].label = 0
    #expect(try !Limits.works(.positionLeakage, rows))
  }

  @Test("labels without scores: the share of longer replies preferred, of thirty unequal pairs or more")
  func lengthOfLabels() throws {
    let rows = (0..<40).map { index in
      PreferenceRow(
        prompt: "p\(index)", chosen: index < 24 ? "a b c" : index < 36 ? "a" : "a b", rejected: "c d")
    }
    let test = try #require(try Limits.result(.lengthBias, rows).tests.first)
    #expect(abs(test.estimate - (24.0 / 36 - 0.5)) < 1e-12 && test.count == 36)
    // One pair more of each kind: 25 of 38.
    let error = (25.0 / 38 * 13 / 38 / 38).squareRoot()
    #expect(abs((test.interval?.upper ?? 0) - (24.0 / 36 - 0.5 + 1.959_963_984_540_054 * error)) < 1e-9)
    // Pairs of equal length say nothing, and a few that do not settle nothing.
    let equal = (0..<12).map { PreferenceRow(prompt: "p\($0)", chosen: "a b", rejected: "c d") }
    let none = try Limits.result(.lengthBias, equal)
    #expect(none.notMeasurable == "the two replies of every pair are of equal length" && none.tests.isEmpty)
    for few in [1, 29] {
      let some = equal + (0..<few).map { PreferenceRow(prompt: "q\($0)", chosen: "a b c", rejected: "c d") }
      #expect(try Limits.result(.lengthBias, some).missing == "fewer than 30 pairs differ in length")
    }
  }
}
