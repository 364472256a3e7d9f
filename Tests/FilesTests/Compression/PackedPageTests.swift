import Compute
import Files
import Testing

/// Blocks made by hand, read as the one page of a Parquet file, whose values are the block's bytes, eight by eight.
@Suite("Blocks of Snappy and LZ4, made by hand")
struct PackedPageTests {
  private let refused = "p, column 'x': a page cannot be unpacked; the file is damaged; copy or export it again"

  private func unpack(_ block: [UInt8], _ codec: ParquetMaker.Codec, size: Int) -> String {
    var maker = ParquetMaker(rows: size / 8)
    maker.codec = codec
    maker.page(block, count: size / 8, size: size)
    return maker.values()
  }

  /// What a reader must make of these bytes.
  private func said(_ bytes: [UInt8]) -> String {
    stride(from: 0, to: bytes.count - bytes.count % 8, by: 8).map { start in
      "\(Int64(bitPattern: (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << (8 * UInt64($1)) }))"
    }.joined(separator: " ")
  }

  private enum Part {
    case literal([UInt8])
    case copy(offset: Int, length: Int)
  }

  private func plain(_ parts: [Part]) -> [UInt8] {
    var bytes: [UInt8] = []
    for part in parts {
      switch part {
      case .literal(let more): bytes += more
      case .copy(let offset, let length): for _ in 0..<length { bytes.append(bytes[bytes.count - offset]) }
      }
    }
    return bytes
  }

  /// Snappy's text, with `form` bytes for literals' lengths and copies' offsets where the format leaves a choice.
  private func snappy(_ parts: [Part], form: Int = 0) -> [UInt8] {
    var bytes = Thrift.varint(UInt64(plain(parts).count))
    for part in parts {
      switch part {
      case .literal(let more):
        let less = more.count - 1
        let size = max(form, less < 60 ? 0 : less < 256 ? 1 : 2)
        bytes += size == 0 ? [UInt8(less) << 2] : [UInt8(59 + size) << 2] + littleEndian([less], size)
        bytes += more
      case .copy(let offset, let length):
        if form == 0, (4...11).contains(length), offset < 2048 {
          bytes += [UInt8(offset >> 8) << 5 | UInt8(length - 4) << 2 | 1, UInt8(offset & 0xFF)]
        } else if form < 2, offset < 65_536 {
          bytes += [UInt8(length - 1) << 2 | 2] + littleEndian([offset], 2)
        } else {
          bytes += [UInt8(length - 1) << 2 | 3] + littleEndian([offset], 4)
        }
      }
    }
    return bytes
  }

  private func lz4(_ parts: [Part]) -> [UInt8] {
    func more(_ length: Int) -> [UInt8] {
      length < 15 ? [] : [UInt8](repeating: 255, count: (length - 15) / 255) + [UInt8((length - 15) % 255)]
    }
    var bytes: [UInt8] = []
    var literal: [UInt8] = []
    for part in parts {
      switch part {
      case .literal(let text): literal += text
      case .copy(let offset, let length):
        bytes.append(UInt8(min(15, literal.count)) << 4 | UInt8(min(15, length - 4)))
        bytes += more(literal.count) + literal + littleEndian([offset], 2) + more(length - 4)
        literal = []
      }
    }
    bytes.append(UInt8(min(15, literal.count)) << 4)
    return bytes + more(literal.count) + literal
  }

  private func letters(_ count: Int) -> [UInt8] { (0..<count).map { UInt8($0 * 7 % 251) } }

  @Test("literals of every form of length", arguments: [1, 2, 8, 59, 60, 61, 64, 255, 256, 257, 300, 1024, 70_000])
  func literals(count: Int) {
    // Filled up to a multiple of eight by a copy of the first byte's kind.
    let bytes = letters((count + 7) / 8 * 8)
    let parts: [Part] = [.literal(Array(bytes[..<count]))] + (count % 8 == 0 ? [] : [.literal(Array(bytes[count...]))])
    if count < 65_537 {
      for form in 0...4 {
        #expect(unpack(snappy(parts, form: form), .snappy, size: bytes.count) == said(bytes), "\(form)")
      }
    }
    #expect(unpack(lz4(parts), .lz4, size: bytes.count) == said(bytes))
  }

