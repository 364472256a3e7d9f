import Compute

/// One record batch: takes its nodes and buffers one after another, in the order of the schema.
struct ArrowBatch {
  let rowCount: Int
  private let file: RandomAccessFile
  private let bodyStart: Int
  private let bodySize: Int
  private let dictionaries: [Int: ColumnTable.Column]
  private var nodes: ArraySlice<Int>
  private var buffers: ArraySlice<Int>
  private var viewCounts: ArraySlice<Int>
  private var codec: BlockCodec?
  private var allowance: Int

  init(
    _ header: Flatbuffer, _ message: ArrowMessage, file: RandomAccessFile, limit: Int,
    dictionaries: [Int: ColumnTable.Column]
  ) throws {
    self.file = file
    (bodyStart, bodySize, self.dictionaries, allowance) = (message.bodyStart, message.bodySize, dictionaries, limit)
    rowCount = try header.integer(0, Int64.self)
    nodes = try header.integers(1, width: 2)[...]
    buffers = try header.integers(2, width: 2)[...]
    viewCounts = try header.integers(4)[...]
    if let compression = try header.table(3) {
      switch try compression.integer(0, Int8.self) {
      case 0: codec = .lz4Frame
      case 1: codec = .zstd
      default: throw InputError("an unknown compression", at: file.path, remedy: ArrowFile.convert)
      }
    }
    guard rowCount >= 0 else { throw damaged("rows") }
  }

  private func damaged(_ what: String) -> InputError {
    InputError(
      "a batch is damaged: \(what)", at: "\(file.path), byte \(bodyStart)", remedy: "copy or export the file again")
  }

  private mutating func take(_ count: Int) throws {
    guard count <= allowance else {
      throw InputError("a batch unfolds to more than may be read", at: file.path, remedy: "write smaller batches")
    }
    allowance -= count
  }

