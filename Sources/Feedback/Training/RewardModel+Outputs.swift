import Compute
import Rewards

extension RewardModel {
  /// Sets each member's output mean and scale so that its outputs over all judged transitions have mean 0 and this
  /// standard deviation. A member whose output is constant keeps the scale 1.
  mutating func normalizeOutputs(_ choices: PreparedChoices, standardDeviation: Double, pool: ThreadPool) {
    let shape = network.shape
    let block = ChoicePass.blockRows(for: shape)
    let (rows, rowCount, count) = (choices.rows, choices.rowCount, members)
    network.parameters.withUnsafeBufferPointer { parameters in
      outputMeans.withUnsafeMutableBufferPointer { means in
        outputScales.withUnsafeMutableBufferPointer { scales in
          guard let start = parameters.baseAddress else { return }
          // Each part reads its member's parameters and writes its member's mean and scale.
          nonisolated(unsafe) let (base, rows, means, scales) = (start, rows, means, scales)
          pool.run(count) { member in
            let pass = NetworkPass(shape, capacity: block)
            var statistics = RunningNormalizer(size: 1)
            for start in stride(from: 0, to: rowCount, by: block) {
              let size = min(block, rowCount - start)
              let outputs = pass.forward(
                base + member * shape.parameterCount, inputs: rows + start * shape.inputs, rows: size)
              statistics.update(outputs, rows: size)
            }
            let deviation = statistics.variance[0].squareRoot()
            means[member] = statistics.mean[0]
            scales[member] = deviation > 1e-12 ? standardDeviation / deviation : 1
          }
        }
      }
    }
  }
}
