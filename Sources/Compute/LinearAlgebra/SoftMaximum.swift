import CKernels

/// Soft maxima over the first axis of tables, vectorised: what maximum-entropy planning spends its time on.
package enum SoftMaximum {
  /// Of the parameters:
  /// - `table`: [actions × states].
  /// - `values`: [states]; becomes log Σ exp over the actions, or if `hard` their maximum.
  /// - `policy`: [actions × states]; becomes the softmax over the actions in either case.
  /// - `scratch`: [states].
  package static func reduce(
    _ table: UnsafePointer<Double>, states: Int, actions: Int, hard: Bool = false,
    values: UnsafeMutablePointer<Double>, policy: UnsafeMutablePointer<Double>, scratch: UnsafeMutablePointer<Double>
  ) {
    pk_soft_maximum(table, values, policy, scratch, states, actions, hard ? 1 : 0)
  }
}
