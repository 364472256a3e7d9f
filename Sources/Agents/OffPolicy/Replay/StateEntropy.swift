import CKernels
import Compute

/// How far each of some states is from its k-th nearest neighbour among many: an estimate of how much a state adds to
/// the entropy of those that were visited, up to constants.
///
/// The squared distance to all states is a product of matrices, blocks of states at a time; the k smallest of each row
/// are kept in order. Every state is its own neighbour, which is passed over. Distances are divided by their running
/// standard deviation, as PEBBLE's released code does.
///
/// Source: Lee, Smith, Abbeel, "PEBBLE", arXiv 2106.05091, §4.1; the estimator is Singh et al.'s (2003).
package final class StateEntropy {
  private static let block = 256

  private let size: Int
  private let neighbour: Int
  /// [size × block]: a block of states, transposed; [rows × block]: products.
  private let columns: UnsafeMutablePointer<Float>
  private let products: UnsafeMutablePointer<Float>
  private let norms: UnsafeMutablePointer<Float>
  /// [rows × (neighbour + 1)], ascending.
  private let nearest: UnsafeMutablePointer<Float>
  /// Statistics of the distances seen so far.
  var statistics = RunningNormalizer(size: 1, epsilon: 1e-12)

  package init(size: Int, rows: Int, neighbour: Int) {
    precondition(size > 0 && rows > 0 && neighbour > 0, "states, rows and a neighbour")
    self.size = size
    self.neighbour = neighbour
    columns = zeroedFloats(size * Self.block)
    products = zeroedFloats(rows * Self.block)
    norms = zeroedFloats(Self.block)
    nearest = zeroedFloats(rows * (neighbour + 1))
  }

  deinit { for memory in [columns, products, norms, nearest] { memory.deallocate() } }

  /// Writes the distance of each row to its k-th nearest neighbour among `count` states (to the farthest, if there are
  /// fewer). Complexity: O(rows · count · size).
  package func distances(
    _ rows: UnsafePointer<Float>, count rowCount: Int, among seen: UnsafePointer<Float>,
    states count: Int,
    into distances: UnsafeMutablePointer<Float>
  ) {
    let kept = neighbour + 1
    nearest.update(repeating: .infinity, count: rowCount * kept)
    for start in stride(from: 0, to: count, by: Self.block) {
      let width = min(Self.block, count - start)
      for column in 0..<width {
        var sum: Float = 0
        for index in 0..<size {
          let value = seen[(start + column) * size + index]
          columns[index * width + column] = -2 * value
          sum += value * value
        }
        norms[column] = sum
      }
      // ‖s‖² − 2 x·s; the row's own ‖x‖² is added in the end.
      pk_layer_forward(rows, columns, norms, products, rowCount, size, width, Int32(PK_IDENTITY))
      for row in 0..<rowCount { keepNearest(products + row * width, width, of: row, kept: kept) }
    }
    for row in 0..<rowCount {
      var own: Float = 0
      for index in 0..<size { own += rows[row * size + index] * rows[row * size + index] }
      distances[row] = max(0, nearest[row * kept + min(neighbour, max(count - 1, 0))] + own)
        .squareRoot()
    }
  }

  private func keepNearest(_ values: UnsafePointer<Float>, _ width: Int, of row: Int, kept: Int) {
    let list = nearest + row * kept
    for column in 0..<width where values[column] < list[kept - 1] {
      var place = kept - 1
      while place > 0, list[place - 1] > values[column] {
        list[place] = list[place - 1]
        place -= 1
      }
      list[place] = values[column]
    }
  }

  /// The same as rewards: divided by the running standard deviation, which takes these in first.
  package func rewards(
    _ rows: UnsafePointer<Float>, count rowCount: Int, among seen: UnsafePointer<Float>,
    states count: Int,
    into rewards: UnsafeMutablePointer<Float>
  ) {
    distances(rows, count: rowCount, among: seen, states: count, into: rewards)
    statistics.update(rewards, rows: rowCount)
    let scale = Float(1 / (statistics.variance[0] + statistics.epsilon).squareRoot())
    for row in 0..<rowCount { rewards[row] *= scale }
  }
}
