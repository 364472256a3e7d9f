import Compute

/// The Nash equilibria of a game of two agents, mixed ones too, by enumerating supports.
///
/// For each pair of equally many policies of both agents the mixtures that make the other one indifferent are solved
/// for, and kept where they are mixtures and nobody gains by leaving. In a game without ties (nondegenerate) that finds
/// all equilibria; ``isDegenerate`` says where a best answer goes beyond a support, so that there may be more, even
/// infinitely many.
///
/// Source: von Stengel, "Computing equilibria for two-person games", Handbook of Game Theory 3, 2002.
package struct MixedEquilibria: Sendable {
  /// A probability for each policy of each agent, and what each gains.
  package struct Equilibrium: Sendable, Hashable {
    package let mixtures: [[Double]]
    package let payoffs: [Double]
  }

  package let equilibria: [Equilibrium]
  package let isDegenerate: Bool

  /// Pairs of supports that are tried at most.
  package static let mostSupports = 500_000

  /// - Throws: `InputError` unless there are two agents, and where there are too many supports.
  package init(_ game: DiagramGame) throws {
    guard game.agents.count == 2 else {
      throw InputError(
        "mixed equilibria are found for two agents, and there are \(game.agents.count)", at: game.diagram.name,
        remedy: "look at the pure ones")
    }
    let counts = game.policies.map(\.count)
    let most = counts.min()!
    var pairs = 0.0
    for size in 1...most { pairs += Self.choose(counts[0], size) * Self.choose(counts[1], size) }
    guard pairs <= Double(Self.mostSupports) else {
      throw InputError(
        "\(counts[0]) and \(counts[1]) policies have too many supports", at: game.diagram.name,
        remedy: "at most \(Self.mostSupports) pairs are tried; look at the pure equilibria")
    }
    let solver = SupportSolver(game)
    var found: [Equilibrium] = []
    var degenerate = false
    for size in 1...most {
      for first in Self.subsets(counts[0], size) {
        for second in Self.subsets(counts[1], size) {
          guard let (equilibrium, ties) = try solver.equilibrium(first, second) else { continue }
          found.append(equilibrium)
          degenerate = degenerate || ties
        }
      }
    }
    equilibria = found
    isDegenerate = degenerate
  }

  private static func choose(_ n: Int, _ k: Int) -> Double {
    (0..<k).reduce(1.0) { $0 * Double(n - $1) / Double($1 + 1) }
  }

  private static func subsets(_ count: Int, _ size: Int) -> [[Int]] {
    var found: [[Int]] = []
    var chosen = Array(0..<size)
    while true {
      found.append(chosen)
      guard let last = chosen.indices.last(where: { chosen[$0] < count - size + $0 }) else { return found }
      chosen[last] += 1
      for index in (last + 1)..<max(last + 1, size) { chosen[index] = chosen[index - 1] + 1 }
    }
  }
}

private struct SupportSolver {
  let rows: Int
  let columns: Int
  let first: [Double]
  let second: [Double]
  let tolerance: Double

  init(_ game: DiagramGame) {
    rows = game.policies[0].count
    columns = game.policies[1].count
    first = game.payoffs[0]
    second = game.payoffs[1]
    tolerance = game.tolerance
  }

  /// The mixtures on these supports that leave the other agent indifferent, where nobody gains by leaving them; and
  /// whether somebody could do as well outside a support.
  func equilibrium(_ a: [Int], _ b: [Int]) throws -> (MixedEquilibria.Equilibrium, ties: Bool)? {
    guard
      let y = mixture(b, making: a, payoff: { first[$0 * columns + $1] }),
      let x = mixture(a, making: b, payoff: { second[$1 * columns + $0] })
    else { return nil }
    let forFirst = (0..<rows).map { row in b.indices.reduce(0) { $0 + y[$1] * first[row * columns + b[$1]] } }
    let forSecond = (0..<columns).map { column in a.indices.reduce(0) { $0 + x[$1] * second[a[$1] * columns + column] }
    }
    let values = (forFirst[a[0]], forSecond[b[0]])
    guard forFirst.allSatisfy({ $0 <= values.0 + tolerance }), forSecond.allSatisfy({ $0 <= values.1 + tolerance })
    else { return nil }
    let ties =
      (0..<rows).contains { !a.contains($0) && forFirst[$0] >= values.0 - tolerance }
      || (0..<columns).contains { !b.contains($0) && forSecond[$0] >= values.1 - tolerance }
    var mixtures = [[Double](repeating: 0, count: rows), [Double](repeating: 0, count: columns)]
    for (index, policy) in a.enumerated() { mixtures[0][policy] = x[index] }
    for (index, policy) in b.enumerated() { mixtures[1][policy] = y[index] }
    return (MixedEquilibria.Equilibrium(mixtures: mixtures, payoffs: [values.0, values.1]), ties)
  }

  /// Positive probabilities on `own` under which all of `others` gain the same; nil where there are none.
  private func mixture(_ own: [Int], making others: [Int], payoff: (Int, Int) -> Double) -> [Double]? {
    let size = own.count
    if size == 1 { return [1] }
    var matrix = Matrix(rows: size, columns: size)
    for row in 0..<(size - 1) {
      for column in 0..<size {
        matrix.elements[row * size + column] = payoff(others[row], own[column]) - payoff(others[row + 1], own[column])
      }
    }
    for column in 0..<size { matrix.elements[(size - 1) * size + column] = 1 }
    var right = [Double](repeating: 0, count: size)
    right[size - 1] = 1
    // A singular system has no mixture of its own: its equilibria, if any, show as ties elsewhere.
    guard let solution = try? LinearAlgebra.solve(matrix, right), solution.allSatisfy({ $0.isFinite && $0 > 1e-12 })
    else { return nil }
    return solution
  }
}
