import Compute
import Files
import Foundation
import RewardFiles
import Testing

@Suite("Embeddings on disk")
struct EmbeddingFiles {
  let files: TemporaryFiles

  init() throws { files = try TemporaryFiles() }

  private func values(_ source: EmbeddingSource, _ ordinals: [UInt32]) throws -> [[Float]] {
    try source.mapBlocks(rows: ordinals) { block in
      (0..<block.count).map { Array(block.chosen($0)) + (source.hasRejected ? Array(block.rejected($0)) : []) }
    }.flatMap { $0 }
  }

  @Test("every layout and kind of number gives the same vectors")
  func layouts() throws {
    let rows = 5
    let width = 3
    let numbers = (0..<(rows * 2 * width)).map { Float($0) / 4 - 2 }
    let expected = (0..<rows).map { Array(numbers[($0 * 2 * width)..<(($0 + 1) * 2 * width)]) }
    let all = (0..<UInt32(rows)).map { $0 }
    for shape in [[rows, 2, width], [2 * rows, width]] {
      for array in [TypedArray(numbers, shape: shape), TypedArray(numbers.map { Double($0) }, shape: shape)] {
        let file = try files.write(Array(NumPyFile.data(array)), "e.npy")
        let source = try EmbeddingSource(file, rows: rows)
        #expect(source.width == width && source.hasRejected)
        #expect(try values(source, all) == expected)
        #expect(try values(source, [1, 4]) == [expected[1], expected[4]])
      }
    }
    func half(_ bits: (Float) -> UInt16) -> [UInt8] {
      numbers.flatMap { [UInt8(bits($0) & 0xFF), UInt8(bits($0) >> 8)] }
    }
    for (kind, bytes) in [
      ("BF16", half { UInt16($0.bitPattern >> 16) }), ("F16", half { Self.halfBits($0) }),
    ] {
      let header = #"{"e":{"dtype":"\#(kind)","shape":[5,2,3],"data_offsets":[0,60]}}"#
      let size = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> ($0 * 8)) }
      let source = try EmbeddingSource(files.write(size + Array(header.utf8) + bytes, "e.safetensors"), rows: rows)
      #expect(try values(source, all) == expected, "\(kind)")
    }
    let separate = SafetensorsFile(tensors: [
      .init("chosen", TypedArray(expected.flatMap { $0.prefix(width) }, shape: [rows, width])),
      .init("rejected", TypedArray(expected.flatMap { $0.suffix(width) }, shape: [rows, width])),
    ])
    let source = try EmbeddingSource(files.write(Array(separate.data()), "two.safetensors"), rows: rows)
    #expect(try values(source, all) == expected)
  }

  /// Exact for numbers that half precision holds as normal numbers, or zero.
  private static func halfBits(_ value: Float) -> UInt16 {
    guard value != 0 else { return 0 }
    let exponent = UInt16(Int(value.exponent) + 15)
    return (value < 0 ? 0x8000 : 0) | exponent << 10 | UInt16(value.significandBitPattern >> 13)
  }

  @Test("a wrong number of rows, a cut file, foreign numbers and other files are refused")
  func refused() throws {
    let array = TypedArray([Float](repeating: 1, count: 12), shape: [4, 3])
    let bytes = Array(NumPyFile.data(array))
    let good = try files.write(bytes, "g.npy")
    #expect(try EmbeddingSource(good, rows: 4).hasRejected == false)
    #expect(try EmbeddingSource(good, rows: 2).hasRejected)
    #expect(throws: InputError.self) { try EmbeddingSource(good, rows: 3) }
    let others = [
      Array(bytes.dropLast()), Array(bytes.prefix(9)), [], Array("hello, world".utf8),
      Array(NumPyFile.data(TypedArray([1, 2, 3, 4], shape: [4, 1]))),
    ]
    for other in others {
      let file = try files.write(other, "bad")
      #expect(throws: InputError.self) { try EmbeddingSource(file, rows: 4) }
    }
  }
}
