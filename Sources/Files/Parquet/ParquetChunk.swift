import Compute

/// One column of one row group: its pages, read and decoded.
struct ParquetChunk: Sendable {
  private var codec: Int
  private var valueCount: Int
  private var start: Int
  private var size: Int
  /// Set if the chunk cannot be read, independently of its pages.
  private var refusal: String?

  /// A column chunk's levels and the values that are there.
  struct Content {
    var defined: [Int32] = []
    var repeats: [Int32] = []
    var values: ParquetValues
  }

  init(_ value: ThriftValue, place: String) throws {
    let damaged = InputError(
      "a column's description is damaged", at: place, remedy: "the file is damaged; copy or export it again")
    if value[1] != nil { refusal = "columns in other files" }
    if value[8] != nil || value[9] != nil { refusal = "encryption" }
    guard let about = value[3] else {
      guard refusal != nil else { throw damaged }
      (codec, valueCount, start, size) = (0, 0, 0, 0)
      return
    }
    guard let codec = about[4]?.integer, let count = about[5]?.integer, let size = about[7]?.integer,
      let pages = about[9]?.integer, count >= 0, size >= 0, pages >= 0
    else { throw damaged }
    (self.codec, valueCount, self.size) = (codec, count, size)
    // Some writers put a zero where there is no dictionary.
    start = about[11]?.integer.flatMap { $0 > 0 && $0 < pages ? $0 : nil } ?? pages
  }

  /// Reads the chunk.
  ///
  /// - Parameter allowance: The most bytes that may be unfolded; what is taken is subtracted.
  func read(
    _ file: RandomAccessFile, leaf: ParquetAssembly.Leaf, levels: (defined: Int, repeats: Int), allowance: inout Int
  ) throws -> Content {
    let place = "\(file.path), column '\(leaf.name)'"
    guard refusal == nil, leaf.note == nil else {
      throw InputError("\(refusal ?? leaf.note!) are not read", at: place, remedy: ParquetFile.convert)
    }
    guard let codec = [0: BlockCodec.none, 1: .snappy, 2: .gzip, 6: .zstd, 7: .lz4Block][codec] else {
      throw InputError(
        "the compression \([3: "LZO", 4: "Brotli", 5: "Hadoop's LZ4"][codec] ?? "number \(codec)") is not read",
        at: place, remedy: ParquetFile.convert)
    }
    var reader = ParquetPageReader(
      bytes: try file.read(start, size), leaf: leaf, levels: levels, codec: codec, place: place, allowance: allowance)
    while reader.levelCount < valueCount { try reader.next() }
    allowance = reader.allowance
    guard reader.levelCount == valueCount else { throw reader.damaged("the pages hold another number of values") }
    return reader.content
  }
}

/// Reads one page after another.
struct ParquetPageReader {
  let bytes: [UInt8]
  let leaf: ParquetAssembly.Leaf
  let levels: (defined: Int, repeats: Int)
  let codec: BlockCodec
  let place: String
  var allowance: Int

  private var position = 0
  private var dictionary: ParquetValues?
  private var defined: [Int32] = []
  private var repeats: [Int32] = []
  private var pages: [ParquetValues] = []
  private(set) var levelCount = 0

  init(
    bytes: [UInt8], leaf: ParquetAssembly.Leaf, levels: (defined: Int, repeats: Int), codec: BlockCodec, place: String,
    allowance: Int
  ) {
    (self.bytes, self.leaf, self.levels, self.codec) = (bytes, leaf, levels, codec)
    (self.place, self.allowance) = (place, allowance)
  }

  var content: ParquetChunk.Content {
    .init(defined: defined, repeats: repeats, values: ParquetValues.joined(pages, leaf.physical))
  }

  func damaged(_ what: String) -> InputError {
    InputError(what, at: place, remedy: "the file is damaged; copy or export it again")
  }

  private mutating func take(_ count: Int) throws {
    guard count <= allowance else {
      throw InputError("the columns unfold to more than may be read", at: place, remedy: "split the file")
    }
    allowance -= count
  }

  /// Reads the next page.
  mutating func next() throws {
    let header = try ThriftValue.structure(bytes[...], &position, place: place)
    guard let kind = header[1]?.integer, let size = header[2]?.integer, let packed = header[3]?.integer,
      size >= 0, packed >= 0, packed <= bytes.count - position
    else { throw damaged("a page's header is damaged") }
    let body = bytes[position..<position + packed]
    position += packed
    try take(size)
    switch kind {
    case 0: try dataPage(header, body, size: size)
    case 1: return  // an index page
    case 2: try dictionaryPage(header, body, size: size)
    case 3: try dataPage2(header, body, size: size)
    default: throw damaged("a page of kind \(kind)")
    }
  }

  private func unpack(_ body: ArraySlice<UInt8>, size: Int) throws -> ArraySlice<UInt8> {
    guard let unpacked = codec.unpack(body, size: size) else { throw damaged("a page cannot be unpacked") }
    return unpacked[...]
  }

  private mutating func dictionaryPage(_ header: ThriftValue, _ body: ArraySlice<UInt8>, size: Int) throws {
    guard let count = header[7]?[1]?.integer, count >= 0, dictionary == nil, [0, 2].contains(header[7]?[2]?.integer),
      let values = ParquetValues.plain(
        try unpack(body, size: size), leaf.physical, isUnsigned: leaf.isUnsigned, count: count)
    else { throw damaged("a dictionary is damaged") }
    dictionary = values
  }

