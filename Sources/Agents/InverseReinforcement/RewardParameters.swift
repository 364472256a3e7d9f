import Compute
import Environments
import Foundation

/// The parameters of a ``RewardForm`` while they are learnt: their reward entries, and Adam's steps on them.
///
/// Tables and linear rewards in doubles, starting at 0; networks in floats, as everywhere here.
final class RewardParameters {
  let form: RewardForm
  private let entryCount: Int
  private(set) var weights: [Double]
  private var adam: AdamInDoubles
  private let network: NetworkShape?
  private var networkWeights: [Float] = []
  private var networkAdam: Adam?
  private var inputs: [Float] = []
  private var pass: NetworkPass?

  init(_ form: RewardForm, in mdp: TabularMDP, learningRate: Double, random: RandomSource) throws {
    try form.check(mdp)
    self.form = form
    let entryCount = form.entryCount(in: mdp)
    self.entryCount = entryCount
    var count = entryCount
    var shape: NetworkShape?
    switch form.kind {
    case .table: break
    case .linear(_, let features): count = features
    case .network(let features, let width, let hidden):
      guard width > 0 || entryCount <= 4096 else {
        throw InputError("a network on \(entryCount) one-hot rows is too large", remedy: "give features")
      }
      let width = width > 0 ? width : entryCount
      inputs =
        features.isEmpty
        ? (0..<entryCount * entryCount).map { $0 % (entryCount + 1) == 0 ? 1 : 0 } : features.map(Float.init)
      let made = NetworkShape(inputs: width, hidden: hidden, outputs: 1, activation: .tanh)
      networkWeights = Network(made, initialization: .pyTorchDefault, random: random.child("irl/network")).parameters
      networkAdam = Adam(AdamSettings(learningRate: Float(learningRate)), count: networkWeights.count)
      pass = NetworkPass(made, capacity: entryCount)
      shape = made
      count = 0
    }
    network = shape
    weights = [Double](repeating: 0, count: count)
    adam = AdamInDoubles(count: count)
  }

  /// Everything that is learnt, for tests and for storing it.
  var all: [Double] {
    get { network == nil ? weights : networkWeights.map(Double.init) }
    set { if network == nil { weights = newValue } else { networkWeights = newValue.map(Float.init) } }
  }

  /// The reward of each entry.
  func evaluate(into entries: inout [Double]) {
    switch form.kind {
    case .table: entries = weights
    case .linear(let features, let count):
      LinearAlgebra.product(features, rows: entryCount, columns: count, weights, into: &entries)
    case .network:
      guard let pass else { return }
      let outputs = pass.forward(networkWeights, inputs: inputs, rows: entryCount)
      for entry in 0..<entryCount { entries[entry] = Double(outputs[entry]) }
    }
  }

  /// The gradient with respect to the parameters, from that with respect to the entries; after `evaluate`.
  func gradient(_ entries: [Double]) -> [Double] {
    switch form.kind {
    case .table: return entries
    case .linear(let features, let count):
      var result = [Double](repeating: 0, count: count)
      LinearAlgebra.product(features, rows: entryCount, columns: count, transposed: true, entries, into: &result)
      return result
    case .network:
      guard let pass else { return [] }
      var result = [Float](repeating: 0, count: networkWeights.count)
      let (weights, inputs) = (networkWeights, inputs)
      var gradients = result.mutableSpan
      pass.differentiate(weights.span, inputs: inputs.span, rows: entryCount, into: &gradients) { _, derivatives in
        for entry in 0..<entryCount { derivatives[entry] = Float(entries[entry]) }
      }
      return result.map(Double.init)
    }
  }

  /// One step of Adam (Kingma and Ba 2015) uphill along the gradient.
  func ascend(_ gradient: [Double], rate: Double) {
    if networkAdam != nil {
      networkAdam?.update(&networkWeights, gradients: gradient.map { Float(-$0) })
      return
    }
    adam.ascend(&weights, along: gradient, rate: rate)
  }
}
