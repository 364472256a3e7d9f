/// One column of a batch's memory, to be read: all observations, say, one row after the other.
///
/// It shows what the batch holds *now*: after the next step it shows that step. It keeps the memory alive, so it may be
/// kept; copy it into an array to keep its numbers.
///
/// ```swift
/// let seen = Array(batch.observations)
/// batch.observations.withSpan { actor.act($0, into: &actions) }
/// ```
@frozen public struct BatchColumn<Element: BitwiseCopyable>: RandomAccessCollection {
  @usableFromInline let owner: AnyObject
  @usableFromInline let start: UnsafePointer<Element>
  /// The number of elements.
  public let count: Int

  /// - Parameters:
  ///   - start: `count` elements that stay in place as long as `owner` lives.
  @usableFromInline package init(start: UnsafePointer<Element>, count: Int, owner: AnyObject) {
    self.owner = owner
    self.start = start
    self.count = count
  }

  /// The memory itself, for loops inside the package.
  @usableFromInline package var baseAddress: UnsafePointer<Element>? { start }

  /// Always 0.
  @inlinable public var startIndex: Int { 0 }
  /// ``count``.
  @inlinable public var endIndex: Int { count }

  /// The element now at this index. Complexity: O(1).
  @inlinable public subscript(index: Int) -> Element {
    precondition(index >= 0 && index < count, "an index below the count")
    return start[index]
  }

  /// Calls `body` with all elements as a span.
  @inlinable public func withSpan<Result>(_ body: (Span<Element>) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(owner) { try body(UnsafeBufferPointer(start: start, count: count).span) }
  }

  /// Lets arrays copy the elements at once. The unsafe buffer is the standard library's requirement, not ours: use
  /// ``withSpan(_:)``.
  @inlinable public func withContiguousStorageIfAvailable<Result>(
    _ body: (UnsafeBufferPointer<Element>) throws -> Result
  ) rethrows -> Result? {
    try withExtendedLifetime(owner) { try body(UnsafeBufferPointer(start: start, count: count)) }
  }
}
