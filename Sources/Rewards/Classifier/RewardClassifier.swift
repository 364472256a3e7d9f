import Compute
import Foundation

/// A reward that takes few values, learned as a classifier of where a step leads: an ensemble of networks over the next
/// observation, each with a probability for each value.
///
/// The reward is what the mean probabilities expect. How unsure it is: the mean over networks of the divergence
/// KL(network ‖ mean), in nats, which is 0 where they agree and at most the logarithm of their number.
///
/// Source: ReQueST, Reddy et al., arXiv 1912.05652 (unsafe −10, neutral 0, good 1; four networks of one layer).
package struct RewardClassifier: Sendable, Hashable {
  /// What the classes are worth.
  package let values: [Double]
  /// Outputs are logits, one for each class.
  package var network: Network

  package init(values: [Double], inputs: Int, members: Int = 4, hidden: [Int] = [16], random: RandomSource) {
    precondition(values.count > 1, "there are classes to tell apart")
    self.values = values
    network = Network(
      NetworkShape(inputs: inputs, hidden: hidden, outputs: values.count), members: members,
      initialization: .pyTorchDefault, random: random)
  }

  /// Fits fresh weights to labelled observations by Adam on the cross-entropy, each class weighing the same in all
  /// however rare it is; networks differ by their first weights and their batches.
  ///
  /// - Parameters:
  ///   - observations: [labels × inputs].
  ///   - labels: the class of each.
  package mutating func train(
    _ observations: [Float], labels: [Int], steps: Int, batchSize: Int = 32, learningRate: Float = 1e-2,
    random: RandomSource
  ) {
    precondition(!labels.isEmpty && observations.count == labels.count * network.shape.inputs, "a row for each label")
    let weights = Self.balance(labels, classes: values.count)
    let width = network.shape.inputs
    let pass = NetworkPass(network.shape, members: network.members, capacity: batchSize)
    var adam = Adam(AdamSettings(learningRate: learningRate), count: network.parameters.count)
    let count = network.members * batchSize
    var rows = [Float](repeating: 0, count: count * width)
    var classes = [Int](repeating: 0, count: count)
    var slopes = [Float](repeating: 0, count: count * values.count)
    var gradients = network.parameters
    var draws = random.stream("classifier/batch")
    for _ in 0..<steps {
      for place in 0..<count {
        let row = draws.below(labels.count)
        classes[place] = labels[row]
        for index in 0..<width { rows[place * width + index] = observations[row * width + index] }
      }
      rows.withUnsafeBufferPointer { rows in
        let logits = pass.forward(
          network.parameters, inputs: rows.baseAddress!, rows: batchSize, sharedInputs: false)
        _ = Self.loss(logits, classes, weights, batchSize: batchSize, slopes: &slopes)
        gradients.withUnsafeMutableBufferPointer {
          pass.backward(
            network.parameters, outputGradients: slopes, parameterGradients: $0.baseAddress!, overwrites: true)
        }
      }
      adam.update(&network.parameters, gradients: gradients)
    }
  }

  /// What each class's rows weigh: all rows weigh 1 on average, and each class that occurs as much as another.
  package static func balance(_ labels: [Int], classes: Int) -> [Float] {
    let counts = (0..<classes).map { kind in labels.count { $0 == kind } }
    let occurring = counts.count { $0 > 0 }
    return counts.map { $0 > 0 ? Float(labels.count) / Float($0 * occurring) : 0 }
  }

  /// The weighted cross-entropy of rows of logits over a batch, and its derivatives.
  package static func loss(
    _ logits: UnsafePointer<Float>, _ classes: [Int], _ weights: [Float], batchSize: Int, slopes: inout [Float]
  ) -> Double {
    let kinds = weights.count
    var loss = 0.0
    for (row, kind) in classes.enumerated() {
      let start = logits + row * kinds
      var top = start[0]
      for index in 1..<kinds { top = max(top, start[index]) }
      var sum: Float = 0
      for index in 0..<kinds { sum += exp(start[index] - top) }
      let weight = weights[kind] / Float(batchSize)
      loss += Double(weight * (top + log(sum) - start[kind]))
      for index in 0..<kinds {
        slopes[row * kinds + index] = weight * (exp(start[index] - top) / sum - (index == kind ? 1 : 0))
      }
    }
    return loss
  }
}

/// Asks a ``RewardClassifier`` about many observations, without allocating. Not thread-safe.
package final class RewardClassifierEvaluator: TransitionReward {
  package var classifier: RewardClassifier
  private let pass: NetworkPass
  private let blockRows: Int
  private var mean: [Float]

  /// For classifiers of this one's shape.
  package init(_ classifier: RewardClassifier, blockRows: Int = 256) {
    self.classifier = classifier
    self.blockRows = blockRows
    pass = NetworkPass(classifier.network.shape, members: classifier.network.members, capacity: blockRows)
    mean = [Float](repeating: 0, count: classifier.values.count)
  }

  package func evaluate(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
    rewards.withUnsafeMutableBufferPointer {
      guard let start = $0.baseAddress else { return }
      evaluate(transitions.nextObservations, count: transitions.count, rewards: start, uncertainty: nil)
    }
  }

  /// The expected reward of being led to each observation, and how unsure it is, in nats: [count] each.
  package func evaluate(
    _ observations: UnsafePointer<Float>, count: Int, rewards: UnsafeMutablePointer<Float>,
    uncertainty: UnsafeMutablePointer<Float>?
  ) {
    let (kinds, members) = (classifier.values.count, classifier.network.members)
    let width = classifier.network.shape.inputs
    for first in stride(from: 0, to: count, by: blockRows) {
      let rows = min(blockRows, count - first)
      let logits = pass.forward(classifier.network.parameters, inputs: observations + first * width, rows: rows)
      for row in 0..<rows * members { Self.normalize(logits + row * kinds, kinds) }
      for row in 0..<rows {
        var expected: Float = 0
        for kind in 0..<kinds {
          var sum: Float = 0
          for member in 0..<members { sum += logits[(member * rows + row) * kinds + kind] }
          mean[kind] = sum / Float(members)
          expected += mean[kind] * Float(classifier.values[kind])
        }
        rewards[first + row] = expected
        guard let uncertainty else { continue }
        var divergence: Float = 0
        for member in 0..<members {
          for kind in 0..<kinds {
            let probability = logits[(member * rows + row) * kinds + kind]
            if probability > 0 { divergence += probability * log(probability / mean[kind]) }
          }
        }
        uncertainty[first + row] = max(0, divergence / Float(members))
      }
    }
  }

  /// Logits into probabilities, in place.
  private static func normalize(_ logits: UnsafeMutablePointer<Float>, _ kinds: Int) {
    var top = logits[0]
    for kind in 1..<kinds { top = max(top, logits[kind]) }
    var sum: Float = 0
    for kind in 0..<kinds {
      logits[kind] = exp(logits[kind] - top)
      sum += logits[kind]
    }
    for kind in 0..<kinds { logits[kind] /= sum }
  }
}
