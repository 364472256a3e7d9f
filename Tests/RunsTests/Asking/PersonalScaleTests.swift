import Environments
import Feedback
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("The scale of a simulated person's ratings")
struct PersonalScaleTests {
  @Test("zero and unit are those of random play: by hand")
  func byHand() {
    // Mean of a step 2.5; the clips' returns of 3 and 7 differ from the 5 that two steps make expect by 2.
    let scale = PersonalScale([[1, 2], [3, 4]], length: 2)
    #expect(scale.mean == 2.5 && scale.deviation == 2)
    #expect(scale.scaled([2.5, 4.5], for: .nothing) == [0, 1])
    // Middling is two deviations better over a clip, so 2 · 2 / 2 = 2 a step; a unit is 4.
    #expect(scale.scaled([4.5, 8.5], for: .middling) == [0, 1])
    #expect(scale.scaled([3, 4], for: .none) == [3, 4])
    // Random play is one unit below middling.
    #expect(scale.scaled([2.5, 2.5], for: .middling).reduce(0, +) == -1)
  }

  @Test("a reward that is always the same is measured by its size, and one that is nothing by 1")
  func constant() {
    let scale = PersonalScale([[-3, -3], [-3]], length: 2)
    #expect(scale.mean == -3 && scale.deviation == 3)
    #expect(PersonalScale([[0, 0]], length: 2).deviation == 1)
    #expect(PersonalScale([], length: 2).scaled([1], for: .nothing) == [1])
  }

  /// The share of the commonest answer among thirty.
  private func sameness(_ kind: String, _ scale: String) throws -> Double {
    try withTemporaryDirectory { parent in
      let run = try TinyRun.create(
        parent + "/run",
        [
          "feedback.kinds": kind, "feedback.comparisons": "30", "feedback.segmentLength": "50",
          "person.kind": "boltzmann", "person.scale": scale,
        ])
      try run.run()
      let given = try RunRecord(directory: parent + "/run").questions.compactMap { $0.given?.content }
      #expect(given.count == 30)
      let counts = Dictionary(grouping: given.map { "\($0)" }, by: { $0 }).values.map(\.count)
      return Double(counts.max() ?? 0) / 30
    }
  }

  @Test("in the pendulum ratings and switching off differ from clip to clip; in the reward's own units they hardly do")
  func pendulum() throws {
    for kind in ["rating", "off-switch"] {
      let (world, reward) = (try sameness(kind, "world"), try sameness(kind, "reward"))
      #expect(world <= 0.7 && reward >= 0.85, "\(kind): \(world), \(reward)")
    }
  }

  @Test("a run that was made before keeps the reward's own units")
  func former() {
    #expect(LearnSettings().completed([:])["person.scale"] == "reward")
    #expect(LearnSettings().values["person.scale"] == "world")
  }
}
