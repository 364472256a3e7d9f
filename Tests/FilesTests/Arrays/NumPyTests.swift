import Compute
import Files
import Foundation
import Testing

@Suite("NumPy files")
struct NumPyTests {
  /// A version 1 file with this header text and these numbers.
  private func file(_ header: String, _ numbers: [UInt8] = [], version: [UInt8] = [1, 0]) -> [UInt8] {
    let size = header.utf8.count
    var length = [UInt8(size & 0xFF), UInt8(size >> 8)]
    if version[0] > 1 { length += [0, 0] }
    return [0x93] + Array("NUMPY".utf8) + version + length + Array(header.utf8) + numbers
  }

  private func header(_ type: String, _ shape: String, fortran: Bool = false) -> String {
    "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }\n"
  }

  @Test("each kind of number survives writing and reading", arguments: TypedArray.Element.allCases)
  func roundTrip(element: TypedArray.Element) throws {
    var stream = RandomSource(seed: 2).stream("bytes")
    let bytes = (0..<(6 * element.byteCount)).map { _ in UInt8(stream.below(element == .bool ? 2 : 256)) }
    let array = TypedArray(element, shape: [3, 1, 2], bytes: bytes)
    let data = NumPyFile.data(array)
    #expect((data.count - bytes.count) % 64 == 0)
    #expect(try NumPyFile.read(Array(data), place: "test") == array)
  }

  @Test("floats of two bytes are read as the same numbers in four")
  func half() throws {
    // 1.5, -2, 65504 (the largest), 2^-24 (the smallest): by IEEE 754, sign, five bits of exponent, ten of fraction.
    let numbers: [UInt8] = [0x00, 0x3E, 0x00, 0xC0, 0xFF, 0x7B, 0x01, 0x00]
    let array = try NumPyFile.read(file(header("<f2", "(4,)"), numbers), place: "x")
    #expect(array.element == .float32 && array.doubles() == [1.5, -2, 65504, 0x1p-24])
    let big = try NumPyFile.read(
      file(header(">f2", "(2, 2)", fortran: true), [0x3E, 0x00, 0x7B, 0xFF, 0xC0, 0x00, 0x00, 0x01]), place: "x")
    #expect(big == TypedArray([1.5, -2, 65504, 0x1p-24] as [Float], shape: [2, 2]))
  }

  @Test(
    "either byte order and either index order give the same row-major numbers", arguments: [[1, 0], [2, 0], [3, 0]])
  func orders(version: [UInt8]) throws {
    func read(_ type: String, fortran: Bool, _ numbers: [UInt8]) throws -> TypedArray {
      try NumPyFile.read(file(header(type, "(2, 3)", fortran: fortran), numbers, version: version), place: "x")
    }
    let little = try read("<i2", fortran: false, [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0])
    let big = try read(">i2", fortran: false, [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6])
    let columns = try read("<i2", fortran: true, [1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6, 0])
    #expect(little.integers() == [1, 2, 3, 4, 5, 6])
    #expect(big == little)
    #expect(columns == little)
  }

  @Test("numbers convert where they fit")
  func conversions() {
    #expect(TypedArray([1.5, 2] as [Double], shape: [2]).integers() == nil)
    #expect(TypedArray([-3, 2] as [Double], shape: [2]).integers() == [-3, 2])
    #expect(TypedArray(.uint64, shape: [1], bytes: [UInt8](repeating: 0xFF, count: 8)).integers() == nil)
    #expect(TypedArray(.int8, shape: [1], bytes: [0xFE]).doubles() == [-2])
    #expect(TypedArray([Double.nan], shape: [1]).integers() == nil)
  }

  @Test(
    "headers that break the format are refused with their place",
    arguments: [
      ("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "is a pickle"),
      ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "a structured array"),
      ("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "element type '<c8' is not read"),
      ("{'descr': '|f8', 'fortran_order': False, 'shape': (1,), }", "element type '|f8' is not read"),
      ("{'descr': '<f8', 'fortran_order': False, 'shape': (1), }", "expected a tuple"),
      ("{'descr': '<f8', 'fortran_order': False, 'shape': (1 2), }", "with commas between"),
      ("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", "expected a whole number"),
      ("{'descr': '<f8', 'fortran_order': 0, 'shape': (1,), }", "expected True or False"),
      ("{'descr': '<f8', 'shape': (1,), }", "lacks one of"),
      ("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", "repeated header field 'descr'"),
      ("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'x': 1}", "unknown or repeated header field 'x'"),
      ("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} + exit()", "expected nothing more"),
      ("{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807, 3)}", "is too large"),
      ("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", "truncated"),
      ("{'descr': '|b1', 'fortran_order': False, 'shape': (8,)}", "a Boolean is 2"),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", "holds more than one array"),
      ("", "expected '{'"),
    ])
  func brokenHeaders(header: String, complaint: String) {
    expectInputError(complaint) { try NumPyFile.read(file(header, [2, 0, 0, 0, 0, 0, 0, 0]), place: "x") }
  }

  @Test("foreign, too new and oversized files are refused")
  func foreignFiles() {
    expectInputError("not a NumPy array") { try NumPyFile.read(Array("PK and so on".utf8), place: "x") }
    expectInputError("version 4.0 is unknown") { try NumPyFile.read(file("{}", version: [4, 0]), place: "x") }
    let huge: [UInt8] = [0x93] + Array("NUMPY".utf8) + [2, 0, 0xFF, 0xFF, 0xFF, 0xFF]
    expectInputError("at most 65536 are read") { try NumPyFile.read(huge, place: "x") }
  }

  @Test("no mutation of a valid file traps")
  func mutations() throws {
    let valid = Array(NumPyFile.data(TypedArray(Array(0..<12).map(Double.init), shape: [3, 4])))
    var refused = 0
    for trial in 0..<4000 {
      let mutated = mutate(valid, random: RandomSource(seed: 12), trial: trial)
      do { _ = try NumPyFile.read(mutated, place: "x").integers() } catch is InputError { refused += 1 }
    }
    #expect(refused > 500)
  }

  @Test(
    "NumPy reads what we write, and we read what NumPy writes",
    .enabled(if: Python.has("numpy"), "Python's numpy is not installed"))
  func crossReading() throws {
    try withTemporaryFolder { folder in
      let ours = folder.appendingPathComponent("ours.npy")
      try NumPyFile.write(TypedArray([1, -2, 3, 4, 5, 6] as [Float], shape: [2, 3]), to: ours)
      let printed = try Python.run(
        "import numpy, sys; a = numpy.load(sys.argv[1]); print(a.dtype, a.tolist())", ours.path)
      #expect(printed == "float32 [[1.0, -2.0, 3.0], [4.0, 5.0, 6.0]]\n")
      try Python.run(
        """
        import numpy, sys
        for t in ['?', '<i1', '>i2', '<i4', '>i8', '<u1', '<u2', '>u4', '<u8', '>f4', '<f8']:
          for order in 'CF':
            array = numpy.arange(24).reshape(2, 3, 4).astype(t, order=order)
            numpy.save(sys.argv[1] + '/' + t.strip('<>?') + order, array)
        """, folder.path)
      for name in ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8"] {
        for order in ["C", "F"] {
          let array = try NumPyFile.read(folder.appendingPathComponent("\(name)\(order).npy"))
          #expect(array.shape == [2, 3, 4] && array.integers() == Array(0..<24), "\(name) \(order)")
        }
      }
      #expect(try NumPyFile.read(folder.appendingPathComponent("F.npy")).integers()?.reduce(0, +) == 23)
    }
  }
}
