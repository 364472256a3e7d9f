import Compute
import Rewards

extension RewardModel {
  /// Sets each member's output mean and scale so that its outputs over all judged transitions have mean 0 and this
  /// standard deviation. A member whose output is constant keeps the scale 1.
  mutating func normalizeOutputs(_ choices: PreparedChoices, standardDeviation: Double, pool: ThreadPool) {
    let shape = network.shape
    let block = ChoicePass.blockRows(for: shape)
    let network = network
    let outputs = pool.map(members) { member in
      let pass = NetworkPass(shape, capacity: block)
      let parameters = Array(network.parameters(of: member))
      var statistics = RunningNormalizer(size: 1)
      choices.rows.withUnsafeBufferPointer { rows in
        guard let rows = rows.baseAddress else { return }
        for start in stride(from: 0, to: choices.rowCount, by: block) {
          let size = min(block, choices.rowCount - start)
          statistics.update(pass.forward(parameters, inputs: rows + start * shape.inputs, rows: size), rows: size)
        }
      }
      return (mean: statistics.mean[0], deviation: statistics.variance[0].squareRoot())
    }
    for (member, output) in outputs.enumerated() {
      outputMeans[member] = output.mean
      outputScales[member] = output.deviation > 1e-12 ? standardDeviation / output.deviation : 1
    }
  }
}
