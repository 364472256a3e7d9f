import Compute

/// The extreme Nash equilibria of a game of two agents, pure and mixed, by enumerating supports.
///
/// An agent's *corners* are the mixtures that the other's indifference settles: for each pair of equally many policies of
/// both, the mixture over the one set under which the other agent gains the same, and most, by all of the other set. Two
/// corners are an equilibrium where each plays only best answers to the other. In a game without ties (nondegenerate)
/// that finds all equilibria; in one with ties, which ``isDegenerate`` tells, it finds the corners of each set of
/// equilibria, of which every other equilibrium is a mixture.
///
/// Source: von Stengel, "Computing equilibria for two-person games", Handbook of Game Theory 3, 2002; extreme equilibria
/// are its section 2.5's.
package struct MixedEquilibria: Sendable {
  /// A probability for each policy of each agent, and what each gains.
  package struct Equilibrium: Sendable, Hashable {
    package let mixtures: [[Double]]
    package let payoffs: [Double]
  }

  package let equilibria: [Equilibrium]
  /// Whether an agent has more best answers than policies in the other's mixture, in some equilibrium: there may be
  /// infinitely many more, each a mixture of these.
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
    let (rows, columns) = (counts[0], counts[1])
    let (first, second) = (game.payoffs[0], game.payoffs[1])
    let ofFirst = SupportSolver(own: rows, others: columns, tolerance: game.tolerance) { second[$1 * columns + $0] }
    let ofSecond = SupportSolver(own: columns, others: rows, tolerance: game.tolerance) { first[$0 * columns + $1] }
    let replies = ofSecond.corners()
    var found: [Equilibrium] = []
    var degenerate = false
    for x in ofFirst.corners() {
      for y in replies where y.answers.isSuperset(of: x.support) && x.answers.isSuperset(of: y.support) {
        found.append(Equilibrium(mixtures: [x.mixture, y.mixture], payoffs: [y.value, x.value]))
        degenerate = degenerate || x.answers.count > x.support.count || y.answers.count > y.support.count
      }
    }
    equilibria = found
    isDegenerate = degenerate
  }

  private static func choose(_ n: Int, _ k: Int) -> Double {
    (0..<k).reduce(1.0) { $0 * Double(n - $1) / Double($1 + 1) }
  }
}

/// The corners of one agent's mixtures.
private struct SupportSolver {
  /// A mixture, the policies in it, the other agent's best answers to it, and what they gain the other.
  struct Corner {
    let mixture: [Double]
    let support: Set<Int>
    let answers: Set<Int>
    let value: Double
  }

  let own: Int
  let others: Int
  let tolerance: Double
  /// What the other agent gains by its policy against one's own.
  let gain: (_ other: Int, _ own: Int) -> Double

  /// Each once, small supports first.
  func corners() -> [Corner] {
    var found: [Corner] = []
    for size in 1...min(own, others) {
      for support in Self.subsets(own, size) {
        var ofSupport: [Corner] = []
        for answers in Self.subsets(others, size) {
          guard let corner = corner(support, answers),
            !ofSupport.contains(where: { isSame($0.mixture, corner.mixture) })
          else { continue }
          ofSupport.append(corner)
        }
        found += ofSupport
      }
    }
    return found
  }

  private func isSame(_ a: [Double], _ b: [Double]) -> Bool { zip(a, b).allSatisfy { abs($0 - $1) < 1e-9 } }

  private func corner(_ support: [Int], _ answers: [Int]) -> Corner? {
    guard let weights = mixture(support, making: answers) else { return nil }
    let gains = (0..<others).map { other in
      support.indices.reduce(0.0) { $0 + weights[$1] * gain(other, support[$1]) }
    }
    let value = gains.max()!
    let best = Set((0..<others).filter { gains[$0] >= value - tolerance })
    guard best.isSuperset(of: answers) else { return nil }
    var mixture = [Double](repeating: 0, count: own)
    for (index, policy) in support.enumerated() { mixture[policy] = weights[index] }
    return Corner(mixture: mixture, support: Set(support), answers: best, value: value)
  }

  /// Positive probabilities on `support` under which all of `answers` gain the same; nil where there are none, or where
  /// more than one mixture does it: those lie between corners with other answers.
  private func mixture(_ support: [Int], making answers: [Int]) -> [Double]? {
    let size = support.count
    if size == 1 { return [1] }
    var matrix = Matrix(rows: size, columns: size)
    for row in 0..<(size - 1) {
      for column in 0..<size {
        matrix.elements[row * size + column] =
          gain(answers[row], support[column]) - gain(answers[row + 1], support[column])
      }
    }
    for column in 0..<size { matrix.elements[(size - 1) * size + column] = 1 }
    var right = [Double](repeating: 0, count: size)
    right[size - 1] = 1
    guard let solution = try? LinearAlgebra.solve(matrix, right), solution.allSatisfy({ $0.isFinite && $0 > 1e-12 })
    else { return nil }
    return solution
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
