/// An event on its way into the ledger, with the segments that it introduces.
package struct LedgerEntry: Sendable, Hashable {
  package var event: LedgerEvent
  /// Environment steps taken so far.
  package var step: Int
  package var segments: [StoredSegment]

  package init(_ event: LedgerEvent, step: Int, segments: [StoredSegment] = []) {
    self.event = event
    self.step = step
    self.segments = segments
  }
}

/// An event as stored in the ledger.
public struct LedgerRow: Sendable, Hashable {
  /// The event's number, counted from 0.
  public var sequence: Int
  /// Environment steps taken when it happened.
  public var step: Int
  /// What happened.
  public var event: LedgerEvent
  /// Seconds since 1970; no part of what happened.
  public var wallTime: Double?
}
