import Compute
import Files
import Foundation
import Testing

@Suite("NumPy archives")
struct NumPyArchiveTests {
  let example = NumPyArchive([
    ("observations", TypedArray((0..<600).map { Float($0 % 7) }, shape: [100, 6])),
    ("größe", TypedArray([3] as [Int], shape: [1])),
    ("empty", TypedArray([] as [Double], shape: [0])),
  ])

  @Test("what is written is read back, stored or deflated", arguments: [false, true])
  func roundTrip(compressed: Bool) throws {
    let data = try example.data(compressed: compressed)
    let read = try NumPyArchive(Array(data))
    #expect(read == example)
    #expect(try read.array("observations").shape == [100, 6])
    #expect(compressed == (data.count < 2400))
    expectInputError("there is no array 'observation'; it has observations, größe, empty") {
      try read.array("observation")
    }
  }

  @Test("a wrong byte in an entry fails its checksum")
  func checksum() throws {
    var bytes = Array(try example.data())
    bytes[700] ^= 1
    expectInputError("entry 'observations.npy' has a wrong checksum") { try NumPyArchive(bytes) }
  }

  @Test("an archive that unfolds beyond the limit, or beyond what deflate can hold, is refused unread")
  func bombs() throws {
    let zeros = NumPyArchive([("zeros", TypedArray([Double](repeating: 0, count: 100_000), shape: [100_000]))])
    let bytes = Array(try zeros.data(compressed: true))
    #expect(bytes.count < 2000)
    expectInputError("at most 500000 are read") { try NumPyArchive(bytes, limit: 500_000) }
    var lying = bytes
    let directory = try #require(bytes.firstRange(of: [0x50, 0x4B, 1, 2]))
    lying[directory.lowerBound + 27] = 0x7F
    expectInputError("claims 21") { try NumPyArchive(lying) }
    lying = bytes
    lying[directory.lowerBound + 24] ^= 1
    expectInputError("does not unfold to its") { try NumPyArchive(lying) }
  }

  @Test("what is no archive, cut short, or holds other things is refused")
  func foreign() throws {
    let bytes = Array(try example.data())
    expectInputError("not a ZIP archive") { try NumPyArchive(Array("hello".utf8)) }
    expectInputError("not a ZIP archive, or its end is missing") { try NumPyArchive(Array(bytes.dropLast())) }
    var renamed = bytes
    for range in bytes.ranges(of: Array("empty.npy".utf8)) {
      renamed.replaceSubrange(range, with: Array("empty.txt".utf8))
    }
    expectInputError("'empty.txt' is not a .npy file") { try NumPyArchive(renamed) }
    let directory = try #require(bytes.firstRange(of: [0x50, 0x4B, 1, 2])).lowerBound
    var encrypted = bytes
    encrypted[directory + 8] |= 1
    expectInputError("is encrypted") { try NumPyArchive(encrypted) }
    var exotic = bytes
    exotic[directory + 10] = 14
    expectInputError("compression method 14") { try NumPyArchive(exotic) }
    var moved = bytes
    moved[directory + 42] ^= 2
    expectInputError("disagrees with its own header") { try NumPyArchive(moved) }
  }

  @Test("no mutation of a valid archive traps", arguments: [false, true])
  func mutations(compressed: Bool) throws {
    let valid = Array(try example.data(compressed: compressed))
    var refused = 0
    for trial in 0..<4000 {
      let mutated = mutate(valid, random: RandomSource(seed: 13), trial: trial)
      do { _ = try NumPyArchive(mutated) } catch is InputError { refused += 1 }
    }
    #expect(refused > 3000)
  }

  @Test(
    "NumPy reads what we write, and we read what NumPy writes",
    .enabled(if: Python.has("numpy"), "Python's numpy is not installed"))
  func crossReading() throws {
    try withTemporaryFolder { folder in
      for compressed in [false, true] {
        let ours = folder.appendingPathComponent("ours.npz")
        try example.write(to: ours, compressed: compressed)
        let printed = try Python.run(
          """
          import numpy, sys
          a = numpy.load(sys.argv[1])
          print(a.files, a['observations'].sum(), a['größe'].tolist(), a['empty'].shape)
          """, ours.path)
        let sum = (0..<600).reduce(0) { $0 + $1 % 7 }
        #expect(printed == "['observations', 'größe', 'empty'] \(sum).0 [3] (0,)\n")
      }
      try Python.run(
        """
        import numpy, sys
        numpy.savez(sys.argv[1] + '/a', x=numpy.eye(3), y=numpy.arange(5))
        numpy.savez_compressed(sys.argv[1] + '/b', x=numpy.eye(3), y=numpy.arange(5))
        """, folder.path)
      for name in ["a.npz", "b.npz"] {
        let read = try NumPyArchive(contentsOf: folder.appendingPathComponent(name))
        #expect(read.names == ["x", "y"])
        #expect(try read.array("x").doubles() == [1, 0, 0, 0, 1, 0, 0, 0, 1])
        #expect(try read.array("y").integers() == [0, 1, 2, 3, 4])
      }
    }
  }
}
