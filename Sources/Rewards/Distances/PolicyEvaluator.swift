import Compute

/// Values of one policy for any number of rewards: factorised once where the world is small, iterated where it is large.
///
/// Up to ``denseLimit`` states I − γP is factorised without pivoting, which is stable because each of its diagonal
/// entries outweighs the rest of its row. Beyond, BiCGSTAB on the sparse matrix (van der Vorst 1992), to a
/// residual, looked at and not only believed, of no more than 10⁻¹² of the largest reward; by Gauss–Seidel sweeps should
/// it break down.
package struct PolicyEvaluator: Sendable {
  package static let denseLimit = 400
  /// What is left of each equation beyond that limit, relative to the largest reward.
  package static let residual = 1e-12

  /// What the exact variants leave of each equation, relative to the largest number in it: a few roundings.
  package static let exactResidual = 16 * Double.roundingUnit

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
  ///
  /// - Parameter guess: values near these, which save time where the world is large.
  package func values(_ rewards: [Double], near guess: [Double]? = nil) -> [Double] {
    var values = paid(rewards)
    if let matrix { return matrix.solve(values, from: guess, residual: Self.residual) }
    DiagonallyDominant.solve(factors, size: world.liveCount, &values)
    return values
  }

  /// V^π to a few roundings of the values.
  package func exactValues(_ rewards: [Double], near guess: [Double]? = nil) -> [Double] {
    guard let matrix else { return values(rewards) }
    return matrix.solve(paid(rewards), from: guess, residual: 0, rounding: Self.exactResidual)
  }

  /// The discounted number of visits to each state, to a few roundings of the largest.
  package func visits() -> [Double] {
    let matrix = (matrix ?? SparseRows(world, policy: policy)).transposed()
    // Rounding alone makes a number of visits negative.
    return matrix.solve(world.start, residual: 0, rounding: Self.exactResidual).map { max(0, $0) }
  }

  /// The mean reward in each state.
  private func paid(_ rewards: [Double]) -> [Double] {
    let actions = world.actionCount
    return (0..<world.liveCount).map { state in
      var sum = 0.0
      for row in state * actions..<(state + 1) * actions { sum += policy[row] * rewards[row] }
      return sum
    }
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
