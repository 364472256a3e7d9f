import Agents
import Compute
import Environments
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Steps that wait for a person when an agent is played or evaluated", .serialized)
struct AskFirstPlayTests {
  /// A gridworld in which the box may be pushed into a corner.
  private static let boxes = ["run.environment": "safety/SideEffectsSokoban-v0:noops=true", "person.kind": "rational"]

  private func setup(
    _ directory: String, _ reasons: CautionSettings.AskFirst, fallback: String? = nil, level: Double = 0.05
  ) throws -> AskFirstSetup {
    try AskFirstSetup(
      TrainedRun(directory: directory), reasons, level: level, fallback: fallback, seed: 0, registry: .standard,
      learners: .standard)
  }

  @Test("in a finite world the steps wait that may be final, a word holds, and no word is no permission")
  func finite() throws {
    try withTemporaryDirectory { parent in
      try TinyRun.create(parent + "/run", Self.boxes).run()
      let entry = try EnvironmentRegistry.standard.entry("safety/SideEffectsSokoban-v0:noops=true")
      let table = try #require(entry.tabular)
      let ways = try WaysBack(table)
      var calls = 0
      for (answer, allowed) in [(true, true), (false, false), (nil, false)] as [(Bool?, Bool)] {
        calls = 0
        let playing = AskFirstPlaying(try setup(parent + "/run", .irreversible)) { step in
          calls += 1
          #expect(step.isIrreversible && !step.isUnfamiliar)
          return answer
        }
        let played = try PlayedEpisodes(entry, seed: 1)
        var draws = RandomSource(seed: 4).stream("moves")
        var (waited, earlier) = (0, 0)
        for _ in 0..<400 {
          let seen = played.observation
          let action = Float(draws.below(table.mdp.actionCount))
          let (done, asked) = playing.decide([action], seeing: seen)
          let state = try #require(ways.state(seeing: seen))
          let instead = try #require(ways.staying(in: state))
          #expect((asked != nil) == (ways.mayBeFinal(state, Int(action)) && instead != Int(action)))
          if let asked {
            waited += 1
            if asked.earlier { earlier += 1 }
            #expect(asked.causes == ["irreversible"] && asked.action == [action] && asked.instead == [Float(instead)])
            #expect(asked.allowed == answer && done == [allowed ? action : Float(instead)])
          } else {
            #expect(done == [action])
          }
          _ = try played.step(done)
        }
        #expect(waited > 0 && calls == waited - earlier)
        #expect((earlier == 0) == (answer == nil), "\(earlier) of \(waited)")
      }
    }
  }

  @Test("an evaluation counts the questions: none where the policy that acts instead is the agent's own")
  func counted() throws {
    try withTemporaryDirectory { parent in
      let run = parent + "/run"
      try TinyRun.create(run, ["feedback.comparisons": "40", "person.kind": "rational"]).run()
      func evaluated(_ level: Double, fallback: String? = nil) throws -> (RunEvaluation, AskFirstUse) {
        let evaluation = try RunEvaluation(
          directory: run, episodes: 4, seed: 3,
          askFirst: .init(reasons: .unfamiliar, level: level, fallback: fallback))
        return (evaluation, try #require(evaluation.askFirst))
      }
      let plain = try RunEvaluation(directory: run, episodes: 4, seed: 3)
      let (evaluation, some) = try evaluated(0.2)
      #expect(evaluation.trueReturns == plain.trueReturns && plain.askFirst == nil)
      #expect(some.allowed.steps == plain.lengths.reduce(0, +) && some.refused.steps == some.allowed.steps)
      // Nobody's word holds in a continuous world: as many questions as steps that wait.
      #expect(some.allowed.questions == some.allowed.waiting && some.refused.questions == some.refused.waiting)
      #expect(some.allowed.waiting > 0 && some.judgedClips == 80)
      let (_, most) = try evaluated(0.95)
      #expect(most.allowed.waiting > some.allowed.waiting && most.refusedTrueReturn != plain.meanTrueReturn)
      let (_, own) = try evaluated(0.95, fallback: run)
      #expect(own.allowed.questions == 0 && own.refused.questions == 0)
      #expect(own.refusedTrueReturn == plain.meanTrueReturn)
    }
  }

  @Test("what cannot be asked about is refused: worlds without a table, too little that was judged, no level")
  func refused() throws {
    try withTemporaryDirectory { parent in
      let run = parent + "/run"
      try TinyRun.create(run, ["feedback.comparisons": "8"]).run()
      let table = #expect(throws: InputError.self) { try setup(run, .irreversible) }
      #expect(table?.place == "ask-first" && table?.problem.contains("finite world") == true)
      let few = #expect(throws: InputError.self) { try setup(run, .unfamiliar) }
      #expect(few?.place == "ask-first" && few?.problem.contains("too few") == true)
      #expect(throws: InputError.self) { try setup(run, .none) }
      let nowhere = #expect(throws: InputError.self) { try setup(run, .both, fallback: parent + "/nowhere") }
      #expect(nowhere?.place?.hasPrefix("fallback") == true)
      for level in [0, 1, Double.nan] {
        #expect(throws: InputError.self) {
          try RunEvaluation(directory: run, episodes: 1, askFirst: .init(reasons: .unfamiliar, level: level))
        }
      }
    }
  }
}
