import Environments
import Rewards

extension ReplayBuffer {
  /// Keeps what is seen before the step that comes, and where in their episodes the slots are.
  func seeBefore(in world: any EnvironmentBatch) {
    seeBefore(world.observations.baseAddress!)
    for slot in 0..<slots {
      let position = world.episode(of: slot)
      episodes[next + slot] = Int32(truncatingIfNeeded: position.episode & 0x7FFF_FFFF)
      steps[next + slot] = Int32(truncatingIfNeeded: position.step & 0x7FFF_FFFF)
    }
  }

  /// Keeps what that step led to and asks what it is worth; the sum of what the agent is told. ``advance()`` takes it in.
  func seeAfter(in world: any EnvironmentBatch, by reward: (any TransitionReward)?) -> Double {
    seeAfter(world.finalObservations.baseAddress!)
    (ownRewards + next).update(from: world.rewards.baseAddress!, count: slots)
    (terminated + next).update(from: world.terminated.baseAddress!, count: slots)
    judge(from: next, count: slots, by: reward)
    var told = 0.0
    for slot in 0..<slots { told += Double(rewards[next + slot]) }
    return told
  }
}
