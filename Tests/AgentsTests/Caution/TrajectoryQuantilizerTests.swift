import Agents
import Compute
import Environments
import Rewards
import Testing

@Suite("A quantiliser over episodes")
struct TrajectoryQuantilizerTests {
  @Test("the best ⌈qN⌉ by score, equals in their order, and what that may cost")
  func choice() {
    let scores = [3.0, 1, 2, 5, 2]
    func chosen(_ share: Double) -> [Int] { TrajectoryQuantilizer.Choice(scores: scores, share: share).chosen }
    #expect(chosen(0.1) == [3] && chosen(0.2) == [3] && chosen(0.21) == [3, 0])
    #expect(chosen(0.6) == [3, 0, 2] && chosen(0.7) == [3, 0, 2, 4] && chosen(1) == [3, 0, 2, 4, 1])
    #expect(TrajectoryQuantilizer.Choice(scores: scores, share: 0.3).costFactor == 2.5)
    #expect(TrajectoryQuantilizer.Choice(scores: [], share: 0.5).chosen.isEmpty)
  }

  @Test(
    "whatever is harmful: on average at most N ÷ ⌈qN⌉ times as often as the reference, which the worst score reaches")
  func bound() {
    // 20 episodes of which each does harm with probability .04, and q = .25: the five best.
    let (count, share, rate) = (20, 0.25, 0.04)
    for (name, score) in [
      ("harm scores", { (harm: Bool, noise: Double) in harm ? 1 + noise : noise }),
      ("no matter", { (_: Bool, noise: Double) in noise }),
      ("harm costs", { (harm: Bool, noise: Double) in harm ? -1 + noise : noise }),
    ] {
      var draws = RandomSource(seed: 2).stream(name)
      var harmed = 0.0
      let runs = 4_000
      for _ in 0..<runs {
        let harms = (0..<count).map { _ in draws.bernoulli(rate) }
        let scores = harms.map { score($0, draws.uniform(0, 0.5)) }
        let choice = TrajectoryQuantilizer.Choice(scores: scores, share: share)
        harmed += Double(choice.chosen.count { harms[$0] }) / Double(choice.chosen.count)
      }
      let mean = harmed / Double(runs)
      // A mean of shares with a deviation of at most .2: 4.5 standard errors are .015.
      #expect(mean <= rate * 4 + 0.015, "\(name): \(mean)")
      if name == "harm scores" { #expect(mean > rate * 4 - 0.015, "\(mean)") }
      if name == "no matter" { #expect(abs(mean - rate) < 0.015) }
    }
  }

  // MARK: In a world

  /// Pays for what is done.
  private final class Push: TransitionReward {
    func evaluate(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
      for row in 0..<transitions.count { rewards[row] = transitions.withAction(row) { $0[0] } }
    }
  }

  private static let random = RandomSource(seed: 3)

  private static func learner() throws -> PPOLearner {
    var settings = PPOSettings()
    (settings.environments, settings.stepsPerRollout, settings.hidden) = (8, 50, [6])
    return PPOLearner(try PPO(settings: settings, specification: Pendulum().specification, random: random))
  }

  private static func quantilizer(share: Double) throws -> TrajectoryQuantilizer {
    let learner = try learner()
    let made = try TrajectoryQuantilizer(
      share: share, episodes: 40, like: learner, specification: Pendulum().specification, random: random)
    try made.keepNear(learner.policy, weight: 0)
    return made
  }

  private static func batch() -> any EnvironmentBatch { Batch(Pendulum(), count: 8, random: random) }

  /// The mean of the likeliest action over some observations.
  private static func push(_ policy: any ActingPolicy) -> Double {
    var observations: [Float] = []
    for row in 0..<60 {
      observations.append(0.1 * Float(row % 10) - 0.5)
      observations.append(0.4)
      observations.append(0.2 * Float(row / 10) - 0.5)
    }
    var actions = [Float](repeating: 0, count: 60)
    var rows = actions.mutableSpan
    policy.makeActor(count: 60).act(observations.span, into: &rows)
    return actions.reduce(0) { $0 + Double($1) } / 60
  }

  @Test("it imitates the reference's best episodes by the reward: of pushes the stronger, and says what was chosen")
  func imitates() throws {
    let (narrow, all) = (try Self.quantilizer(share: 0.05), try Self.quantilizer(share: 1))
    // Before any episode has ended it acts as the reference.
    #expect(Self.push(narrow.policy) == Self.push(try Self.learner().policy))
    for quantilizer in [narrow, all] {
      let batch = Self.batch()
      var scalars: [String: Double] = [:]
      for _ in 0..<20 {
        scalars = try quantilizer.iterate(batch, reward: Push(), progress: 0, recorder: nil).scalars
      }
      let choice = try #require(quantilizer.choice)
      // 20 rollouts of 50 steps in 8 slots are 40 episodes of 200.
      #expect(scalars["quantile/episodes"] == 40 && choice.count == 40)
      #expect(scalars["quantile/cost_factor"] == choice.costFactor)
      let (chosen, base) = (
        try #require(scalars["quantile/chosen_paid"]), try #require(scalars["quantile/reference_paid"])
      )
      #expect(chosen >= base)
    }
    #expect(narrow.choice?.chosen.count == 2 && all.choice?.chosen.count == 40)
    #expect(Self.push(narrow.policy) > Self.push(all.policy) + 0.03)
  }

  @Test("it goes on from a snapshot as if it had not been interrupted, in the middle of episodes")
  func snapshot() throws {
    let (whole, before, after) = (
      try Self.quantilizer(share: 0.2), try Self.quantilizer(share: 0.2), try Self.quantilizer(share: 0.2)
    )
    let (batch, other) = (Self.batch(), Self.batch())
    for _ in 0..<5 { _ = try whole.iterate(batch, reward: Push(), progress: 0, recorder: nil) }
    for _ in 0..<3 { _ = try before.iterate(other, reward: Push(), progress: 0, recorder: nil) }
    try after.restore(before.snapshot())
    for _ in 0..<2 { _ = try after.iterate(other, reward: Push(), progress: 0, recorder: nil) }
    #expect(try after.snapshot() == whole.snapshot())
    #expect(Self.push(after.policy) == Self.push(whole.policy))
    // Who only reads a run has no reference, and acts all the same.
    let reader = try TrajectoryQuantilizer(
      share: 0.2, episodes: 40, like: Self.learner(), specification: Pendulum().specification, random: Self.random)
    try reader.restore(whole.snapshot())
    #expect(Self.push(reader.policy) == Self.push(whole.policy))
    #expect(throws: InputError.self) { try reader.iterate(batch, reward: nil, progress: 0, recorder: nil) }
  }

  @Test("a share that is none, one episode, a weight besides, another's snapshot: refused")
  func refused() throws {
    for share in [0, -0.1, 1.1, Double.nan] {
      #expect(throws: InputError.self) { try Self.quantilizer(share: share) }
    }
    #expect(throws: InputError.self) {
      try TrajectoryQuantilizer(
        share: 0.1, episodes: 1, like: Self.learner(), specification: Pendulum().specification, random: Self.random)
    }
    let some = try Self.quantilizer(share: 0.5)
    #expect(throws: InputError.self) { try some.keepNear(Self.learner().policy, weight: 1) }
    #expect(throws: InputError.self) { try some.restore(Self.quantilizer(share: 0.4).snapshot()) }
    #expect(throws: InputError.self) { try some.restore(Self.learner().snapshot()) }
    var damaged = try Self.quantilizer(share: 0.5).snapshot()
    damaged.tensors[1].values.append(1)
    #expect(throws: InputError.self) { try some.restore(damaged) }
  }
}
