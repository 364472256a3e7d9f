import Compute

/// The values of one column chunk that are there, without the missing ones.
enum ParquetValues {
  case bools([Bool])
  case integers([Int64])
  case floats([Double])
  case texts(TextValues)

  init(_ physical: ParquetNode.Physical) {
    switch physical {
    case .boolean: self = .bools([])
    case .float, .double: self = .floats([])
    case .byteArray, .fixedByteArray, .int96: self = .texts(TextValues())
    case .int32, .int64: self = .integers([])
    }
  }

  var count: Int {
    switch self {
    case .bools(let values): values.count
    case .integers(let values): values.count
    case .floats(let values): values.count
    case .texts(let texts): texts.count
    }
  }

  /// Values as `PLAIN` has them; nil if there are not as many.
  static func plain(
    _ bytes: ArraySlice<UInt8>, _ physical: ParquetNode.Physical, isUnsigned: Bool, count: Int
  ) -> ParquetValues? {
    switch physical {
    case .boolean:
      guard (count + 7) / 8 <= bytes.count else { return nil }
      return .bools((0..<count).map { bytes[bytes.startIndex + $0 >> 3] >> UInt8($0 & 7) & 1 == 1 })
    case .int32: return ParquetEncoding.plain(bytes, Int32.self, count: count).map { integers32($0, isUnsigned) }
    case .int64: return ParquetEncoding.plain(bytes, Int64.self, count: count).flatMap { integers64($0, isUnsigned) }
    case .float:
      return ParquetEncoding.plain(bytes, UInt32.self, count: count).map {
        .floats($0.map { Double(Float(bitPattern: $0)) })
      }
    case .double:
      return ParquetEncoding.plain(bytes, UInt64.self, count: count).map { .floats($0.map(Double.init(bitPattern:))) }
    case .byteArray:
      var texts = TextValues()
      var position = bytes.startIndex
      for _ in 0..<count {
        guard bytes.endIndex - position >= 4 else { return nil }
        let size = (0..<4).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
        position += 4
        guard size <= bytes.endIndex - position else { return nil }
        texts.append(bytes[position..<position + size])
        position += size
      }
      return .texts(texts)
    case .int96, .fixedByteArray: return nil
    }
  }

  static func integers32(_ words: [Int32], _ isUnsigned: Bool) -> ParquetValues {
    .integers(words.map { isUnsigned ? Int64(UInt32(bitPattern: $0)) : Int64($0) })
  }

  /// nil if an unsigned number does not fit.
  static func integers64(_ words: [Int64], _ isUnsigned: Bool) -> ParquetValues? {
    isUnsigned && words.contains { $0 < 0 } ? nil : .integers(words)
  }

  /// The entries of a dictionary at these indices.
  ///
  /// - Parameter allowance: The most bytes of text; what is taken is subtracted.
  func taking(_ indices: [Int32], allowance: inout Int) -> ParquetValues? {
    guard indices.allSatisfy({ $0 >= 0 && Int($0) < count }) else { return nil }
    switch self {
    case .bools(let values): return .bools(indices.map { values[Int($0)] })
    case .integers(let values): return .integers(indices.map { values[Int($0)] })
    case .floats(let values): return .floats(indices.map { values[Int($0)] })
    case .texts(let all):
      var texts = TextValues()
      for index in indices {
        let range = all.offsets[Int(index)]..<all.offsets[Int(index) + 1]
        guard range.count <= allowance else { return nil }
        allowance -= range.count
        texts.append(all.bytes[range])
      }
      return .texts(texts)
    }
  }

  /// The values of a column's pages, one after another; pages of one column are of one kind.
  static func joined(_ pages: [ParquetValues], _ physical: ParquetNode.Physical) -> ParquetValues {
    if pages.count == 1 { return pages[0] }
    switch ParquetValues(physical) {
    case .bools:
      return .bools(pages.flatMap { page -> [Bool] in if case .bools(let values) = page { values } else { [] } })
    case .integers:
      return .integers(pages.flatMap { page -> [Int64] in if case .integers(let values) = page { values } else { [] } })
    case .floats:
      return .floats(pages.flatMap { page -> [Double] in if case .floats(let values) = page { values } else { [] } })
    case .texts:
      var texts = TextValues()
      for case .texts(let more) in pages { texts.append(contentsOf: more) }
      return .texts(texts)
    }
  }

  /// A column in which the values are where `isThere` is true, and something without meaning elsewhere.
  func spread(_ isThere: [Bool]) -> ColumnTable.Column {
    func spread<Value>(_ values: [Value], _ nothing: Value) -> [Value] {
      var next = 0
      return isThere.map { there in
        guard there else { return nothing }
        next += 1
        return values[next - 1]
      }
    }
    let flags = isThere.contains(false) ? isThere : nil
    switch self {
    case .bools(let values): return .init(.bools(flags == nil ? values : spread(values, false)), isValid: flags)
    case .integers(let values): return .init(.integers(flags == nil ? values : spread(values, 0)), isValid: flags)
    case .floats(let values): return .init(.floats(flags == nil ? values : spread(values, 0)), isValid: flags)
    case .texts(var texts):
      if flags != nil {
        var next = 0
        var offsets = [0]
        for there in isThere {
          if there { next += 1 }
          offsets.append(texts.offsets[next])
        }
        texts.offsets = offsets
      }
      return .init(.texts(texts), isValid: flags)
    }
  }
}
