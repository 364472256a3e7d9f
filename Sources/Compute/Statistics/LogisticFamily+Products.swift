import COpenBLAS

/// Products of the rows of a ``LogisticFamily`` with the vectors of several problems at once.
///
/// Blocks of rows are turned into differences in doubles as they are needed, one at a time for each thread. What each
/// part computes depends on its number alone, and sums go in the order of the blocks: threads change no bit.
final class RowProducts {
  private let family: LogisticFamily
  private static let rowBlock = 256
  private static let columnBlock = 256
  private static let deep = 512
  private static let blockSize = 256 * 512
  /// A block for each lane.
  private let blocks: UnsafeMutablePointer<Double>
  private let lanes: Int

  init(_ family: LogisticFamily) {
    LinearAlgebra.oneThread()
    self.family = family
    lanes = family.pool.threadCount
    blocks = .allocate(capacity: lanes * Self.blockSize)
  }

  deinit { blocks.deallocate() }

  /// result [problems × rows] = vectors [problems × width] · rowsᵀ
  func forward(_ vectors: UnsafePointer<Double>, problems: Int, into result: UnsafeMutablePointer<Double>) {
    let (count, width) = (family.count, family.width)
    // Each part writes the columns of its own rows, and each lane has its own block.
    let shared = Disjoint((vectors: vectors, result: result, blocks: blocks))
    let family = family
    family.pool.runInLanes((count + Self.rowBlock - 1) / Self.rowBlock) { part, lane in
      let rows = part * Self.rowBlock..<min(count, (part + 1) * Self.rowBlock)
      let block = shared.value.blocks + lane * Self.blockSize
      for start in stride(from: 0, to: width, by: Self.deep) {
        let columns = start..<min(width, start + Self.deep)
        Self.fill(block, family, rows, columns)
        cblas_dgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, Int32(problems), Int32(rows.count), Int32(columns.count), 1,
          shared.value.vectors + start, Int32(width), block, Int32(columns.count), start == 0 ? 0 : 1,
          shared.value.result + rows.lowerBound, Int32(count))
      }
    }
  }

  /// result [problems × width] = vectors [problems × rows] · rows
  func backward(_ vectors: UnsafePointer<Double>, problems: Int, into result: UnsafeMutablePointer<Double>) {
    let (count, width) = (family.count, family.width)
    // Each part writes its own columns, and each lane has its own block.
    let shared = Disjoint((vectors: vectors, result: result, blocks: blocks))
    let family = family
    family.pool.runInLanes((width + Self.columnBlock - 1) / Self.columnBlock) { part, lane in
      let columns = part * Self.columnBlock..<min(width, (part + 1) * Self.columnBlock)
      let block = shared.value.blocks + lane * Self.blockSize
      for start in stride(from: 0, to: count, by: Self.deep) {
        let rows = start..<min(count, start + Self.deep)
        Self.fill(block, family, rows, columns)
        cblas_dgemm(
          CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(problems), Int32(columns.count), Int32(rows.count), 1,
          shared.value.vectors + start, Int32(count), block, Int32(columns.count), start == 0 ? 0 : 1,
          shared.value.result + columns.lowerBound, Int32(width))
      }
    }
  }

  /// The differences of some rows and columns, as a dense block.
  private static func fill(
    _ block: UnsafeMutablePointer<Double>, _ family: LogisticFamily, _ rows: Range<Int>, _ columns: Range<Int>
  ) {
    let width = family.width
    family.first.withUnsafeBufferPointer { first in
      family.second.withUnsafeBufferPointer { second in
        for row in rows {
          let from = row * width + columns.lowerBound
          let one = first.baseAddress! + from
          let other = second.baseAddress! + from
          let target = block + (row - rows.lowerBound) * columns.count
          for column in 0..<columns.count { target[column] = Double(one[column]) - Double(other[column]) }
        }
      }
    }
  }
}
