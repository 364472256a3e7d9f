import Compute
import Files
import Synchronization

extension EmbeddingSource {
  /// Streams the vectors of some rows through accumulators, `lanes` of them at a time.
  ///
  /// Block b goes to lane b mod lanes, in the order of the blocks, so the accumulators do not depend on the number of
  /// threads; combine them in the order of the lanes. Memory: an accumulator and some 16 MB for each lane.
  ///
  /// - Parameters:
  ///   - ordinals: For each row of the table its row in the files, ascending: `table.places.ordinal`.
  ///   - lanes: How many accumulators; more than threads bring nothing.
  ///   - initial: The accumulator of a lane before its first block.
  ///   - body: Adds a block. Vectors with numbers that are not finite are given as they are.
  /// - Throws: `InputError` if the file cannot be read to its end.
  package func accumulate<Accumulator: Sendable>(
    rows ordinals: [UInt32], lanes: Int = 4, initial: @Sendable (Int) -> Accumulator,
    _ body: @Sendable (inout Accumulator, EmbeddingBlock) -> Void
  ) throws -> [Accumulator] {
    precondition(lanes > 0 && ordinals.allSatisfy { $0 < rowCount }, "rows of the file")
    let bytes = try RandomAccessFile(file)
    let blocks = blockRanges(ordinals)
    let failure = Mutex<InputError?>(nil)
    let results = ThreadPool.shared.map(lanes) { lane in
      var accumulator = initial(lane)
      var reader = BlockReader(self, bytes)
      do {
        for index in Swift.stride(from: lane, to: blocks.count, by: lanes) {
          try reader.read(blocks[index], ordinals) { body(&accumulator, $0) }
        }
      } catch {
        failure.withLock { $0 = $0 ?? error as? InputError ?? InputError("\(error)", at: file.path) }
      }
      return accumulator
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return results
  }

  /// What `body` makes of each block, in their order.
  package func mapBlocks<Result: Sendable>(
    rows ordinals: [UInt32], _ body: @Sendable (EmbeddingBlock) -> Result
  ) throws -> [Result] {
    let lanes = 4
    let parts = try accumulate(
      rows: ordinals, lanes: lanes, initial: { _ in [Result]() }, { $0.append(body($1)) })
    return (0..<parts.reduce(0) { $0 + $1.count }).map { parts[$0 % lanes][$0 / lanes] }
  }

  /// Table rows of each block: those whose file rows lie in one window.
  private func blockRanges(_ ordinals: [UInt32]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    while start < ordinals.count {
      let limit = Int(ordinals[start]) + rowsPerBlock
      var end = start + 1
      while end < ordinals.count, Int(ordinals[end]) < limit { end += 1 }
      ranges.append(start..<end)
      start = end
    }
    return ranges
  }
}

/// One lane's buffers.
private struct BlockReader {
  let source: EmbeddingSource
  let bytes: RandomAccessFile
  private var raw: [UInt8] = []
  private var chosen: [Float] = []
  private var rejected: [Float] = []

  init(_ source: EmbeddingSource, _ bytes: RandomAccessFile) {
    self.source = source
    self.bytes = bytes
  }

  mutating func read(_ rows: Range<Int>, _ ordinals: [UInt32], _ body: (EmbeddingBlock) -> Void) throws {
    let source = source
    let width = source.width
    let first = Int(ordinals[rows.lowerBound])
    let fileRows = Int(ordinals[rows.upperBound - 1]) - first + 1
    let size = width * source.element.byteCount
    let capacity = source.rowsPerBlock
    if chosen.isEmpty {
      raw = [UInt8](repeating: 0, count: capacity * source.stride)
      chosen = [Float](repeating: 0, count: capacity * width)
      rejected = [Float](repeating: 0, count: source.hasRejected ? capacity * width : 0)
    }
    let interleaved = source.stride == 2 * size
    for side in 0..<(source.hasRejected ? 2 : 1) {
      if side == 0 || !interleaved {
        let start = (side == 0 ? source.chosenStart : source.rejectedStart) + first * source.stride
        try raw.withUnsafeMutableBytes {
          try bytes.read(start, into: UnsafeMutableRawBufferPointer(rebasing: $0[..<(fileRows * source.stride)]))
        }
      }
      let offset = side == 1 && interleaved ? size : 0
      raw.withUnsafeBytes { raw in
        for row in rows {
          let from = (Int(ordinals[row]) - first) * source.stride + offset
          let vector = UnsafeRawBufferPointer(rebasing: raw[from..<(from + size)])
          let to = (row - rows.lowerBound) * width
          if side == 0 {
            chosen.withUnsafeMutableBufferPointer { Self.convert(vector, source, to: $0.baseAddress! + to) }
          } else {
            rejected.withUnsafeMutableBufferPointer { Self.convert(vector, source, to: $0.baseAddress! + to) }
          }
        }
      }
    }
    chosen.withUnsafeBufferPointer { chosen in
      rejected.withUnsafeBufferPointer { rejected in
        body(
          EmbeddingBlock(
            rows: rows, width: width, chosen: UnsafeBufferPointer(rebasing: chosen[..<(rows.count * width)]),
            rejected: source.hasRejected
              ? UnsafeBufferPointer(rebasing: rejected[..<(rows.count * width)]) : .init(start: nil, count: 0)))
      }
    }
  }

  private static func convert(
    _ vector: UnsafeRawBufferPointer, _ source: EmbeddingSource, to output: UnsafeMutablePointer<Float>
  ) {
    let width = source.width
    let base = vector.baseAddress!
    switch source.element {
    case .float32: UnsafeMutableRawPointer(output).copyMemory(from: base, byteCount: width * 4)
    case .float64:
      for i in 0..<width { output[i] = Float(base.loadUnaligned(fromByteOffset: i * 8, as: Double.self)) }
    case .bfloat16:
      for i in 0..<width {
        output[i] = Float(bitPattern: UInt32(base.loadUnaligned(fromByteOffset: i * 2, as: UInt16.self)) << 16)
      }
    case .float16:
      for i in 0..<width {
        output[i] = HalfPrecision.float(base.loadUnaligned(fromByteOffset: i * 2, as: UInt16.self))
      }
    }
  }
}

/// IEEE 754 half precision, without the instruction that not every processor has.
enum HalfPrecision {
  /// Exact for every half, subnormal numbers, infinities and NaN included; branch-free, so that it vectorises.
  @inline(__always)
  static func float(_ half: UInt16) -> Float {
    let bits = UInt32(half)
    // Exponent and fraction in place, then the exponent's bias corrected by a product, which also normalises.
    let magnitude = Float(bitPattern: (bits & 0x7FFF) << 13) * Float(bitPattern: 0x7780_0000)
    let special: UInt32 = bits & 0x7C00 == 0x7C00 ? 0x7F80_0000 : 0
    return Float(bitPattern: magnitude.bitPattern | special | (bits & 0x8000) << 16)
  }
}
