import Foundation

/// What an agent does in one cell, for every set of watered tomatoes.
///
/// One action after the other for all sets, so that the passes over the tables are plain loops.
struct TomatoChoices {
  private let rule: TomatoRule
  private let cell: Int
  /// The tables of a plan, [cells × sets].
  private let paid: UnsafeBufferPointer<Double>
  private let divergence: UnsafeBufferPointer<Double>
  /// The logarithms of the weights by where an action leads to, [cells × sets].
  private let logits: UnsafeBufferPointer<Double>
  private let destinations: [Int]

  /// Choices by these tables, which have to outlive them.
  init(
    _ rule: TomatoRule, cell: Int, paid: UnsafeBufferPointer<Double>, divergence: UnsafeBufferPointer<Double>,
    logits: UnsafeBufferPointer<Double>
  ) {
    self.rule = rule
    self.cell = cell
    self.paid = paid
    self.divergence = divergence
    self.logits = logits
    destinations = TomatoGarden.destinations[cell]
  }

  /// The probability of each action: [actions][sets].
  func probabilities() -> [[Double]] {
    let sets = TomatoGarden.sets
    var result: [[Double]] = []
    withWeights { weights, sums, _ in
      result = destinations.indices.map { action in
        (0..<sets).map { weights[action * sets + $0] / sums[$0] }
      }
    }
    return result
  }

  /// What being in this cell is worth, by what the agent is paid and by the divergence: [sets] each.
  func back(up row: UnsafeMutableBufferPointer<Double>, _ rowD: UnsafeMutableBufferPointer<Double>) {
    let sets = TomatoGarden.sets
    let discount = TomatoPlan.discount
    withWeights { weights, sums, logits in
      for set in 0..<sets {
        row[set] =
          rule.paidByUtility ? TomatoGarden.utility(set) : TomatoGarden.proxy(cell: cell, set: set)
      }
      let shares = sums + 2 * sets
      for set in 0..<sets { shares[set] = discount / sums[set] }
      for (action, destination) in destinations.enumerated() {
        let (weight, old) = (weights + action * sets, paid.baseAddress! + destination * sets)
        for set in 0..<sets { row[set] += weight[set] * shares[set] * old[set] }
      }
      guard let (floor, now) = rule.divergence else {
        for set in 0..<sets { rowD[set] = 0 }
        return
      }
      let base = 1 / Double(destinations.count)
      // The logarithm of a probability is its logit less the highest and less the logarithm of the sum.
      for set in 0..<sets { rowD[set] = 0 }
      withUnsafeTemporaryAllocation(of: Double.self, capacity: sets) { norms in
        for set in 0..<sets { norms[set] = log(sums[set] * base) }
        for (action, destination) in destinations.enumerated() {
          let (weight, logit) = (weights + action * sets, logits + action * sets)
          let old = divergence.baseAddress! + destination * sets
          for set in 0..<sets {
            let discounted = weight[set] * shares[set]
            let p = discounted / discount
            let term = p > floor && base > floor ? now * p * (logit[set] - norms[set]) : 0
            rowD[set] += term + discounted * old[set]
          }
        }
      }
    }
  }

  /// Calls `body` with the actions' weights, [actions × sets], their sums, [sets], and the logits of the weights, the
  /// highest of which is 0.
  private func withWeights(
    _ body: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) -> Void
  ) {
    let (sets, actions) = (TomatoGarden.sets, destinations.count)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: (2 * actions + 3) * sets) { memory in
      let weights = memory.baseAddress!
      let logits = weights + actions * sets
      let (sums, highest) = (logits + actions * sets, logits + (actions + 1) * sets)
      let tables = destinations.map { self.logits.baseAddress! + $0 * sets }
      for set in 0..<sets {
        sums[set] = 0
        highest[set] = tables[0][set]
      }
      for table in tables.dropFirst() {
        for set in 0..<sets { highest[set] = max(highest[set], table[set]) }
      }
      for (action, table) in tables.enumerated() {
        for set in stride(from: 0, to: sets, by: 8) {
          let logit = SIMD8<Double>(at: table + set) - SIMD8<Double>(at: highest + set)
          logit.write(to: logits + action * sets + set)
          let weight = logit.exponential()
          weight.write(to: weights + action * sets + set)
          let sum = SIMD8<Double>(at: sums + set) + weight
          sum.write(to: sums + set)
        }
      }
      body(weights, sums, logits)
    }
  }
}
