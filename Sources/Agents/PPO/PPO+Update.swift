import CKernels
import Compute
import Foundation

/// The update: `epochs` passes over the rollout in random minibatches, one gradient step each.
///
/// The policy's half and the value network's half of each step run side by side: neither reads what the other writes.
/// Between two minibatches the halves meet once, where the norm of the whole gradient is taken; the optimiser's step that
/// it scales is then the first thing that each half does. One hand-off a minibatch, and the same bits on any number of
/// threads, since each half is the same sequence of operations wherever it runs.
extension PPO {
  func update(learningRate: Float, statistics: inout PPOStatistics) {
    var totals = MinibatchTotals()
    var stopped = false
    var steps = adam.steps
    let adamSettings = adam.settings
    adam.withMoments { moments in
      var step: OptimizerStep?
      epochs: for epoch in 0..<settings.epochs {
        var random = random.stream("ppo/minibatch", iteration * settings.epochs + epoch)
        scratch.shuffle(random: &random)
        for start in stride(from: 0, to: buffer.rows, by: settings.minibatchSize) {
          let rows = min(settings.minibatchSize, buffer.rows - start)
          let sums = differentiate(MinibatchWork(start: start, rows: rows, step: step, moments: moments))
          step = nil
          totals.add(sums, rows: rows)
          if let target = settings.targetKL, sums.approximateKL / Float(rows) > 1.5 * target {
            stopped = true
            break epochs
          }
          let norm = gradientNorm(gradients, count: parameterCount)
          totals.gradientNorm += Double(norm)
          totals.steps += 1
          steps += 1
          step = OptimizerStep(
            factor: gradientClipFactor(norm: norm, maximum: settings.maximumGradientNorm),
            adam: Adam.Step(adamSettings, number: steps, learningRate: learningRate))
        }
      }
      if let step {
        for half in Half.allCases { take(step, moments: moments, of: half) }
      }
    }
    adam.steps = steps
    totals.report(to: &statistics)
    statistics.stoppedEarly = stopped
    statistics.learningRate = Double(learningRate)
    if head.isContinuous {
      var sum = 0.0
      for index in 0..<head.outputs { sum += exp(Double(logStandardDeviations[index])) }
      statistics.standardDeviation = sum / Double(head.outputs)
    }
  }

  /// The two halves of a gradient step; the policy's has the log standard deviations with it.
  enum Half: Int, CaseIterable {
    case policy, value
  }

  /// A step that is owed once the whole gradient's norm is known.
  struct OptimizerStep {
    /// What the gradient is scaled by; nil to leave it as it is.
    var factor: Float?
    var adam: Adam.Step
  }

  /// What both halves do between two meetings.
  private struct MinibatchWork {
    var start: Int
    var rows: Int
    /// The step that the minibatch before still owes.
    var step: OptimizerStep?
    var moments: Adam.Moments
  }

  /// Takes the step that is owed, gathers the minibatch and differentiates it, both halves side by side.
  private func differentiate(_ work: MinibatchWork) -> PPOLoss.Sums {
    if settings.normalizeFeatures { gatherNormalized(work) }
    // Each half touches its own stretch of parameters, gradients and moments, its own pass and its own gathered rows.
    let shared = Disjoint((ppo: self, work: work))
    ThreadPool.shared.run(Half.allCases.count) { part in
      let ppo = shared.value.ppo
      let work = shared.value.work
      let half = part == 0 ? Half.policy : Half.value
      if let step = work.step { ppo.take(step, moments: work.moments, of: half) }
      ppo.gather(work.start, work.rows, for: half)
      ppo.differentiate(half, rows: work.rows)
    }
    return scratch.sums
  }

  private func take(_ step: OptimizerStep, moments: Adam.Moments, of half: Half) {
    let range = parameterRange(of: half)
    if let factor = step.factor { scaleGradients(gradients + range.lowerBound, count: range.count, by: factor) }
    step.adam.apply(parameters, gradients: gradients, moments: moments, range)
  }

  private func parameterRange(of half: Half) -> Range<Int> {
    let border = policyShape.parameterCount + head.logStandardDeviationCount
    return half == .policy ? 0..<border : border..<parameterCount
  }

  /// Copies the rows of one minibatch side by side: what this half reads of them.
  private func gather(_ start: Int, _ rows: Int, for half: Half) {
    let order = UnsafePointer(scratch.order + start)
    switch half {
    case .policy:
      if !settings.normalizeFeatures {
        pk_gather_rows(buffer.inputs, order, rows, observationSize, scratch.inputs)
      }
      pk_gather_rows(buffer.actions, order, rows, buffer.actionSize, scratch.actions)
      pk_gather_rows(buffer.logProbabilities, order, rows, 1, scratch.logProbabilities)
      pk_gather_rows(buffer.advantages, order, rows, 1, scratch.advantages)
      if settings.normalizeAdvantages, rows > 1 { normalizeAdvantages(rows: rows) }
    case .value:
      if !settings.normalizeFeatures {
        pk_gather_rows(buffer.inputs, order, rows, observationSize, scratch.valueInputs)
      }
      pk_gather_rows(buffer.returns, order, rows, 1, scratch.returns)
      pk_gather_rows(buffer.values, order, rows, 1, scratch.values)
    }
  }

  /// With `normalizeFeatures` both halves read the same normalised rows, by statistics that take them in first.
  private func gatherNormalized(_ work: MinibatchWork) {
    pk_gather_rows(buffer.inputs, scratch.order + work.start, work.rows, observationSize, scratch.inputs)
    inputNormalizer?.update(scratch.inputs, rows: work.rows)
    inputNormalizer?.normalize(scratch.inputs, rows: work.rows, into: scratch.valueInputs)
    scratch.inputs.update(from: scratch.valueInputs, count: work.rows * observationSize)
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

  /// One half's gradient of the loss over the gathered minibatch, into its stretch of `gradients`.
  func differentiate(_ half: Half, rows: Int) {
    var sums = PPOLoss.Sums()
    let range = parameterRange(of: half)
    let gradients = gradients + range.lowerBound
    gradients.update(repeating: 0, count: range.count)
    switch half {
    case .policy:
      let outputs = scratch.policy.forward(policyParameters, inputs: scratch.inputs, rows: rows)
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
          gradients: scratch.outputGradients, deviationGradients: gradients + policyShape.parameterCount,
          sums: &sums)
      }
      scratch.policy.backward(
        policyParameters, outputGradients: scratch.outputGradients, parameterGradients: gradients)
    case .value:
      let values = scratch.value.forward(valueParameters, inputs: scratch.valueInputs, rows: rows)
      loss.value(
        values: values, oldValues: scratch.values, returns: scratch.returns, rows: rows,
        gradients: scratch.valueGradients, sums: &sums)
      scratch.value.backward(
        valueParameters, outputGradients: scratch.valueGradients, parameterGradients: gradients)
    }
    scratch.keep(sums, of: half)
  }
}
