import Compute

/// One node of a Parquet file's schema, with the levels that encode what is missing and what repeats.
///
/// Format: github.com/apache/parquet-format, README.md "Nested Encoding" and LogicalTypes.md "Lists".
struct ParquetNode: Sendable {
  /// How Parquet stores a leaf's values.
  enum Physical: Int, Sendable {
    case boolean, int32, int64, int96, float, double, byteArray, fixedByteArray
  }

  indirect enum Kind: Sendable {
    /// `column` is the number of its chunk in each row group; `note` is set for types that are not read.
    case leaf(Physical, column: Int, isUnsigned: Bool, note: String?)
    case group([ParquetNode])
    /// An element begins where the definition level is at least `present`.
    case list(element: ParquetNode, present: Int)
  }

  var name: String
  var kind: Kind
  /// The definition level from which on this node is there, not null.
  var defined: Int
  /// How many lists there are at and above this node.
  var repeats: Int

  /// The numbers of the chunks that make up this node.
  var columns: [Int] {
    switch kind {
    case .leaf(_, let column, _, _): [column]
    case .group(let children): children.flatMap(\.columns)
    case .list(let element, _): element.columns
    }
  }
}

/// Builds the tree from the footer's flat list of elements.
struct ParquetSchema: Sendable {
  private(set) var fields: [ParquetNode] = []
  /// For each column chunk: the highest levels that it can have.
  private(set) var columns: [(defined: Int, repeats: Int)] = []

  private var elements: ArraySlice<ThriftValue>
  private let place: String

  private static let damaged = "the file is damaged; copy or export it again"

  init(_ elements: [ThriftValue], place: String) throws {
    self.elements = elements[...]
    self.place = place
    guard let root = self.elements.popFirst(), let count = root[5]?.integer, count >= 0 else {
      throw InputError("the schema has no root", at: place, remedy: Self.damaged)
    }
    for _ in 0..<count { fields.append(try node(defined: 0, repeats: 0, depth: 0)) }
    guard self.elements.isEmpty else { throw InputError("the schema has loose ends", at: place, remedy: Self.damaged) }
    var names: Set<String> = []
    for field in fields where !names.insert(field.name).inserted {
      throw InputError("two columns are called '\(field.name)'", at: place, remedy: "give each a name of its own")
    }
  }

  private mutating func node(defined: Int, repeats: Int, depth: Int) throws -> ParquetNode {
    guard depth < 32, let element = elements.popFirst(), let name = element[4]?.text,
      let repetition = element[3]?.integer, (0...2).contains(repetition)
    else { throw InputError("the schema is damaged", at: place, remedy: Self.damaged) }
    let own = defined + (repetition == 0 ? 0 : 1)
    guard repetition == 2 else {
      return try body(element, name, defined: own, repeats: repeats, depth: depth)
    }
    // A repeated field without a list around it is a list that is never null, of elements that are never null.
    let inside = try body(element, name, defined: own, repeats: repeats + 1, depth: depth)
    return ParquetNode(name: name, kind: .list(element: inside, present: own), defined: defined, repeats: repeats)
  }

  private mutating func body(
    _ element: ThriftValue, _ name: String, defined: Int, repeats: Int, depth: Int
  ) throws -> ParquetNode {
    guard let count = element[5]?.integer, count > 0 else {
      guard let physical = element[1]?.integer.flatMap(ParquetNode.Physical.init) else {
        throw InputError("column '\(name)' has no type", at: place, remedy: Self.damaged)
      }
      columns.append((defined, repeats))
      let (isUnsigned, note) = Self.reading(element, physical)
      return ParquetNode(
        name: name, kind: .leaf(physical, column: columns.count - 1, isUnsigned: isUnsigned, note: note),
        defined: defined, repeats: repeats)
    }
    guard count <= elements.count else { throw InputError("the schema is damaged", at: place, remedy: Self.damaged) }
    var children: [ParquetNode] = []
    for _ in 0..<count { children.append(try node(defined: defined, repeats: repeats, depth: depth + 1)) }
    // Lists and maps are a group around one repeated group; that group's only child is the element.
    let isList = element[6]?.integer == 3 || element[10]?[3] != nil
    let isMap = [1, 2].contains(element[6]?.integer) || element[10]?[2] != nil
    if isList || isMap, children.count == 1, case .list(var inside, let present) = children[0].kind {
      if isList, case .group(let only) = inside.kind, only.count == 1, inside.name != "array",
        inside.name != name + "_tuple"
      {
        inside = only[0]
      }
      return ParquetNode(
        name: name, kind: .list(element: inside, present: present), defined: defined, repeats: repeats)
    }
    return ParquetNode(name: name, kind: .group(children), defined: defined, repeats: repeats)
  }

  /// Whether whole numbers are unsigned, and what is to be said of a type that is not read.
  private static func reading(_ element: ThriftValue, _ physical: ParquetNode.Physical) -> (Bool, String?) {
    let converted = element[6]?.integer
    let logical = element[10]
    // What the values mean comes before how they are stored: a decimal may be stored in any way.
    if converted == 5 || logical?[5] != nil { return (false, "decimals") }
    switch physical {
    case .int96: return (false, "timestamps of 96 bits")
    case .fixedByteArray where logical?[15] != nil: return (false, "half-precision numbers")
    case .fixedByteArray where logical?[14] != nil: return (false, "UUIDs stored as bytes")
    case .fixedByteArray where converted == 21: return (false, "intervals")
    case .fixedByteArray: return (false, "values of a fixed number of bytes")
    default: break
    }
    let isUnsigned = (11...14).contains(converted ?? 0) || logical?[10]?[2]?.bool == false
    return (isUnsigned, nil)
  }
}
