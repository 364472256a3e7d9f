import Compute

/// A table of named columns, as Parquet and Arrow files hold one: numbers, texts, lists and structures, any of which
/// may be missing.
///
/// ```swift
/// let table = try ParquetFile(url).read(columns: ["chosen", "rejected"])
/// table.column("chosen")?.values      // .texts(…), or .list(…) of messages
/// table.jsonRow(0)                    // {"chosen": "…", "rejected": "…"}
/// ```
///
/// Kinds of numbers are widened to `Int64` and `Double`: this is what a reader of rows needs, not a column store.
package struct ColumnTable: Sendable, Hashable {
  /// The columns in the file's order.
  package var fields: [Field]
  /// How many rows there are; columns have as many entries.
  package private(set) var rowCount: Int

  /// One named column.
  package struct Field: Sendable, Hashable {
    package var name: String
    package var column: Column

    package init(_ name: String, _ column: Column) {
      self.name = name
      self.column = column
    }
  }

  /// The entries of a column. Where `isValid` is false there is none, and the value beside it means nothing.
  package struct Column: Sendable, Hashable {
    package var values: Values
    /// nil if no entry is missing.
    package var isValid: [Bool]?

    package init(_ values: Values, isValid: [Bool]? = nil) {
      precondition(isValid == nil || isValid!.count == values.count, "one flag for each entry")
      self.values = values
      self.isValid = isValid
    }

    /// How many entries there are, missing ones included.
    package var count: Int { values.count }
  }

  /// What a column holds.
  package indirect enum Values: Sendable, Hashable {
    case bools([Bool])
    case integers([Int64])
    case floats([Double])
    case texts(TextValues)
    /// Entry `i` is the elements from `offsets[i]` to before `offsets[i + 1]`; there is one offset more than entries,
    /// the first is 0, and the last is how many elements there are.
    case list(offsets: [Int], elements: Column)
    /// Structures: all fields have as many entries as there are structures.
    case structures([Field], count: Int)

    /// How many entries there are.
    package var count: Int {
      switch self {
      case .bools(let values): values.count
      case .integers(let values): values.count
      case .floats(let values): values.count
      case .texts(let texts): texts.count
      case .list(let offsets, _): offsets.count - 1
      case .structures(_, let count): count
      }
    }
  }

  /// A table of these columns, which must be equally long.
  package init(_ fields: [Field]) {
    self.init(fields, rowCount: fields.first?.column.count ?? 0)
  }

  /// The same, where there may be rows without columns.
  package init(_ fields: [Field], rowCount: Int) {
    precondition(fields.allSatisfy { $0.column.count == rowCount }, "columns are equally long")
    self.fields = fields
    self.rowCount = rowCount
  }

  /// The column of this name.
  package func column(_ name: String) -> Column? { fields.first { $0.name == name }?.column }
}

/// UTF-8 texts one after another.
package struct TextValues: Sendable, Hashable {
  /// All texts' bytes.
  package var bytes: [UInt8] = []
  /// Where each text begins, and the end of the last.
  package var offsets: [Int] = [0]

  /// No texts.
  package init() {}

  /// These texts.
  package init(_ texts: some Sequence<String>) {
    for text in texts {
      bytes.append(contentsOf: text.utf8)
      offsets.append(bytes.count)
    }
  }

  package var count: Int { offsets.count - 1 }

  /// The text at an index, in time linear in its length.
  package subscript(_ index: Int) -> String {
    String(decoding: bytes[offsets[index]..<offsets[index + 1]], as: UTF8.self)
  }

  mutating func append(_ text: some Sequence<UInt8>) {
    bytes.append(contentsOf: text)
    offsets.append(bytes.count)
  }

  mutating func append(contentsOf other: TextValues) {
    let start = bytes.count
    bytes += other.bytes
    offsets += other.offsets.dropFirst().map { $0 + start }
  }
}

extension ColumnTable {
  /// Puts the rows of another table of the same columns after these.
  ///
  /// - Throws: `InputError` if the columns differ.
  mutating func append(contentsOf other: ColumnTable, place: String) throws {
    guard fields.map(\.name) == other.fields.map(\.name) else {
      throw InputError("parts of the file have different columns", at: place, remedy: "the file is damaged")
    }
    for index in fields.indices {
      try fields[index].column.append(contentsOf: other.fields[index].column, place: place)
    }
    rowCount += other.rowCount
  }
}

extension ColumnTable.Column {
  mutating func append(contentsOf other: Self, place: String) throws {
    if isValid != nil || other.isValid != nil {
      isValid =
        (isValid ?? [Bool](repeating: true, count: count))
        + (other.isValid ?? [Bool](repeating: true, count: other.count))
    }
    switch (values, other.values) {
    case (.bools(let a), .bools(let b)): values = .bools(a + b)
    case (.integers(let a), .integers(let b)): values = .integers(a + b)
    case (.floats(let a), .floats(let b)): values = .floats(a + b)
    case (.texts(var a), .texts(let b)):
      a.append(contentsOf: b)
      values = .texts(a)
    case (.list(let a, var elements), .list(let b, let more)):
      let start = a.last!
      try elements.append(contentsOf: more, place: place)
      values = .list(offsets: a + b.dropFirst().map { $0 + start }, elements: elements)
    case (.structures(var a, let count), .structures(let b, let more)) where a.map(\.name) == b.map(\.name):
      for index in a.indices { try a[index].column.append(contentsOf: b[index].column, place: place) }
      values = .structures(a, count: count + more)
    default: throw InputError("parts of a column are of different kinds", at: place, remedy: "the file is damaged")
    }
  }

  /// The entries at these indices, in their order.
  func taking(_ indices: [Int]) -> Self {
    let flags = isValid.map { valid in indices.map { valid[$0] } }
    switch values {
    case .bools(let all): return Self(.bools(indices.map { all[$0] }), isValid: flags)
    case .integers(let all): return Self(.integers(indices.map { all[$0] }), isValid: flags)
    case .floats(let all): return Self(.floats(indices.map { all[$0] }), isValid: flags)
    case .texts(let all):
      var texts = TextValues()
      for index in indices { texts.append(all.bytes[all.offsets[index]..<all.offsets[index + 1]]) }
      return Self(.texts(texts), isValid: flags)
    case .list(let offsets, let elements):
      var starts = [0]
      var inside: [Int] = []
      for index in indices {
        inside += offsets[index]..<offsets[index + 1]
        starts.append(inside.count)
      }
      return Self(.list(offsets: starts, elements: elements.taking(inside)), isValid: flags)
    case .structures(let fields, _):
      return Self(
        .structures(fields.map { .init($0.name, $0.column.taking(indices)) }, count: indices.count), isValid: flags)
    }
  }
}
