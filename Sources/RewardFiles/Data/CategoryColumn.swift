/// A column of names with few distinct values (annotator, domain, split …), stored as codes.
public struct CategoryColumn: Sendable, Hashable {
  /// The distinct names, in the order in which they first appear.
  public private(set) var names: [String] = []
  /// For each row the index of its name; −1 where the row has none.
  public private(set) var codes: [Int32] = []
  private var index: [String: Int32] = [:]

  /// An empty column.
  public init() {}

  /// One value for each row; nil where the row has none.
  public init(_ values: [String?]) { for value in values { append(value) } }

  /// The row's name, or nil.
  public subscript(row: Int) -> String? { codes[row] < 0 ? nil : names[Int(codes[row])] }

  /// How many rows there are.
  public var count: Int { codes.count }
  /// Whether at least one row has a name.
  public var isPresent: Bool { !names.isEmpty }

  /// Adds a row; nil if it has no value.
  public mutating func append(_ name: String?) { codes.append(name.map { code(of: $0) } ?? -1) }

  private mutating func code(of name: String) -> Int32 {
    if let code = index[name] { return code }
    let code = Int32(names.count)
    names.append(name)
    index[name] = code
    return code
  }

  mutating func reserve(_ rows: Int) { codes.reserveCapacity(rows) }

  /// Appends another column's rows.
  package mutating func append(contentsOf other: CategoryColumn) {
    let translated = other.names.map { code(of: $0) }
    codes.append(contentsOf: other.codes.lazy.map { $0 < 0 ? -1 : translated[Int($0)] })
  }

  package mutating func append(missing count: Int) {
    codes.append(contentsOf: repeatElement(-1, count: count))
  }
}

/// A column of numbers, one for each row, or empty if no file has it.
public typealias NumberColumn = [Double]
