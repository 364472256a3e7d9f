import Foundation

/// How the parameters of a new network are drawn.
public enum Initialization: Codable, Sendable, Hashable {
  /// Weights orthonormal along the shorter side, times the gain; biases 0. What PPO's common implementations use, with
  /// gain √2 for hidden layers and 0.01 or 1 for the output. Source: Saxe et al., arXiv:1312.6120.
  case orthogonal(hiddenGain: Float, outputGain: Float)
  /// Weights normal with variance 2 / inputs; biases 0. Source: He et al., arXiv:1502.01852.
  case he
  /// Weights and biases uniform within ±1/√inputs, as `torch.nn.Linear` draws them.
  case pyTorchDefault

  /// Fills one layer. Values depend on the stream alone.
  func fill(
    weights: UnsafeMutablePointer<Float>, biases: UnsafeMutablePointer<Float>, inputs: Int, outputs: Int, isLast: Bool,
    random: inout RandomStream
  ) {
    switch self {
    case .orthogonal(let hiddenGain, let outputGain):
      let gain = Double(isLast ? outputGain : hiddenGain)
      let long = max(inputs, outputs)
      let short = min(inputs, outputs)
      let vectors = orthonormalVectors(count: short, size: long, random: &random)
      for i in 0..<inputs {
        for j in 0..<outputs {
          let value = outputs <= inputs ? vectors[j * long + i] : vectors[i * long + j]
          weights[i * outputs + j] = Float(gain * value)
        }
      }
      biases.update(repeating: 0, count: outputs)
    case .he:
      let scale = (2 / Double(inputs)).squareRoot()
      for i in 0..<inputs * outputs { weights[i] = Float(scale * random.normal()) }
      biases.update(repeating: 0, count: outputs)
    case .pyTorchDefault:
      let bound = 1 / Double(inputs).squareRoot()
      for i in 0..<inputs * outputs { weights[i] = Float(random.uniform(-bound, bound)) }
      for j in 0..<outputs { biases[j] = Float(random.uniform(-bound, bound)) }
    }
  }
}

/// `count` ≤ `size` orthonormal vectors, uniformly distributed: Gram–Schmidt on normal vectors, applied twice, which
/// keeps them orthogonal to rounding ("twice is enough").
private func orthonormalVectors(count: Int, size: Int, random: inout RandomStream) -> [Double] {
  var vectors = [Double](repeating: 0, count: count * size)
  vectors.withUnsafeMutableBufferPointer { all in
    for i in 0..<count {
      let vector = UnsafeMutableBufferPointer(rebasing: all[i * size..<(i + 1) * size])
      var norm = 0.0
      // A vector that vanishes in the projection has probability zero but, in size 1, rounding can produce it.
      while norm < 1e-6 {
        for k in 0..<size { vector[k] = random.normal() }
        for _ in 0..<2 {
          for j in 0..<i {
            let other = UnsafeMutableBufferPointer(rebasing: all[j * size..<(j + 1) * size])
            var product = 0.0
            for k in 0..<size { product += vector[k] * other[k] }
            for k in 0..<size { vector[k] -= product * other[k] }
          }
        }
        norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      }
      for k in 0..<size { vector[k] /= norm }
    }
  }
  return vectors
}
