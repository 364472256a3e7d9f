import Compute

/// How the comparisons of a run are spread over its iterations.
///
/// Weights at n points t evenly from 0 to 1: 1, 1 / (1 + t), 1 / (1 + t²), as in `imitation`; or, in round i of n, 1 − i/n
/// and 1 / (1 − i/n), as in B-Pref, whose rounds stand at their share of the run.
public enum QuestionSchedule: String, Codable, Sendable, Hashable, CaseIterable {
  /// The same number in every iteration.
  case constant
  /// Fewer later, as 1 / (1 + t): at the end half of what there was at the beginning.
  case hyperbolic
  /// Fewer later, as 1 / (1 + t²): later to fall, and to the same half.
  case inverseQuadratic = "inverse-quadratic"
  /// Fewer later, in proportion to what is left of the run (B-Pref's schedule 1).
  case linear
  /// More later, in inverse proportion to what is left of the run (B-Pref's schedule 2).
  case rising

  func weight(_ round: Int, of rounds: Int) -> Double {
    let t = rounds == 1 ? 0 : Double(round) / Double(rounds - 1)
    return switch self {
    case .constant: 1
    case .hyperbolic: 1 / (1 + t)
    case .inverseQuadratic: 1 / (1 + t * t)
    case .linear: Double(rounds - round) / Double(rounds)
    case .rising: Double(rounds) / Double(rounds - round)
    }
  }

  /// Comparisons per iteration: first the initial share (rounded down), asked before the agent has learnt anything,
  /// then `iterations` more numbers; their sum is `total`, exactly.
  ///
  /// The rest is split in proportion to the weights and rounded so that the sum is kept and no share moves by 1 or
  /// more: all are rounded down, and what is missing goes to the largest fractions (of equal ones, the earliest).
  ///
  /// - Throws: `InputError` for negative numbers, or an initial share outside 0 ... 1.
  public func comparisons(total: Int, initialShare: Double = 0.1, iterations: Int) throws -> [Int] {
    guard total >= 0 else { throw InputError("the number of comparisons is \(total)", remedy: "use 0 or more") }
    guard iterations > 0 else { throw InputError("the number of iterations is \(iterations)", remedy: "use 1 or more") }
    guard initialShare >= 0, initialShare <= 1 else {
      throw InputError("the initial share of comparisons is \(initialShare)", remedy: "use a number of 0 ... 1")
    }
    return split(total, initial: Int(Double(total) * initialShare), iterations: iterations)
  }

  /// The same with so many questions in the first round, of `total` at most.
  package func split(_ total: Int, initial: Int, iterations: Int) -> [Int] {
    let rest = total - initial
    let weights = (0..<iterations).map { weight($0, of: iterations) }
    let sum = weights.reduce(0, +)
    let shares = weights.map { $0 / sum * Double(rest) }
    var counts = shares.map { Int($0.rounded(.down)) }
    let missing = rest - counts.reduce(0, +)
    let byFraction = shares.indices.sorted {
      let fractions = (shares[$0] - shares[$0].rounded(.down), shares[$1] - shares[$1].rounded(.down))
      return fractions.0 == fractions.1 ? $0 < $1 : fractions.0 > fractions.1
    }
    for index in byFraction.prefix(max(0, missing)) { counts[index] += 1 }
    return [initial] + counts
  }
}
