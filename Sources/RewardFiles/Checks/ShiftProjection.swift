import Compute
import Foundation

/// Sixteen random projections of each chosen reply's embedding: what both checks of shift look at, read once.
struct ShiftProjection: Sendable {
  /// Numbers in a projection.
  private static let width = 16

  /// One for each row of the table.
  private let vectors: [[Double]]

  /// Reads the embeddings a block at a time.
  init(_ embeddings: EmbeddingSource, _ table: PreferenceTable) throws(AuditGap) {
    let training = table.trainingSplits
    guard !training.isEmpty, training.count < table.split.names.count else {
      throw .missing("no split column that names training and other rows")
    }
    let directions = (0..<Self.width).map { index -> [Float] in
      var stream = RandomSource(seed: 0x5eed).stream("projection", index)
      return (0..<embeddings.width).map { _ in Float(stream.normal()) }
    }
    do {
      let blocks = try embeddings.mapBlocks(rows: table.places.ordinal) { block in
        (0..<block.count).map { row in
          let vector = block.chosen(row)
          return directions.map { Double(Self.product(vector, $0)) }
        }
      }
      vectors = blocks.flatMap { $0 }
    } catch {
      throw .missing("embeddings that can be read (\(error))")
    }
  }

  /// The projections of training rows and of the others, in random order.
  struct Splits {
    var training: [[Double]]
    var evaluation: [[Double]]
    /// The rows of the table that the evaluation ones are of.
    var rows: [Int]
  }

  /// - Parameter random: of the check; the energy distance looks at the first five hundred of each split.
  func splits(_ table: PreferenceTable, random: RandomSource) throws(AuditGap) -> Splits {
    let training = table.trainingSplits
    let usable = vectors.indices.filter { table.split.codes[$0] >= 0 && vectors[$0].allSatisfy(\.isFinite) }
    var stream = random.stream("rows")
    let order = stream.permutation(usable.count).map { usable[$0] }
    let inside = order.filter { training.contains(Int(table.split.codes[$0])) }
    let outside = order.filter { !training.contains(Int(table.split.codes[$0])) }
    guard inside.count >= 40, outside.count >= 20 else {
      throw .missing("fewer than 40 training or 20 evaluation rows with embeddings")
    }
    return Splits(training: inside.map { vectors[$0] }, evaluation: outside.map { vectors[$0] }, rows: outside)
  }

  /// The inner product, sixteen at a time: the same order, so the same bits, on every machine.
  private static func product(_ vector: UnsafeBufferPointer<Float>, _ direction: [Float]) -> Float {
    direction.withUnsafeBytes { direction in
      let vector = UnsafeRawBufferPointer(vector)
      var sums = SIMD16<Float>(repeating: 0)
      let width = MemoryLayout<SIMD16<Float>>.size
      var place = 0
      while place + width <= vector.count {
        sums +=
          vector.loadUnaligned(fromByteOffset: place, as: SIMD16<Float>.self)
          * direction.loadUnaligned(fromByteOffset: place, as: SIMD16<Float>.self)
        place += width
      }
      var sum = sums.sum()
      while place < vector.count {
        sum +=
          vector.loadUnaligned(fromByteOffset: place, as: Float.self)
          * direction.loadUnaligned(fromByteOffset: place, as: Float.self)
        place += MemoryLayout<Float>.size
      }
      return sum
    }
  }
}
