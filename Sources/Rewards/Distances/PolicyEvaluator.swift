import Compute

/// Values of one policy for any number of rewards: factorised once where the world is small, iterated where it is large.
///
/// Up to ``denseLimit`` states I − γP is factorised without pivoting, which is stable because each of its diagonal
/// entries outweighs the rest of its row. Beyond, BiCGSTAB on the sparse matrix (van der Vorst 1992), to a relative
/// residual of 10⁻¹², with Gauss–Seidel sweeps should it break down.
package struct PolicyEvaluator: Sendable {
  package static let denseLimit = 400
  /// What is left of the equations beyond that limit, relative to the rewards.
  package static let residual = 1e-12

  private let world: ReachableStates
  private let policy: [Double]
  private let factors: [Double]
  private let matrix: SparseRows?

  package init(_ world: ReachableStates, policy: [Double]) {
    self.world = world
    self.policy = policy
    let size = world.liveCount
    guard size <= Self.denseLimit else {
      factors = []
      matrix = SparseRows(world, policy: policy)
      return
    }
    matrix = nil
    var factors = [Double](repeating: 0, count: size * size)
    for state in 0..<size {
      factors[state * size + state] = 1
      for row in state * world.actionCount..<(state + 1) * world.actionCount {
        for index in world.rowStarts[row]..<world.rowStarts[row + 1] where world.successors[index] < size {
          factors[state * size + world.successors[index]] -= world.discount * policy[row] * world.probabilities[index]
        }
      }
    }
    DiagonallyDominant.factorise(&factors, size: size)
    self.factors = factors
  }

  /// V^π of each reachable state, for rewards on reachable rows.
  package func values(_ rewards: [Double]) -> [Double] {
    let actions = world.actionCount
    var values = (0..<world.liveCount).map { state in
      var sum = 0.0
      for row in state * actions..<(state + 1) * actions { sum += policy[row] * rewards[row] }
      return sum
    }
    if let matrix { return matrix.solve(values) }
    DiagonallyDominant.solve(factors, size: world.liveCount, &values)
    return values
  }
}

/// LU of a matrix whose diagonal outweighs the rest of each row, in place and without pivoting.
package enum DiagonallyDominant {
  package static func factorise(_ matrix: inout [Double], size: Int) {
    matrix.withUnsafeMutableBufferPointer { a in
      for pivot in 0..<size {
        let inverse = 1 / a[pivot * size + pivot]
        for row in pivot + 1..<max(size, pivot + 1) {
          let factor = a[row * size + pivot] * inverse
          a[row * size + pivot] = factor
          guard factor != 0 else { continue }
          for column in pivot + 1..<size { a[row * size + column] -= factor * a[pivot * size + column] }
        }
      }
    }
  }

  package static func solve(_ factors: [Double], size: Int, _ right: inout [Double]) {
    factors.withUnsafeBufferPointer { a in
      right.withUnsafeMutableBufferPointer { x in
        for row in 0..<size {
          var sum = x[row]
          for column in 0..<row { sum -= a[row * size + column] * x[column] }
          x[row] = sum
        }
        for row in stride(from: size - 1, through: 0, by: -1) {
          var sum = x[row]
          for column in row + 1..<max(size, row + 1) { sum -= a[row * size + column] * x[column] }
          x[row] = sum / a[row * size + row]
        }
      }
    }
  }
}
