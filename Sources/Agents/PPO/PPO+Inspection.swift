import Compute

/// The quantities of one minibatch, for tests and for audits of a learner.
package struct PPOMinibatch {
  package var rows: Int
  package var inputs: [Float]
  package var actions: [Float]
  package var oldLogProbabilities: [Float]
  package var advantages: [Float]
  package var returns: [Float]
  package var oldValues: [Float]

  package init(
    rows: Int, inputs: [Float], actions: [Float], oldLogProbabilities: [Float], advantages: [Float],
    returns: [Float], oldValues: [Float]
  ) {
    self.rows = rows
    self.inputs = inputs
    self.actions = actions
    self.oldLogProbabilities = oldLogProbabilities
    self.advantages = advantages
    self.returns = returns
    self.oldValues = oldValues
  }
}

extension PPO {
  /// Policy network, log standard deviations, value network.
  package var parameterVector: [Float] {
    get { Array(UnsafeBufferPointer(start: parameters, count: parameterCount)) }
    set {
      precondition(newValue.count == parameterCount, "as many parameters as before")
      parameters.update(from: newValue, count: parameterCount)
    }
  }

  package var shapes: (policy: NetworkShape, value: NetworkShape) { (policyShape, valueShape) }

  /// The gradient of the whole loss at this minibatch, whose advantages are taken as they are, and the loss's parts,
  /// each averaged over the rows.
  package func lossGradient(
    _ minibatch: PPOMinibatch
  ) -> (gradient: [Float], policyLoss: Float, valueLoss: Float, entropy: Float, approximateKL: Float, clipped: Float) {
    scratch.inputs.update(from: minibatch.inputs, count: minibatch.inputs.count)
    scratch.valueInputs.update(from: minibatch.inputs, count: minibatch.inputs.count)
    scratch.actions.update(from: minibatch.actions, count: minibatch.actions.count)
    scratch.logProbabilities.update(from: minibatch.oldLogProbabilities, count: minibatch.rows)
    scratch.advantages.update(from: minibatch.advantages, count: minibatch.rows)
    scratch.returns.update(from: minibatch.returns, count: minibatch.rows)
    scratch.values.update(from: minibatch.oldValues, count: minibatch.rows)
    for half in Half.allCases { differentiate(half, rows: minibatch.rows) }
    let sums = scratch.sums
    let rows = Float(minibatch.rows)
    return (
      Array(UnsafeBufferPointer(start: gradients, count: parameterCount)), sums.policyLoss / rows,
      sums.valueLoss / rows, sums.entropy / rows, sums.approximateKL / rows, sums.clipped / rows
    )
  }
}
