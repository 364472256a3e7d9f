import CKernels

/// Scales gradients in place to at most this Euclidean norm, as PyTorch's `clip_grad_norm_` does: the factor is
/// min(1, maximum / (norm + 10⁻⁶)).
///
/// - Returns: the norm before.
@discardableResult
public func clipGradientNorm(_ gradients: UnsafeMutablePointer<Float>, count: Int, maximum: Float) -> Float {
  let norm = Float(pk_sum_of_squares(gradients, count).squareRoot())
  let factor = maximum / (norm + 1e-6)
  if factor < 1 { pk_scale(gradients, factor, count) }
  return norm
}

/// The Euclidean norm of gradients.
public func gradientNorm(_ gradients: UnsafePointer<Float>, count: Int) -> Float {
  Float(pk_sum_of_squares(gradients, count).squareRoot())
}
