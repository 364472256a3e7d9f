/// Two ledgers read side by side, row by row, a page at a time.
struct LedgerPair {
  private static let page = 256

  private let ledgers: [Ledger]
  private var pages: [[StoredEvent]] = [[], []]
  private var places = [0, 0]
  private var next = [0, 0]
  private var segments = [0, 0]

  init(_ first: Ledger, _ second: Ledger) { ledgers = [first, second] }

  /// The next row of each; nil for one that has no more, and in all when both have none.
  mutating func advance() throws -> (first: StoredEvent?, second: StoredEvent?)? {
    let rows = try (0...1).map { try row(of: $0) }
    return rows[0] == nil && rows[1] == nil ? nil : (rows[0], rows[1])
  }

  private mutating func row(of side: Int) throws -> StoredEvent? {
    if places[side] == pages[side].count {
      pages[side] = try ledgers[side].storedEvents(
        from: next[side], count: Self.page, firstSegment: segments[side])
      places[side] = 0
      guard let last = pages[side].last else { return nil }
      next[side] = last.sequence + 1
      segments[side] += pages[side].reduce(0) { $0 + $1.segments.count }
    }
    defer { places[side] += 1 }
    return pages[side][places[side]]
  }
}
