import Files

/// A value of Thrift's compact protocol, written apart from the house's own writer.
enum Thrift {
  case int(Int)
  case flag(Bool)
  case double(Double)
  case bytes([UInt8])
  indirect case list([Thrift])
  indirect case fields([(Int, Thrift)])

  static func text(_ text: String) -> Thrift { .bytes(Array(text.utf8)) }

  static func varint(_ number: UInt64) -> [UInt8] {
    number < 0x80 ? [UInt8(number)] : [UInt8(number % 128) + 128] + varint(number / 128)
  }

  static func zigzag(_ number: Int) -> [UInt8] {
    varint(number >= 0 ? UInt64(number) * 2 : UInt64(bitPattern: Int64(-(number + 1))) * 2 + 1)
  }

  private var code: UInt8 {
    switch self {
    case .int: 6
    case .flag(let flag): flag ? 1 : 2
    case .double: 7
    case .bytes: 8
    case .list: 9
    case .fields: 12
    }
  }

  /// The value's bytes, without those that say what it is.
  var data: [UInt8] {
    switch self {
    case .int(let number): return Self.zigzag(number)
    case .flag: return []
    case .double(let number): return (0..<8).map { UInt8(truncatingIfNeeded: number.bitPattern >> UInt64(8 * $0)) }
    case .bytes(let bytes): return Self.varint(UInt64(bytes.count)) + bytes
    case .list(let items):
      let code = items.first?.code ?? 6
      let head = items.count < 15 ? [UInt8(items.count) * 16 + code] : [240 + code] + Self.varint(UInt64(items.count))
      return head
        + items.flatMap { item -> [UInt8] in
          if case .flag(let flag) = item { return [flag ? 1 : 2] }
          return item.data
        }
    case .fields(let fields):
      var bytes: [UInt8] = []
      var before = 0
      for (id, value) in fields {
        // In the short form where it can be; the long form gives the number itself.
        if (1...15).contains(id - before) {
          bytes.append(UInt8(id - before) * 16 + value.code)
        } else {
          bytes += [value.code] + Self.zigzag(id)
        }
        bytes += value.data
        before = id
      }
      return bytes + [0]
    }
  }
}

/// Parquet files of one column "x", made page by page.
struct ParquetMaker {
  enum Codec: Int {
    case none = 0
    case snappy = 1
    case gzip = 2
    case lzo = 3
    case brotli = 4
    case hadoop = 5
    case zstd = 6
    case lz4 = 7
  }
  enum Physical: Int { case boolean, int32, int64, int96, float, double, byteArray, fixedByteArray }

  var physical = Physical.int64
  var converted: Int?
  /// 0: required; 1: optional; 2: repeated.
  var repetition = 0
  var codec = Codec.none
  var rowCount: Int
  /// nil: as many values as rows.
  var valueCount: Int?
  /// Headers with bodies.
  var pages: [UInt8] = []
  /// What else the column's description has, and the chunk around it.
  var dictionaryStart: Int?
  /// The number of a field of the chunk around it that is there, and empty.
  var chunkField: Int?

  init(_ physical: Physical = .int64, rows: Int) { (self.physical, rowCount) = (physical, rows) }

  static func header(_ kind: Int, size: Int, packed: Int, _ more: [(Int, Thrift)]) -> [UInt8] {
    Thrift.fields([(1, .int(kind)), (2, .int(size)), (3, .int(packed))] + more).data
  }

  /// A data page of version 1.
  mutating func page(_ body: [UInt8], count: Int, encoding: Int = 0, size: Int? = nil) {
    pages +=
      Self.header(
        0, size: size ?? body.count, packed: body.count,
        [(5, .fields([(1, .int(count)), (2, .int(encoding)), (3, .int(3)), (4, .int(3))]))]) + body
  }

  mutating func dictionary(_ body: [UInt8], count: Int, encoding: Int = 0) {
    pages +=
      Self.header(
        2, size: body.count, packed: body.count, [(7, .fields([(1, .int(count)), (2, .int(encoding))]))]) + body
  }

  var file: [UInt8] {
    let magic = Array("PAR1".utf8)
    var element: [(Int, Thrift)] = [(1, .int(physical.rawValue)), (3, .int(repetition)), (4, .text("x"))]
    if let converted { element.append((6, .int(converted))) }
    let description: [(Int, Thrift)] =
      [
        (1, .int(physical.rawValue)), (2, .list([.int(0)])), (3, .list([.text("x")])), (4, .int(codec.rawValue)),
        (5, .int(valueCount ?? rowCount)), (6, .int(pages.count)), (7, .int(pages.count)), (9, .int(4)),
      ] + (dictionaryStart.map { [(11, Thrift.int($0))] } ?? [])
    let column = ([(2, .int(4)), (3, .fields(description))] + (chunkField.map { [($0, Thrift.fields([]))] } ?? []))
      .sorted { $0.0 < $1.0 }
    let footer = Thrift.fields([
      (1, .int(1)),
      (2, .list([.fields([(4, .text("root")), (5, .int(1))]), .fields(element)])),
      (3, .int(rowCount)),
      (4, .list([.fields([(1, .list([.fields(column)])), (2, .int(pages.count)), (3, .int(rowCount))])])),
    ]).data
    return magic + pages + footer + (0..<4).map { UInt8(footer.count >> (8 * $0) & 0xFF) } + magic
  }

  /// The column's values as JSON, or the complaint.
  func values(limit: Int = 1 << 24) -> String {
    complaintOrValue {
      let table = try ParquetFile(RandomAccessFile(file, place: "p"), limit: limit).read()
      return rows(table).map { String($0.dropFirst(5).dropLast(1)) }.joined(separator: " ")
    }
  }
}

func complaintOrValue(_ body: () throws -> String) -> String {
  do { return try body() } catch { return "\(error)" }
}

/// Words of some bytes each, little-endian.
func littleEndian(_ numbers: [Int], _ size: Int) -> [UInt8] {
  numbers.flatMap { number in (0..<size).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
}
