import Compute
import Foundation

/// The exact, convex twin of CoinRun: a grid in which the coin lies in one corner of most training levels, and a policy
/// that is trained in closed form.
///
/// Four moves, and one against the wall does nothing. The policy is a softmax of w · (progress towards the coin, progress
/// towards the corner), progress being the Manhattan distance before a move less that after it. It is fitted by Newton's
/// method to an expert that moves evenly among the moves that bring it nearer to the coin: mean cross-entropy plus half a
/// ridge times ‖w‖². Every cell but the coin's counts as a state of a level, and all alike.
///
/// In training the coin lies in the corner with probability 1 − p, and in any of the cells alike with probability p.
package struct CoinTwin: Sendable, Hashable {
  /// Rows and columns.
  package var size = 7
  /// Of the penalty on the weights.
  package var ridge = 1e-3

  package init() {}

  /// The weights of progress towards the coin and towards the corner.
  package struct Weights: Sendable, Hashable {
    package var coin: Double
    package var corner: Double
  }

  private static let moves: [(Int, Int)] = [(-1, 0), (1, 0), (0, -1), (0, 1)]
  private var cells: Int { size * size }
  private var corner: Int { cells - 1 }

  private func after(_ cell: Int, _ move: (Int, Int)) -> Int {
    let row = min(max(cell / size + move.0, 0), size - 1)
    let column = min(max(cell % size + move.1, 0), size - 1)
    return row * size + column
  }

  private func distance(_ a: Int, _ b: Int) -> Int { abs(a / size - b / size) + abs(a % size - b % size) }

  /// Progress of each move towards a cell.
  private func progress(from cell: Int, to target: Int) -> [Double] {
    Self.moves.map { Double(distance(cell, target) - distance(after(cell, $0), target)) }
  }

  private func law(_ weights: Weights, from cell: Int, coin: Int) -> [Double] {
    let logits = zip(progress(from: cell, to: coin), progress(from: cell, to: corner)).map {
      weights.coin * $0 + weights.corner * $1
    }
    let most = logits.max() ?? 0
    let parts = logits.map { exp($0 - most) }
    let total = parts.reduce(0, +)
    return parts.map { $0 / total }
  }

  /// The weights at the minimum of the loss, to rounding: it is strictly convex.
  ///
  /// - Parameter share: of the levels in which the coin may lie anywhere: p.
  package func trained(share: Double) throws -> Weights {
    var weights = Weights(coin: 0, corner: 0)
    // Newton's method from 0 needs about eight steps here; the limit guards against rounding that never settles.
    for _ in 0..<100 {
      let (gradient, hessian) = slope(weights, share: share)
      let step = try LinearAlgebra.solve(hessian, gradient)
      weights.coin -= step[0]
      weights.corner -= step[1]
      if max(abs(step[0]), abs(step[1])) < 1e-13 { break }
    }
    return weights
  }

  /// Gradient and Hessian of the loss.
  package func slope(_ weights: Weights, share: Double) -> (gradient: [Double], hessian: Matrix) {
    var gradient = [ridge * weights.coin, ridge * weights.corner]
    var hessian = Matrix.diagonal([ridge, ridge])
    for coin in 0..<cells {
      let weight = (share / Double(cells) + (coin == corner ? 1 - share : 0)) / Double(cells - 1)
      guard weight > 0 else { continue }
      for cell in 0..<cells where cell != coin {
        let features = [progress(from: cell, to: coin), progress(from: cell, to: corner)]
        let law = law(weights, from: cell, coin: coin)
        let good = features[0].count { $0 > 0 }
        let means = features.map { zip(law, $0).reduce(0) { $0 + $1.0 * $1.1 } }
        for a in 0..<2 {
          let expert = zip(features[0], features[a]).reduce(0) { $1.0 > 0 ? $0 + $1.1 / Double(good) : $0 }
          gradient[a] += weight * (means[a] - expert)
          for b in 0..<2 {
            let square = (0..<4).reduce(0) { $0 + law[$1] * features[a][$1] * features[b][$1] }
            hessian[a, b] += weight * (square - means[a] * means[b])
          }
        }
      }
    }
    return (gradient, hessian)
  }

  /// How probable it is that the corner is reached before the coin, on average over the coins that lie in neither the
  /// corner nor the start; exact, by the absorption of the chain.
  ///
  /// - Parameters:
  ///   - weights: of the policy.
  ///   - start: row and column.
  package func failure(_ weights: Weights, start: (row: Int, column: Int)) throws -> Double {
    let first = start.row * size + start.column
    precondition((0..<size).contains(start.row) && (0..<size).contains(start.column) && first != corner, "a start")
    let coins = (0..<cells).filter { $0 != corner && $0 != first }
    return try coins.reduce(0) { sum, coin in
      let transient = (0..<cells).filter { $0 != corner && $0 != coin }
      let numbers = Dictionary(uniqueKeysWithValues: transient.enumerated().map { ($1, $0) })
      var system = Matrix.identity(transient.count)
      var reached = [Double](repeating: 0, count: transient.count)
      for (row, cell) in transient.enumerated() {
        for (move, chance) in zip(Self.moves, law(weights, from: cell, coin: coin)) {
          let next = after(cell, move)
          if next == corner {
            reached[row] += chance
          } else if let column = numbers[next] {
            system[row, column] -= chance
          }
        }
      }
      let solution = try LinearAlgebra.solve(system, reached)
      return sum + (numbers[first].map { solution[$0] } ?? 0)
    } / Double(coins.count)
  }
}
