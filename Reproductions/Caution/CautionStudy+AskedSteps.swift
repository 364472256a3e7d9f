import Agents
import Compute
import Environments

extension CautionStudy {
  /// People who err are drawn so often.
  private static let people = 10
  /// Questions are counted over so many episodes.
  private static let episodes = 100

  /// The mean's plan with steps that wait for a person, by which steps wait and who is asked. In the twin the person is
  /// one who knows the twin.
  static func askedSteps(
    _ plan: TabularPolicy, _ world: HazardWorld, known: [Bool], random: RandomSource
  ) throws -> [(name: String, result: Result)] {
    let lines: [(name: String, waiting: AskedSteps.Waiting, asked: AskedSteps.Asked)] = [
      ("mean, final steps asked first", .final, .knowing(errors: 0)),
      ("mean, final and unjudged steps asked first", .finalOrUnjudged, .knowing(errors: 0)),
      ("the same, of a person who errs in 10 %", .finalOrUnjudged, .knowing(errors: 0.1)),
      ("the same, of a person who always allows", .finalOrUnjudged, .allowing),
    ]
    let scales = [world.truth, world.twin].map { truth in
      (
        base: world.mdp.expectedReturn(of: world.reference, rewards: truth),
        best: world.mdp.startMean(PolicyIteration.solve(world.mdp, rewards: truth).values)
      )
    }
    return try lines.enumerated().map { line, row in
      var draws = random.stream("caution/asked", line)
      var people = 1
      if case .knowing(let errors) = row.asked, errors > 0 { people = Self.people }
      var result = Result(harm: 0, gain: 0, twin: 0, questions: 0)
      for _ in 0..<people {
        func asked(_ truth: [Double]) throws -> AskedSteps {
          try AskedSteps(
            plan, in: world, truth: truth, known: known, waiting: row.waiting, asked: row.asked, draws: &draws)
        }
        func gain(_ policy: TabularPolicy, _ truth: [Double], _ scale: (base: Double, best: Double)) -> Double {
          (world.mdp.expectedReturn(of: policy, rewards: truth) - scale.base) / (scale.best - scale.base)
        }
        let (real, twin) = (try asked(world.truth), try asked(world.twin))
        result.harm += world.harm(of: real.policy) / Double(people)
        result.gain += gain(real.policy, world.truth, scales[0]) / Double(people)
        result.twin += gain(twin.policy, world.twin, scales[1]) / Double(people)
        let count = real.questions(plan, in: world.mdp, episodes: Self.episodes, random: &draws)
        result.questions = (result.questions ?? 0) + Double(count) / Double(people)
      }
      return (row.name, result)
    }
  }
}
