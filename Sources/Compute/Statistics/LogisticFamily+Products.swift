import COpenBLAS

/// Products of the rows of a ``LogisticFamily`` with the vectors of several problems at once.
///
/// The differences are kept in doubles where they take no more than ``mostBytes``; otherwise blocks of them are made as they
/// are needed, one at a time for each thread. What each part computes depends on its number alone, and sums go in the
/// order of the blocks: neither that nor threads change a bit.
final class RowProducts {
  /// A gibibyte.
  static let mostBytes = 1 << 30
  private let family: LogisticFamily
  private static let rowBlock = 256
  private static let columnBlock = 256
  private static let deep = 512
  private static let blockSize = 256 * 512
  /// All differences [rows × width], or a block for each lane.
  private let values: UnsafeMutablePointer<Double>
  private let isWhole: Bool
  private let lanes: Int

  init(_ family: LogisticFamily, mostBytes: Int = RowProducts.mostBytes) {
    LinearAlgebra.oneThread()
    self.family = family
    let (count, width) = (family.count, family.width)
    isWhole = count <= mostBytes / (8 * width)
    lanes = family.pool.threadCount
    values = .allocate(capacity: isWhole ? count * width : lanes * Self.blockSize)
    guard isWhole else { return }
    // Each part writes its own rows.
    let shared = Disjoint(values)
    family.pool.run((count + Self.rowBlock - 1) / Self.rowBlock) { part in
      let rows = part * Self.rowBlock..<min(count, (part + 1) * Self.rowBlock)
      Self.fill(shared.value + rows.lowerBound * width, family, rows, 0..<width)
    }
  }

  deinit { values.deallocate() }

  /// Some rows and columns of the differences, and how far apart its rows are.
  private static func block(
    _ values: UnsafeMutablePointer<Double>, isWhole: Bool, lane: Int, _ family: LogisticFamily, _ rows: Range<Int>,
    _ columns: Range<Int>
  ) -> (start: UnsafePointer<Double>, stride: Int32) {
    if isWhole {
      return (UnsafePointer(values) + rows.lowerBound * family.width + columns.lowerBound, Int32(family.width))
    }
    let block = values + lane * blockSize
    fill(block, family, rows, columns)
    return (UnsafePointer(block), Int32(columns.count))
  }

  /// result [problems × rows] = vectors [problems × width] · rowsᵀ
  func forward(_ vectors: UnsafePointer<Double>, problems: Int, into result: UnsafeMutablePointer<Double>) {
    let (count, width) = (family.count, family.width)
    // Each part writes the columns of its own rows, and each lane has its own block.
    let shared = Disjoint((vectors: vectors, result: result, values: values))
    let (family, isWhole) = (family, isWhole)
    family.pool.runInLanes((count + Self.rowBlock - 1) / Self.rowBlock, lanes: lanes) { part, lane in
      let rows = part * Self.rowBlock..<min(count, (part + 1) * Self.rowBlock)
      for start in stride(from: 0, to: width, by: Self.deep) {
        let columns = start..<min(width, start + Self.deep)
        let block = Self.block(shared.value.values, isWhole: isWhole, lane: lane, family, rows, columns)
        cblas_dgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, Int32(problems), Int32(rows.count), Int32(columns.count), 1,
          shared.value.vectors + start, Int32(width), block.start, block.stride, start == 0 ? 0 : 1,
          shared.value.result + rows.lowerBound, Int32(count))
      }
    }
  }

  /// result [problems × width] = vectors [problems × rows] · rows
  func backward(_ vectors: UnsafePointer<Double>, problems: Int, into result: UnsafeMutablePointer<Double>) {
    let (count, width) = (family.count, family.width)
    // Each part writes its own columns, and each lane has its own block.
    let shared = Disjoint((vectors: vectors, result: result, values: values))
    let (family, isWhole) = (family, isWhole)
    family.pool.runInLanes((width + Self.columnBlock - 1) / Self.columnBlock, lanes: lanes) { part, lane in
      let columns = part * Self.columnBlock..<min(width, (part + 1) * Self.columnBlock)
      for start in stride(from: 0, to: count, by: Self.deep) {
        let rows = start..<min(count, start + Self.deep)
        let block = Self.block(shared.value.values, isWhole: isWhole, lane: lane, family, rows, columns)
        cblas_dgemm(
          CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(problems), Int32(columns.count), Int32(rows.count), 1,
          shared.value.vectors + start, Int32(count), block.start, block.stride, start == 0 ? 0 : 1,
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
