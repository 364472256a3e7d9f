/// Looks at a learner's actions before they are taken, and may put others in their place.
///
/// What is recorded and paid for is what was done. A learner from its own choices alone (PPO) goes on as if what the guard
/// does were the world's doing: it is credited for what it chose, so that a replaced action is worth what the replacement
/// leads to. Those that learn from anybody's steps remember what was done.
package protocol StepGuard: AnyObject {
  /// - Parameters:
  ///   - actions: [rows × action row size], as they would be taken; changed in place.
  ///   - observations: [rows × observation size], what each slot shows.
  ///   - rows: the slots.
  func amend(_ actions: UnsafeMutablePointer<Float>, seeing observations: UnsafePointer<Float>, rows: Int)
}

/// A learner whose steps can be guarded while it learns.
package protocol GuardableLearner: Learner {
  /// Nil for none. It is no part of a snapshot.
  var stepGuard: (any StepGuard)? { get set }
}

/// Makes guards of steps, one for each batch.
package protocol StepGuardRule: Sendable {
  associatedtype Guard: StepGuard

  /// A guard of so many slots.
  func makeGuard(count: Int) -> Guard
}
