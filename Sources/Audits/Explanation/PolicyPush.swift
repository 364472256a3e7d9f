import Agents
import Compute
import Environments
import Findings
import Foundation
import Rewards

/// Where a reward pushes a policy, as a weight for the reward of every step that it takes: what each answer does to the
/// policy's learning is what it does to the sum of these.
///
/// ```swift
/// let push = try PolicyPush(policy, episodes: episodes, encoding: encoding, discount: 0.99) { influence.rewards(of: $0) }
/// let movers = try influence.movers(of: influence.contrast(of: push))
/// movers[0].exact       // −0.2: without this answer a fifth of the push is gone
/// ```
///
/// The policy gradient g(r) = E Σₜ ∇log π(aₜ|sₜ) · Σₖ≥ₜ γᵏ⁻ᵗ (rₖ − what episodes earn there in the mean) is linear in the
/// reward. If Δr is what the reward lacks without an answer, the gradient along itself lacks ⟨g(Δr), g(r)⟩ ∕ ⟨g(r), g(r)⟩ =
/// Σ wₖ Δrₖ, with the same w for all answers; Σ wₖ rₖ is 1.
///
/// Both factors are estimated from the same few episodes, and the square of noise is no push. Episodes are therefore put into
/// batches, and only products of two different ones count (a U-statistic, whose mean is that of the true gradients).
/// Whether there is a push at all is tested by its interval; a policy that has learned what it is paid for has none.
///
/// Sources: Williams 1992, Sutton et al. 2000 (the gradient); Hoeffding 1948 (U-statistics).
package struct PolicyPush: Sendable {
  /// Encoded steps of the episodes: [rows × encoding width].
  package let rows: [Float]
  /// Of each row's reward; Σ weight · reward is 1.
  package let weights: [Double]
  /// The squared length of the gradient, in units of its noise (that of a mean over the episodes).
  package let strength: Double
  /// Of ``strength``; below 0 where nothing can be told from noise.
  package let interval: Interval
  /// Episodes that were used.
  package let episodes: Int

  /// Steps beyond these are left out, whole episodes at a time.
  package static let mostSteps = 20_000
  private static let mostBatches = 10
  private static let fewest = 4

  /// - Parameters:
  ///   - policy: drawn from in the episodes.
  ///   - all: whole episodes.
  ///   - encoding: what the reward reads.
  ///   - discount: the learner's.
  ///   - reward: of encoded rows.
  /// - Throws: `NotMeasurable` for fewer than four episodes, a reward that does not vary, and a gradient that cannot be told
  ///   from noise.
  package init(
    _ policy: Policy, episodes all: [Trajectory], encoding: TransitionEncoding, discount: Double,
    reward: ([Float]) throws -> [Double]
  ) throws {
    var (used, steps) = ([Trajectory](), 0)
    for episode in all where episode.count > 0 {
      guard used.count < Self.fewest || steps + episode.count <= Self.mostSteps else { break }
      used.append(episode)
      steps += episode.count
    }
    guard used.count >= Self.fewest else { throw NotMeasurable.tooFew(have: used.count, need: Self.fewest) }
    var rows: [Float] = []
    for episode in used { try encoding.append(episode, to: &rows) }
    let rewards = try reward(rows)
    if let bad = rewards.firstIndex(where: { !$0.isFinite }) { throw NotMeasurable.notFinite(row: bad, column: 0) }
    guard Set(rewards.prefix(10_000)).count > 1 else { throw NotMeasurable.ties(orderedShare: 0) }

    let starts = used.indices.map { used[..<$0].reduce(0) { $0 + $1.count } }
    let advantages = Self.advantages(rewards, used, starts, discount)
    let batches = min(Self.mostBatches, used.count)
    let scores = PolicyScores(policy)
    var gradients = [[Double]](repeating: [Double](repeating: 0, count: scores.size), count: batches)
    let share = Double(batches) / Double(used.count)
    for (number, episode) in used.enumerated() {
      for step in 0..<episode.count {
        scores.add(
          episode, step, times: share * advantages[starts[number] + step], to: &gradients[number % batches])
      }
    }
    var total = [Double](repeating: 0, count: scores.size)
    for gradient in gradients { for index in total.indices { total[index] += gradient[index] } }
    // Of each batch the mean of the others; its product with the batch's own has no noise of its own square.
    let others = gradients.map { own in zip(total, own).map { ($0 - $1) / Double(batches - 1) } }
    let products = zip(gradients, others).map { zip($0, $1).reduce(0) { $0 + $1.0 * $1.1 } }
    let push = Statistics.mean(products)
    let noise = 2 * Statistics.standardError(products)
    guard push.isFinite, noise > 0 || push != 0 else { throw NotMeasurable.ties(orderedShare: 0) }
    let unit = Swift.max(noise, 1e-9 * abs(push))
    strength = push / unit
    let reach = SpecialFunctions.studentQuantile(0.975, degrees: Double(batches - 1)) * noise / unit
    interval = Interval(lower: strength - reach, upper: strength + reach, level: 0.95)
    self.episodes = used.count
    guard interval.lower > 0 else { throw PushProblem.lostInNoise(strength: strength, reach: reach) }

    var slopes = [Double](repeating: 0, count: rewards.count)
    for (number, episode) in used.enumerated() {
      for step in 0..<episode.count {
        slopes[starts[number] + step] = scores.product(episode, step, others[number % batches])
      }
    }
    Self.centre(&slopes, used, starts)
    var weights = [Double](repeating: 0, count: rewards.count)
    for (number, episode) in used.enumerated() {
      var trace = 0.0
      for step in 0..<episode.count {
        trace = discount * trace + slopes[starts[number] + step]
        weights[starts[number] + step] = trace / (Double(used.count) * push)
      }
    }
    (self.rows, self.weights) = (rows, weights)
  }

  /// What follows each step, discounted, less the mean of that over the episodes that last as long.
  private static func advantages(
    _ rewards: [Double], _ episodes: [Trajectory], _ starts: [Int], _ discount: Double
  ) -> [Double] {
    var result = rewards
    for (number, episode) in episodes.enumerated() {
      for step in (0..<episode.count - 1).reversed() {
        result[starts[number] + step] += discount * result[starts[number] + step + 1]
      }
    }
    centre(&result, episodes, starts)
    return result
  }

  /// Takes from each step's value the mean of the same step's over all episodes that have it.
  private static func centre(_ values: inout [Double], _ episodes: [Trajectory], _ starts: [Int]) {
    for step in 0..<(episodes.map(\.count).max() ?? 0) {
      let places = episodes.indices.filter { episodes[$0].count > step }.map { starts[$0] + step }
      let mean = places.reduce(0) { $0 + values[$1] } / Double(places.count)
      for place in places { values[place] -= mean }
    }
  }
}

