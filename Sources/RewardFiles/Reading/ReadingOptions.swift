import Foundation

/// How the files of an audit are read: what columns mean, what happens to bad rows, and how much is read at most.
public struct ReadingOptions: Sendable {
  /// Whether the first bad row is an error; otherwise it is set aside with its reason.
  public var strict = false
  /// Column names by role, where the usual names do not fit.
  public var columns: [ColumnRole: String] = [:]
  /// The most bytes of one row.
  public var maximumRowBytes = 16 << 20
  /// The most bytes that one file may unpack to: a compressed file of a few kilobytes can claim any size.
  public var maximumFileBytes = 256 << 30
  /// The most bytes of a file that must be held whole (a result file of RewardBench).
  public var maximumWholeBytes = 1 << 30

  public init() {}
}

/// Why a row cannot be used; the place is added by whoever knows it.
struct RowFault: Error {
  var reason: String

  init(_ reason: String) { self.reason = reason }
}
