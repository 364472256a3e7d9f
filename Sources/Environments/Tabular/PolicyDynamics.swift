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
  /// Compressed rows of P without terminal ones; several actions may lead to one successor.
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
  ///
  /// - Parameter guess: values near these, which save sweeps; the answer is the same to rounding.
  package func values(_ rewards: [Double], near guess: [Double]? = nil) -> [Double] {
    stateCount <= Self.denseLimit ? dense(rewards, transposed: false) : iterate(rewards, near: guess)
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
    let rowStarts = rowStarts.span
    let columns = columns.span
    let weights = weights.span
    let x = x.span
    var result = result.mutableSpan
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

  private func iterate(_ right: [Double], near guess: [Double]? = nil) -> [Double] {
    let scale = right.reduce(0) { max($0, abs($1)) }
    guard scale > 0 else { return right }
    let target = 1e-13 * scale
    var x = guess ?? [Double](repeating: 0, count: stateCount)
    for attempt in 0..<20 {
      if stabilize(&x, right, target: target, attempt: attempt) { break }
    }
    // Each sweep shrinks the error by γ in one norm or the other; after the guess above few are needed.
    var product = right
    for _ in 0..<100_000 {
      apply(x, into: &product)
      var worst = 0.0
      for state in 0..<stateCount {
        let residual = right[state] - product[state]
        worst = max(worst, abs(residual))
        x[state] += residual
      }
      if worst <= 10 * target { break }
    }
    return x
  }

  /// BiCGSTAB from `x`, which becomes the best iterate seen; whether it is good enough. Each attempt has another shadow
  /// residual, drawn at random: the usual one, the residual itself, breaks down where a chain runs one way.
  private func stabilize(_ x: inout [Double], _ right: [Double], target: Double, attempt: Int) -> Bool {
    var stream = RandomSource(seed: 0).stream("policy dynamics/shadow", attempt)
    let shadow = (0..<stateCount).map { _ in stream.uniform(-1, 1) }
    var product = x
    apply(x, into: &product)
    var residual = zip(right, product).map { $0 - $1 }
    var current = x
    var bestNorm = Vectors.dot(residual, residual)
    let enough = target * target
    guard bestNorm > enough else { return true }
    var direction = residual
    var half = residual
    var halfProduct = residual
    var rho = Vectors.dot(shadow, residual)
    for _ in 0..<500 {
      apply(direction, into: &product)
      let alpha = rho / Vectors.dot(shadow, product)
      guard alpha.isFinite else { return false }
      for index in 0..<stateCount { half[index] = residual[index] - alpha * product[index] }
      apply(half, into: &halfProduct)
      let square = Vectors.dot(halfProduct, halfProduct)
      let omega = square > 0 ? Vectors.dot(halfProduct, half) / square : 0
      for index in 0..<stateCount {
        current[index] += alpha * direction[index] + omega * half[index]
        residual[index] = half[index] - omega * halfProduct[index]
      }
      let norm = Vectors.dot(residual, residual)
      guard norm.isFinite else { return false }
      if norm < bestNorm { (x, bestNorm) = (current, norm) }
      if norm <= enough { return true }
      let next = Vectors.dot(shadow, residual)
      let beta = (next / rho) * (alpha / omega)
      guard omega != 0, beta.isFinite else { return false }
      rho = next
      for index in 0..<stateCount {
        direction[index] = residual[index] + beta * (direction[index] - omega * product[index])
      }
    }
    return false
  }
}
