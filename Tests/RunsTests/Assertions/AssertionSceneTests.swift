import Audits
import Compute
import Environments
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Where assertions are broken")
struct AssertionSceneTests {
  @Test("what is shown leads to the very step that was named, and of a case that was searched for to one near it")
  func scenes() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory).run()
      let file = parent + "/assertions.txt"
      try """
      reward stays above 1000
      reward stays below 1000
      no jump above 0 between neighbours
      reward stays below -1000 while cosine of angle between 0.3 and 0.31 and sine of angle between -0.1 and 0.1
      """.write(toFile: file, atomically: true, encoding: .utf8)
      var settings = AssertionAudit.Settings()
      (settings.episodes, settings.trials, settings.nodes) = (4, 500, 0)
      let audit = try AssertionAudit(directory: directory, file: file, settings: settings)
      #expect(audit.scenes.map(\.line) == [1, 3, 4])
      let run = try TrainedRun(directory: directory)
      for scene in audit.scenes {
        let witness = try #require(audit.results.first { $0.line == scene.line }?.witness)
        // Played again from the first action by other code: the named step is there.
        let clip = run.entry.whatIf(start: scene.start, random: scene.random, actions: scene.actions, from: 0)
        var rows: [Float] = []
        try run.reward.encoding.append(clip, to: &rows)
        let width = run.reward.encoding.width
        let named = try #require(Int(scene.place.split(separator: " ").last ?? ""))
        #expect(scene.shown.upperBound <= clip.count && !scene.shown.isEmpty)
        let shown = scene.shown.map { Array(rows[$0 * width..<($0 + 1) * width]) }
        if scene.line == 4 {
          #expect(witness.origin == "search" && scene.distance > 0)
        } else {
          #expect(scene.distance == 0 && named > 0)
          #expect(shown.contains(witness.first) || witness.second.map(shown.contains) == true)
        }
      }
    }
  }
}
