import Compute

/// How to act, frozen when it was taken: a value that later learning does not change.
///
/// ``Policy`` is the one with a network; a table, a planner or a person's rule can be another.
public protocol ActingPolicy: Sendable {
  /// What acts by it for a batch of observations.
  associatedtype Actor: BatchActor

  /// The scratch memory to act for up to `count` observations at once.
  func makeActor(count: Int) -> Actor
}

/// Acts for a batch of observations at once, without allocating. Not thread-safe; make one per thread.
public protocol BatchActor: AnyObject {
  /// Draws an action for each observation row.
  ///
  /// - Parameters:
  ///   - observations: [rows × observation size], at most as many rows as the actor was made for.
  ///   - actions: [rows × action row size].
  ///   - random: where the draws come from.
  func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>, random: inout RandomStream)

  /// The most probable action for each observation row, with sizes as above.
  func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>)
}

extension Policy: ActingPolicy {}

extension PolicyActor: BatchActor {}
