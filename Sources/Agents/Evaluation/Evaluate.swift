import Compute
import Environments

/// Plays whole episodes by a policy and tells how each went.
///
/// The episodes are shared out evenly over up to 32 slots beforehand, so that short ones are not over-represented (as
/// those would be that merely finish first). Results come slot by slot, in order; they depend on the arguments only.
///
/// Of the parameters:
/// - `episodes`: how many to play; at least 1.
/// - `deterministic`: take the most probable action instead of drawing.
/// - `maximumSteps`: ends an episode of an environment that has no time limit of its own; nil for its own limit only.
/// - Throws: `InputError` if the policy is for other observations or actions, or an episode could go on forever. Only a
///   ``Policy`` states what it is for; that one of another kind suits the environment is for the caller to know.
public func evaluate(
  _ policy: some ActingPolicy, in entry: EnvironmentEntry, episodes: Int, random: RandomSource,
  deterministic: Bool = true, maximumSteps: Int? = nil
) throws -> [EpisodeResult] {
  guard let policy = policy as? Policy else {
    return try evaluated(
      policy, in: entry, episodes: episodes, random: random, deterministic: deterministic, maximumSteps: maximumSteps)
  }
  let specification = entry.specification
  guard specification.observationSpace.count == policy.network.shape.inputs,
    ActionHead(specification.actionSpace) == policy.head
  else {
    throw InputError(
      "the policy was made for '\(policy.environment)' and does not fit '\(specification.id)'",
      remedy: "evaluate it where it was trained")
  }
  return try evaluated(
    policy, in: entry, episodes: episodes, random: random, deterministic: deterministic, maximumSteps: maximumSteps)
}

private func evaluated(
  _ policy: some ActingPolicy, in entry: EnvironmentEntry, episodes: Int, random: RandomSource, deterministic: Bool,
  maximumSteps: Int?
) throws -> [EpisodeResult] {
  let specification = entry.specification
  guard let limit = [specification.maximumEpisodeSteps, maximumSteps].compactMap({ $0 }).min() else {
    throw InputError("'\(specification.id)' has no time limit", remedy: "give a maximum number of steps")
  }
  guard episodes > 0 else { return [] }

  // A batch cannot cut an episode short: where we do, each episode has a slot of its own, idle afterwards.
  let cuts = limit < specification.maximumEpisodeSteps ?? .max
  let slots = cuts ? episodes : min(episodes, 32)
  let batch = entry.makeBatch(count: slots, random: random.child("evaluate/environment"))
  let actor = policy.makeActor(count: slots)
  var draws = random.stream("evaluate/action")
  var actions = [Float](repeating: 0, count: slots * specification.actionSpace.rowSize)
  var results = [[EpisodeResult]](repeating: [], count: slots)
  let wanted = (0..<slots).map { (episodes + slots - 1 - $0) / slots }
  var returns = [Double](repeating: 0, count: slots)
  var lengths = [Int](repeating: 0, count: slots)
  var missing = episodes

  while missing > 0 {
    batch.observations.withSpan { observations in
      var rows = actions.mutableSpan
      if deterministic {
        actor.act(observations, into: &rows)
      } else {
        actor.act(observations, into: &rows, random: &draws)
      }
    }
    batch.step(actions.span)
    try batch.check()
    for slot in 0..<slots where results[slot].count < wanted[slot] {
      let terminated = batch.terminated[slot]
      let ended = terminated || batch.truncated[slot]
      returns[slot] += Double(batch.rewards[slot])
      lengths[slot] += 1
      guard ended || lengths[slot] == limit else { continue }
      results[slot].append(EpisodeResult(trueReturn: returns[slot], length: lengths[slot], terminated: terminated))
      missing -= 1
      returns[slot] = 0
      lengths[slot] = 0
    }
  }
  return results.flatMap { $0 }
}
