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
    starts.withUnsafeBufferPointer { starts in
      columns.withUnsafeBufferPointer { columns in
        entries.withUnsafeBufferPointer { entries in
          x.withUnsafeBufferPointer { x in
            result.withUnsafeMutableBufferPointer { result in
              for row in 0..<size {
                var sum = x[row]
                for index in Int(starts[row])..<Int(starts[row + 1]) { sum -= entries[index] * x[Int(columns[index])] }
                result[row] = sum
              }
            }
          }
        }
      }
    }
  }

  /// x with (I − γP) x = b, to a residual of 10⁻¹² of b.
  func solve(_ b: [Double]) -> [Double] {
    let target = 1e-12 * Vectors.norm(b)
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
    var rho = Vectors.dot(shadow, residual)
    for _ in 0..<2000 {
      if Vectors.norm(residual) <= target { return x }
      multiply(direction, into: &product)
      let alpha = rho / Vectors.dot(shadow, product)
      guard alpha.isFinite, alpha != 0 else { break }
      for i in 0..<size { step[i] = residual[i] - alpha * product[i] }
      multiply(step, into: &correction)
      let energy = Vectors.dot(correction, correction)
      let omega = energy > 0 ? Vectors.dot(correction, step) / energy : 0
      for i in 0..<size {
        x[i] += alpha * direction[i] + omega * step[i]
        residual[i] = step[i] - omega * correction[i]
      }
      let next = Vectors.dot(shadow, residual)
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

/// Plain loops over vectors, eight numbers at a time.
enum Vectors {
  static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var total = 0.0
    a.withUnsafeBytes { a in
      b.withUnsafeBytes { b in
        let count = a.count / 8
        var sum = SIMD8<Double>.zero
        for i in 0..<count / 8 {
          sum +=
            a.loadUnaligned(fromByteOffset: i * 64, as: SIMD8<Double>.self)
            * b.loadUnaligned(fromByteOffset: i * 64, as: SIMD8<Double>.self)
        }
        total = sum.sum()
        for i in count & ~7..<count {
          total += a.load(fromByteOffset: i * 8, as: Double.self) * b.load(fromByteOffset: i * 8, as: Double.self)
        }
      }
    }
    return total
  }

  static func norm(_ a: [Double]) -> Double { dot(a, a).squareRoot() }

  /// The largest absolute value; 0 of none.
  static func largest(_ a: [Double]) -> Double {
    var result = 0.0
    a.withUnsafeBytes { a in
      let count = a.count / 8
      var most = SIMD8<Double>.zero
      for i in 0..<count / 8 {
        let value = a.loadUnaligned(fromByteOffset: i * 64, as: SIMD8<Double>.self)
        most = most.replacing(with: value, where: value .> most)
        most = most.replacing(with: -value, where: -value .> most)
      }
      result = most.max()
      for i in count & ~7..<count { result = max(result, abs(a.load(fromByteOffset: i * 8, as: Double.self))) }
    }
    return result
  }

  /// x · a + y · b
  static func combine(_ x: Double, _ a: [Double], _ y: Double, _ b: [Double]) -> [Double] {
    [Double](unsafeUninitializedCapacity: a.count) { result, count in
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          for i in 0..<a.count { result[i] = x * a[i] + y * b[i] }
        }
      }
      count = a.count
    }
  }
}
