import Compute
import Environments
import Feedback
import Foundation
import Rewards

/// The whole training loss written again in double precision, straight from its definition: what the trainer's gradient
/// is differentiated against.
package struct ReferenceLoss {
  var shape: NetworkShape
  var set: ChoiceSet
  var settings: RewardTrainingSettings

  package init(shape: NetworkShape, set: ChoiceSet, settings: RewardTrainingSettings) {
    self.shape = shape
    self.set = set
    self.settings = settings
  }

  /// The network's output for one encoded transition.
  func reward(_ parameters: [Double], row: Int) -> Double {
    let width = set.encoding.width
    var values = set.rows[row * width..<(row + 1) * width].map(Double.init)
    if let images = shape.images { values = ReferenceImages(images)(parameters, values) }
    for layer in shape.layers {
      values = (0..<layer.outputs).map { output in
        var sum = parameters[layer.biasOffset + output]
        for input in 0..<layer.inputs {
          sum += values[input] * parameters[layer.weightOffset + input * layer.outputs + output]
        }
        return layer.activation == .tanh ? tanh(sum) : sum
      }
    }
    return values[0]
  }

  /// The summed loss of all choices.
  package func loss(_ parameters: [Double]) -> Double {
    var total = 0.0
    for choice in 0..<set.count {
      let options = set.options(of: choice)
      let logits = options.map { option -> Double in
        var sum = 0.0
        for index in 0..<set.optionCounts[option] {
          let start = set.optionWeightStarts[option]
          let weight = start < 0 ? 1 : Double(set.weights[start + index])
          let row = set.optionStarts[option] + index
          let clipStart = max(set.optionStarts[option], set.clipStarts.last { $0 <= row } ?? 0)
          let discounted = weight * pow(settings.discount, Double(row - clipStart))
          sum += discounted * reward(parameters, row: set.optionStarts[option] + index)
        }
        return sum * set.rationalities[choice] / settings.temperature + Double(set.optionOffsets[option])
      }
      if case .ordinal(let cutPoints) = set.links[choice] {
        let advantage = logits[0] - logits[1]
        let below = [0] + cutPoints.map { 1 / (1 + exp(advantage - $0)) } + [1]
        let lapse = 1 - (1 - set.lapses[choice]) * (1 - settings.lapse)
        for (position, option) in options.enumerated() {
          let plain = below[position + 1] - below[position]
          total -= Double(set.targets[option]) * log((1 - lapse) * plain + lapse / Double(options.count))
        }
        continue
      }
      let sum = logits.reduce(0) { $0 + exp($1) }
      let lapse = 1 - (1 - set.lapses[choice]) * (1 - settings.lapse)
      for (position, option) in options.enumerated() {
        let probability = (1 - lapse) * exp(logits[position]) / sum + lapse / Double(options.count)
        total -= Double(set.targets[option]) * log(probability)
      }
    }
    return total
  }
}
