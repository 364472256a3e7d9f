import Compute
import Files
import Foundation
import Recorded
import Testing

/// Everything in a file, by path: arrays that are read, and what is said of the others.
func contents(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> (arrays: [String: TypedArray], other: [String: String])
{
  var file = try HDF5File(bytes, place: "h5", limit: limit)
  var arrays: [String: TypedArray] = [:]
  var other: [String: String] = [:]
  func attributes(_ object: HDF5Object, _ path: String) {
    for (name, value) in object.attributes {
      if let value { arrays[path + "@" + name] = value } else { other[path + "@" + name] = "a name alone" }
    }
  }
  func visit(_ group: HDF5Object, _ path: String) throws {
    attributes(group, path)
    for child in try file.children(of: group) {
      let here = path + child.name
      do {
        let object = try file.object(child.name, at: child.address)
        do {
          arrays[here] = try file.array(object)
          attributes(object, here)
        } catch let error as InputError {
          if error.problem == "this is a group, not a data set" {
            try visit(object, here + "/")
          } else {
            other[here] = "\(error)"
          }
        }
      } catch let error as InputError {
        other[here] = "\(error)"
      }
    }
  }
  try visit(file.root, "")
  return (arrays, other)
}

@Suite("HDF5")
struct HDF5Tests {
  @Test("h5py's numbers of every kind, in either byte order, contiguous, compact, scalar and empty, and its attributes")
  func kinds() throws {
    let (arrays, other) = try contents(PeerFiles.bytes("kinds.h5"))
    let kinds: [(String, TypedArray.Element)] = [
      ("i1", .int8), ("i2", .int16), ("i4", .int32), ("i8", .int64), ("u1", .uint8), ("u2", .uint16), ("u4", .uint32),
      ("u8", .uint64), ("f4", .float32), ("f8", .float64),
    ]
    for (name, element) in kinds {
      for name in [name, name + "be"] {
        #expect(arrays[name]?.element == element && arrays[name]?.shape == [3], "\(name)")
        #expect(arrays[name]?.integers() == [1, 2, 100], "\(name)")
      }
    }
    #expect(arrays["bool"] == TypedArray(.bool, shape: [3], bytes: [1, 0, 1]))
    #expect(arrays["scalar"] == TypedArray([0.1], shape: []))
    #expect(arrays["empty"] == TypedArray([] as [Float], shape: [0, 3]))
    #expect(arrays["cube"]?.shape == [2, 3, 4] && arrays["cube"]?.integers() == (0..<24).map { $0 - 7 })
    #expect(arrays["group/inner/x"] == TypedArray([1, 2, 3, 4] as [Int], shape: [2, 2]))
    #expect(arrays["compact"]?.element == .int16 && arrays["compact"]?.integers() == [5, -6, 7])
    #expect(arrays["@total"] == TypedArray([7] as [Int], shape: []))
    #expect(arrays["@rows"] == TypedArray([1.5, -2] as [Float], shape: [2]))
    #expect(arrays["group/inner/@flag"] == TypedArray(.bool, shape: [], bytes: [1]))
    #expect(other == ["@text": "a name alone", "group/inner/@big": "a name alone"])
    #expect(arrays.count == 29)
  }

  @Test("chunks, deflated or shuffled or both or neither, with those at the edges cut, are the array that h5py wrote")
  func chunks() throws {
    let (arrays, other) = try contents(PeerFiles.bytes("chunks.h5"))
    let grid = (0..<35).map { $0 * 3 - 11 }
    for name in ["plain", "deflate", "shuffle", "both"] {
      #expect(arrays[name]?.shape == [5, 7] && arrays[name]?.integers() == grid, "\(name)")
      #expect(arrays[name]?.element == .int32)
    }
    #expect(arrays["cube"]?.shape == [3, 4, 5] && arrays["cube"]?.doubles() == (0..<60).map { Double($0) / 4 })
    #expect(arrays["line"]?.integers() == Array(0..<9))
    #expect(arrays["none"] == TypedArray([] as [Float], shape: [0, 2]))
    #expect(arrays["masked"]?.integers() == [1, 2, 3, 4])
    #expect(other == [:] && arrays.count == 8)
  }

  @Test("what is not read is refused by name, with its place and what to do")
  func refused() throws {
    let (arrays, other) = try contents(PeerFiles.bytes("refused.h5"))
    #expect(arrays.keys.sorted() == ["fine"] && arrays["fine"]?.integers() == [0, 1])
    let said = other.mapValues { $0.replacing(/byte \d+/, with: "byte N") }
    let numbers = "which is not read; convert it to numbers in Python"
    let again = "in Python, write it again with h5py.File(…, 'w', libver='earliest')"
    let expected = [
      "array": "h5, byte N: array holds compounds, \(numbers)",
      "complex": "h5, byte N: complex holds compounds, \(numbers)",
      "compound": "h5, byte N: compound holds compounds, \(numbers)",
      "elsewhere": "h5, byte N: data in another file is not read; write it into one file",
      "enum": "h5, byte N: enum holds an enumeration, \(numbers)",
      "fixed": "h5, byte N: fixed holds texts, \(numbers)",
      "fletcher": "h5, byte N: filter 3 is not read; write the file with gzip, or without compression",
      "half": "h5, byte N: half holds floats of 2 bytes, \(numbers)",
      "holes": "h5, holes: the chunks do not make up shape [4]; the file is damaged",
      "lzf": "h5, byte N: filter 32000 is not read; write the file with gzip, or without compression",
      "named":
        "h5, named: this is not a data set; observations and actions that are dictionaries or tuples are not read",
      "null": "h5, byte N: an empty data space is not read; the file is truncated or damaged; copy it again",
      "opaque": "h5, byte N: opaque holds opaque bytes, \(numbers)",
      "reference": "h5, byte N: reference holds references, \(numbers)",
      "shared": "h5, byte N: a shared header message is not read; \(again)",
      "text": "h5, byte N: text holds lists, \(numbers)",
    ]
    #expect(said == expected)
  }

  @Test("links, newer layouts and what is no HDF5 file are refused")
  func foreign() throws {
    func said(_ name: String) throws -> String {
      let bytes = try PeerFiles.bytes(name)
      return complaint { try contents(bytes) }.replacing(/byte \d+/, with: "byte N")
    }
    let again = "in Python, write it again with h5py.File(…, 'w', libver='earliest')"
    #expect(try said("softlink.h5") == "h5, byte N: a symbolic link is not followed; \(again)")
    #expect(try contents(PeerFiles.bytes("hardlink.h5")).other == ["y": "h5, y: an object has two names; \(again)"])
    #expect(try said("latest.h5") == "h5, byte N: version 3 of the superblock is not read; \(again)")
    #expect(try said("nested.jsonl") == "h5: this is not an HDF5 file")
    var bytes = try PeerFiles.bytes("one.h5")
    #expect(
      complaint { try contents(bytes + [0]) }
        == "h5: the file should have 2056 bytes and has 2057; it is truncated, or was not closed; copy it again")
    bytes[13] = 4
    #expect(
      complaint { try contents(bytes) }
        == "h5, byte 15: addresses of 4 bytes are not read; the file is truncated or damaged; copy it again")
    var (file, group) = (try HDF5File(PeerFiles.bytes("kinds.h5"), place: "h5", limit: 1 << 20), [String: Int]())
    for child in try file.children(of: file.root) { group[child.name] = child.address }
    let inner = try file.object("group", at: group["group"]!)
    #expect(
      complaint { try file.array(inner) }
        == "h5, group: this is a group, not a data set; observations and actions that are dictionaries or tuples are "
        + "not read")
    let x = try file.object("i4", at: group["i4"]!)
    #expect(complaint { try file.children(of: x) } == "h5, i4: this is not a group; the file has another shape")
  }

  @Test("all arrays together may unfold to the limit, and to no byte more")
  func limits() throws {
    // 2 × 3 floats.
    let bytes = try PeerFiles.bytes("onechunk.h5")
    #expect(try contents(bytes, limit: 24).arrays.count == 1)
    #expect(
      try contents(bytes, limit: 23).other
        == ["x": "h5, x: shape [2, 3] of float32 is more than may be read; split the file"])
    let two = HDF5Writer.file(
      .group(
        [("a", .array(TypedArray([1, 2] as [Int], shape: [2]))), ("b", .array(TypedArray([3] as [Int], shape: [])))],
        attributes: []))
    #expect(try contents(two, limit: 24).arrays.count == 2)
    #expect(
      try contents(two, limit: 23).other == ["b": "h5, b: shape [] of int64 is more than may be read; split the file"])
  }
}

