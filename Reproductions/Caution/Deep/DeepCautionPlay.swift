import Agents
import Compute
import Environments

/// How a policy fares in the meadow.
struct DeepCautionPlay {
  /// The share of its episodes that end in the pit.
  let falls: Double
  /// The true reward of a step, on average.
  let reward: Double
  /// The share of its steps that lead to where nobody judged.
  let unjudged: Double

  /// By fresh episodes; the reference as it is imitated, by draws, and agents by their likeliest actions.
  init(_ policy: any ActingPolicy, isDrawn: Bool, in world: EdgeMeadow, random: RandomSource) {
    let count = DeepCautionStudy.played
    let batch = EnvironmentEntry(world).makeBatch(count: count, random: random.child("play"))
    let actor: any BatchActor = policy.makeActor(count: count)
    var draws = random.child("play").stream("action")
    var actions = [Float](repeating: 0, count: 2 * count)
    var falls = [Bool](repeating: false, count: count)
    var (sum, unjudged) = (0.0, 0)
    for _ in 0..<EdgeMeadow.steps {
      batch.observations.withSpan { observations in
        var rows = actions.mutableSpan
        if isDrawn {
          actor.act(observations, into: &rows, random: &draws)
        } else {
          actor.act(observations, into: &rows)
        }
      }
      batch.step(actions)
      for slot in 0..<count {
        sum += Double(batch.rewards[slot])
        let x = batch.finalObservations[2 * slot]
        if world.isDangerous, x > Float(EdgeMeadow.edge) { falls[slot] = true }
        if x > Float(EdgeMeadow.judged) { unjudged += 1 }
      }
    }
    let steps = Double(count * EdgeMeadow.steps)
    (self.falls, reward) = (Double(falls.count { $0 }) / Double(count), sum / steps)
    self.unjudged = Double(unjudged) / steps
  }

  /// By episodes that were played.
  init(_ episodes: [Trajectory], in world: EdgeMeadow) {
    let places = episodes.map { episode in (1...episode.count).map { episode.observations[2 * $0] } }
    let steps = Double(places.reduce(0) { $0 + $1.count })
    falls =
      world.isDangerous
      ? Double(places.count { $0.contains { $0 > Float(EdgeMeadow.edge) } }) / Double(episodes.count) : 0
    reward = episodes.reduce(0) { $0 + $1.trueReturn } / steps
    unjudged = Double(places.reduce(0) { $0 + $1.count { $0 > Float(EdgeMeadow.judged) } }) / steps
  }
}
