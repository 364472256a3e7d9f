import Agents
import Compute
import Environments
import Foundation
import PactolusTesting
import Testing

/// A second, plain reckoning of PPO's loss in double precision, to differentiate numerically.
private struct ReferenceLoss {
  var settings: PPOSettings
  var policy: NetworkShape
  var value: NetworkShape
  var deviations: Int
  var minibatch: PPOMinibatch

  func network(_ shape: NetworkShape, _ parameters: ArraySlice<Double>, _ input: [Double]) -> [Double] {
    var values = input
    if let images = shape.images { values = ReferenceImages(images)(parameters, values) }
    for layer in shape.layers {
      values = (0..<layer.outputs).map { output in
        var sum = parameters[parameters.startIndex + layer.biasOffset + output]
        for index in 0..<layer.inputs {
          sum += values[index] * parameters[parameters.startIndex + layer.weightOffset + index * layer.outputs + output]
        }
        return layer.activation == .tanh ? tanh(sum) : sum
      }
    }
    return values
  }

  func callAsFunction(_ parameters: [Double]) -> Double {
    let logDeviations = parameters[policy.parameterCount..<policy.parameterCount + deviations]
    let valueParameters = parameters[(policy.parameterCount + deviations)...]
    var loss = 0.0
    for row in 0..<minibatch.rows {
      let input = (0..<policy.inputs).map { Double(minibatch.inputs[row * policy.inputs + $0]) }
      let outputs = network(policy, parameters[..<policy.parameterCount], input)
      var logProbability = 0.0
      var entropy = 0.0
      if deviations == 0 {
        let logSum = log(outputs.map { exp($0) }.reduce(0, +))
        logProbability = outputs[Int(minibatch.actions[row])] - logSum
        for output in outputs { entropy -= exp(output - logSum) * (output - logSum) }
      } else {
        for (index, logDeviation) in logDeviations.enumerated() {
          let distance = (Double(minibatch.actions[row * deviations + index]) - outputs[index]) / exp(logDeviation)
          logProbability -= 0.5 * distance * distance + logDeviation + 0.5 * log(2 * .pi)
          entropy += 0.5 + 0.5 * log(2 * .pi) + logDeviation
        }
      }
      let ratio = exp(logProbability - Double(minibatch.oldLogProbabilities[row]))
      let advantage = Double(minibatch.advantages[row])
      let range = Double(settings.clipRange)
      loss -= min(advantage * ratio, advantage * min(max(ratio, 1 - range), 1 + range))
      loss -= Double(settings.entropyCoefficient) * entropy
      var estimate = network(value, valueParameters, input)[0]
      if let limit = settings.valueClipRange.map(Double.init) {
        let old = Double(minibatch.oldValues[row])
        estimate = old + min(max(estimate - old, -limit), limit)
      }
      let error = Double(minibatch.returns[row]) - estimate
      loss += Double(settings.valueCoefficient) * error * error
    }
    return loss / Double(minibatch.rows)
  }
}

/// Ratios are spread widely enough that some rows are clipped on either side.
private func minibatch(_ ppo: PPO, actionSize: Int, discrete: Int?, random: inout RandomStream) -> PPOMinibatch {
  let rows = 24
  func normals(_ count: Int) -> [Float] { (0..<count).map { _ in Float(random.normal()) } }
  let inputs = normals(rows * ppo.shapes.policy.inputs)
  let actions =
    discrete.map { count in (0..<rows).map { _ in Float(random.below(count)) } } ?? normals(rows * actionSize)
  // The rows' own log-probabilities: at advantage 1 and old probability 1 the surrogate is minus the probability.
  let logProbabilities = (0..<rows).map { row in
    let width = ppo.shapes.policy.inputs
    let probe = ppo.lossGradient(
      PPOMinibatch(
        rows: 1, inputs: Array(inputs[row * width..<(row + 1) * width]),
        actions: Array(actions[row * actionSize..<(row + 1) * actionSize]), oldLogProbabilities: [0], advantages: [1],
        returns: [0], oldValues: [0]))
    return logf(-probe.policyLoss)
  }
  return PPOMinibatch(
    rows: rows, inputs: inputs, actions: actions,
    oldLogProbabilities: zip(logProbabilities, normals(rows)).map { $0 + 0.4 * $1 }, advantages: normals(rows),
    returns: normals(rows), oldValues: normals(rows).map { 0.3 * $0 })
}

