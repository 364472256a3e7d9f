import Compute
import Findings
import Reproductions
import Testing

@Suite("Contracts, by example")
struct ContractStudyTests {
  @Test(
    "two parts, each right alone, are wrong together; the contract finds it at the first page, and is quiet elsewhere")
  func fontSize() {
    let story = FontSizeStory()
    var clicks: [FontSizeStory.Arm: Double] = [:]
    for arm in FontSizeStory.Arm.allCases {
      let outcomes = (0..<10).map { story.play(arm, random: RandomSource(seed: 3).child("story", $0)) }
      clicks[arm] = Statistics.mean(outcomes.map(\.clicks))
      #expect(outcomes.allSatisfy { ($0.contract.verdict == .fails) == (arm == .together) }, "\(arm)")
      if arm == .together {
        #expect(outcomes.allSatisfy { $0.top == 0 && $0.contract.reason.hasPrefix("At page 1, step 1") })
      }
      if arm == .ranking || arm == .mended { #expect(outcomes.allSatisfy { $0.top == 1 }, "\(arm)") }
    }
    // Expected clicks of a page by hand. Before: .06 + .6 · .075 + .3 · .03 = .114; ranked: .075 + .6 · .06 + .009 =
    // .12;
    // the font adds .6 of the first term: .15 together and with layout alone, .165 mended.
    for (arm, expected) in [
      (FontSizeStory.Arm.before, 0.114), (.ranking, 0.12), (.layout, 0.15), (.together, 0.15), (.mended, 0.165),
    ] {
      #expect(abs((clicks[arm] ?? 0) - expected) < 0.002, "\(arm): \(clicks[arm] ?? 0)")
    }
  }
}
