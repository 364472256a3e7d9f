import Compute
import Files
import Testing

@Suite("Pages of Parquet, made by hand")
struct ParquetPageTests {
  private let again = "the file is damaged; copy or export it again"
  private var valuesDamaged: String {
    "p, column 'x': a page's values are damaged, or unfold to more than may be read; \(again)"
  }

  @Test("plain values of each type, to the last byte that they need")
  func plain() {
    func read(_ physical: ParquetMaker.Physical, _ bytes: [UInt8], _ count: Int, converted: Int? = nil) -> String {
      var maker = ParquetMaker(physical, rows: count)
      maker.converted = converted
      maker.page(bytes, count: count)
      return maker.values()
    }
    // 0b1001_0110, 0b1: bits from the lowest.
    #expect(read(.boolean, [0x96, 1], 9) == "false true true false true false false true true")
    #expect(read(.boolean, [0x96], 8) == "false true true false true false false true")
    #expect(read(.boolean, [0x96], 9) == valuesDamaged)
    #expect(read(.int32, littleEndian([1, -2, 0x0403_0201], 4), 3) == "1 -2 67305985")
    #expect(read(.int32, Array(littleEndian([1, -2], 4).dropLast()), 2) == valuesDamaged)
    #expect(read(.int32, littleEndian([-1], 4), 1, converted: 13) == "4294967295")
    #expect(read(.int32, littleEndian([-1], 4), 1, converted: 17) == "-1")
    #expect(read(.int32, littleEndian([-1], 4), 1, converted: 11) == "4294967295")
    #expect(read(.int64, littleEndian([-1, 5], 8), 2) == "-1 5")
    #expect(read(.int64, littleEndian([5], 8), 1, converted: 14) == "5")
    #expect(read(.int64, littleEndian([-1], 8), 1, converted: 14) == valuesDamaged)
    #expect(read(.float, [0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0], 2) == "1.5 -2.0")
    #expect(read(.double, littleEndian([0x3FF8_0000_0000_0000], 8), 1) == "1.5")
    let texts: [UInt8] = [2, 0, 0, 0, 0x61, 0x62, 0, 0, 0, 0, 1, 0, 0, 0, 0x63]
    #expect(read(.byteArray, texts, 3) == #""ab" "" "c""#)
    #expect(read(.byteArray, Array(texts.dropLast()), 3) == valuesDamaged)
    #expect(read(.byteArray, Array(texts.dropLast(2)), 3) == valuesDamaged)
    let long = [UInt8](repeating: 0x61, count: 258)
    #expect(read(.byteArray, [2, 1, 0, 0] + long, 1) == "\"" + String(repeating: "a", count: 258) + "\"")
    #expect(read(.byteArray, texts, 3, converted: 5).hasPrefix("p, column 'x': decimals are not read"))
    #expect(read(.int96, [], 0).hasPrefix("p, column 'x': timestamps of 96 bits are not read"))
  }

  /// Numbers of `width` bits one after another, the lowest bit first.
  private func packed(_ numbers: [UInt64], _ width: Int) -> [UInt8] {
    var bits: [Bool] = []
    for number in numbers { for bit in 0..<width { bits.append(number >> UInt64(bit) & 1 == 1) } }
    while !bits.count.isMultiple(of: 8) { bits.append(false) }
    return stride(from: 0, to: bits.count, by: 8).map { start in
      (0..<8).reduce(UInt8(0)) { $0 | (bits[start + $1] ? 1 << UInt8($1) : 0) }
    }
  }

  private func indices(_ body: [UInt8], _ count: Int, entries: Int = 300, encoding: Int = 8, limit: Int = 1 << 24)
    -> String
  {
    var maker = ParquetMaker(.int32, rows: count)
    maker.dictionary(littleEndian((0..<entries).map { 10 * $0 }, 4), count: entries)
    maker.page(body, count: count, encoding: encoding)
    return maker.values(limit: limit)
  }