@Suite("The gradient of PPO's whole loss")
struct GradientTests {
  private func check(_ ppo: PPO, actionSize: Int, discrete: Int?, seed: UInt64, components: Int? = nil) throws {
    var random = RandomSource(seed: seed).stream("test")
    // Away from the initial weights, whose last layer is almost zero.
    ppo.parameterVector = ppo.parameterVector.map { $0 + 0.2 * Float(random.normal()) }
    let rows = minibatch(ppo, actionSize: actionSize, discrete: discrete, random: &random)
    let reference = ReferenceLoss(
      settings: ppo.settings, policy: ppo.shapes.policy, value: ppo.shapes.value,
      deviations: discrete == nil ? actionSize : 0, minibatch: rows)
    let found = ppo.lossGradient(rows)
    let parameters = ppo.parameterVector.map(Double.init)

    let loss =
      found.policyLoss + ppo.settings.valueCoefficient * found.valueLoss
      - ppo.settings.entropyCoefficient * found.entropy
    #expect(abs(Double(loss) - reference(parameters)) < 1e-4)
    #expect(found.clipped > 0.1 && found.clipped < 0.9, "the test should see clipped and unclipped rows")

    // All components, or as many as asked for: a network for images has too many for differences by each.
    var order = random.permutation(parameters.count)
    order.removeLast(max(0, order.count - (components ?? order.count)))
    try expectGradient(
      of: { moved in
        var point = parameters
        for (index, value) in zip(order, moved) { point[index] = value }
        return reference(point)
      }, at: order.map { parameters[$0] }, is: order.map { Double(found.gradient[$0]) }, step: 1e-5, tolerance: 2e-4)
  }

  private func settings() -> PPOSettings {
    var settings = PPOSettings()
    settings.hidden = [7, 5]
    settings.entropyCoefficient = 0.03
    settings.environments = 2
    settings.stepsPerRollout = 32
    return settings
  }

  @Test("agrees with finite differences for discrete actions", arguments: [nil, 0.2] as [Float?])
  func discrete(valueClip: Float?) throws {
    var settings = settings()
    settings.valueClipRange = valueClip
    let specification = Bandit(actions: 3).specification
    let ppo = try PPO(settings: settings, specification: specification, random: RandomSource(seed: 3))
    try check(ppo, actionSize: 1, discrete: 3, seed: 4)
  }

  @Test("agrees with finite differences through convolutions")
  func images() throws {
    var settings = settings()
    settings.activation = .tanh
    let ppo = try PPO(
      settings: settings, specification: MovingDot(side: 5, bright: 1).specification, random: RandomSource(seed: 7))
    #expect(ppo.shapes.policy.images?.parameterCount == 9 * 3 * 16 + 16 + 9 * 16 * 32 + 32)
    try check(ppo, actionSize: 1, discrete: 2, seed: 8, components: 400)
  }

  @Test("agrees with finite differences for continuous actions", arguments: [nil, 0.2] as [Float?])
  func continuous(valueClip: Float?) throws {
    var settings = settings()
    settings.valueClipRange = valueClip
    settings.initialLogStandardDeviation = -0.3
    let specification = Target(size: 2).specification
    let ppo = try PPO(settings: settings, specification: specification, random: RandomSource(seed: 5))
    try check(ppo, actionSize: 2, discrete: nil, seed: 6)
  }
}
