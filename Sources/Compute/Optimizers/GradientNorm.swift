import CKernels

/// Scales gradients in place to at most this Euclidean norm, as PyTorch's `clip_grad_norm_` does: the factor is
/// min(1, maximum / (norm + 10⁻⁶)).
///
/// - Returns: the norm before.
@discardableResult
public func clipGradientNorm(_ gradients: inout MutableSpan<Float>, maximum: Float) -> Float {
  gradients.withUnsafeMutableBufferPointer { buffer in
    guard let start = buffer.baseAddress else { return 0 }
    return clipGradientNorm(start, count: buffer.count, maximum: maximum)
  }
}

/// The same in memory.
@discardableResult
package func clipGradientNorm(_ gradients: UnsafeMutablePointer<Float>, count: Int, maximum: Float) -> Float {
  let norm = Float(pk_sum_of_squares(gradients, count).squareRoot())
  if let factor = gradientClipFactor(norm: norm, maximum: maximum) {
    scaleGradients(gradients, count: count, by: factor)
  }
  return norm
}

/// The factor by which `clipGradientNorm` scales gradients of this norm; nil if it leaves them as they are.
package func gradientClipFactor(norm: Float, maximum: Float) -> Float? {
  let factor = maximum / (norm + 1e-6)
  return factor < 1 ? factor : nil
}

/// Scales numbers in place.
package func scaleGradients(_ gradients: UnsafeMutablePointer<Float>, count: Int, by factor: Float) {
  pk_scale(gradients, factor, count)
}

/// The Euclidean norm of gradients.
public func gradientNorm(_ gradients: Span<Float>) -> Float {
  gradients.withUnsafeBufferPointer { buffer in
    buffer.baseAddress.map { gradientNorm($0, count: buffer.count) } ?? 0
  }
}

/// The same of memory.
package func gradientNorm(_ gradients: UnsafePointer<Float>, count: Int) -> Float {
  Float(pk_sum_of_squares(gradients, count).squareRoot())
}