  @Test("copies of every form, from the byte before to far behind, overlapping themselves")
  func copies() {
    for offset in [1, 2, 3, 7, 8, 255, 256, 257, 2047, 2048, 2100] {
      for length in [4, 5, 11, 12, 18, 19, 20, 60, 64] {
        var parts: [Part] = [.literal(letters(2104)), .copy(offset: offset, length: length)]
        parts.append(.literal(letters(16 - length % 8)))
        let bytes = plain(parts)
        for form in 0...2 {
          #expect(
            unpack(snappy(parts, form: form), .snappy, size: bytes.count) == said(bytes), "\(offset) \(length) \(form)")
        }
        #expect(unpack(lz4(parts), .lz4, size: bytes.count) == said(bytes), "\(offset) \(length)")
      }
    }
    // Lengths that take several bytes in LZ4.
    for length in [273, 274, 275, 528, 529, 784] {
      let parts: [Part] = [
        .literal(letters(300)), .copy(offset: 300, length: length), .literal(letters(8 + (4 - length % 8 + 8) % 8)),
      ]
      let bytes = plain(parts)
      #expect(unpack(lz4(parts), .lz4, size: bytes.count) == said(bytes), "\(length)")
    }
  }

  @Test("a block cut anywhere, or of another size than announced, is damage")
  func cut() {
    let parts: [Part] = [
      .literal(letters(70)), .copy(offset: 70, length: 9), .literal(letters(5)), .copy(offset: 3, length: 20),
      .literal(letters(8)),
    ]
    let bytes = plain(parts)
    #expect(bytes.count % 8 == 0)
    for (codec, block) in [
      (ParquetMaker.Codec.snappy, snappy(parts)), (.snappy, snappy(parts, form: 2)), (.lz4, lz4(parts)),
    ] {
      #expect(unpack(block, codec, size: bytes.count) == said(bytes))
      for count in 0..<block.count { #expect(unpack(Array(block[..<count]), codec, size: bytes.count) == refused) }
      #expect(unpack(block, codec, size: bytes.count - 8) == refused)
      #expect(unpack(block, codec, size: bytes.count + 8) == refused)
      #expect(unpack(block + [0, 0], codec, size: bytes.count) == refused)
    }
  }

  @Test("copies from before the beginning, from nowhere and beyond the end are damage")
  func badCopies() {
    let eight = letters(8)
    #expect(unpack([16, 7 << 2] + eight + [4 << 2 | 1, 8], .snappy, size: 16) == said(eight + eight))
    #expect(unpack([16, 7 << 2] + eight + [4 << 2 | 1, 9], .snappy, size: 16) == refused)
    #expect(unpack([16, 7 << 2] + eight + [4 << 2 | 1, 0], .snappy, size: 16) == refused)
    #expect(unpack([16, 7 << 2] + eight + [5 << 2 | 1, 8], .snappy, size: 16) == refused)
    #expect(unpack([16, 15 << 2] + eight, .snappy, size: 16) == refused)
    #expect(unpack([8, 8 << 2] + eight + [0], .snappy, size: 8) == refused)
    #expect(unpack([0x84] + eight + [8, 0, 0], .lz4, size: 16) == said(eight + eight))
    #expect(unpack([0x84] + eight + [9, 0, 0], .lz4, size: 16) == refused)
    #expect(unpack([0x84] + eight + [0, 0, 0], .lz4, size: 16) == refused)
    #expect(unpack([0x85] + eight + [8, 0, 0], .lz4, size: 16) == refused)
    #expect(unpack([0x84] + eight + [8], .lz4, size: 16) == refused)
    // The announced size as a varint of up to five bytes.
    #expect(unpack([0x88, 0x80, 0x80, 0x80, 0, 7 << 2] + eight, .snappy, size: 8) == said(eight))
    #expect(unpack([0x88, 0x80, 0x80, 0x80, 0x80, 0, 7 << 2] + eight, .snappy, size: 8) == refused)
  }
}
