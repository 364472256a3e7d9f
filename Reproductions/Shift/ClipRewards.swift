import Compute
import Foundation
import Rewards

/// Reward networks that learn from comparisons of clips, and how the members of an ensemble differ.
struct ClipRewards: Sendable {
  enum Diversity: String, CaseIterable, Sendable {
    case seeds = "other seeds only"
    case bootstrap = "bootstrapped answers"
    case architectures = "other architectures"
    case priors = "randomised priors"
  }

  let members: [EnsembleDisagreement.Member]
  let disagreement: EnsembleDisagreement
  private let scale: Scale

  /// Columns in units of their spread over the reference, as the networks read them.
  struct Scale: Sendable {
    let means: [Double]
    let deviations: [Double]

    init(_ rows: Matrix) {
      means = (0..<rows.columns).map { Statistics.mean(rows.column($0)) }
      deviations = (0..<rows.columns).map { max(1e-9, Statistics.standardDeviation(rows.column($0))) }
    }

    func scaled(_ rows: Matrix) -> Matrix {
      var result = rows
      for row in 0..<rows.rows {
        for column in 0..<rows.columns {
          let place = row * rows.columns + column
          result.elements[place] = (rows.elements[place] - means[column]) / deviations[column]
        }
      }
      return result
    }
  }

  static let size = 5
  private static let (epochs, batch, rate) = (30, 16, Float(1e-3))

  /// - Parameters:
  ///   - judged: the clips that pairs are drawn from.
  ///   - pairs: how many comparisons; the better one is chosen with probability σ(2 Δ / deviation of the rewards).
  init(_ judged: ShiftClips, pairs: Int, _ diversity: Diversity, random: RandomSource) throws {
    scale = Scale(judged.rows)
    let rows = scale.scaled(judged.rows)
    let answers = Self.answers(judged.rewards, count: pairs, random: random)
    let inputs = rows.elements.map(Float.init)
    members = (0..<Self.size).map { member in
      let source = random.child("member/\(diversity.rawValue)", member)
      var hidden = [32, 32]
      var activation = Activation.tanh
      if diversity == .architectures {
        hidden = [[64], [32, 32], [16, 16, 16], [64, 16], [32]][member]
        activation = member % 2 == 0 ? .tanh : .relu
      }
      let shape = NetworkShape(inputs: rows.columns, hidden: hidden, outputs: 1, activation: activation)
      var network = Network(shape, initialization: .pyTorchDefault, random: source)
      let prior =
        diversity == .priors
        ? Network(shape, initialization: .orthogonal(hiddenGain: 1.4, outputGain: 1), random: source.child("prior"))
        : nil
      var own = answers
      if diversity == .bootstrap || diversity == .priors {
        var draws = source.stream("bootstrap")
        own = answers.indices.map { _ in answers[draws.below(answers.count)] }
      }
      Self.train(&network, prior, inputs, steps: judged.steps, own, random: source)
      return EnsembleDisagreement.Member(network, prior: prior, priorScale: Self.priorScale)
    }
    disagreement = try EnsembleDisagreement(members, reference: rows)
  }

  private static let priorScale = 1.0

  /// The rows as the disagreement reads them.
  func scaled(_ rows: Matrix) -> Matrix { scale.scaled(rows) }

  /// What the first member makes of rows before it says a number.
  func features(_ rows: Matrix) throws -> Matrix {
    let body = try RewardFeatures.body(of: members[0].network, member: 0)
    return RewardFeatures.outputs(of: body, scale.scaled(rows).elements.map(Float.init), rows: rows.rows)
  }

  /// The share of pairs of neighbouring clips whose better one has the higher mean reward of the ensemble; NaN without
  /// a pair of different rewards.
  func accuracy(_ clips: ShiftClips) -> Double {
    let inputs = scale.scaled(clips.rows).elements.map(Float.init)
    var predicted = [Double](repeating: 0, count: clips.count)
    for member in members {
      let own = RewardFeatures.outputs(of: member.network, inputs, rows: clips.rows.rows).elements
      let added = member.prior.map { RewardFeatures.outputs(of: $0, inputs, rows: clips.rows.rows).elements }
      for row in own.indices {
        predicted[row / clips.steps] += own[row] + Self.priorScale * (added?[row] ?? 0)
      }
    }
    let pairs = (0..<clips.count - 1).filter { clips.rewards[$0] != clips.rewards[$0 + 1] }
    let right = pairs.count { (predicted[$0] > predicted[$0 + 1]) == (clips.rewards[$0] > clips.rewards[$0 + 1]) }
    return Double(right) / Double(pairs.count)
  }

  // MARK: Training

  /// A chosen clip and the one that was not.
  private struct Answer: Sendable {
    var better: Int
    var worse: Int
  }

  private static func answers(_ rewards: [Double], count: Int, random: RandomSource) -> [Answer] {
    let unit = max(1e-9, Statistics.standardDeviation(rewards)) / 2
    var draws = random.stream("answers")
    return (0..<count).map { _ in
      let first = draws.below(rewards.count)
      let second = (first + 1 + draws.below(rewards.count - 1)) % rewards.count
      let isFirst = draws.bernoulli(1 / (1 + exp(-(rewards[first] - rewards[second]) / unit)))
      return isFirst ? Answer(better: first, worse: second) : Answer(better: second, worse: first)
    }
  }

  /// Adam on −ln σ(R(better) − R(worse)), R being the sum over a clip’s rows of network and prior.
  private static func train(
    _ network: inout Network, _ prior: Network?, _ inputs: [Float], steps: Int, _ answers: [Answer],
    random: RandomSource
  ) {
    let width = network.shape.inputs
    let offsets = prior.map { RewardFeatures.outputs(of: $0, inputs, rows: inputs.count / width).elements }
    let pass = NetworkPass(network.shape, capacity: 2 * batch * steps)
    var adam = Adam(AdamSettings(learningRate: rate), count: network.parameters.count)
    var rows = [Float](repeating: 0, count: 2 * batch * steps * width)
    var slopes = [Float](repeating: 0, count: 2 * batch * steps)
    var gradients = network.parameters
    for epoch in 0..<epochs {
      var draws = random.stream("order", epoch)
      let order = draws.permutation(answers.count)
      for first in stride(from: 0, to: answers.count - batch + 1, by: batch) {
        let clips = order[first..<first + batch].flatMap { [answers[$0].better, answers[$0].worse] }
        for (place, clip) in clips.enumerated() {
          for index in 0..<steps * width { rows[place * steps * width + index] = inputs[clip * steps * width + index] }
        }
        rows.withUnsafeBufferPointer { rows in
          let outputs = pass.forward(network.parameters, inputs: rows.baseAddress!, rows: 2 * batch * steps)
          let sums = clips.enumerated().map { place, clip in
            (0..<steps).reduce(0.0) { sum, step in
              sum + Double(outputs[place * steps + step]) + priorScale * (offsets?[clip * steps + step] ?? 0)
            }
          }
          for pair in 0..<batch {
            let wrong = 1 / (1 + exp(sums[2 * pair] - sums[2 * pair + 1]))
            let slope = Float(wrong / Double(batch))
            for step in 0..<steps {
              slopes[2 * pair * steps + step] = -slope
              slopes[(2 * pair + 1) * steps + step] = slope
            }
          }
          gradients.withUnsafeMutableBufferPointer {
            pass.backward(
              network.parameters, outputGradients: slopes, parameterGradients: $0.baseAddress!, overwrites: true)
          }
        }
        adam.update(&network.parameters, gradients: gradients)
      }
    }
  }
}
