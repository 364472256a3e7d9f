import Compute
import Rewards

extension RewardModel {
  /// Sets each member's output mean and scale so that its outputs over all judged transitions have mean 0 and this
  /// standard deviation. A member whose output is constant keeps the scale 1.
  mutating func normalizeOutputs(_ choices: PreparedChoices, standardDeviation: Double, pool: ThreadPool) {
    for (member, output) in outputs(of: choices.rows, pool: pool).enumerated() {
      outputMeans[member] = output.mean
      outputScales[member] = output.deviation > 1e-12 ? standardDeviation / output.deviation : 1
    }
  }

  /// Mean and (population) standard deviation of each member's raw output over rows of normalised inputs.
  func outputs(of rows: [Float], pool: ThreadPool) -> [(mean: Double, deviation: Double)] {
    let shape = network.shape
    let (block, count) = (ChoicePass.blockRows(for: shape), rows.count / shape.inputs)
    let network = network
    return pool.map(members) { member in
      let pass = NetworkPass(shape, capacity: block)
      let parameters = Array(network.parameters(of: member))
      var statistics = RunningNormalizer(size: 1)
      rows.withUnsafeBufferPointer { rows in
        guard let rows = rows.baseAddress else { return }
        for start in stride(from: 0, to: count, by: block) {
          let size = min(block, count - start)
          statistics.update(pass.forward(parameters, inputs: rows + start * shape.inputs, rows: size), rows: size)
        }
      }
      return (mean: statistics.mean[0], deviation: statistics.variance[0].squareRoot())
    }
  }
}

extension MemberUnits {
  /// The unit in which the members of a trained model have one mean and one deviation over all transitions of a choice
  /// set: those that were judged.
  ///
  /// - Throws: `InputError` if the set is empty or was encoded for another model.
  /// - Complexity: one evaluation of each member for each row.
  public init(_ model: RewardModel, judged set: ChoiceSet, pool: ThreadPool = .shared) throws {
    guard set.rowCount > 0 else {
      throw InputError("nothing was judged that could give members a common unit", remedy: "ask for answers first")
    }
    guard set.encoding == model.encoding else {
      throw InputError("the choices were encoded for another reward model")
    }
    var rows = set.rows
    if let normalizer = model.inputNormalizer {
      var target = rows.mutableSpan
      normalizer.normalize(set.rows.span, rows: set.rowCount, into: &target)
    }
    let outputs = model.outputs(of: rows, pool: pool)
    self.init(model, means: outputs.map(\.mean), deviations: outputs.map(\.deviation))
  }
}