@Suite("Writing HDF5")
struct HDF5WriterTests {
  private func number(_ bytes: [UInt8], _ place: Int, _ size: Int) -> Int {
    (0..<size).reversed().reduce(0) { $0 << 8 | Int(bytes[place + $1]) }
  }

  @Test("the bytes of a file with one array are the published ones, address for address")
  func layout() {
    let array = TypedArray([258, 3] as [Int], shape: [2])
    let bytes = HDF5Writer.file(
      .group([("ab", .array(array))], attributes: [("n", TypedArray([1.5] as [Float], shape: []))]))
    // Superblock 0, by hand: signature, versions, 8-byte addresses, 4 names a leaf, 16 children a node.
    #expect(
      Array(bytes[..<24])
        == [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0, 0, 8, 8, 0, 4, 0, 16, 0, 0, 0, 0, 0])
    #expect(number(bytes, 24, 8) == 0 && number(bytes, 40, 8) == bytes.count && number(bytes, 56, 8) == 0)
    #expect(bytes[32..<40].allSatisfy { $0 == 0xFF } && bytes[48..<56].allSatisfy { $0 == 0xFF })
    let header = number(bytes, 64, 8)
    let (tree, heap) = (number(bytes, 80, 8), number(bytes, 88, 8))
    #expect(number(bytes, 72, 4) == 1 && number(bytes, 76, 4) == 0)
    // The array's numbers come first, then its header of four messages.
    #expect(Array(bytes[96..<112]) == [2, 1, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0])
    let messages = 8 + 16 + 8 + 16 + 8 + 8 + 8 + 24
    #expect(Array(bytes[112..<128]) == [1, 0, 4, 0, 1, 0, 0, 0, UInt8(messages), 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(bytes[128..<152]) == [1, 0, 16, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0])
    #expect(
      Array(bytes[152..<176])
        == [3, 0, 16, 0, 0, 0, 0, 0, 0x10, 8, 0, 0, 8, 0, 0, 0, 0, 0, 64, 0, 0, 0, 0, 0])
    #expect(Array(bytes[176..<192]) == [5, 0, 8, 0, 0, 0, 0, 0, 2, 2, 2, 0, 0, 0, 0, 0])
    #expect(
      Array(bytes[192..<224])
        == [8, 0, 24, 0, 0, 0, 0, 0, 3, 1, 96, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0]
        + [UInt8](repeating: 0, count: 6))
    // The heap: an empty text and the name, each of eight bytes.
    #expect(heap == 224)
    #expect(Array(bytes[224..<232]) == Array("HEAP".utf8) + [0, 0, 0, 0])
    #expect(number(bytes, 232, 8) == 16 && number(bytes, 240, 8) == 1 && number(bytes, 248, 8) == 256)
    #expect(
      Array(bytes[256..<272]) == [UInt8](repeating: 0, count: 8) + Array("ab".utf8) + [UInt8](repeating: 0, count: 6))
    // A leaf of eight places with one name, then the tree's node of 32 children.
    #expect(Array(bytes[272..<280]) == Array("SNOD".utf8) + [1, 0, 1, 0])
    #expect(number(bytes, 280, 8) == 8 && number(bytes, 288, 8) == 112)
    #expect(bytes[296..<600].allSatisfy { $0 == 0 })
    #expect(tree == 272 + 8 + 8 * 40)
    #expect(Array(bytes[tree..<tree + 8]) == Array("TREE".utf8) + [0, 0, 1, 0])
    #expect(bytes[(tree + 8)..<(tree + 24)].allSatisfy { $0 == 0xFF })
    #expect(number(bytes, tree + 24, 8) == 0 && number(bytes, tree + 32, 8) == 272 && number(bytes, tree + 40, 8) == 8)
    #expect(header == tree + 24 + 8 * 65)
    // The group's header: its table, and the attribute with everything padded to eight bytes.
    #expect(number(bytes, header + 2, 2) == 2 && number(bytes, header + 16, 2) == 0x11)
    #expect(number(bytes, header + 24, 8) == tree && number(bytes, header + 32, 8) == heap)
    #expect(
      Array(bytes[(header + 40)...])
        == [0x0C, 0, 56, 0, 0, 0, 0, 0] + [1, 0, 2, 0, 20, 0, 8, 0] + [0x6E, 0, 0, 0, 0, 0, 0, 0]
        + [0x11, 0x20, 31, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0, 0, 0, 0, 0]
        + [1, 0, 0, 0, 0, 0, 0, 0] + [0, 0, 0xC0, 0x3F, 0, 0, 0, 0])
  }

  @Test(
    "any number of names, over leaves and nodes of the tree, is read back in the order of their bytes",
    arguments: [0, 1, 7, 8, 9, 16, 17, 255, 256, 257, 300])
  func names(count: Int) throws {
    let names = (0..<count).map { "n\($0 * 7919 % 1000)" }
    let bytes = HDF5Writer.file(
      .group(
        names.enumerated().map { ($1, .array(TypedArray(.uint8, shape: [], bytes: [UInt8($0 & 0xFF)]))) },
        attributes: []))
    var file = try HDF5File(bytes, place: "h5", limit: 1 << 20)
    let children = try file.children(of: file.root)
    #expect(children.map(\.name) == names.sorted())
    for child in children {
      let value = try file.array(file.object(child.name, at: child.address)).integers()
      #expect(value == [names.firstIndex(of: child.name)! & 0xFF])
    }
    // What libhdf5 needs to find a name by search: the last name of each child is its key, and rises.
    var (tree, level) = (number(bytes, 80, 8), 0)
    let heap = number(bytes, number(bytes, 88, 8) + 24, 8)
    func text(_ offset: Int) -> String { String(decoding: bytes[(heap + offset)...].prefix { $0 != 0 }, as: UTF8.self) }
    if count > 256 {
      #expect(bytes[tree + 5] == 1)
      level = 1
    }
    var found: [String] = []
    var siblings = [tree]
    if level == 1 {
      siblings = (0..<number(bytes, tree + 6, 2)).map { number(bytes, tree + 32 + 16 * $0, 8) }
      #expect(siblings.count == 2)
      #expect(number(bytes, siblings[0] + 16, 8) == siblings[1] && number(bytes, siblings[1] + 8, 8) == siblings[0])
      #expect(bytes[(siblings[0] + 8)..<(siblings[0] + 16)].allSatisfy { $0 == 0xFF })
      #expect(bytes[(siblings[1] + 16)..<(siblings[1] + 24)].allSatisfy { $0 == 0xFF })
      let keys = (0...2).map { text(number(bytes, tree + 24 + 16 * $0, 8)) }
      #expect(keys == ["", names.sorted()[255], names.sorted()[count - 1]])
      #expect(text(number(bytes, siblings[1] + 24, 8)) == names.sorted()[255])
    }
    for node in siblings {
      for child in 0..<number(bytes, node + 6, 2) {
        found.append(text(number(bytes, node + 40 + 16 * child, 8)))
        tree = node
      }
    }
    #expect(found == stride(from: 8, to: count + 8, by: 8).map { names.sorted()[min($0, count) - 1] })
  }

  @Test("arrays of every kind, groups in groups and attributes are read back; equal contents are equal bytes")
  func roundTrip() throws {
    var children: [(name: String, node: HDF5Writer.Node)] = []
    for element in TypedArray.Element.allCases {
      let bytes = (0..<element.byteCount * 3).map { UInt8(element == .bool ? $0 & 1 : $0 * 29 & 0xFF) }
      children.append((element.rawValue, .array(TypedArray(element, shape: [3, 1], bytes: bytes))))
    }
    children.append(("empty", .array(TypedArray([] as [Float], shape: [2, 0]))))
    let node = HDF5Writer.Node.group(
      [
        ("inner", .group(children, attributes: [("of inner", TypedArray(.bool, shape: [2], bytes: [1, 0]))])),
        ("none", .group([], attributes: [])),
      ],
      attributes: [
        ("eight ch", TypedArray([1.5, 2] as [Double], shape: [2])), ("é", TypedArray([9] as [Int], shape: [])),
      ])
    let bytes = HDF5Writer.file(node)
    #expect(HDF5Writer.file(node) == bytes)
    let (arrays, other) = try contents(bytes)
    #expect(other == [:] && arrays.count == children.count + 3)
    for (name, child) in children { if case .array(let array) = child { #expect(arrays["inner/" + name] == array) } }
    #expect(arrays["inner/@of inner"] == TypedArray(.bool, shape: [2], bytes: [1, 0]))
    #expect(arrays["@eight ch"] == TypedArray([1.5, 2] as [Double], shape: [2]))
    #expect(arrays["@é"] == TypedArray([9] as [Int], shape: []))
    // A group's place is cached with its name, so that libhdf5 opens it at once; an array's is not.
    let leaf = try #require(bytes.ranges(of: Array("SNOD".utf8)).last).lowerBound
    #expect(number(bytes, leaf + 24, 4) == 1 && number(bytes, leaf + 64, 4) == 1)
    let inner = try #require(bytes.firstRange(of: Array("SNOD".utf8))).lowerBound
    #expect(number(bytes, inner + 24, 4) == 0)
  }

  @Test("h5py reads what we write", .enabled(if: Python.has("h5py"), "Python's h5py is not installed"))
  func peer() throws {
    try withTemporaryFolder { folder in
      let names = (0..<300).map { "n\($0)" }
      let file = folder.appendingPathComponent("a.h5")
      let bytes = HDF5Writer.file(
        .group(
          names.enumerated().map { ($1, .array(TypedArray([$0] as [Int], shape: [1]))) },
          attributes: [("total", TypedArray([7] as [Int], shape: []))]))
      try Data(bytes).write(to: file)
      let printed = try Python.run(
        """
        import h5py, sys
        f = h5py.File(sys.argv[1])
        print(len(f), sum(int(f['n%d' % i][0]) for i in range(300)), f.attrs['total'])
        """, file.path)
      #expect(printed == "300 44850 7\n")
    }
  }
}