  private mutating func dataPage(_ header: ThriftValue, _ body: ArraySlice<UInt8>, size: Int) throws {
    guard let count = header[5]?[1]?.integer, let encoding = header[5]?[2]?.integer, count >= 0 else {
      throw damaged("a page's header is damaged")
    }
    try takeLevels(count)
    var content = try unpack(body, size: size)
    // Levels are preceded by their length, and left out where there is only one.
    for (highest, isRepeat) in [(levels.repeats, true), (levels.defined, false)] {
      guard highest > 0 else {
        append([Int32](repeating: 0, count: count), isRepeat)
        continue
      }
      guard [3, nil].contains(header[5]?[isRepeat ? 4 : 3]?.integer), content.count >= 4 else {
        throw damaged("levels in another encoding")
      }
      let start = content.startIndex
      let length = (0..<4).reduce(0) { $0 | Int(content[start + $1]) << (8 * $1) }
      guard length <= content.count - 4 else { throw damaged("levels are damaged") }
      try readLevels(content[(start + 4)..<(start + 4 + length)], highest, count, isRepeat)
      content = content[(start + 4 + length)...]
    }
    try appendValues(content, encoding, present(in: count))
  }

  private mutating func dataPage2(_ header: ThriftValue, _ body: ArraySlice<UInt8>, size: Int) throws {
    guard let about = header[8], let count = about[1]?.integer, let encoding = about[4]?.integer,
      let definedSize = about[5]?.integer, let repeatsSize = about[6]?.integer, count >= 0, definedSize >= 0,
      repeatsSize >= 0, definedSize <= body.count, repeatsSize <= body.count - definedSize,
      definedSize + repeatsSize <= size
    else { throw damaged("a page's header is damaged") }
    try takeLevels(count)
    let start = body.startIndex
    let parts = [
      (body[start..<start + repeatsSize], levels.repeats, true),
      (body[start + repeatsSize..<start + repeatsSize + definedSize], levels.defined, false),
    ]
    for (bytes, highest, isRepeat) in parts {
      if highest > 0 {
        try readLevels(bytes, highest, count, isRepeat)
      } else {
        append([Int32](repeating: 0, count: count), isRepeat)
      }
    }
    let rest = body[(start + repeatsSize + definedSize)...]
    let isPacked = about[7]?.bool ?? true
    let content = isPacked ? try unpack(rest, size: size - definedSize - repeatsSize) : rest
    try appendValues(content, encoding, present(in: count))
  }

  /// A run of levels takes a few bytes regardless of its length, so levels count as what they take in memory.
  private mutating func takeLevels(_ count: Int) throws {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: 24)
    try take(overflow ? .max : bytes)
    levelCount += count
  }

  private mutating func readLevels(
    _ bytes: ArraySlice<UInt8>, _ highest: Int, _ count: Int, _ isRepeat: Bool
  ) throws {
    let width = Int.bitWidth - highest.leadingZeroBitCount
    guard let values = ParquetEncoding.hybrid(bytes, width: width, count: count),
      values.allSatisfy({ $0 >= 0 && $0 <= Int32(highest) })
    else { throw damaged("levels are damaged") }
    append(values, isRepeat)
  }

  private mutating func append(_ values: [Int32], _ isRepeat: Bool) {
    if isRepeat { repeats += values } else { defined += values }
  }

  private func present(in count: Int) -> Int {
    levels.defined == 0 ? count : defined.suffix(count).count { $0 == Int32(levels.defined) }
  }

  private mutating func appendValues(_ content: ArraySlice<UInt8>, _ encoding: Int, _ count: Int) throws {
    let values: ParquetValues?
    switch encoding {
    case 0: values = ParquetValues.plain(content, leaf.physical, isUnsigned: leaf.isUnsigned, count: count)
    case 2, 8:
      guard let dictionary else { throw damaged("a page needs a dictionary that is not there") }
      let width = content.first.map { Int($0) } ?? 0
      values = ParquetEncoding.hybrid(content.dropFirst(), width: width, count: count).flatMap {
        dictionary.taking($0, allowance: &allowance)
      }
    case 3 where leaf.physical == .boolean:
      values = ParquetEncoding.hybrid(content.dropFirst(4), width: 1, count: count).map { .bools($0.map { $0 == 1 }) }
    case 5 where leaf.physical == .int32 || leaf.physical == .int64:
      var position = content.startIndex
      values = ParquetEncoding.delta(content, &position, count: count).flatMap { words in
        leaf.physical == .int64
          ? ParquetValues.integers64(words, leaf.isUnsigned)
          : ParquetValues.integers32(words.map { Int32(truncatingIfNeeded: $0) }, leaf.isUnsigned)
      }
    case 6 where leaf.physical == .byteArray: values = Self.deltaLengths(content, count: count)
    default:
      let names = [4: "BIT_PACKED", 7: "DELTA_BYTE_ARRAY", 9: "BYTE_STREAM_SPLIT"]
      throw InputError(
        "the encoding \(names[encoding] ?? "number \(encoding)") is not read", at: place, remedy: ParquetFile.convert)
    }
    guard let values else { throw damaged("a page's values are damaged, or unfold to more than may be read") }
    pages.append(values)
  }

  /// Texts whose lengths come first, as packed deltas.
  private static func deltaLengths(_ content: ArraySlice<UInt8>, count: Int) -> ParquetValues? {
    var position = content.startIndex
    guard let lengths = ParquetEncoding.delta(content, &position, count: count) else { return nil }
    var texts = TextValues()
    for length in lengths {
      guard length >= 0, length <= content.endIndex - position else { return nil }
      texts.append(content[position..<position + Int(length)])
      position += Int(length)
    }
    return .texts(texts)
  }
}
