import Compute

/// I − γP of a policy in compressed rows, and its solution.
struct SparseRows: Sendable {
  let size: Int
  private var starts: [Int32] = [0]
  private var columns: [Int32] = []
  private var entries: [Double] = []

  /// γP in rows; the identity is implied.
  init(_ world: ReachableStates, policy: [Double]) {
    size = world.liveCount
    columns.reserveCapacity(world.successors.count)
    entries.reserveCapacity(world.successors.count)
    for state in 0..<size {
      for row in state * world.actionCount..<(state + 1) * world.actionCount where policy[row] > 0 {
        for index in world.rowStarts[row]..<world.rowStarts[row + 1] where world.successors[index] < size {
          columns.append(Int32(world.successors[index]))
          entries.append(world.discount * policy[row] * world.probabilities[index])
        }
      }
      starts.append(Int32(columns.count))
    }
  }

  /// result = (I − γP) x
  private func multiply(_ x: [Double], into result: inout [Double]) {
    let starts = starts.span
    let columns = columns.span
    let entries = entries.span
    let x = x.span
    var result = result.mutableSpan
    for row in 0..<size {
      var sum = x[row]
      for index in Int(starts[row])..<Int(starts[row + 1]) { sum -= entries[index] * x[Int(columns[index])] }
      result[row] = sum
    }
  }

  /// x with (I − γP) x = b, to a residual of 10⁻¹² of b.
  func solve(_ b: [Double]) -> [Double] {
    let target = 1e-12 * Vectors.wideNorm(b)
    guard target > 0 else { return b }
    var x = b
    var residual = b
    multiply(x, into: &residual)
    for i in 0..<size { residual[i] = b[i] - residual[i] }
    let shadow = residual
    var direction = residual
    var product = residual
    var step = residual
    var correction = residual
    var rho = Vectors.wideDot(shadow, residual)
    for _ in 0..<2000 {
      if Vectors.wideNorm(residual) <= target { return x }
      multiply(direction, into: &product)
      let alpha = rho / Vectors.wideDot(shadow, product)
      guard alpha.isFinite, alpha != 0 else { break }
      for i in 0..<size { step[i] = residual[i] - alpha * product[i] }
      multiply(step, into: &correction)
      let energy = Vectors.wideDot(correction, correction)
      let omega = energy > 0 ? Vectors.wideDot(correction, step) / energy : 0
      for i in 0..<size {
        x[i] += alpha * direction[i] + omega * step[i]
        residual[i] = step[i] - omega * correction[i]
      }
      let next = Vectors.wideDot(shadow, residual)
      let beta = next / rho * (alpha / omega)
      guard beta.isFinite else { break }
      rho = next
      for i in 0..<size { direction[i] = residual[i] + beta * (direction[i] - omega * product[i]) }
    }
    sweep(&x, b, target: target)
    return x
  }

  /// Gauss–Seidel, which always converges here, if not always fast.
  private func sweep(_ x: inout [Double], _ b: [Double], target: Double) {
    for _ in 0..<1_000_000 {
      var change = 0.0
      for row in 0..<size {
        var sum = b[row]
        var diagonal = 1.0
        for index in Int(starts[row])..<Int(starts[row + 1]) {
          let column = Int(columns[index])
          if column == row { diagonal -= entries[index] } else { sum += entries[index] * x[column] }
        }
        let value = sum / diagonal
        change += (value - x[row]) * (value - x[row])
        x[row] = value
      }
      if change.squareRoot() <= target { return }
    }
  }
}
