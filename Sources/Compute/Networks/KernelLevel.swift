import CKernels

/// The instruction set that the kernels use in this process: "avx512", "avx2" or "baseline".
///
/// The first two give the same bits. "baseline" has no fused multiply-add on x86-64 and rounds differently, so a run
/// records its level.
public func kernelLevel() -> String { KernelLevel.current.name }

/// The levels, for tests that force one.
package enum KernelLevel: Int32, CaseIterable, Sendable {
  case baseline, avx2, avx512

  package var name: String {
    switch self {
    case .baseline: "baseline"
    case .avx2: "avx2"
    case .avx512: "avx512"
    }
  }

  package static var current: KernelLevel { KernelLevel(rawValue: pk_level()) ?? .baseline }

  /// What this processor can run, least first.
  package static var available: [KernelLevel] { allCases.filter { $0.rawValue <= pk_best_level() } }

  /// Runs the body with the kernels that this thread calls at this level, which the processor must have.
  package func perform<R>(_ body: () throws -> R) rethrows -> R {
    precondition(Self.available.contains(self), "this processor has no \(name)")
    let before = pk_force_level(rawValue)
    defer { pk_force_level(before) }
    return try body()
  }
}
