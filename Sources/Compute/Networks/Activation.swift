import CKernels

/// What a layer applies to each of its sums.
public enum Activation: String, Codable, Sendable, CaseIterable {
  /// f(x) = x
  case identity
  /// f(x) = tanh x, to about two units in the last place
  case tanh
  /// f(x) = max(0, x); its derivative at 0 is 0, as in PyTorch
  case relu
  /// f(x) = x for x > 0, else 0.01 x; its derivative at 0 is 0.01, as in PyTorch
  case leakyReLU

  var code: Int32 {
    switch self {
    case .identity: Int32(PK_IDENTITY)
    case .tanh: Int32(PK_TANH)
    case .relu: Int32(PK_RELU)
    case .leakyReLU: Int32(PK_LEAKY_RELU)
    }
  }
}