  @Test("indices into a dictionary, packed in groups of eight at every width, and in runs", arguments: 0...32)
  func hybrid(width: Int) {
    let largest = min(299, (1 << width) - 1)
    let numbers = (0..<24).map { $0 * 37 % (largest + 1) }
    let said = numbers.map { "\(10 * $0)" }.joined(separator: " ")
    let groups = packed(numbers.map { UInt64($0) }, width)
    #expect(indices([UInt8(width), 3 << 1 | 1] + groups, 24) == said)
    #expect(indices([UInt8(width), 3 << 1 | 1] + groups, 24, encoding: 2) == said)
    // Two groups, then a run of 300 of the largest, then a group cut short behind its fifth number.
    let size = (width + 7) / 8
    let run = littleEndian([largest], size)
    let tail = packed([1, 0, 1, 0, 1].map { UInt64(min($0, largest)) }, width)
    let mixed: [UInt8] = [UInt8(width), 5] + groups.prefix(2 * width) + [0xD8, 4] + run + [3] + tail
    let expected =
      numbers.prefix(16).map { 10 * $0 } + [Int](repeating: 10 * largest, count: 300)
      + [1, 0, 1, 0, 1].map { 10 * min($0, largest) }
    #expect(indices(mixed, 321) == expected.map { "\($0)" }.joined(separator: " "))
    // One byte less than needed is damage.
    if width > 0 {
      #expect(indices(mixed.dropLast(), 321) == valuesDamaged)
      #expect(indices([UInt8(width), 0x10] + run.dropLast(), 8) == valuesDamaged)
      #expect(
        indices([UInt8(width), 0x10] + run, 8)
          == [Int](repeating: 10 * largest, count: 8).map { "\($0)" }.joined(separator: " "))
    }
    // A run may be longer than what is wanted; none may be empty.
    #expect(
      indices([UInt8(width), 0x12] + run, 8)
        == [Int](repeating: 10 * largest, count: 8).map { "\($0)" }.joined(separator: " "))
    #expect(indices([UInt8(width), 0] + run, 8) == valuesDamaged)
    #expect(indices([UInt8(width), 1] + groups, 8) == valuesDamaged)
  }

  @Test("indices that are no encoding, or beyond the dictionary, are damage")
  func damagedIndices() {
    #expect(indices([33, 0x10, 0, 0, 0, 0, 0], 8) == valuesDamaged)
    #expect(indices([8, 0x10, 2], 8, entries: 3) == "20 20 20 20 20 20 20 20")
    #expect(indices([8, 0x10, 3], 8, entries: 3) == valuesDamaged)
    #expect(indices([32, 0x10, 0xFF, 0xFF, 0xFF, 0xFF], 8) == valuesDamaged)
    #expect(indices([8], 8) == valuesDamaged)
    #expect(indices([8, 0x80], 8) == valuesDamaged)
    #expect(indices([], 0) == "")
    // A count of groups that no file of this size holds.
    #expect(indices([0, 0xD9, 1], 8) == valuesDamaged)
    #expect(indices([0, 0xC1, 0x80, 0x80, 0], 8) == "0 0 0 0 0 0 0 0")
    // A varint of ten bytes is the longest there is.
    let ten = [UInt8](repeating: 0x80, count: 9) + [1]
    #expect(indices([0] + ten, 8) == "0 0 0 0 0 0 0 0")
    #expect(indices([0, 0x80] + ten, 8) == valuesDamaged)
    var none = ParquetMaker(.int32, rows: 8)
    none.page([0, 0x10], count: 8, encoding: 8)
    #expect(none.values() == "p, column 'x': a page needs a dictionary that is not there; \(again)")
  }

  @Test("dictionaries of every type, and texts counted against the limit")
  func dictionaries() {
    func read(_ physical: ParquetMaker.Physical, _ bytes: [UInt8], encoding: Int = 0, limit: Int = 1 << 24) -> String {
      var maker = ParquetMaker(physical, rows: 3)
      maker.dictionary(bytes, count: 2, encoding: encoding)
      maker.page([1, 3, 0b101], count: 3, encoding: 8)
      return maker.values(limit: limit)
    }
    #expect(read(.int64, littleEndian([7, -8], 8)) == "-8 7 -8")
    #expect(read(.int64, littleEndian([7, -8], 8), encoding: 2) == "-8 7 -8")
    #expect(read(.int64, littleEndian([7, -8], 8), encoding: 3) == "p, column 'x': a dictionary is damaged; \(again)")
    #expect(read(.double, littleEndian([0, 0x3FF8_0000_0000_0000], 8)) == "1.5 0.0 1.5")
    #expect(read(.boolean, [0b10]) == "true false true")
    let texts: [UInt8] = [1, 0, 0, 0, 0x61, 2, 0, 0, 0, 0x62, 0x63]
    #expect(read(.byteArray, texts) == #""bc" "a" "bc""#)
    // 11 bytes of dictionary, 3 of page, 3 levels at 24, 5 of texts.
    #expect(read(.byteArray, texts, limit: 91) == #""bc" "a" "bc""#)
    #expect(read(.byteArray, texts, limit: 90) == valuesDamaged)
    #expect(
      read(.byteArray, texts, limit: 85) == "p, column 'x': the columns unfold to more than may be read; split the file"
    )
    var two = ParquetMaker(.int32, rows: 1)
    two.dictionary([1, 0, 0, 0], count: 1)
    two.dictionary([1, 0, 0, 0], count: 1)
    two.page([0, 2], count: 1, encoding: 8)
    #expect(two.values() == "p, column 'x': a dictionary is damaged; \(again)")
  }

  /// `DELTA_BINARY_PACKED`, straight from its description.
  private func deltas(_ numbers: [Int64], block: Int = 128, minis: Int = 4, widths: ((Int) -> Int)? = nil) -> [UInt8] {
    var bytes =
      Thrift.varint(UInt64(block)) + Thrift.varint(UInt64(minis)) + Thrift.varint(UInt64(numbers.count))
      + Thrift.zigzag(Int(numbers.first ?? 0))
    let steps = zip(numbers, numbers.dropFirst()).map { $1 &- $0 }
    for start in stride(from: 0, to: steps.count, by: block) {
      let part = steps[start..<min(start + block, steps.count)]
      let least = part.min()!
      bytes += Thrift.zigzag(Int(least))
      var bodies: [UInt8] = []
      for mini in 0..<minis {
        let from = min(part.startIndex + mini * block / minis, part.endIndex)
        let own = part[from..<min(from + block / minis, part.endIndex)].map { UInt64(bitPattern: $0 &- least) }
        guard !own.isEmpty else {
          bytes.append(0)
          continue
        }
        let width = max(own.map { 64 - $0.leadingZeroBitCount }.max()!, widths?(mini) ?? 0)
        bytes.append(UInt8(width))
        bodies += packed(own + [UInt64](repeating: 0, count: block / minis - own.count), width)
      }
      bytes += bodies
    }
    return bytes
  }

  private func readDeltas(_ body: [UInt8], _ count: Int, _ physical: ParquetMaker.Physical = .int64, encoding: Int = 5)
    -> String
  {
    var maker = ParquetMaker(physical, rows: count)
    maker.page(body, count: count, encoding: encoding)
    return maker.values()
  }

  @Test("packed deltas of every width, over blocks and their parts, at the ends of both types")
  func packedDeltas() {
    var random = RandomSource(seed: 5).stream("deltas")
    for width in 0...64 {
      var numbers: [Int64] = [3]
      for _ in 0..<(width * 5 + 1) {
        let bits = UInt64(random.next32()) << 32 | UInt64(random.next32())
        let step = width == 0 ? 4 : Int64(bitPattern: bits >> UInt64(64 - width))
        numbers.append(numbers.last! &+ step)
      }
      let said = numbers.map { "\($0)" }.joined(separator: " ")
      #expect(readDeltas(deltas(numbers), numbers.count) == said, "width \(width)")
      #expect(readDeltas(deltas(numbers, block: 16, minis: 2), numbers.count) == said)
      #expect(readDeltas(deltas(numbers, block: 8, minis: 1), numbers.count) == said)
      let narrow = numbers.map { Int32(truncatingIfNeeded: $0) }
      #expect(
        readDeltas(deltas(numbers), numbers.count, .int32) == narrow.map { "\($0)" }.joined(separator: " "))
    }
    #expect(readDeltas(deltas([]), 0) == "")
    #expect(readDeltas(deltas([-9]), 1) == "-9")
    let ends: [Int64] = [.min, .max, .min, 0, -1]
    #expect(readDeltas(deltas(ends), 5) == ends.map { "\($0)" }.joined(separator: " "))
  }

  @Test("packed deltas that end too early or claim what cannot be are damage")
  func damagedDeltas() {
    let numbers = (0..<40).map { Int64($0 * $0) }
    let good = deltas(numbers, block: 16, minis: 2)
    #expect(readDeltas(good, 40).hasSuffix(" 1521"))
    for count in 0..<good.count { #expect(readDeltas(Array(good[..<count]), 40) == valuesDamaged) }
    #expect(readDeltas(good, 39) == valuesDamaged && readDeltas(good, 41) == valuesDamaged)
    func head(_ block: Int, _ minis: Int) -> String {
      let bytes = Thrift.varint(UInt64(block)) + Thrift.varint(UInt64(minis)) + [1, 6]
      return readDeltas(bytes, 1)
    }
    #expect(head(8, 1) == "3" && head(65_536, 512) == "3" && head(4096, 512) == "3" && head(65_536, 1) == "3")
    for (block, minis) in [(0, 1), (8, 0), (12, 1), (8, 2), (65_544, 1), (65_664, 513), (4104, 513)] {
      #expect(head(block, minis) == valuesDamaged, "\(block) \(minis)")
    }
    // Widths above 64 do not exist.
    let wide = Thrift.varint(8) + [1, 2, 6, 0, 64] + [UInt8](repeating: 0, count: 64)
    #expect(readDeltas(wide, 2) == "3 3")
    #expect(readDeltas(Thrift.varint(8) + [1, 2, 6, 0, 65] + [UInt8](repeating: 0, count: 80), 2) == valuesDamaged)
  }

  @Test("texts with their lengths first")
  func deltaLengths() {
    let lengths = deltas([2, 0, 3], block: 8, minis: 1)
    let text = Array("abcde".utf8)
    #expect(readDeltas(lengths + text, 3, .byteArray, encoding: 6) == #""ab" "" "cde""#)
    #expect(readDeltas(lengths + text.dropLast(), 3, .byteArray, encoding: 6) == valuesDamaged)
    #expect(readDeltas(deltas([2, -1], block: 8, minis: 1) + text, 2, .byteArray, encoding: 6) == valuesDamaged)
    #expect(readDeltas(lengths, 3, encoding: 6).hasPrefix("p, column 'x': the encoding number 6 is not read"))
    #expect(readDeltas(lengths, 3, .byteArray).hasPrefix("p, column 'x': the encoding number 5 is not read"))
    #expect(readDeltas(lengths, 3, encoding: 4).hasPrefix("p, column 'x': the encoding BIT_PACKED is not read"))
    #expect(readDeltas([4, 0, 0, 0, 3, 0b101], 3, .boolean, encoding: 3) == "true false true")
    #expect(readDeltas([4, 0, 0, 0, 3, 0b101], 3, encoding: 3).hasPrefix("p, column 'x': the encoding number 3"))
  }

  private func read(_ pages: [UInt8]) -> String {
    var maker = ParquetMaker(rows: 1)
    maker.pages = pages
    return maker.values()
  }

  private func page(_ body: [UInt8], count: Int, size: Int? = nil) -> [UInt8] {
    var maker = ParquetMaker(rows: 1)
    maker.page(body, count: count, size: size)
    return maker.pages
  }

  @Test("a column's description and its pages' headers must say what can be")
  func headers() {
    let body = littleEndian([7], 8)
    let damage = "p, column 'x': a page's header is damaged; \(again)"
    #expect(read(page(body, count: 1)) == "7")
    #expect(read(page(body + body, count: 2)) == "p, column 'x': the pages hold another number of values; \(again)")
    #expect(read(page(body, count: -1)) == damage)
    #expect(read(page(body, count: 1, size: 9)) == "p, column 'x': a page cannot be unpacked; \(again)")
    #expect(read(ParquetMaker.header(0, size: 8, packed: 9, []) + body) == damage)
    #expect(read(ParquetMaker.header(0, size: -1, packed: 8, []) + body) == damage)
    #expect(read(ParquetMaker.header(0, size: 8, packed: -1, []) + body) == damage)
    #expect(read(ParquetMaker.header(0, size: 8, packed: 8, []) + body) == damage)
    #expect(read(ParquetMaker.header(4, size: 8, packed: 8, []) + body) == "p, column 'x': a page of kind 4; \(again)")
    var maker1 = ParquetMaker(rows: 1)
    maker1.pages = ParquetMaker.header(1, size: 3, packed: 3, []) + [1, 2, 3]
    maker1.page(body, count: 1)
    let said1 = maker1.values()
    #expect(said1 == "7")
    let convert =
      "convert it: python3 -c \"import pandas; pandas.read_parquet('in.parquet').to_json('out.jsonl', "
      + "orient='records', lines=True)\""
    for (codec, name) in [(ParquetMaker.Codec.lzo, "LZO"), (.brotli, "Brotli"), (.hadoop, "Hadoop's LZ4")] {
      var maker2 = ParquetMaker(rows: 1)
      maker2.page(body, count: 1)
      maker2.codec = codec
      let said2 = maker2.values()
      #expect(said2 == "p, column 'x': the compression \(name) is not read; \(convert)")
    }
    var maker3 = ParquetMaker(rows: 1)
    maker3.page(body, count: 1)
    maker3.chunkField = 1
    let said3 = maker3.values()
    #expect(said3 == "p, column 'x': columns in other files are not read; \(convert)")
    for field in [8, 9] {
      var maker4 = ParquetMaker(rows: 1)
      maker4.page(body, count: 1)
      maker4.chunkField = field
      let said4 = maker4.values()
      #expect(said4 == "p, column 'x': encryption are not read; \(convert)")
    }
    // Where the dictionary's page begins, if it lies before the others; a zero means that there is none.
    for (dictionary, said) in [(0, "7"), (4, "7"), (5, "7")] {
      var maker5 = ParquetMaker(rows: 1)
      maker5.page(body, count: 1)
      maker5.dictionaryStart = dictionary
      let said5 = maker5.values()
      #expect(said5 == said)
    }
    var maker6 = ParquetMaker(rows: 1)
    maker6.page(body, count: 1)
    maker6.valueCount = -1
    let said6 = maker6.values()
    #expect(said6 == "p: a column's description is damaged; \(again)")
  }

  @Test("optional and repeated values of pages of both versions")
  func levels() {
    // Levels 1, 0, 1 as one packed group, preceded by their length in version 1.
    var maker = ParquetMaker(rows: 3)
    maker.repetition = 1
    maker.page([2, 0, 0, 0, 3, 0b101] + littleEndian([7, 8], 8), count: 3)
    #expect(maker.values() == "7 null 8")
    maker.pages = []
    maker.page([2, 0, 0, 0, 3, 0b111] + littleEndian([7, 8], 8), count: 3)
    #expect(maker.values() == valuesDamaged)
    maker.pages = []
    maker.page([14, 0, 0, 0, 3, 0b101] + littleEndian([7, 8], 8), count: 3)
    #expect(maker.values().hasPrefix("p, column 'x': a page's values are damaged"))
    maker.pages = []
    maker.page([19, 0, 0, 0, 3, 0b101] + littleEndian([7, 8], 8), count: 3)
    #expect(maker.values() == "p, column 'x': levels are damaged; \(again)")
    maker.pages = []
    maker.page([2, 0, 0], count: 3)
    #expect(maker.values() == "p, column 'x': levels in another encoding; \(again)")

    func second(
      _ defined: [UInt8], _ repeats: [UInt8], _ values: [UInt8], count: Int, packed: Bool? = nil, size: Int? = nil
    ) -> [UInt8] {
      let body = repeats + defined + values
      var about: [(Int, Thrift)] = [
        (1, .int(count)), (2, .int(0)), (3, .int(count)), (4, .int(0)), (5, .int(defined.count)),
        (6, .int(repeats.count)),
      ]
      if let packed { about.append((7, .flag(packed))) }
      return ParquetMaker.header(3, size: size ?? body.count, packed: body.count, [(8, .fields(about))]) + body
    }
    maker.pages = second([3, 0b101], [], littleEndian([7, 8], 8), count: 3)
    #expect(maker.values() == "7 null 8")
    maker.codec = .snappy
    maker.pages = second([3, 0b101], [], littleEndian([7, 8], 8), count: 3, packed: false)
    #expect(maker.values() == "7 null 8")
    let snappy: [UInt8] = [16, 15 << 2] + littleEndian([7, 8], 8)
    for packed in [nil, true] as [Bool?] {
      maker.pages = second([3, 0b101], [], snappy, count: 3, packed: packed, size: 18)
      #expect(maker.values() == "7 null 8")
    }
    maker.pages = second([3, 0b101], [], snappy, count: 3, size: 17)
    #expect(maker.values() == "p, column 'x': a page cannot be unpacked; \(again)")
    maker.codec = .none
    maker.pages = second([3, 0b101], [], littleEndian([7, 8], 8), count: 3, size: 1)
    #expect(maker.values() == "p, column 'x': a page's header is damaged; \(again)")

    // A list that is never null: [7, 8], [], [9].
    var list = ParquetMaker(rows: 3)
    list.repetition = 2
    list.valueCount = 4
    let (repeats, defined): ([UInt8], [UInt8]) = ([3, 0b0010], [3, 0b1011])
    list.page([2, 0, 0, 0] + repeats + [2, 0, 0, 0] + defined + littleEndian([7, 8, 9], 8), count: 4)
    #expect(list.values() == "[7,8] [] [9]")
    list.pages = second(defined, repeats, littleEndian([7, 8, 9], 8), count: 4)
    #expect(list.values() == "[7,8] [] [9]")
    // The first entry goes on with no row.
    list.pages = second(defined, [3, 0b0011], littleEndian([7, 8, 9], 8), count: 4)
    #expect(list.values() == "p: column 'x' goes on where there is nothing; \(again)")
    // An element where there is none.
    list.pages = second([3, 0b1101], repeats, littleEndian([7, 8, 9], 8), count: 4)
    #expect(list.values() == "p: column 'x' goes on where there is nothing; \(again)")
    list.rowCount = 2
    list.pages = second(defined, repeats, littleEndian([7, 8, 9], 8), count: 4)
    #expect(list.values() == "p: column 'x' has 3 rows, the group has 2; \(again)")
  }

  @Test("a footer that cannot be is refused with what is wrong")
  func footers() {
    func said(_ bytes: [UInt8]) -> String {
      complaintOrValue { "\(try ParquetFile(RandomAccessFile(bytes, place: "p")).columnNames)" }
    }
    func file(_ footer: [(Int, Thrift)]) -> [UInt8] {
      let data = Thrift.fields(footer).data
      return Array("PAR1".utf8) + data + littleEndian([data.count], 4) + Array("PAR1".utf8)
    }
    func element(_ name: String, _ more: [(Int, Thrift)] = []) -> Thrift {
      .fields(([(1, .int(2)), (3, .int(0)), (4, .text(name))] + more).sorted { $0.0 < $1.0 })
    }
    func root(_ count: Int) -> Thrift { .fields([(4, .text("r")), (5, .int(count))]) }
    #expect(said(file([(2, .list([root(1), element("a")]))])) == #"["a"]"#)
    #expect(said(file([(2, .list([root(2), element("a"), element("b")]))])) == #"["a", "b"]"#)
    #expect(
      said(file([(2, .list([root(2), element("a"), element("a")]))]))
        == "p: two columns are called 'a'; give each a name of its own")
    #expect(
      said(file([(2, .list([root(1), element("a"), element("b")]))])) == "p: the schema has loose ends; \(again)")
    #expect(said(file([(2, .list([root(2), element("a")]))])) == "p: the schema is damaged; \(again)")
    #expect(said(file([(2, .list([root(-1)]))])) == "p: the schema has no root; \(again)")
    #expect(said(file([(2, .list([root(0)]))])) == "[]")
    #expect(said(file([(1, .int(1))])) == "p: the footer has no schema; the file is damaged; copy it again")
    for repetition in [-1, 3] {
      let bad = Thrift.fields([(1, .int(2)), (3, .int(repetition)), (4, .text("a"))])
      #expect(said(file([(2, .list([root(1), bad]))])) == "p: the schema is damaged; \(again)")
    }
    #expect(
      said(file([(2, .list([root(1), .fields([(3, .int(0)), (4, .text("a"))])]))]))
        == "p: column 'a' has no type; \(again)")
    // Groups in groups to a depth of 32, and no deeper.
    for (depth, fine) in [(31, true), (32, false)] {
      let groups = (0..<depth).map { Thrift.fields([(3, .int(0)), (4, .text("g\($0)")), (5, .int(1))]) }
      let text = said(file([(2, .list([root(1)] + groups + [element("a")]))]))
      #expect(text == (fine ? #"["g0"]"# : "p: the schema is damaged; \(again)"))
    }
    let plain = file([(2, .list([root(1), element("a")]))])
    #expect(
      said(Array(plain.dropLast()) + [0x45])
        == "p: the end of the Parquet file is missing, or its footer is encrypted; copy or export it again")
    #expect(said([0x50] + plain.dropFirst(2)) == "p: this is not a Parquet file")
    #expect(said(Array("PAR1PAR1PAR".utf8)) == "p: this is not a Parquet file")
    #expect(said(Array("PAR1".utf8) + [0, 0, 0, 0] + Array("PAR1".utf8)).hasPrefix("p, footer, byte"))
    #expect(
      said(Array("PAR1".utf8) + [1, 0, 0, 0] + Array("PAR1".utf8))
        == "p: the footer claims 1 bytes; the file is damaged; copy it again")
    let group = "p: a row group does not fit the schema; the file is damaged; copy it again"
    let one = Thrift.list([root(1), element("a")])
    #expect(said(file([(2, one), (4, .list([.fields([(1, .list([])), (3, .int(0))])]))])) == group)
    #expect(said(file([(2, one), (4, .list([.fields([(1, .list([.fields([])])), (3, .int(-1))])]))])) == group)
    #expect(
      said(file([(2, one), (4, .list([.fields([(1, .list([.fields([])])), (3, .int(0))])]))]))
        == "p: a column's description is damaged; \(again)")
  }

  @Test("every form of Thrift's compact protocol is passed over where nothing of it is wanted")
  func thrift() {
    func said(_ extra: [UInt8]) -> String {
      // Fields that no version of the format has, before those that are wanted.
      let rest = Thrift.fields([
        (
          2,
          .list([.fields([(4, .text("r")), (5, .int(1))]), .fields([(1, .int(2)), (3, .int(0)), (4, .text("a"))])])
        )
      ]).data
      let data = extra + [0x09, 4] + rest.dropFirst()
      let bytes = Array("PAR1".utf8) + data + littleEndian([data.count], 4) + Array("PAR1".utf8)
      return complaintOrValue { "\(try ParquetFile(RandomAccessFile(bytes, place: "p")).columnNames)" }
    }
    let fine = #"["a"]"#
    #expect(said([]) == fine)
    #expect(said([0x01, 200, 1]) == fine && said([0x02, 200, 1]) == fine)  // true, false
    #expect(said([0x03, 200, 1, 0x80]) == fine)  // a byte
    #expect(said([0x04, 200, 1, 0x80, 0x80, 1]) == fine)  // 16 bits
    #expect(said([0x07, 200, 1] + [UInt8](repeating: 0xFF, count: 8)) == fine)  // a double
    #expect(said([0x08, 200, 1, 3, 0xFF, 0xFF, 0xFF]) == fine)  // bytes
    #expect(said([0x09, 200, 1, 0x21, 1, 2]) == fine)  // a list of flags
    #expect(said([0x0A, 200, 1, 0xF3, 16] + [UInt8](repeating: 7, count: 16)) == fine)  // a set of sixteen bytes
    #expect(said([0x0C, 200, 1, 0x15, 2, 0]) == fine)  // a structure
    let end = "p, footer, byte"
    func damage(_ extra: [UInt8]) -> String {
      let bytes = Array("PAR1".utf8) + extra + littleEndian([extra.count], 4) + Array("PAR1".utf8)
      return complaintOrValue { "\(try ParquetFile(RandomAccessFile(bytes, place: "p")).columnNames)" }
        .replacing("; the file is truncated or damaged; copy or export it again", with: "")
    }
    #expect(damage([0x15]) == "\(end) 1 of it: the Parquet header is damaged: it ends too early")
    #expect(
      damage([0x17] + [UInt8](repeating: 0, count: 7))
        == "\(end) 1 of it: the Parquet header is damaged: it ends too early")
    #expect(damage([0x18, 3, 1, 2]) == "\(end) 2 of it: the Parquet header is damaged: a text beyond the end")
    #expect(damage([0x19, 0x35, 1, 2]) == "\(end) 2 of it: the Parquet header is damaged: a list beyond the end")
    #expect(damage([0x1B, 0]) == "\(end) 1 of it: the Parquet header is damaged: a value of type 11")
    #expect(
      damage([0x15] + [UInt8](repeating: 0x80, count: 10) + [1, 0])
        == "\(end) 12 of it: the Parquet header is damaged: a number of more than 64 bits")
    #expect(damage([0x05, 0x80, 0x80, 4, 0, 0]) == "\(end) 4 of it: the Parquet header is damaged: a field's number")
    // Structures within structures: 31 below the first, and no more.
    #expect(
      damage([UInt8](repeating: 0x1C, count: 31) + [UInt8](repeating: 0, count: 32))
        == "p: the footer has no schema; the file is damaged; copy it again")
    #expect(
      damage([UInt8](repeating: 0x1C, count: 32) + [UInt8](repeating: 0, count: 33))
        == "\(end) 32 of it: the Parquet header is damaged: nested deeper than 32")
  }
}