  /// The next node's number of entries, at what they take in memory.
  private mutating func node(bytesPerEntry: Int) throws -> (count: Int, nulls: Int) {
    guard let count = nodes.popFirst(), let nulls = nodes.popFirst(), count >= 0 else { throw damaged("nodes") }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: bytesPerEntry + 1)
    try take(overflow ? .max : bytes)
    return (count, nulls)
  }

  private mutating func buffer() throws -> [UInt8] {
    guard let offset = buffers.popFirst(), let size = buffers.popFirst(), offset >= 0, size >= 0, offset <= bodySize,
      size <= bodySize - offset
    else { throw damaged("buffers") }
    let bytes = try file.read(bodyStart + offset, size)
    guard let codec, size > 0 else { return bytes }
    guard size >= 8 else { throw damaged("a packed buffer") }
    let unpacked = (0..<8).reduce(Int64(0)) { $0 | Int64(bytes[$1]) << (8 * Int64($1)) }
    if unpacked == -1 { return Array(bytes[8...]) }
    guard unpacked >= 0 else { throw damaged("a packed buffer") }
    try take(Int(unpacked))
    guard let content = codec.unpack(bytes[8...], size: Int(unpacked)) else {
      throw damaged("a buffer cannot be unpacked")
    }
    return content
  }

  private mutating func skipBuffers(_ count: Int) throws {
    guard buffers.count >= 2 * count else { throw damaged("buffers") }
    buffers = buffers.dropFirst(2 * count)
  }

  private mutating func validity(_ node: (count: Int, nulls: Int)) throws -> [Bool]? {
    let bits = try buffer()
    guard node.nulls != 0, !bits.isEmpty else { return nil }
    return try flags(bits, count: node.count)
  }

  private func flags(_ bits: [UInt8], count: Int) throws -> [Bool] {
    guard count <= bits.count * 8 else { throw damaged("bits") }
    return (0..<count).map { bits[$0 >> 3] >> UInt8($0 & 7) & 1 == 1 }
  }

  private func words<Word: FixedWidthInteger>(_ bytes: [UInt8], _ type: Word.Type, count: Int) throws -> [Word] {
    guard let words = ParquetEncoding.plain(bytes[...], type, count: count) else { throw damaged("a short buffer") }
    return words
  }

  /// Passes over a column.
  mutating func skip(_ field: ArrowField) throws {
    guard nodes.count >= 2 else { throw damaged("nodes") }
    nodes = nodes.dropFirst(2)
    switch field.kind {
    case .null: break
    case .bool, .integer, .float, .unread: try skipBuffers(2)
    case .text: try skipBuffers(3)
    case .textView:
      guard let count = viewCounts.popFirst(), (0...buffers.count).contains(count) else { throw damaged("views") }
      try skipBuffers(2 + count)
    case .list(_, let element):
      try skipBuffers(2)
      try skip(element)
    case .fixedList(_, let element):
      try skipBuffers(1)
      try skip(element)
    case .structure(let children):
      try skipBuffers(1)
      for child in children { try skip(child) }
    }
  }

  /// Reads a column.
  mutating func column(_ field: ArrowField) throws -> ColumnTable.Column {
    guard let id = field.dictionary else { return try plain(field) }
    let indices = try plain(field)
    guard case .integers(let numbers) = indices.values, let entries = dictionaries[id] else {
      throw damaged("a dictionary that is not there")
    }
    // A missing entry has no index that means anything.
    let there = indices.isValid ?? [Bool](repeating: true, count: numbers.count)
    guard zip(numbers, there).allSatisfy({ !$1 || ($0 >= 0 && $0 < Int64(entries.count)) }) else {
      throw damaged("an index outside its dictionary")
    }
    guard entries.count > 0 else {
      return ColumnTable.Column(.texts(TextValues([String](repeating: "", count: numbers.count))), isValid: there)
    }
    let wanted = zip(numbers, there).map { $1 ? Int($0) : 0 }
    if case .texts(let texts) = entries.values {
      for index in wanted { try take(texts.offsets[index + 1] - texts.offsets[index]) }
    }
    var column = entries.taking(wanted)
    let flags = zip(column.isValid ?? there, there).map { $0 && $1 }
    column.isValid = flags.contains(false) ? flags : nil
    return column
  }

  private mutating func plain(_ field: ArrowField) throws -> ColumnTable.Column {
    switch field.kind {
    case .null:
      let node = try node(bytesPerEntry: 8)
      return .init(
        .integers([Int64](repeating: 0, count: node.count)), isValid: [Bool](repeating: false, count: node.count))
    case .bool:
      let node = try node(bytesPerEntry: 1)
      let valid = try validity(node)
      return .init(.bools(try flags(buffer(), count: node.count)), isValid: valid)
    case .integer(let bits, let isSigned):
      let node = try node(bytesPerEntry: 8)
      let valid = try validity(node)
      return .init(.integers(try integers(buffer(), bits, isSigned, node.count, valid)), isValid: valid)
    case .float(let bits):
      let node = try node(bytesPerEntry: 8)
      let valid = try validity(node)
      let bytes = try buffer()
      let values: [Double] =
        switch bits {
        case 16: try words(bytes, UInt16.self, count: node.count).map { Double(Float16(bitPattern: $0)) }
        case 32: try words(bytes, UInt32.self, count: node.count).map { Double(Float(bitPattern: $0)) }
        default: try words(bytes, UInt64.self, count: node.count).map(Double.init(bitPattern:))
        }
      return .init(.floats(values), isValid: valid)
    case .text(let bits):
      let node = try node(bytesPerEntry: 16)
      let valid = try validity(node)
      let offsets = try offsets(bits, count: node.count)
      let bytes = try buffer()
      guard offsets.last! <= bytes.count else { throw damaged("texts beyond their buffer") }
      var texts = TextValues()
      texts.bytes = Array(bytes[offsets[0]..<offsets.last!])
      texts.offsets = offsets.map { $0 - offsets[0] }
      return .init(.texts(try checked(texts, field)), isValid: valid)
    case .textView:
      let node = try node(bytesPerEntry: 16)
      let valid = try validity(node)
      return .init(.texts(try checked(views(count: node.count, valid), field)), isValid: valid)
    case .list(let bits, let element):
      let node = try node(bytesPerEntry: 8)
      let valid = try validity(node)
      let offsets = try offsets(bits, count: node.count)
      let elements = try column(element)
      return .init(try list(offsets, elements), isValid: valid)
    case .fixedList(let size, let element):
      let node = try node(bytesPerEntry: 8)
      let valid = try validity(node)
      let elements = try column(element)
      let (total, overflow) = node.count.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow, total <= elements.count else { throw damaged("a list beyond its elements") }
      return .init(try list((0...node.count).map { $0 * size }, elements), isValid: valid)
    case .structure(let children):
      let node = try node(bytesPerEntry: 1)
      let valid = try validity(node)
      let fields = try children.map { ColumnTable.Field($0.name, try column($0)) }
      guard fields.allSatisfy({ $0.column.count == node.count }) else { throw damaged("a structure's fields") }
      return .init(.structures(fields, count: node.count), isValid: valid)
    case .unread(let what):
      throw InputError(
        "\(what) are not read", at: "\(file.path), column '\(field.name)'", remedy: ArrowFile.convert)
    }
  }

  /// Lists without the elements that stand before the first and behind the last of them.
  private func list(_ offsets: [Int], _ elements: ColumnTable.Column) throws -> ColumnTable.Values {
    let (first, last) = (offsets[0], offsets.last!)
    guard last <= elements.count else { throw damaged("a list beyond its elements") }
    if first == 0, last == elements.count { return .list(offsets: offsets, elements: elements) }
    return .list(offsets: offsets.map { $0 - first }, elements: elements.taking(Array(first..<last)))
  }

  private func checked(_ texts: TextValues, _ field: ArrowField) throws -> TextValues {
    guard texts.areUTF8 else {
      throw InputError(
        "binary data, not texts", at: "\(file.path), column '\(field.name)'", remedy: ArrowFile.convert)
    }
    return texts
  }

  /// One offset more than entries; rising. No entries may have no offsets at all.
  private mutating func offsets(_ bits: Int, count: Int) throws -> [Int] {
    let bytes = try buffer()
    if count == 0, bytes.isEmpty { return [0] }
    let offsets =
      bits == 32
      ? try words(bytes, Int32.self, count: count + 1).map { Int($0) }
      : try words(bytes, Int64.self, count: count + 1).map { Int($0) }
    guard offsets[0] >= 0, zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 }) else {
      throw damaged("offsets that do not rise")
    }
    return offsets
  }

  private func integers(
    _ bytes: [UInt8], _ bits: Int, _ isSigned: Bool, _ count: Int, _ valid: [Bool]?
  ) throws -> [Int64] {
    switch (bits, isSigned) {
    case (8, true): return try words(bytes, Int8.self, count: count).map { Int64($0) }
    case (8, false): return try words(bytes, UInt8.self, count: count).map { Int64($0) }
    case (16, true): return try words(bytes, Int16.self, count: count).map { Int64($0) }
    case (16, false): return try words(bytes, UInt16.self, count: count).map { Int64($0) }
    case (32, true): return try words(bytes, Int32.self, count: count).map { Int64($0) }
    case (32, false): return try words(bytes, UInt32.self, count: count).map { Int64($0) }
    default:
      let values = try words(bytes, Int64.self, count: count)
      guard isSigned || !zip(values.indices, values).contains(where: { $1 < 0 && valid?[$0] ?? true }) else {
        throw InputError("a number above \(Int64.max)", at: file.path, remedy: ArrowFile.convert)
      }
      return values
    }
  }

  /// Texts of up to 12 bytes are in their view, others in one of the buffers behind.
  private mutating func views(count: Int, _ valid: [Bool]?) throws -> TextValues {
    let views = try buffer()
    guard count <= views.count / 16, let more = viewCounts.popFirst(), (0...buffers.count).contains(more) else {
      throw damaged("views")
    }
    let data = try (0..<more).map { _ in try buffer() }
    var texts = TextValues()
    for index in 0..<count {
      let view = views[(16 * index)..<(16 * index + 16)]
      func word(_ offset: Int) -> Int {
        (0..<4).reduce(0) { $0 | Int(view[view.startIndex + offset + $1]) << (8 * $1) }
      }
      let size = word(0)
      if !(valid?[index] ?? true) {
        texts.append([])
      } else if size <= 12 {
        texts.append(view.dropFirst(4).prefix(size))
      } else {
        let (number, start) = (word(8), word(12))
        guard number < data.count, start <= data[number].count, size <= data[number].count - start else {
          throw damaged("a text beyond its buffer")
        }
        try take(size)
        texts.append(data[number][start..<start + size])
      }
    }
    return texts
  }
}
