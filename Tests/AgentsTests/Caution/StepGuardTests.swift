import Agents
import Compute
import Environments
import Rewards
import Testing

/// Puts one action in the place of every other step's.
private final class EveryOther: StepGuard {
  let instead: Float
  private(set) var looked = 0

  init(_ instead: Float) { self.instead = instead }

  func isReplaced(_ step: Int) -> Bool { step.isMultiple(of: 2) }

  func amend(_ actions: UnsafeMutablePointer<Float>, seeing observations: UnsafePointer<Float>, rows: Int) {
    for row in 0..<rows where isReplaced(looked) { actions[row] = instead }
    looked += 1
  }
}

/// Acts by one number.
private struct Constant: ActingPolicy {
  var action: Float

  final class Actor: BatchActor {
    let action: Float
    init(_ action: Float) { self.action = action }
    func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>, random: inout RandomStream) {
      act(observations, into: &actions)
    }
    func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>) {
      for index in 0..<actions.count { actions[index] = action }
    }
  }

  func makeActor(count: Int) -> Actor { Actor(action) }
}

@Suite("Steps that are looked at before they are taken")
struct StepGuardTests {
  private func recorded(
    _ learner: any GuardableLearner, in batch: any EnvironmentBatch, _ iterations: Int = 1
  ) throws -> [Float] {
    let recorder = TrajectoryRecorder()
    recorder.begin(batch)
    for _ in 0..<iterations { _ = try learner.iterate(batch, reward: nil, progress: 0, recorder: recorder) }
    return recorder.take().flatMap(\.actions)
  }

