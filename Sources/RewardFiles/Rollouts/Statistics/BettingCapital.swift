import Foundation

/// Capital of one who bets that a bounded quantity's mean is above zero: a process that grows only if it is.
///
/// With `x[t]` in −bound … bound and E[x[t] | past] ≤ 0, the capital Π (1 + λ[t] x[t]) with λ[t] known before x[t] is a
/// nonnegative supermartingale: the chance that it ever reaches 1/α is at most α (Ville), so it may be looked at after
/// every step. λ is Kelly's bet from the mean and variance seen so far (Waudby-Smith and Ramdas 2024).
package struct BettingCapital: Sendable {
  /// ln of the capital.
  package private(set) var logarithm = 0.0
  private let bound: Double
  private var (count, sum, squares) = (1.0, 0.0, 0.25)

  package init(bound: Double) { self.bound = bound }

  package mutating func observe(_ x: Double) {
    let mean = sum / count
    let variance = max(0.05, squares / count - mean * mean)
    let bet = min(0.7 / bound, max(0, mean / (variance + mean * mean)))
    logarithm += log1p(bet * x)
    count += 1
    sum += x
    squares += x * x
  }
}
