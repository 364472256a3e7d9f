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

  private func answers(_ kind: String, _ scale: String) throws -> Set<String> {
    try withTemporaryDirectory { parent in
      let run = try TinyRun.create(
        parent + "/run",
        ["feedback.kinds": kind, "feedback.comparisons": "30", "person.kind": "boltzmann", "person.scale": scale])
      try run.run()
      let given = try RunRecord(directory: parent + "/run").otherFeedback.compactMap { $0.given?.content }
      #expect(given.count == 30)
      return Set(given.map { "\($0)" })
    }
  }

  @Test(
    "in the pendulum ratings and switching off differ from clip to clip; in the reward's own units they are all one")
  func pendulum() throws {
    for kind in ["rating", "off-switch"] {
      #expect(try answers(kind, "world").count > 2, "\(kind)")
      #expect(try answers(kind, "reward").count == 1, "\(kind)")
    }
  }

  @Test("a run that was made before keeps the reward's own units")
  func former() {
    #expect(LearnSettings().completed([:])["person.scale"] == "reward")
    #expect(LearnSettings().values["person.scale"] == "world")
  }
}
