import Compute

/// The header of one object of an HDF5 file: a group or a data set, with what it needs to be read.
package struct HDF5Object {
  /// Where the numbers of a data set are.
  enum Layout: Hashable {
    case compact(Range<Int>)
    case contiguous(address: Int, size: Int)
    /// The address of the tree, and the sizes of a chunk with the bytes of an element as the last.
    case chunked(tree: Int, chunk: [Int])
  }

  struct ElementType: Hashable {
    var element: TypedArray.Element
    var bigEndian: Bool
  }

  /// What errors call it.
  package let name: String
  private(set) var messageCount = 0
  private(set) var shape: [Int]?
  private(set) var type: ElementType?
  private(set) var layout: Layout?
  private(set) var filters: [HDF5Filter] = []
  /// A group's tree and heap.
  private(set) var symbolTable: (tree: Int, heap: Int)?
  /// Attributes that are numbers, by name; of others the name alone.
  package private(set) var attributes: [(name: String, value: TypedArray?)] = []

  init(_ bytes: [UInt8], place: String, name: String, at address: Int) throws {
    self.name = name
    var cursor = try HDF5Cursor(bytes, file: place, at: address)
    try cursor.expect(version: 1, of: "an object's header")
    try cursor.skip(1)
    var remaining = try cursor.integer(2)
    try cursor.skip(4)
    let size = try cursor.integer(4)
    try cursor.skip(4)
    var blocks = [try HDF5Cursor(bytes, file: place, at: cursor.position, count: size)]
    var seen: Set<Int> = []
    while !blocks.isEmpty {
      var block = blocks.removeFirst()
      while remaining > 0, block.remaining >= 8 {
        remaining -= 1
        messageCount += 1
        let type = try block.integer(2)
        let size = try block.integer(2)
        let flags = try block.byte()
        try block.skip(3)
        let start = block.position
        try block.skip(size)
        var message = try HDF5Cursor(bytes, file: place, at: start, count: size)
        if type == 0x10 {
          let (next, length) = (try message.integer(8), try message.integer(8))
          guard seen.insert(next).inserted else { throw message.damaged("a header that continues in itself") }
          blocks.append(try HDF5Cursor(bytes, file: place, at: next, count: length))
        } else {
          try read(type, shared: flags & 2 != 0, &message)
        }
      }
    }
  }

  private mutating func read(_ message: Int, shared: Bool, _ cursor: inout HDF5Cursor) throws {
    guard !shared || ![1, 3, 8, 0x0B, 0x0C, 0x11].contains(message) else {
      throw InputError("a shared header message is not read", at: cursor.place, remedy: HDF5File.convert)
    }
    switch message {
    case 0x01: shape = try Self.shape(&cursor)
    case 0x02, 0x06:
      throw InputError("a group in the newer layout is not read", at: cursor.place, remedy: HDF5File.convert)
    case 0x03: type = try Self.type(&cursor, name: name)
    case 0x07:
      throw InputError("data in another file is not read", at: cursor.place, remedy: "write it into one file")
    case 0x08: layout = try Self.layout(&cursor)
    case 0x0B: filters = try Self.filters(&cursor)
    case 0x0C: attributes.append(try attribute(&cursor))
    case 0x11: symbolTable = (try cursor.integer(8), try cursor.integer(8))
    default: break
    }
  }

  private static func shape(_ cursor: inout HDF5Cursor) throws -> [Int] {
    let version = try cursor.byte()
    let rank = try cursor.byte()
    _ = try cursor.byte()
    switch version {
    case 1: try cursor.skip(5)
    case 2:
      guard try cursor.byte() != 2 else { throw cursor.damaged("an empty data space is not read") }
    default: throw cursor.damaged("version \(version) of a data space is not read")
    }
    guard rank <= 32 else { throw cursor.damaged("\(rank) dimensions; at most 32 are read") }
    var result: [Int] = []
    for _ in 0..<rank {
      let size = try cursor.integer(8)
      guard size >= 0 else { throw cursor.damaged("an unlimited dimension") }
      result.append(size)
    }
    return result
  }

  private static func type(_ cursor: inout HDF5Cursor, name: String) throws -> ElementType {
    let place = cursor.place
    func refused(_ what: String) -> InputError {
      InputError("\(name) holds \(what), which is not read", at: place, remedy: "convert it to numbers in Python")
    }
    let first = try cursor.byte()
    let bits = try cursor.integer(3)
    let size = try cursor.integer(4)
    let names = [
      2: "times", 3: "texts", 4: "bit fields", 5: "opaque bytes", 6: "compounds", 7: "references", 9: "lists",
      10: "arrays",
    ]
    switch first & 0x0F {
    case 0:
      guard try cursor.integer(2) == 0, try cursor.integer(2) == 8 * size else { throw refused("padded numbers") }
      let isSigned = bits & 8 != 0
      let elements: [Int: TypedArray.Element] =
        isSigned ? [1: .int8, 2: .int16, 4: .int32, 8: .int64] : [1: .uint8, 2: .uint16, 4: .uint32, 8: .uint64]
      guard let element = elements[size] else { throw refused("whole numbers of \(size) bytes") }
      return ElementType(element: element, bigEndian: bits & 1 != 0)
    case 1:
      let layout = Array(try cursor.take(12))
      let single: [UInt8] = [0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0]
      let double: [UInt8] = [0, 0, 64, 0, 52, 11, 0, 52, 0xFF, 3, 0, 0]
      guard bits & 0x40 == 0, bits >> 8 == 8 * size - 1,
        (size == 4 && layout == single) || (size == 8 && layout == double)
      else { throw refused("floats of \(size) bytes") }
      return ElementType(element: size == 4 ? .float32 : .float64, bigEndian: bits & 1 != 0)
    case 8:
      guard bits & 0xFFFF == 2, size == 1, try Self.type(&cursor, name: name).element == .int8 else {
        throw refused("an enumeration")
      }
      // h5py's Boolean: FALSE = 0, TRUE = 1, the names padded to eight bytes before version 3.
      let names = String(decoding: try cursor.take(cursor.remaining), as: UTF8.self).split(separator: "\0")
      guard names.first == "FALSE", names.dropFirst().first == "TRUE" else { throw refused("an enumeration") }
      return ElementType(element: .bool, bigEndian: false)
    default: throw refused(names[first & 0x0F] ?? "an unknown type")
    }
  }

  private static func layout(_ cursor: inout HDF5Cursor) throws -> Layout {
    try cursor.expect(version: 3, of: "a data set's layout")
    switch try cursor.byte() {
    case 0:
      let size = try cursor.integer(2)
      let start = cursor.position
      try cursor.skip(size)
      return .compact(start..<start + size)
    case 1: return .contiguous(address: try cursor.integer(8), size: try cursor.integer(8))
    case 2:
      let rank = try cursor.byte()
      let tree = try cursor.integer(8)
      var chunk: [Int] = []
      for _ in 0..<rank { chunk.append(try cursor.integer(4)) }
      return .chunked(tree: tree, chunk: chunk)
    case let other: throw cursor.damaged("layout \(other) is not read")
    }
  }

  private static func filters(_ cursor: inout HDF5Cursor) throws -> [HDF5Filter] {
    let version = try cursor.byte()
    let count = try cursor.byte()
    guard version == 1 || version == 2 else { throw cursor.damaged("version \(version) of filters is not read") }
    if version == 1 { try cursor.skip(6) }
    var result: [HDF5Filter] = []
    for _ in 0..<count {
      let number = try cursor.integer(2)
      let nameSize = version == 1 || number >= 256 ? try cursor.integer(2) : 0
      try cursor.skip(2)
      let valueCount = try cursor.integer(2)
      try cursor.skip(version == 1 ? (nameSize + 7) / 8 * 8 : nameSize)
      var values: [Int] = []
      for _ in 0..<valueCount { values.append(try cursor.integer(4)) }
      if version == 1, !valueCount.isMultiple(of: 2) { try cursor.skip(4) }
      switch number {
      case 1: result.append(.deflate)
      case 2:
        guard let width = values.first, (1...8).contains(width) else { throw cursor.damaged("a shuffle of zero bytes") }
        result.append(.shuffle(width: width))
      default:
        throw InputError(
          "filter \(number) is not read", at: cursor.place, remedy: "write the file with gzip, or without compression")
      }
    }
    guard result.count <= 4 else { throw cursor.damaged("\(result.count) filters") }
    return result
  }

  private func attribute(_ cursor: inout HDF5Cursor) throws -> (String, TypedArray?) {
    let version = try cursor.byte()
    guard (1...3).contains(version) else { throw cursor.damaged("version \(version) of an attribute is not read") }
    let flags = try cursor.byte()
    let sizes = [try cursor.integer(2), try cursor.integer(2), try cursor.integer(2)]
    if version == 3 { try cursor.skip(1) }
    func padded(_ size: Int) -> Int { version == 1 ? (size + 7) / 8 * 8 : size }
    let name = String(decoding: try cursor.take(padded(sizes[0])).prefix { $0 != 0 }, as: UTF8.self)
    let typeStart = cursor.position
    try cursor.skip(padded(sizes[1]))
    let spaceStart = cursor.position
    try cursor.skip(padded(sizes[2]))
    // Texts and the like: the name is all that is wanted of them.
    var typeCursor = try HDF5Cursor(cursor.bytes, file: cursor.file, at: typeStart, count: sizes[1])
    var spaceCursor = try HDF5Cursor(cursor.bytes, file: cursor.file, at: spaceStart, count: sizes[2])
    guard version == 1 || flags & 3 == 0, let type = try? Self.type(&typeCursor, name: name), !type.bigEndian,
      let shape = try? Self.shape(&spaceCursor), let size = TypedArray.byteCount(type.element, shape: shape),
      size <= cursor.remaining
    else { return (name, nil) }
    return (name, TypedArray(type.element, shape: shape, bytes: Array(try cursor.take(size))))
  }
}
