import Compute
import Feedback
import Foundation
import Rewards

/// What each answer does to one whole network of a reward, to first order.
///
/// v · (G + damping)⁻¹ g: g is the slope of an answer's loss by all parameters, v that of the number that is asked about, and
/// G the Gauss–Newton curvature of all losses (the losses' own curvature, the network taken as straight), which is never
/// negative as the true one is away from a minimum. Solved by conjugate gradients.
///
/// A network that is trained for some epochs stands at no minimum, and trained again from other chance it ends elsewhere: how
/// well this predicts a real training without some answers is measured by `pactolus reproduce planted-causes`, beside how well
/// two such trainings predict each other. For the exact effect of an answer see ``RewardInfluence``.
///
/// Sources: Martens 2010 (Gauss–Newton, conjugate gradients); Koh, Liang 2017; Pruthi et al. 2020 (``traced(on:learningRate:)``).
package struct NetworkInfluence: Sendable {
  /// [options × parameters]: slopes of each option's utility.
  private let slopes: [Float]
  private let parameters: Int
  private let choices: [Choice]
  private let count: Int
  private let network: Network
  private let normalizer: RunningNormalizer?
  private let scale: Double
  /// What is added to the curvature's diagonal.
  package let damping: Double

  private struct Choice: Sendable {
    let options: Range<Int>
    /// Its place among the answers.
    let answer: Int
    /// Of its loss, by the options' utilities.
    let gradient: [Double]
    let curvature: Matrix
  }

  /// Most numbers in the table of slopes: a quarter of a gigabyte.
  package static let mostSlopes = 64_000_000

  /// - Parameters:
  ///   - model: the reward as it was trained.
  ///   - member: which of its networks.
  ///   - set: the answers that it rests on.
  ///   - training: what training takes people to be.
  ///   - damping: by the mean of the curvature's diagonal.
  /// - Throws: `InputError` for answers to another reward, or so many that their slopes find no room.
  package init(
    _ model: RewardModel, member: Int = 0, answers set: ChoiceSet, training: RewardTrainingSettings,
    damping: Double = 1
  ) throws {
    guard set.encoding == model.encoding, set.count > 0 else {
      throw InputError("there are no answers to this reward", remedy: "give those that it was trained on")
    }
    network = try Network(model.network.shape, parameters: Array(model.network.parameters(of: member)))
    (normalizer, scale) = (model.inputNormalizer, model.outputScales[member])
    let count = network.shape.parameterCount
    let options = set.optionStarts.count
    guard options * count <= Self.mostSlopes else {
      throw InputError(
        "\(options) options and \(count) parameters, whose slopes find no room",
        remedy: "use last layers alone, or fewer answers")
    }
    let prepared = PreparedChoices(set, normalizer: model.inputNormalizer, settings: training)
    let (slopes, utilities) = Self.slopes(network, prepared)
    var (choices, answer) = ([Choice](), -1)
    for choice in 0..<set.count {
      if choice == 0 || set.numbers[choice] != set.numbers[choice - 1] { answer += 1 }
      let options = set.options(of: choice)
      let part = ChoiceRegression.derivatives(
        prepared.likelihoods[choice], Array(utilities[options]), targets: Array(set.targets[options]))
      choices.append(Choice(options: options, answer: answer, gradient: part.slopes, curvature: part.curvature))
    }
    (self.slopes, parameters, self.choices, self.count) = (slopes, count, choices, answer + 1)
    var trace = 0.0
    for choice in choices {
      for (place, option) in choice.options.enumerated() {
        var square = 0.0
        for index in option * count..<(option + 1) * count { square += Double(slopes[index]) * Double(slopes[index]) }
        trace += max(0, choice.curvature[place, place]) * square
      }
    }
    self.damping = max(1e-12, damping * trace / Double(count))
  }

  /// Slopes of every option's utility by all parameters, and the utilities.
  private static func slopes(_ network: Network, _ prepared: PreparedChoices) -> ([Float], [Double]) {
    let (count, width) = (network.shape.parameterCount, prepared.width)
    let rows = max(1, prepared.optionCounts.max().map(Int.init) ?? 1)
    let pass = NetworkPass(network.shape, capacity: rows)
    var slopes = [Float](repeating: 0, count: prepared.optionStarts.count * count)
    var utilities = prepared.offsets.map(Double.init)
    var upper = [Float](repeating: 0, count: rows)
    for choice in 0..<prepared.count {
      for option in prepared.options(of: choice) where prepared.optionCounts[option] > 0 {
        let (first, steps) = (Int(prepared.optionStarts[option]), Int(prepared.optionCounts[option]))
        let multipliers = Int(prepared.multiplierStarts[option])
        for step in 0..<steps {
          upper[step] =
            Float(prepared.rationalities[choice]) * (multipliers < 0 ? 1 : prepared.multipliers[multipliers + step])
        }
        prepared.rows.withUnsafeBufferPointer { inputs in
          slopes.withUnsafeMutableBufferPointer { slopes in
            guard let inputs = inputs.baseAddress, let target = slopes.baseAddress else { return }
            let values = pass.forward(network.parameters, inputs: inputs + first * width, rows: steps)
            for step in 0..<steps { utilities[option] += Double(values[step]) * Double(upper[step]) }
            pass.backward(
              network.parameters, outputGradients: upper, parameterGradients: target + option * count)
          }
        }
      }
    }
    return (slopes, utilities)
  }

  private func product(_ option: Int, _ vector: [Double]) -> Double {
    var sum = 0.0
    slopes.withUnsafeBufferPointer { slopes in
      for index in 0..<parameters { sum += Double(slopes[option * parameters + index]) * vector[index] }
    }
    return sum
  }

  /// (G + damping) · vector.
  private func curved(_ vector: [Double]) -> [Double] {
    var result = vector.map { $0 * damping }
    for choice in choices {
      let along = choice.options.map { product($0, vector) }
      let back = choice.curvature * along
      for (place, option) in choice.options.enumerated() where back[place] != 0 {
        slopes.withUnsafeBufferPointer { slopes in
          for index in 0..<parameters { result[index] += back[place] * Double(slopes[option * parameters + index]) }
        }
      }
    }
    return result
  }

  /// (G + damping)⁻¹ · vector by conjugate gradients.
  private func solved(_ vector: [Double]) -> [Double] {
    var x = [Double](repeating: 0, count: parameters)
    var (residual, direction) = (vector, vector)
    var square = residual.reduce(0) { $0 + $1 * $1 }
    let enough = square * 1e-14
    for _ in 0..<500 where square > enough {
      let bent = curved(direction)
      let length = square / zip(direction, bent).reduce(0) { $0 + $1.0 * $1.1 }
      for index in x.indices {
        x[index] += length * direction[index]
        residual[index] -= length * bent[index]
      }
      let next = residual.reduce(0) { $0 + $1 * $1 }
      for index in direction.indices { direction[index] = residual[index] + next / square * direction[index] }
      square = next
    }
    return x
  }

  /// The slope by all parameters of Σ weight × reward of encoded rows.
  private func slope(_ rows: [Float], weights: [Double]) -> [Double] {
    var (inputs, gradient) = (rows, [Float](repeating: 0, count: parameters))
    let upper = weights.map { Float($0 * scale) }
    let pass = NetworkPass(network.shape, capacity: weights.count)
    inputs.withUnsafeMutableBufferPointer { inputs in
      guard let start = inputs.baseAddress else { return }
      normalizer?.normalize(start, rows: weights.count, into: start, clip: nil)
      pass.forward(network.parameters, inputs: start, rows: weights.count)
      gradient.withUnsafeMutableBufferPointer {
        pass.backward(network.parameters, outputGradients: upper, parameterGradients: $0.baseAddress)
      }
    }
    return gradient.map(Double.init)
  }

  /// The change without each answer of Σ weight × reward of encoded rows: [answers].
  package func plain(on rows: [Float], weights: [Double]) -> [Double] {
    along(solved(slope(rows, weights: weights)))
  }

  /// What each answer would not have done in one step of plain gradient descent of this size from here: [answers]. Added up
  /// over checkpoints it is TracIn, which asks what answers did on the way, not what the end rests on.
  package func traced(on rows: [Float], weights: [Double], learningRate: Double) -> [Double] {
    along(slope(rows, weights: weights).map { $0 * learningRate })
  }

  /// direction · g of each answer.
  private func along(_ direction: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    for choice in choices {
      for (place, option) in choice.options.enumerated() where choice.gradient[place] != 0 {
        result[choice.answer] += choice.gradient[place] * product(option, direction)
      }
    }
    return result
  }
}
