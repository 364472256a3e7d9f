import Audits
import Compute
import Files
import Findings
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Inspecting a run")
struct InspectionTests {
  private static func settings() -> InspectedRun.Settings {
    var settings = InspectedRun.Settings()
    (settings.episodes, settings.steps) = (3, 120)
    return settings
  }

  @Test("overview, an answer, a clip and a state agree with each other and with the reward, whoever asks again")
  func inspected() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory).run()
      let inspected = try InspectedRun(directory: directory, settings: Self.settings())
      let overview = try Inspection(inspected)
      #expect(overview.answers > 0 && overview.reward.steps <= 120 && overview.reward.steps > 60)
      // Pendulum's three numbers and its torque.
      #expect(overview.reward.shares.count == 4)
      #expect(abs(overview.reward.shares.reduce(0) { $0 + $1.share } - 1) < 1e-9)
      #expect((overview.reward.gap ?? 1) <= 0.01)
      #expect(overview.policy?.shares.count == 3)
      #expect(overview.findings.map(\.id) == ["explanation/randomisation", "answers/mislabelled"])
      // Ten clear answers settle nothing.
      #expect(overview.findings[1].verdict == .unknown)
      let influence = try #require(overview.influence)
      #expect(influence.movers.count <= 10 && influence.movers.allSatisfy { $0.exact >= 0 })
      #expect(overview.map?.values.count == 10 && overview.learned?.units == 5)

      let first = try #require(influence.movers.first)
      let answer = try InspectedAnswer(inspected, question: first.question)
      #expect(answer.kind == first.kind && answer.person == first.person && answer.clips.count == 2)
      #expect(abs(answer.effect.exact - first.exact) < 1e-9 && answer.answers == overview.answers)
      let best = try #require(overview.best.first)
      let clip = try InspectedClip(inspected, clip: best.clip)
      #expect(abs(Statistics.mean(clip.rewards) - best.reward) < 1e-9 && clip.questions.contains(best.question))
      // Shares are of the reward's difference to the baseline, the same for every clip.
      let worst = try InspectedClip(inspected, clip: try #require(overview.worst.first).clip)
      func rest(_ clip: InspectedClip) -> Double {
        Statistics.mean(clip.rewards) - clip.parts.reduce(0) { $0 + $1.part }
      }
      #expect(abs(rest(clip) - rest(worst)) < 1e-4)
      let state = try InspectedState(inspected, state: [1, 0, 0])
      #expect(state.actions.count == 1 && state.chosen == nil && state.parts.count == 4)

      let again = try InspectedRun(directory: directory, settings: Self.settings())
      #expect(try JSON.encode(Inspection(again).reward, .result) == JSON.encode(overview.reward, .result))
      var zero = Self.settings()
      zero.fromZero = true
      #expect(try InspectedRun(directory: directory, settings: zero).baselineWords == "a row of zeros")
    }
  }

  @Test("what is not there, and a state of another world, is refused with what would be right")
  func refused() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory).run()
      let inspected = try InspectedRun(directory: directory, settings: Self.settings())
      func problem(_ body: () throws -> Void) -> InputError? {
        do {
          try body()
          return nil
        } catch { return error as? InputError }
      }
      let length = problem { _ = try InspectedState(inspected, state: [1, 2]) }
      #expect(length?.place == "--state" && length?.problem.contains("shows 3") == true)
      #expect(problem { _ = try InspectedState(inspected, state: [1, .nan, 0]) } != nil)
      let question = problem { _ = try InspectedAnswer(inspected, question: 1000) }
      #expect(question?.problem == "there is no question 1000" && question?.remedy?.contains("1 to ") == true)
      #expect(problem { _ = try InspectedClip(inspected, clip: -1) }?.place == "--clip")
      #expect(problem { _ = try InspectedRun(directory: parent + "/none") }?.problem == "no run here")
      // Stopped before anybody has answered.
      let early = StopFlag()
      early.raise()
      try TinyRun.create(parent + "/early").run(stop: early)
      #expect(problem { _ = try InspectedRun(directory: parent + "/early") } != nil)
    }
  }
}
