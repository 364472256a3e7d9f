import Compute

extension MuJoCoWorld {
  /// What is known of the plain worlds' returns: random play over 100 episodes (`pactolus play ID --episodes 100 --seed 15`,
  /// with Student's 95 % interval), and what an agent of ours earned that was paid by the world itself, where one was
  /// measured.
  static let returns: [String: KnownReturns] = [
    "HalfCheetah-v5": KnownReturns(random: RandomReturn(mean: -283.28, from: -299.62, to: -266.94, episodes: 100)),
    "Hopper-v5": KnownReturns(random: RandomReturn(mean: 17.243, from: 14.207, to: 20.279, episodes: 100)),
    "Walker2d-v5": KnownReturns(random: RandomReturn(mean: 1.888, from: 0.77425, to: 3.0017, episodes: 100)),
    "Ant-v5": KnownReturns(random: RandomReturn(mean: -39.487, from: -52.224, to: -26.75, episodes: 100)),
    "Humanoid-v5": KnownReturns(random: RandomReturn(mean: 114.27, from: 107.49, to: 121.05, episodes: 100)),
    "HumanoidStandup-v5": KnownReturns(random: RandomReturn(mean: 33_303, from: 32_826, to: 33_779, episodes: 100)),
    "Swimmer-v5": KnownReturns(random: RandomReturn(mean: 0.29149, from: -1.9727, to: 2.5557, episodes: 100)),
    "Reacher-v5": KnownReturns(
      reference: -3.81, origin: "PPO on this reward, one seed",
      random: RandomReturn(mean: -42.81, from: -43.627, to: -41.994, episodes: 100)),
    "Pusher-v5": KnownReturns(random: RandomReturn(mean: -149.41, from: -151.01, to: -147.81, episodes: 100)),
    "InvertedPendulum-v5": KnownReturns(
      reference: 1_000, bounds: 0...1_000, origin: "the most that can be had",
      random: RandomReturn(mean: 5.27, from: 4.6202, to: 5.9198, episodes: 100)),
    "InvertedDoublePendulum-v5": KnownReturns(
      random: RandomReturn(mean: 49.65, from: 46.447, to: 52.853, episodes: 100)),
  ]
}
