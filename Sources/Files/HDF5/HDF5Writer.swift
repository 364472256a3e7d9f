import Compute

/// Writes groups and arrays as an HDF5 file that every version of the library reads: superblock 0, symbol tables,
/// contiguous data, no compression. Equal contents are equal bytes.
package struct HDF5Writer {
  /// What a group holds.
  package indirect enum Node {
    case group([(name: String, node: Node)], attributes: [(name: String, value: TypedArray)])
    case array(TypedArray)
  }

  private var bytes: [UInt8] = []
  private static let undefined = UInt64.max
  /// Names in a table's leaf, and children of a tree's node: twice the superblock's numbers, which are the usual ones.
  private static let (leafSize, nodeSize) = (8, 32)

  /// The file's bytes; `root` is a group.
  package static func file(_ root: Node) -> [UInt8] {
    var writer = HDF5Writer()
    writer.bytes = [UInt8](repeating: 0, count: 96)
    let header = writer.write(root)
    let (tree, heap) = (header.tree, header.heap)
    var superblock = HDF5Writer()
    superblock.bytes = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0, 0, 8, 8, 0]
    superblock.append(UInt16(leafSize / 2))
    superblock.append(UInt16(nodeSize / 2))
    superblock.append(UInt32(0))
    for address in [0, undefined, UInt64(writer.bytes.count), undefined, 0, UInt64(header.address)] {
      superblock.append(address)
    }
    superblock.append(UInt32(1))
    superblock.append(UInt32(0))
    superblock.append(UInt64(tree))
    superblock.append(UInt64(heap))
    writer.bytes.replaceSubrange(0..<96, with: superblock.bytes)
    return writer.bytes
  }

  private mutating func append<Word: FixedWidthInteger>(_ word: Word) {
    withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func pad(to multiple: Int = 8) {
    while !bytes.count.isMultiple(of: multiple) { bytes.append(0) }
  }

  /// The address of the object's header, and a group's tree and heap.
  private mutating func write(_ node: Node) -> (address: Int, tree: Int, heap: Int) {
    switch node {
    case .array(let array):
      pad()
      let start = bytes.count
      bytes += array.bytes
      pad()
      var layout = HDF5Writer()
      layout.bytes = [3, 1]
      layout.append(array.bytes.isEmpty ? Self.undefined : UInt64(start))
      layout.append(UInt64(array.bytes.count))
      // The fill value: allocated late, written if set, not defined.
      let address = header([
        (1, Self.space(array.shape)), (3, Self.type(array.element)), (5, [2, 2, 2, 0]), (8, layout.bytes),
      ])
      return (address, 0, 0)
    case .group(let children, let attributes):
      let sorted = children.sorted { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
      let entries = sorted.map { (name: $0.name, header: write($0.node)) }
      // The heap: an empty text, then the names.
      var names = HDF5Writer()
      names.bytes = [UInt8](repeating: 0, count: 8)
      var offsets: [Int] = []
      for entry in entries {
        offsets.append(names.bytes.count)
        names.bytes += Array(entry.name.utf8) + [0]
        names.pad()
      }
      let heap = bytes.count
      bytes += Array("HEAP".utf8) + [0, 0, 0, 0]
      append(UInt64(names.bytes.count))
      append(UInt64(1))
      append(UInt64(bytes.count + 8))
      bytes += names.bytes
      let tree = tree(entries.map(\.header), offsets: offsets)
      var table = HDF5Writer()
      table.append(UInt64(tree))
      table.append(UInt64(heap))
      let address = header(
        [(0x11, table.bytes)] + attributes.map { (0x0C, Self.attribute($0.name, $0.value)) })
      return (address, tree, heap)
    }
  }

  /// Leaves of names, and trees over them until one is left.
  private mutating func tree(_ headers: [(address: Int, tree: Int, heap: Int)], offsets: [Int]) -> Int {
    var nodes: [(address: Int, last: Int)] = []
    for start in stride(from: 0, to: headers.count, by: Self.leafSize) {
      let range = start..<min(start + Self.leafSize, headers.count)
      nodes.append((bytes.count, offsets[range.upperBound - 1]))
      bytes += Array("SNOD".utf8) + [1, 0]
      append(UInt16(range.count))
      for index in range {
        append(UInt64(offsets[index]))
        append(UInt64(headers[index].address))
        // Cached: a group's tree and heap.
        append(UInt32(headers[index].tree > 0 ? 1 : 0))
        append(UInt32(0))
        append(UInt64(headers[index].tree))
        append(UInt64(headers[index].heap))
      }
      bytes += [UInt8](repeating: 0, count: 40 * (Self.leafSize - range.count))
    }
    var level = 0
    repeat {
      var above: [(address: Int, last: Int)] = []
      var before = 0
      let groups = stride(from: 0, to: max(nodes.count, 1), by: Self.nodeSize).map { start in
        Array(nodes[start..<min(start + Self.nodeSize, nodes.count)])
      }
      let size = 24 + 8 * (2 * Self.nodeSize + 1)
      let first = bytes.count
      for (number, group) in groups.enumerated() {
        above.append((bytes.count, group.last?.last ?? 0))
        let start = bytes.count
        bytes += Array("TREE".utf8) + [0, UInt8(level)]
        append(UInt16(group.count))
        append(number == 0 ? Self.undefined : UInt64(first + (number - 1) * size))
        append(number == groups.count - 1 ? Self.undefined : UInt64(first + (number + 1) * size))
        append(UInt64(before))
        for node in group {
          append(UInt64(node.address))
          append(UInt64(node.last))
        }
        before = group.last?.last ?? 0
        bytes += [UInt8](repeating: 0, count: size - (bytes.count - start))
      }
      nodes = above
      level += 1
    } while nodes.count > 1
    return nodes[0].address
  }

  private mutating func header(_ messages: [(type: UInt16, body: [UInt8])]) -> Int {
    pad()
    let address = bytes.count
    let size = messages.reduce(0) { $0 + 8 + ($1.body.count + 7) / 8 * 8 }
    bytes += [1, 0]
    append(UInt16(messages.count))
    append(UInt32(1))
    append(UInt32(size))
    append(UInt32(0))
    for message in messages {
      append(message.type)
      append(UInt16((message.body.count + 7) / 8 * 8))
      bytes += [0, 0, 0, 0] + message.body
      pad()
    }
    return address
  }

  private static func attribute(_ name: String, _ value: TypedArray) -> [UInt8] {
    var writer = HDF5Writer()
    let (type, space) = (type(value.element), space(value.shape))
    writer.bytes = [1, 0]
    writer.append(UInt16(name.utf8.count + 1))
    writer.append(UInt16(type.count))
    writer.append(UInt16(space.count))
    writer.bytes += Array(name.utf8) + [0]
    for part in [type, space, value.bytes] {
      writer.pad()
      writer.bytes += part
    }
    return writer.bytes
  }

  private static func space(_ shape: [Int]) -> [UInt8] {
    var writer = HDF5Writer()
    writer.bytes = [1, UInt8(shape.count), 0, 0, 0, 0, 0, 0]
    for size in shape { writer.append(UInt64(size)) }
    return writer.bytes
  }

  private static func type(_ element: TypedArray.Element) -> [UInt8] {
    let size = UInt8(element.byteCount)
    switch element {
    case .float32: return [0x11, 0x20, 31, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0]
    case .float64: return [0x11, 0x20, 63, 0, 8, 0, 0, 0, 0, 0, 64, 0, 52, 11, 0, 52, 0xFF, 3, 0, 0]
    case .bool:
      return [0x18, 2, 0, 0, 1, 0, 0, 0] + type(.int8) + Array("FALSE\0\0\0TRUE\0\0\0\0".utf8) + [0, 1]
    default:
      let isSigned = [.int8, .int16, .int32, .int64].contains(element)
      return [0x10, isSigned ? 8 : 0, 0, 0, size, 0, 0, 0, 0, 0, 8 * size, 0]
    }
  }
}
