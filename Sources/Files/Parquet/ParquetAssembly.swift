import Compute

/// Puts columns together again from the levels and values of their leaves.
///
/// A leaf has one pair of levels for each of its entries. An entry with repetition level 0 begins a row; its definition
/// level is how far down the schema something is there. With at most one list above a leaf, a node's entries are
/// those that begin a row (above the list) or at which an element is there (inside it).
struct ParquetAssembly {
  /// What is to be known of a leaf to read it.
  struct Leaf {
    var name: String
    var physical: ParquetNode.Physical
    var isUnsigned: Bool
    /// What it is, if it is not read.
    var note: String?
  }

  let schema: ParquetSchema
  let place: String
  /// What was read of each leaf, by its column's number.
  var leaves: [Int: ParquetChunk.Content] = [:]

  init(schema: ParquetSchema, place: String) {
    self.schema = schema
    self.place = place
  }

  /// The leaf of a column chunk.
  func leaf(_ column: Int) -> Leaf {
    func find(_ node: ParquetNode, _ path: String) -> Leaf? {
      let name = path.isEmpty ? node.name : "\(path).\(node.name)"
      switch node.kind {
      case .leaf(let physical, let number, let isUnsigned, let note):
        return number == column ? Leaf(name: name, physical: physical, isUnsigned: isUnsigned, note: note) : nil
      case .group(let children): return children.lazy.compactMap { find($0, name) }.first
      case .list(let element, _): return find(element, name)
      }
    }
    return schema.fields.lazy.compactMap { find($0, "") }.first!
  }

  /// A column without entries.
  func empty(_ node: ParquetNode) -> ColumnTable.Column {
    switch node.kind {
    case .leaf(let physical, _, _, _): ParquetValues(physical).spread([])
    case .group(let children): .init(.structures(children.map { .init($0.name, empty($0)) }, count: 0))
    case .list(let element, _): .init(.list(offsets: [0], elements: empty(element)))
    }
  }

  /// A top-level column.
  func column(_ node: ParquetNode, rowCount: Int) throws -> ColumnTable.Column {
    let column = try assemble(node, within: nil)
    guard column.count == rowCount else {
      throw damaged("column '\(node.name)' has \(column.count) rows, the group has \(rowCount)")
    }
    return column
  }

  private func damaged(_ what: String) -> InputError {
    InputError(what, at: place, remedy: "the file is damaged; copy or export it again")
  }

  /// - Parameter present: The definition level from which on an element of the list around this node is there.
  private func assemble(_ node: ParquetNode, within present: Int?) throws -> ColumnTable.Column {
    switch node.kind {
    case .leaf(_, let column, _, _):
      guard let content = leaves[column] else {
        throw InputError(
          "column '\(leaf(column).name)' has lists in lists, which are not read", at: place,
          remedy: ParquetFile.convert)
      }
      let isThere = entries(content, within: present).map { $0 == Int32(node.defined) }
      guard isThere.count(where: \.self) == content.values.count else {
        throw damaged("column '\(leaf(column).name)' has levels and values that disagree")
      }
      if case .texts(let texts) = content.values, !texts.areUTF8 {
        throw InputError(
          "column '\(leaf(column).name)' holds binary data, not texts", at: place, remedy: ParquetFile.convert)
      }
      return content.values.spread(isThere)
    case .group(let children):
      let fields = try children.map { ColumnTable.Field($0.name, try assemble($0, within: present)) }
      guard let count = fields.first?.column.count, fields.allSatisfy({ $0.column.count == count }) else {
        throw damaged("the fields of '\(node.name)' have different numbers of entries")
      }
      let isThere = try firstLeaf(of: node).map { entries($0, within: present).map { $0 >= Int32(node.defined) } }
      let flags = isThere.flatMap { $0.contains(false) ? $0 : nil }
      return .init(.structures(fields, count: count), isValid: flags)
    case .list(let element, let first):
      guard let content = try firstLeaf(of: node), present == nil else {
        throw InputError(
          "column '\(node.name)' has lists in lists, which are not read", at: place, remedy: ParquetFile.convert)
      }
      var offsets: [Int] = []
      var isThere: [Bool] = []
      var count = 0
      for (defined, repeats) in zip(content.defined, content.repeats) {
        if repeats == 0 {
          offsets.append(count)
          isThere.append(defined >= Int32(node.defined))
        } else if offsets.isEmpty || defined < Int32(first) {
          throw damaged("column '\(node.name)' goes on where there is nothing")
        }
        if defined >= Int32(first) { count += 1 }
      }
      offsets.append(count)
      let elements = try assemble(element, within: first)
      guard elements.count == count else {
        throw damaged("'\(node.name)' and its levels differ in length")
      }
      return .init(.list(offsets: offsets, elements: elements), isValid: isThere.contains(false) ? isThere : nil)
    }
  }

  /// The levels of a node's entries.
  private func entries(_ content: ParquetChunk.Content, within present: Int?) -> [Int32] {
    if let present { return content.defined.filter { $0 >= Int32(present) } }
    return content.repeats.contains { $0 != 0 }
      ? zip(content.defined, content.repeats).compactMap { $1 == 0 ? $0 : nil } : content.defined
  }

  private func firstLeaf(of node: ParquetNode) throws -> ParquetChunk.Content? {
    node.columns.first.flatMap { leaves[$0] }
  }
}

extension TextValues {
  /// Whether every text is well-formed UTF-8.
  var areUTF8: Bool {
    JSONScanner.isUTF8(bytes.span)
      // The whole is well-formed; so is each text that does not begin within a character.
      && offsets.dropLast().allSatisfy { $0 == bytes.count || bytes[$0] & 0xC0 != 0x80 }
  }
}
