import Compute
import Foundation

/// The part of the HDF5 format that h5py writes unless told otherwise, read strictly: groups, and arrays of Booleans,
/// whole numbers and floats, contiguous or chunked, deflated or not.
///
/// Why not the C library: of 1,676 damaged copies of a file of episodes, libhdf5 1.10.8 (Debian 12) crashed on 6 and
/// hung on 2; libhdf5 2.0 survived 3,325, but no distribution we build on has it, and 1.10.8 does not read that
/// version's newer layouts either. This reader is Swift, reads from memory, checks every address and every size before
/// it allocates, visits no node twice, and unfolds no more than a limit. It follows no link out of the file and loads
/// no filter. Newer layouts (`libver="latest"`), other filters,
/// compound and variable-length types are refused by name.
///
/// Format: docs.hdfgroup.org, "HDF5 File Format Specification Version 3.0", the parts of library version 1.6.
package struct HDF5File {
  let bytes: [UInt8]
  /// What errors call the file.
  package let place: String
  /// The group that holds all others.
  package private(set) var root: HDF5Object
  /// How much more may be unfolded.
  private var allowance: Int
  /// Nodes and objects that were visited: none has two parents.
  private var visited: Set<Int> = []
  /// Names and header messages read so far. Each takes its own bytes of a sound file, so a file whose parts overlap
  /// cannot make much of little.
  private var parts = 0

  static let convert = "in Python, write it again with h5py.File(…, 'w', libver='earliest')"

  /// Reads the superblock and the root group.
  ///
  /// - Parameter limit: The most bytes that all arrays together may unfold to.
  package init(_ bytes: [UInt8], place: String, limit: Int) throws {
    self.bytes = bytes
    self.place = place
    // Deflate's best ratio is 1,032: a file that claims more is damaged.
    allowance = min(limit, max(1 << 16, bytes.count.multipliedReportingOverflow(by: 1032).partialValue))
    var cursor = try HDF5Cursor(bytes, file: place, at: 0)
    guard bytes.starts(with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) else {
      throw InputError("this is not an HDF5 file", at: place)
    }
    try cursor.skip(8)
    try cursor.expect(version: 0, of: "the superblock")
    try cursor.skip(4)
    let (offsets, lengths) = (try cursor.byte(), try cursor.byte())
    guard offsets == 8, lengths == 8 else { throw cursor.damaged("addresses of \(offsets) bytes are not read") }
    try cursor.skip(1 + 2 + 2 + 4)
    guard try cursor.integer(8) == 0 else { throw cursor.damaged("a base address is not read") }
    try cursor.skip(8)
    let end = try cursor.integer(8)
    guard end == bytes.count else {
      throw InputError(
        "the file should have \(end) bytes and has \(bytes.count)", at: place,
        remedy: "it is truncated, or was not closed; copy it again")
    }
    try cursor.skip(8 + 8)
    let header = try cursor.integer(8)
    root = try HDF5Object(bytes, place: place, name: "/", at: header)
  }

  /// The objects in a group, by name, in the order of the file: as bytes.
  package mutating func children(of group: HDF5Object) throws -> [(name: String, address: Int)] {
    guard let (tree, heap) = group.symbolTable else {
      throw InputError("this is not a group", at: "\(place), \(group.name)", remedy: "the file has another shape")
    }
    var cursor = try HDF5Cursor(bytes, file: place, at: heap)
    try cursor.expect("HEAP")
    try cursor.expect(version: 0, of: "a heap")
    try cursor.skip(3)
    let size = try cursor.integer(8)
    try cursor.skip(8)
    let names = try HDF5Cursor(bytes, file: place, at: cursor.integer(8), count: size)
    var result: [(name: String, address: Int)] = []
    try walk(tree, type: 0, keySize: 8, level: nil) { file, _, child in
      var cursor = try HDF5Cursor(file.bytes, file: file.place, at: child)
      guard file.visited.insert(child).inserted else { throw cursor.damaged("a node with two parents") }
      try cursor.expect("SNOD")
      try cursor.expect(version: 1, of: "a symbol table")
      try cursor.skip(1)
      for _ in 0..<(try cursor.integer(2)) {
        try file.count(1)
        let offset = try cursor.integer(8)
        let address = try cursor.integer(8)
        guard try cursor.integer(4) != 2 else {
          throw InputError("a symbolic link is not followed", at: cursor.place, remedy: HDF5File.convert)
        }
        try cursor.skip(20)
        guard offset >= 0, offset < names.remaining else { throw cursor.damaged("a name outside the heap") }
        let start = names.position + offset
        guard let end = file.bytes[start..<min(names.end, start + 1024)].firstIndex(of: 0),
          let name = String(validating: file.bytes[start..<end], as: UTF8.self)
        else { throw cursor.damaged("a name is not text, or longer than 1,023 bytes") }
        result.append((name, address))
      }
    }
    var seen: Set<String> = []
    for child in result where !seen.insert(child.name).inserted {
      throw InputError("two objects are called '\(child.name)'", at: "\(place), \(group.name)")
    }
    return result
  }

  /// The object at an address that ``children(of:)`` gave; each may be asked for once.
  package mutating func object(_ name: String, at address: Int) throws -> HDF5Object {
    guard visited.insert(address).inserted else {
      throw InputError("an object has two names", at: "\(place), \(name)", remedy: Self.convert)
    }
    let object = try HDF5Object(bytes, place: place, name: name, at: address)
    try count(object.messageCount)
    return object
  }

  private mutating func count(_ more: Int) throws {
    parts += more
    guard parts <= bytes.count / 8 else {
      throw InputError("the file's parts overlap", at: place, remedy: "the file is damaged; copy it again")
    }
  }

  /// The numbers of a data set.
  package mutating func array(_ object: HDF5Object) throws -> TypedArray {
    let here = "\(place), \(object.name)"
    guard let type = object.type, let shape = object.shape, let layout = object.layout else {
      throw InputError(
        object.symbolTable == nil ? "this is not a data set" : "this is a group, not a data set", at: here,
        remedy: "observations and actions that are dictionaries or tuples are not read")
    }
    guard let size = TypedArray.byteCount(type.element, shape: shape), size <= allowance else {
      throw InputError(
        "shape \(shape) of \(type.element) is more than may be read", at: here, remedy: "split the file")
    }
    allowance -= size
    var numbers: [UInt8]
    switch layout {
    case .compact(let range):
      guard range.count == size else { throw InputError("\(range.count) bytes for shape \(shape)", at: here) }
      numbers = Array(bytes[range])
    case .contiguous(let address, let count):
      guard count >= size, object.filters.isEmpty else {
        throw InputError("\(count) bytes for shape \(shape)", at: here, remedy: "the file is damaged")
      }
      if size == 0 {
        numbers = []
      } else {
        var cursor = try HDF5Cursor(bytes, file: place, at: address)
        numbers = Array(try cursor.take(size))
      }
    case .chunked(let tree, let chunk):
      numbers = try chunks(object, tree, chunk: chunk, shape: shape, width: type.element.byteCount, size: size)
    }
    if type.bigEndian {
      let width = type.element.byteCount
      for start in stride(from: 0, to: numbers.count, by: width) { numbers[start..<start + width].reverse() }
    }
    if type.element == .bool, numbers.contains(where: { $0 > 1 }) {
      throw InputError("a Boolean is neither 0 nor 1", at: here, remedy: "the file is damaged")
    }
    return TypedArray(type.element, shape: shape, bytes: numbers)
  }

  /// Visits the entries of a B-tree's leaves: their key and their address.
  private mutating func walk(
    _ address: Int, type: Int, keySize: Int, level: Int?,
    _ visit: (inout HDF5File, HDF5Cursor, Int) throws -> Void
  ) throws {
    var cursor = try HDF5Cursor(bytes, file: place, at: address)
    guard visited.insert(address).inserted else { throw cursor.damaged("a node with two parents") }
    try cursor.expect("TREE")
    guard try cursor.byte() == type else { throw cursor.damaged("a tree of another kind") }
    let own = try cursor.byte()
    // Levels fall towards the leaves, so that no tree is deeper than the level of its root.
    guard level == nil ? own <= 16 : own + 1 == level else { throw cursor.damaged("a tree's level is wrong") }
    let count = try cursor.integer(2)
    try cursor.skip(16)
    for _ in 0..<count {
      let key = cursor
      try cursor.skip(keySize)
      let child = try cursor.integer(8)
      if own == 0 {
        try visit(&self, key, child)
      } else {
        try walk(child, type: type, keySize: keySize, level: own, visit)
      }
    }
  }

  /// A chunked data set, which must be there whole.
  private mutating func chunks(
    _ object: HDF5Object, _ tree: Int, chunk: [Int], shape: [Int], width: Int, size: Int
  ) throws -> [UInt8] {
    let here = "\(place), \(object.name)"
    let damaged = InputError("the chunks do not make up shape \(shape)", at: here, remedy: "the file is damaged")
    guard chunk.count == shape.count + 1, chunk.last == width, chunk.allSatisfy({ $0 > 0 }) else { throw damaged }
    if size == 0 { return [] }
    guard let chunkSize = TypedArray.byteCount(.uint8, shape: chunk), chunkSize <= allowance + size else {
      throw damaged
    }
    let grid = zip(shape, chunk).map { ($0 + $1 - 1) / $1 }
    // Every chunk needs an entry of more than 24 bytes in the tree.
    guard let total = TypedArray.byteCount(.uint8, shape: grid), total <= bytes.count / 24 else { throw damaged }
    var result = [UInt8](repeating: 0, count: size)
    var found = [Bool](repeating: false, count: total)
    let filters = object.filters
    if tree >= 0 {
      try walk(tree, type: 1, keySize: 8 + 8 * chunk.count, level: nil) { file, key, address in
        var key = key
        let stored = try key.integer(4)
        let mask = try key.integer(4)
        var origin: [Int] = []
        for _ in shape { origin.append(try key.integer(8)) }
        guard try key.integer(8) == 0 else { throw damaged }
        var index = 0
        for dimension in shape.indices {
          guard origin[dimension] >= 0, origin[dimension] < shape[dimension],
            origin[dimension].isMultiple(of: chunk[dimension])
          else { throw damaged }
          index = index * grid[dimension] + origin[dimension] / chunk[dimension]
        }
        guard !found[index] else { throw damaged }
        found[index] = true
        let data = try HDF5Filter.undo(
          filters, mask: mask, HDF5Cursor(file.bytes, file: file.place, at: address, count: stored), size: chunkSize,
          place: here)
        Self.copy(data, chunk: Array(chunk.dropLast()), origin: origin, into: &result, shape: shape, width: width)
      }
    }
    guard found.allSatisfy(\.self) else { throw damaged }
    return result
  }

  /// Copies the part of a chunk that lies within the array.
  private static func copy(
    _ data: [UInt8], chunk: [Int], origin: [Int], into result: inout [UInt8], shape: [Int], width: Int
  ) {
    let rank = shape.count
    let extent = (0..<rank).map { min(chunk[$0], shape[$0] - origin[$0]) }
    let run = (rank == 0 ? 1 : extent[rank - 1]) * width
    var index = [Int](repeating: 0, count: rank)
    while true {
      var (source, target) = (0, 0)
      for dimension in 0..<rank {
        source = source * chunk[dimension] + index[dimension]
        target = target * shape[dimension] + origin[dimension] + index[dimension]
      }
      (source, target) = (source * width, target * width)
      result.replaceSubrange(target..<target + run, with: data[source..<source + run])
      var dimension = rank - 2
      while dimension >= 0 {
        index[dimension] += 1
        if index[dimension] < extent[dimension] { break }
        index[dimension] = 0
        dimension -= 1
      }
      if dimension < 0 { return }
    }
  }
}
