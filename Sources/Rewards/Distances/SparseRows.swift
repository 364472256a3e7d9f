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

  /// I − γPᵀ
  func transposed() -> SparseRows {
    var result = self
    var starts = [Int32](repeating: 0, count: size + 1)
    for column in columns { starts[Int(column) + 1] += 1 }
    for row in 0..<size { starts[row + 1] += starts[row] }
    result.starts = starts
    for row in 0..<size {
      for index in Int(self.starts[row])..<Int(self.starts[row + 1]) {
        let column = Int(columns[index])
        let place = Int(starts[column])
        result.columns[place] = Int32(row)
        result.entries[place] = entries[index]
        starts[column] += 1
      }
    }
    return result
  }

  /// x with (I − γP) x = b, each equation to `share` of the largest |b|, or to `rounding` of the largest |x| where that
  /// is more.
  ///
  /// What BiCGSTAB believes to be left drifts from what is left; so it begins again from its answer until the residual
  /// itself is small enough, and sweeps finish what it cannot.
  func solve(
    _ b: [Double], from guess: [Double]? = nil, residual share: Double, rounding: Double = 4 * Double.roundingUnit
  ) -> [Double] {
    let least = share * Vectors.largest(b)
    guard Vectors.largest(b) > 0 else { return b }
    var x = guess ?? b
    var left = b
    for _ in 0..<6 {
      let target = max(least, rounding * Vectors.largest(x))
      if residual(x, b, into: &left) <= target { return x }
      stabilize(&x, left, target: target / 2)
    }
    sweep(&x, b, least: least, rounding: rounding)
    return x
  }

  /// b − (I − γP) x, and the largest of it.
  private func residual(_ x: [Double], _ b: [Double], into result: inout [Double]) -> Double {
    multiply(x, into: &result)
    for i in 0..<size { result[i] = b[i] - result[i] }
    return Vectors.largest(result)
  }

  /// Adds what BiCGSTAB makes of a residual.
  private func stabilize(_ x: inout [Double], _ first: [Double], target: Double) {
    let shadow = first
    var residual = first
    var direction = first
    var product = first
    var step = first
    var correction = first
    var rho = Vectors.wideDot(shadow, residual)
    for _ in 0..<2000 {
      multiply(direction, into: &product)
      let alpha = rho / Vectors.wideDot(shadow, product)
      guard alpha.isFinite, alpha != 0 else { return }
      for i in 0..<size { step[i] = residual[i] - alpha * product[i] }
      multiply(step, into: &correction)
      let energy = Vectors.wideDot(correction, correction)
      let omega = energy > 0 ? Vectors.wideDot(correction, step) / energy : 0
      for i in 0..<size {
        x[i] += alpha * direction[i] + omega * step[i]
        residual[i] = step[i] - omega * correction[i]
      }
      if Vectors.largest(residual) <= target { return }
      let next = Vectors.wideDot(shadow, residual)
      let beta = next / rho * (alpha / omega)
      guard beta.isFinite else { return }
      rho = next
      for i in 0..<size { direction[i] = residual[i] + beta * (direction[i] - omega * product[i]) }
    }
  }

  /// Gauss–Seidel, which always converges here, if not always fast.
  private func sweep(_ x: inout [Double], _ b: [Double], least: Double, rounding: Double) {
    var left = b
    for _ in 0..<1000 where residual(x, b, into: &left) > max(least, rounding * Vectors.largest(x)) {
      for _ in 0..<100 {
        for row in 0..<size {
          var sum = b[row]
          var diagonal = 1.0
          for index in Int(starts[row])..<Int(starts[row + 1]) {
            let column = Int(columns[index])
            if column == row { diagonal -= entries[index] } else { sum += entries[index] * x[column] }
          }
          x[row] = sum / diagonal
        }
      }
    }
  }
}
