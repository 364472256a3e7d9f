import Compute
import Foundation

extension PPO {
  /// `epochs` passes over the rollout in random minibatches, one gradient step each.
  func update(learningRate: Float, statistics: inout PPOStatistics) {
    var sums = PPOLoss.Sums()
    var totals = MinibatchTotals()
    var stopped = false
    epochs: for epoch in 0..<settings.epochs {
      var random = random.stream("ppo/minibatch", iteration * settings.epochs + epoch)
      scratch.shuffle(random: &random)
      var start = 0
      while start < buffer.rows {
        let rows = min(settings.minibatchSize, buffer.rows - start)
        gather(start: start, rows: rows)
        sums = PPOLoss.Sums()
        differentiate(rows: rows, sums: &sums)
        totals.add(sums, rows: rows)
        if let target = settings.targetKL, sums.approximateKL / Float(rows) > 1.5 * target {
          stopped = true
          break epochs
        }
        totals.gradientNorm += Double(
          clipGradientNorm(gradients, count: parameterCount, maximum: settings.maximumGradientNorm))
        adam.update(parameters, gradients: gradients, learningRate: learningRate)
        totals.steps += 1
        start += rows
      }
    }
    totals.report(to: &statistics)
    statistics.stoppedEarly = stopped
    statistics.learningRate = Double(learningRate)
    if head.isContinuous {
      var sum = 0.0
      for index in 0..<head.outputs { sum += exp(Double(logStandardDeviations[index])) }
      statistics.standardDeviation = sum / Double(head.outputs)
    }
  }

  /// Copies the rows of one minibatch side by side.
  private func gather(start: Int, rows: Int) {
    let size = observationSize
    let actionSize = buffer.actionSize
    let (from, into) = (buffer, scratch)
    for index in 0..<rows {
      let row = Int(into.order[start + index])
      for component in 0..<size { into.inputs[index * size + component] = from.inputs[row * size + component] }
      for component in 0..<actionSize {
        into.actions[index * actionSize + component] = from.actions[row * actionSize + component]
      }
      into.logProbabilities[index] = from.logProbabilities[row]
      into.advantages[index] = from.advantages[row]
      into.returns[index] = from.returns[row]
      into.values[index] = from.values[row]
    }
    if settings.normalizeAdvantages, rows > 1 { normalizeAdvantages(rows: rows) }
    if settings.normalizeFeatures { inputNormalizer?.update(scratch.inputs, rows: rows) }
  }

  /// Mean 0, standard deviation 1 (divisor n − 1).
  private func normalizeAdvantages(rows: Int) {
    let advantages = scratch.advantages
    var mean: Float = 0
    for row in 0..<rows { mean += advantages[row] }
    mean /= Float(rows)
    var squares: Float = 0
    for row in 0..<rows { squares += (advantages[row] - mean) * (advantages[row] - mean) }
    let scale = 1 / ((squares / Float(rows - 1)).squareRoot() + 1e-8)
    for row in 0..<rows { advantages[row] = (advantages[row] - mean) * scale }
  }

  /// The gradient of the whole loss over the gathered minibatch, into `gradients`.
  func differentiate(rows: Int, sums: inout PPOLoss.Sums) {
    let inputs = networkInputs(scratch.inputs, rows: rows)
    gradients.update(repeating: 0, count: parameterCount)
    let outputs = scratch.policy.forward(policyParameters, inputs: inputs, rows: rows)
    let deviationGradients = gradients + policyShape.parameterCount
    switch head {
    case .categorical(let count):
      loss.categorical(
        logits: outputs, count: count, rows: rows, actions: scratch.actions,
        oldLogProbabilities: scratch.logProbabilities, advantages: scratch.advantages,
        gradients: scratch.outputGradients, sums: &sums)
    case .gaussian:
      loss.gaussian(
        means: outputs, logStandardDeviations: logStandardDeviations, size: head.outputs, rows: rows,
        actions: scratch.actions, oldLogProbabilities: scratch.logProbabilities, advantages: scratch.advantages,
        gradients: scratch.outputGradients, deviationGradients: deviationGradients, sums: &sums)
    }
    scratch.policy.backward(
      policyParameters, outputGradients: scratch.outputGradients, parameterGradients: gradients)

    let values = scratch.value.forward(valueParameters, inputs: inputs, rows: rows)
    loss.value(
      values: values, oldValues: scratch.values, returns: scratch.returns, rows: rows,
      gradients: scratch.valueGradients, sums: &sums)
    scratch.value.backward(
      valueParameters, outputGradients: scratch.valueGradients,
      parameterGradients: deviationGradients + head.logStandardDeviationCount)
  }
}

/// Sums over an update's minibatches; each minibatch counts alike, as the field reports them.
struct MinibatchTotals {
  var minibatches = 0.0
  var steps = 0
  var policyLoss = 0.0
  var valueLoss = 0.0
  var entropy = 0.0
  var approximateKL = 0.0
  var clipped = 0.0
  var gradientNorm = 0.0

  mutating func add(_ sums: PPOLoss.Sums, rows: Int) {
    let share = 1 / Double(rows)
    minibatches += 1
    policyLoss += Double(sums.policyLoss) * share
    valueLoss += Double(sums.valueLoss) * share
    entropy += Double(sums.entropy) * share
    approximateKL += Double(sums.approximateKL) * share
    clipped += Double(sums.clipped) * share
  }

  func report(to statistics: inout PPOStatistics) {
    statistics.policyLoss = policyLoss / minibatches
    statistics.valueLoss = valueLoss / minibatches
    statistics.entropy = entropy / minibatches
    statistics.approximateKL = approximateKL / minibatches
    statistics.clipFraction = clipped / minibatches
    statistics.gradientNorm = steps > 0 ? gradientNorm / Double(steps) : 0
    statistics.gradientSteps = steps
  }
}