  @Test("PPO, choosing among few actions: what is done is recorded, what was chosen is learned from")
  func discrete() throws {
    var settings = PPOSettings()
    (settings.environments, settings.stepsPerRollout, settings.epochs, settings.hidden) = (1, 40, 1, [5])
    let random = RandomSource(seed: 3)
    func learner() throws -> PPOLearner {
      PPOLearner(try PPO(settings: settings, specification: CartPole().specification, random: random))
    }
    func batch() -> any EnvironmentBatch { Batch(CartPole(), count: 1, random: random) }
    let (free, guarded) = (try learner(), try learner())
    _ = try recorded(free, in: batch())
    let stepGuard = EveryOther(1)
    guarded.stepGuard = stepGuard
    let done = try recorded(guarded, in: batch())
    let buffer = guarded.ppo.buffer
    for step in 0..<40 {
      #expect(buffer.steppedActions[step] == (stepGuard.isReplaced(step) ? 1 : buffer.actions[step]), "step \(step)")
    }
    #expect(done == (0..<40).map { buffer.steppedActions[$0] })
    // Both drew from the same stream and saw the same at first; the choice was not written over.
    #expect(
      buffer.actions[0] == free.ppo.buffer.actions[0]
        && buffer.logProbabilities[0] == free.ppo.buffer.logProbabilities[0])
    #expect((0..<40).contains { buffer.actions[$0] == 0 && buffer.steppedActions[$0] == 1 })
  }

  @Test("a guard that changes nothing leaves the same bits, with every learner")
  func unchanged() throws {
    /// Replaces nothing.
    final class Onlooker: StepGuard {
      var looked = 0
      func amend(_ actions: UnsafeMutablePointer<Float>, seeing observations: UnsafePointer<Float>, rows: Int) {
        looked += rows
      }
    }
    let random = RandomSource(seed: 4)
    let (cart, pendulum) = (CartPole().specification, Pendulum().specification)
    var (ppo, dqn, sac, td3) = (PPOSettings(), DQNSettings(), SACSettings(), TD3Settings())
    (ppo.environments, ppo.stepsPerRollout, ppo.epochs, ppo.hidden) = (1, 40, 1, [5])
    (dqn.stepsPerRollout, dqn.randomSteps, dqn.batchSize, dqn.hidden) = (30, 10, 4, [4])
    (sac.stepsPerRollout, sac.randomSteps, sac.batchSize, sac.hidden) = (30, 10, 4, [4])
    (td3.stepsPerRollout, td3.randomSteps, td3.batchSize, td3.hidden) = (30, 10, 4, [4])
    for discrete in [true, false] {
      func make() throws -> [any GuardableLearner] {
        let specification = discrete ? cart : pendulum
        let proximal = PPOLearner(try PPO(settings: ppo, specification: specification, random: random))
        return discrete
          ? [proximal, try OffPolicyLearner<DQN>(settings: dqn, specification: specification, random: random)]
          : [
            proximal, try OffPolicyLearner<SAC>(settings: sac, specification: specification, random: random),
            try OffPolicyLearner<TD3>(settings: td3, specification: specification, random: random),
          ]
      }
      func batch(_ slots: Int) -> any EnvironmentBatch {
        discrete ? Batch(CartPole(), count: slots, random: random) : Batch(Pendulum(), count: slots, random: random)
      }
      for (free, watched) in zip(try make(), try make()) {
        let onlooker = Onlooker()
        watched.stepGuard = onlooker
        let expected = try recorded(free, in: batch(free.slots), 2)
        #expect(try recorded(watched, in: batch(watched.slots), 2) == expected)
        #expect(try watched.snapshot() == free.snapshot() && onlooker.looked == 2 * watched.rolloutSize)
      }
    }
  }

  @Test("learners from anybody's steps remember what was done, in their own units")
  func replayed() throws {
    var settings = SACSettings()
    (settings.stepsPerRollout, settings.randomSteps, settings.batchSize, settings.hidden) = (30, 10, 4, [4])
    let random = RandomSource(seed: 4)
    let sac = try OffPolicyLearner<SAC>(settings: settings, specification: Pendulum().specification, random: random)
    let stepGuard = EveryOther(0.5)
    sac.stepGuard = stepGuard
    let done = try recorded(sac, in: Batch(Pendulum(), count: sac.slots, random: random))
    #expect(sac.slots == 1 && done.count == 30)
    for step in 0..<30 {
      // Torques go from −2 to 2, and the networks' actions from −1 to 1.
      #expect(abs(sac.buffer.actions[step] - done[step] / 2) < 1e-6, "step \(step)")
      #expect(!stepGuard.isReplaced(step) || done[step] == 0.5)
    }
    #expect(Set(done).count > 10)

    var discrete = DQNSettings()
    (discrete.stepsPerRollout, discrete.randomSteps, discrete.batchSize, discrete.hidden) = (30, 10, 4, [4])
    let dqn = try OffPolicyLearner<DQN>(settings: discrete, specification: CartPole().specification, random: random)
    dqn.stepGuard = EveryOther(1)
    let chosen = try recorded(dqn, in: Batch(CartPole(), count: dqn.slots, random: random))
    for step in stride(from: 0, to: 30, by: 2) { #expect(chosen[step] == 1 && dqn.buffer.actions[step] == 1) }
  }

  @Test("who is trusted acts everywhere at first, and where nothing was judged later")
  func fallback() throws {
    let specification = Pendulum().specification
    var rule = FallbackRule(trusted: Constant(action: 2), level: 0.05, in: specification)
    /// Two rows: like what was judged, and far away from it.
    let seen: [Float] = [0, 0, 0, 90, 90, 90]
    func acted() -> (actions: [Float], watch: FallbackGuard) {
      let watch = rule.makeGuard(count: 2)
      var actions: [Float] = [-1, -1]
      actions.withUnsafeMutableBufferPointer { actions in
        seen.withUnsafeBufferPointer { watch.amend(actions.baseAddress!, seeing: $0.baseAddress!, rows: 2) }
      }
      return (actions, watch)
    }
    let first = acted()
    #expect(first.actions == [2, 2] && first.watch.takeovers == 2 && first.watch.steps == 2)
    var draws = RandomSource(seed: 1).stream("clips")
    let judged = (0..<40).map { _ in
      Trajectory(
        observationSize: 3, actionRowSize: 1, observations: (0..<18).map { _ in Float(draws.normal()) },
        actions: [Float](repeating: 0, count: 5), rewards: [Float](repeating: 0, count: 5), terminated: false,
        truncated: false, start: nil)
    }
    rule.ground = try FamiliarGround(judged: judged, level: 0.05, random: RandomSource(seed: 2))
    let later = acted()
    #expect(later.actions == [-1, 2] && later.watch.takeovers == 1 && later.watch.steps == 2)
  }
}
