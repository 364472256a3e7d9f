import Compute
import Environments
import Feedback
import Foundation
import Rewards
import Testing

@Suite("Behaviour made up to be judged")
struct HypotheticalBehaviorTests {
  private func synthesized(
    _ aim: HypotheticalBehavior.Aim, in id: String, seed: UInt64 = 1
  ) throws -> (trajectory: Trajectory, random: [Trajectory], score: (Trajectory) -> Double) {
    let entry = try EnvironmentRegistry.standard.entry(id)
    let model = try RewardModel(
      RewardModelSettings(hidden: [8], activation: .tanh, members: 4), specification: entry.specification,
      random: RandomSource(seed: 3))
    let evaluator = RewardEvaluator(model)
    var set = ChoiceSet(model.encoding)
    let seen = entry.randomClips(2, steps: 20, random: RandomSource(seed: 8))
    try set.append(Choice(options: seen.map { Choice.Option($0) }, picked: 0))
    let judged = JudgedSample(set)
    let behavior = HypotheticalBehavior(aim, steps: 30)
    let source = RandomSource(seed: seed)
    var draws = source.stream("search")
    let start = EpisodePosition(slot: 2, episode: 0, step: 0)
    let trajectory = behavior.synthesize(
      in: entry, start: start, source: source, evaluator: evaluator, judged: judged, random: &draws)
    // The same episode with random actions, for comparison.
    var other = RandomSource(seed: 77).stream("others")
    let random = (0..<20).map { _ -> Trajectory in
      let size = entry.specification.actionSpace.rowSize
      var actions = [Float](repeating: 0, count: 30 * size)
      actions.withUnsafeMutableBufferPointer { actions in
        for step in 0..<30 { entry.specification.actionSpace.draw(into: actions.baseAddress! + step * size, &other) }
      }
      return entry.whatIf(start: start, random: source, actions: actions, from: 0)
    }
    return (trajectory, random, { behavior.score(of: $0, entry.specification, evaluator, judged) })
  }

  @Test(
    "serves its aim better than each of twenty random sequences", arguments: HypotheticalBehavior.Aim.allCases,
    ["pactolus/Pendulum-v1", "pactolus/MountainCar-v0"])
  func aim(aim: HypotheticalBehavior.Aim, id: String) throws {
    let (trajectory, random, score) = try synthesized(aim, in: id)
    #expect(trajectory.count == 30)
    for other in random { #expect(score(trajectory) >= score(other)) }
  }

  @Test("it can happen: its actions, replayed, lead to the same observations; the same stream finds the same")
  func replay() throws {
    let entry = try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1")
    let (trajectory, _, _) = try synthesized(.best, in: "pactolus/Pendulum-v1")
    let again = entry.whatIf(
      start: try #require(trajectory.start), random: RandomSource(seed: 1), actions: trajectory.actions, from: 0)
    #expect(again.observations == trajectory.observations)
    #expect(try synthesized(.best, in: "pactolus/Pendulum-v1").trajectory == trajectory)
  }
}
