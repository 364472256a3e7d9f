import Compute
import Environments
import Foundation
import Rewards

/// The angle between two rewards in the space of directions along which policies can move.
///
/// 0 means that they order all stationary policies alike, 180° that they are opposed. Constants, potential shaping and
/// redistribution over successors have no part in it, and states that cannot be reached are left out.
///
/// Source: Karwowski et al., "Goodhart's law in reinforcement learning", ICLR 2024 (the projected angle).
public struct RewardAngle: Sendable {
  /// In degrees; nil if one of the rewards is trivial: the same return for every policy.
  public let degrees: Double?
  /// Whether the first reward pays every policy the same.
  public let firstIsTrivial: Bool
  /// Whether the second reward pays every policy the same.
  public let secondIsTrivial: Bool
  /// The dimension of the set of occupancies.
  public let dimension: Int

  /// The angle of two rewards on (state, action), [states × actions] each.
  ///
  /// - Throws: `InputError` for a reward of another size or with a number that is not finite.
  public init(_ first: [Double], _ second: [Double], in mdp: TabularMDP) throws {
    let projection = try ActingPart(of: mdp)
    let space = try RewardSpace(mdp)
    firstIsTrivial = try space.canonical(RewardTable(expected: first, in: mdp)).isTrivial
    secondIsTrivial = try space.canonical(RewardTable(expected: second, in: mdp)).isTrivial
    let (a, b) = (
      try projection.of(Vectors.unitScaled(first).values), try projection.of(Vectors.unitScaled(second).values)
    )
    degrees = firstIsTrivial || secondIsTrivial ? nil : Self.degrees(a, b)
    dimension = projection.dimension
  }

  /// Accurate for small angles, too, where the cosine is not.
  static func degrees(_ a: [Double], _ b: [Double]) -> Double {
    let (x, y) = (Vectors.norm(a), Vectors.norm(b))
    guard x > 0, y > 0 else { return 0 }
    let difference = Vectors.norm(zip(a, b).map { $0 / x - $1 / y })
    let sum = Vectors.norm(zip(a, b).map { $0 / x + $1 / y })
    return 2 * atan2(difference, sum) * 180 / .pi
  }
}

/// The orthogonal projection of rewards on (state, action) onto the span of differences of occupancies.
struct ActingPart {
  private let rows: [Int]
  private let shaping: Matrix
  let dimension: Int

  init(of mdp: TabularMDP) throws {
    let counting = mdp.countingStates
    let states = (0..<mdp.stateCount).filter { counting[$0] }
    let place = Dictionary(uniqueKeysWithValues: states.enumerated().map { ($1, $0) })
    rows = states.flatMap { state in (0..<mdp.actionCount).map { state * mdp.actionCount + $0 } }
    dimension = states.count * (mdp.actionCount - 1)
    // Column k: what a potential of 1 at state k adds to each reward.
    var matrix = Matrix(rows: rows.count, columns: states.count)
    for (index, row) in rows.enumerated() {
      matrix[index, index / mdp.actionCount] -= 1
      for transition in mdp.rowStarts[row]..<mdp.rowStarts[row + 1] {
        guard let column = place[mdp.successors[transition]] else { continue }
        matrix[index, column] += mdp.discount * mdp.probabilities[transition]
      }
    }
    shaping = matrix
  }

  func of(_ reward: [Double]) throws -> [Double] {
    let values = rows.map { reward[$0] }
    let (potential, _) = try LinearAlgebra.leastSquares(shaping, values)
    return Vectors.difference(values, shaping * potential)
  }
}