/// Why no push can be told.
package enum PushProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// Its interval reaches to 0.
  case lostInNoise(strength: Double, reach: Double)
  /// The learner follows no gradient of a policy that draws its actions.
  case noGradient(learner: String)

  /// A sentence without its full stop.
  package var description: String {
    switch self {
    case .lostInNoise(let strength, let reach):
      "the policy's gradient cannot be told from noise: its squared length is \(Numbers.plain(strength)) ± "
        + "\(Numbers.plain(reach)) times the noise; more episodes may tell it, or the policy has learned what it is paid for"
    case .noGradient(let learner): "'\(learner)' does not climb a policy's gradient, as ppo does"
    }
  }
}

/// Slopes of a policy's log-probabilities by its parameters: the network's, then the logarithms of the deviations. Not
/// thread-safe.
final class PolicyScores {
  let size: Int
  private let policy: Policy
  private let pass: NetworkPass
  private var input: [Float]
  private var slope: [Float]
  private var upper: [Float]
  private var deviations: [Double]

  init(_ policy: Policy) {
    self.policy = policy
    pass = NetworkPass(policy.network.shape, capacity: 1)
    size = policy.network.parameters.count + policy.logStandardDeviations.count
    input = [Float](repeating: 0, count: policy.network.shape.inputs)
    slope = [Float](repeating: 0, count: policy.network.parameters.count)
    upper = [Float](repeating: 0, count: policy.head.outputs)
    deviations = [Double](repeating: 0, count: policy.logStandardDeviations.count)
  }

  /// Adds a multiple of the slope at one step.
  func add(_ episode: Trajectory, _ step: Int, times factor: Double, to sum: inout [Double]) {
    differentiate(episode, step)
    for index in slope.indices { sum[index] += factor * Double(slope[index]) }
    for index in deviations.indices { sum[slope.count + index] += factor * deviations[index] }
  }

  /// The slope at one step along a direction.
  func product(_ episode: Trajectory, _ step: Int, _ direction: [Double]) -> Double {
    differentiate(episode, step)
    var sum = 0.0
    for index in slope.indices { sum += direction[index] * Double(slope[index]) }
    for index in deviations.indices { sum += direction[slope.count + index] * deviations[index] }
    return sum
  }

  private func differentiate(_ episode: Trajectory, _ step: Int) {
    let inputs = input.count
    let (first, rowSize) = (step * inputs, episode.actionRowSize)
    input.withUnsafeMutableBufferPointer { input in
      episode.observations.withUnsafeBufferPointer { observations in
        guard let input = input.baseAddress, let observations = observations.baseAddress else { return }
        input.update(from: observations + first, count: inputs)
        policy.normalizer?.normalize(observations + first, rows: 1, into: input, clip: policy.normalizerClip)
        let outputs = pass.forward(policy.network.parameters, inputs: input, rows: 1)
        switch policy.head {
        case .categorical(let count):
          let top = (0..<count).reduce(-Float.infinity) { max($0, outputs[$1]) }
          let total = (0..<count).reduce(Float(0)) { $0 + exp(outputs[$1] - top) }
          for action in 0..<count { upper[action] = -exp(outputs[action] - top) / total }
          upper[Int(episode.actions[step])] += 1
        case .gaussian(let low, _):
          for index in low.indices {
            let deviation = exp(policy.logStandardDeviations[index])
            let distance = (episode.actions[step * rowSize + index] - outputs[index]) / deviation
            upper[index] = distance / deviation
            deviations[index] = Double(distance * distance - 1)
          }
        }
        slope.withUnsafeMutableBufferPointer { slope in
          pass.backward(
            policy.network.parameters, outputGradients: upper, parameterGradients: slope.baseAddress, overwrites: true)
        }
      }
    }
  }
}
