import Compute

/// The Markov chain of one policy in one world, ready to be solved: (I − γP) v = r for values, (I − γPᵀ) d = μ for
/// visits.
///
/// Up to ``denseLimit`` states by LU factors (LAPACK); beyond, by BiCGSTAB (van der Vorst 1992), finished by sweeps that
/// contract whatever it left, so the answer never depends on its good behaviour.
package struct PolicyDynamics {
  package static let denseLimit = 600

  let discount: Double
  let stateCount: Int
  /// Compressed rows of P without terminal rows; entries summed per successor are not merged.
  private var rowStarts: [Int] = [0]
  private var columns: [Int32] = []
  private var weights: [Double] = []

  package init(_ mdp: TabularMDP, _ policy: TabularPolicy) {
    precondition(
      policy.stateCount == mdp.stateCount && policy.actionCount == mdp.actionCount, "a policy for this world")
    discount = mdp.discount
    stateCount = mdp.stateCount
    rowStarts.reserveCapacity(stateCount + 1)
    for state in 0..<stateCount {
      if !mdp.isTerminal[state] {
        for action in 0..<mdp.actionCount {
          let share = policy.probabilities[state * mdp.actionCount + action]
          if share == 0 { continue }
          for index in mdp.transitions(state, action) where mdp.probabilities[index] > 0 {
            columns.append(Int32(mdp.successors[index]))
            weights.append(share * mdp.probabilities[index])
          }
        }
      }
      rowStarts.append(columns.count)
    }
  }

  /// v = r + γPv.
  package func values(_ rewards: [Double]) -> [Double] {
    stateCount <= Self.denseLimit ? dense(rewards, transposed: false) : iterate(rewards)
  }

  /// d = μ + γPᵀd: the discounted number of visits to each state.
  package func visits(_ start: [Double]) -> [Double] {
    let visits = stateCount <= Self.denseLimit ? dense(start, transposed: true) : transposed().iterate(start)
    // Rounding alone makes a number of visits negative.
    return visits.map { max($0, 0) }
  }

  private func dense(_ right: [Double], transposed: Bool) -> [Double] {
    var system = Matrix.identity(stateCount)
    for state in 0..<stateCount {
      for index in rowStarts[state]..<rowStarts[state + 1] {
        let column = Int(columns[index])
        let place = transposed ? column * stateCount + state : state * stateCount + column
        system.elements[place] -= discount * weights[index]
      }
    }
    // Only a discount within rounding of 1 makes it singular; sweeps then do what can be done.
    return (try? LinearAlgebra.solve(system, right)) ?? (transposed ? self.transposed().iterate(right) : iterate(right))
  }

  private func transposed() -> PolicyDynamics {
    var result = self
    var starts = [Int](repeating: 0, count: stateCount + 1)
    for column in columns { starts[Int(column) + 1] += 1 }
    for state in 0..<stateCount { starts[state + 1] += starts[state] }
    result.rowStarts = starts
    for state in 0..<stateCount {
      for index in rowStarts[state]..<rowStarts[state + 1] {
        let place = starts[Int(columns[index])]
        result.columns[place] = Int32(state)
        result.weights[place] = weights[index]
        starts[Int(columns[index])] += 1
      }
    }
    return result
  }

  /// result = x − γPx
  private func apply(_ x: [Double], into result: inout [Double]) {
    rowStarts.withUnsafeBufferPointer { rowStarts in
      columns.withUnsafeBufferPointer { columns in
        weights.withUnsafeBufferPointer { weights in
          x.withUnsafeBufferPointer { x in
            result.withUnsafeMutableBufferPointer { result in
              var index = 0
              for state in 0..<stateCount {
                var sum = 0.0
                let end = rowStarts[state + 1]
                while index < end {
                  sum += weights[index] * x[Int(columns[index])]
                  index += 1
                }
                result[state] = x[state] - discount * sum
              }
            }
          }
        }
      }
    }
  }

  private func iterate(_ right: [Double]) -> [Double] {
    let scale = right.reduce(0) { max($0, abs($1)) }
    guard scale > 0 else { return right }
    var x = stabilized(right, target: 1e-13 * scale)
    var product = right
    // Each sweep shrinks the error by γ in one norm or the other; what is left after the guess above takes few.
    let target = 1e-12 * scale
    for _ in 0..<100_000 {
      apply(x, into: &product)
      var worst = 0.0
      for state in 0..<stateCount {
        let residual = right[state] - product[state]
        worst = max(worst, abs(residual))
        x[state] += residual
      }
      if worst <= target { break }
    }
    return x
  }

  /// BiCGSTAB from zero; the best iterate it saw, whether or not it converged.
  private func stabilized(_ right: [Double], target: Double) -> [Double] {
    func dot(_ a: [Double], _ b: [Double]) -> Double {
      var sum = 0.0
      for index in 0..<stateCount { sum += a[index] * b[index] }
      return sum
    }
    var x = [Double](repeating: 0, count: stateCount)
    var best = x
    var residual = right
    var bestNorm = dot(right, right)
    let shadow = right
    var direction = right
    var product = x
    var half = x
    var halfProduct = x
    var rho = bestNorm
    let enough = target * target * Double(stateCount) * 0.01
    for _ in 0..<2_000 {
      apply(direction, into: &product)
      let alpha = rho / dot(shadow, product)
      guard alpha.isFinite else { break }
      for index in 0..<stateCount { half[index] = residual[index] - alpha * product[index] }
      apply(half, into: &halfProduct)
      let square = dot(halfProduct, halfProduct)
      let omega = square > 0 ? dot(halfProduct, half) / square : 0
      for index in 0..<stateCount {
        x[index] += alpha * direction[index] + omega * half[index]
        residual[index] = half[index] - omega * halfProduct[index]
      }
      let norm = dot(residual, residual)
      guard norm.isFinite else { break }
      if norm < bestNorm { (best, bestNorm) = (x, norm) }
      let next = dot(shadow, residual)
      let beta = (next / rho) * (alpha / omega)
      guard norm > enough, omega != 0, beta.isFinite else { break }
      rho = next
      for index in 0..<stateCount {
        direction[index] = residual[index] + beta * (direction[index] - omega * product[index])
      }
    }
    return best
  }
}
