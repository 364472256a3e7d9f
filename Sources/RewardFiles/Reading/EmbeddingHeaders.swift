import Compute

/// The headers of embedding files. Only these few kilobytes are read; the numbers stay on disk.
enum EmbeddingHeaders {
  private static let maximumSize = 16 << 20

  private static func damaged(_ problem: String, _ bytes: EmbeddingBytes) -> InputError {
    InputError(problem, at: bytes.path, remedy: "save the embeddings again with numpy.save or safetensors")
  }

  /// `.npy`, versions 1 to 3: little-endian floats in C order.
  static func numPy(_ file: EmbeddingBytes) throws -> EmbeddingArray {
    let head = try file.read(0, min(12, file.size))
    guard head.count == 12, (1...3).contains(head[6]) else { throw damaged("not a NumPy array", file) }
    let size =
      head[6] == 1
      ? Int(head[8]) | Int(head[9]) << 8
      : Int(head[8]) | Int(head[9]) << 8 | Int(head[10]) << 16 | Int(head[11]) << 24
    let start = head[6] == 1 ? 10 : 12
    guard size <= 65_536, start + size <= file.size else { throw damaged("the NumPy header is damaged", file) }
    let text = String(decoding: try file.read(start, size), as: UTF8.self)
    func value(_ key: String) throws -> Substring {
      guard let range = text.firstRange(of: "'\(key)':") else { throw damaged("the NumPy header lacks \(key)", file) }
      return text[range.upperBound...].drop { $0 == " " }
    }
    let element: EmbeddingElement
    switch try value("descr").prefix(5) {
    case "'<f2'": element = .float16
    case "'<f4'": element = .float32
    case "'<f8'": element = .float64
    case let other:
      throw InputError(
        "element type \(other)", at: file.path, remedy: "embeddings are little-endian f2, f4 or f8: array.astype('<f4')"
      )
    }
    guard try value("fortran_order").hasPrefix("False") else {
      throw InputError(
        "the array is in Fortran order", at: file.path, remedy: "save numpy.ascontiguousarray(array)")
    }
    let inside = try value("shape").dropFirst().prefix { $0 != ")" }
    let shape = inside.split(separator: ",").map { Int($0.filter { $0 != " " }) }
    guard !shape.isEmpty, shape.count <= 3, shape.allSatisfy({ $0 != nil && $0! >= 0 }) else {
      throw damaged("a shape of other than one to three dimensions", file)
    }
    let array = EmbeddingArray(element: element, shape: shape.map { $0! }, start: start + size)
    guard let bytes = array.byteCount, bytes == file.size - array.start else {
      throw InputError(
        "shape \(array.shape) does not fit the \(file.size - array.start) bytes after the header", at: file.path,
        remedy: "the file is truncated or damaged; save it again")
    }
    return array
  }

  /// The float tensors of a safetensors file. Tensors of other kinds are passed over; ranges are checked against the
  /// file and against each other.
  static func safetensors(_ file: EmbeddingBytes) throws -> [(name: String, array: EmbeddingArray)] {
    guard file.size >= 8 else { throw damaged("neither a NumPy array nor safetensors", file) }
    let size = try file.read(0, 8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard size <= UInt64(maximumSize), Int(size) <= file.size - 8 else {
      throw damaged("neither a NumPy array nor safetensors", file)
    }
    let header = try file.read(8, Int(size))
    var arrays: [(name: String, array: EmbeddingArray)] = []
    do throws(RowFault) {
      try header.withUnsafeBufferPointer { (bytes) throws(RowFault) in
        guard JSONScanner.isUTF8(bytes) else { throw RowFault("not valid UTF-8") }
        var scanner = JSONScanner(bytes)
        try scanner.expect(0x7B)
        var first = true
        while try scanner.more(&first, until: 0x7D) {
          let name = try string(&scanner)
          try scanner.expect(0x3A)
          if name == "__metadata__" {
            try scanner.skip(depth: 1)
          } else if let array = try tensor(&scanner, dataStart: 8 + Int(size), fileSize: file.size) {
            guard !arrays.contains(where: { $0.name == name }) else { throw RowFault("a tensor is named twice") }
            arrays.append((name, array))
          }
        }
        try scanner.end()
      }
    } catch {
      throw damaged("the safetensors header is damaged (\(error.reason))", file)
    }
    return arrays
  }

  private static func string(_ scanner: inout JSONScanner) throws(RowFault) -> String {
    var bytes: [UInt8] = []
    scanner.skipSpace()
    try scanner.string(into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func tensor(
    _ scanner: inout JSONScanner, dataStart: Int, fileSize: Int
  ) throws(RowFault) -> EmbeddingArray? {
    var kind = ""
    var shape: [Int] = []
    var offsets: [Int] = []
    try scanner.expect(0x7B)
    var first = true
    while try scanner.more(&first, until: 0x7D) {
      let key = try string(&scanner)
      try scanner.expect(0x3A)
      switch key {
      case "dtype": kind = try string(&scanner)
      case "shape": shape = try naturals(&scanner)
      case "data_offsets": offsets = try naturals(&scanner)
      default: throw RowFault("an unknown field '\(key.prefix(24))'")
      }
    }
    guard let element = EmbeddingElement(rawValue: kind) else { return nil }
    guard offsets.count == 2, offsets[0] <= offsets[1], offsets[1] <= fileSize - dataStart else {
      throw RowFault("offsets outside the file")
    }
    let array = EmbeddingArray(element: element, shape: shape, start: dataStart + offsets[0])
    guard array.byteCount == offsets[1] - offsets[0] else { throw RowFault("shape and offsets disagree") }
    return array
  }

  private static func naturals(_ scanner: inout JSONScanner) throws(RowFault) -> [Int] {
    var values: [Int] = []
    try scanner.expect(0x5B)
    var first = true
    while try scanner.more(&first, until: 0x5D) {
      let value = try scanner.number()
      guard value >= 0, value < 0x1p53, value == value.rounded(), values.count < 8 else {
        throw RowFault("a shape that is not of whole numbers")
      }
      values.append(Int(value))
    }
    return values
  }
}
