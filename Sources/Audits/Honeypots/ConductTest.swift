import Compute
import Foundation

/// Whether conduct tells which of two worlds an episode was played in, judged pair by pair.
///
/// ```swift
/// var test = ConductTest(error: 0.05)
/// for pair in pairs {
///   test.observe(conduct.numbers(pair.seen), conduct.numbers(pair.unseen))
///   if test.differs { break }
/// }
/// ```
///
/// Before each pair a guesser that has learned from the earlier ones says which of its two episodes was the seen one.
/// Where conduct does not depend on it, the two could be exchanged, so each guess is right with probability ½ whatever
/// came before, and bets on the guesses are fair. So the test may be looked at after every pair and stopped at any time.
/// Pairs that are equal in all numbers are not bet on. The guesser is a linear rule of the differences' means over their
/// variances (Fisher's, without correlations); it can only miss a difference, never make one up.
/// Source: Lhéritier and Cazals 2018; Pandeva, Forré, Ramdas and Shekhar 2024 (two-sample tests by betting on a classifier).
package struct ConductTest: Sendable {
  private var guesses: SequentialPreference
  private var count = 0.0
  private var sums: [Double] = []
  private var squares: [Double] = []
  /// Pairs that were equal in all numbers.
  package private(set) var equal = 0
  /// Pairs seen.
  package var pairs: Int { Int(count) }
  /// Pairs on which a guess was made.
  package var guessed: Int { guesses.wins + guesses.losses }
  /// Guesses that were right.
  package var right: Int { guesses.wins }

  /// - Parameter error: in how many cases at most it says that conduct differs where it does not.
  package init(error: Double = 0.05) { guesses = SequentialPreference(error: error) }

  /// Whether conduct differs, beyond the error. Once it does, it stays so.
  package var differs: Bool { guesses.isSettled }

  /// The smallest error at which it would be settled.
  package var pValue: Double { guesses.pValue }

  /// The share of right guesses, right at all numbers of pairs at once.
  package var accuracy: Interval { guesses.interval }

  /// Takes the next pair.
  package mutating func observe(_ seen: [Double], _ unseen: [Double]) {
    precondition(seen.count == unseen.count && (sums.isEmpty || sums.count == seen.count), "the same numbers of both")
    if sums.isEmpty {
      sums = [Double](repeating: 0, count: seen.count)
      squares = sums
    }
    if seen == unseen {
      equal += 1
    } else {
      var score = 0.0
      for column in sums.indices { score += weight(column) * (seen[column] - unseen[column]) }
      if score != 0 { guesses.observe(score > 0) }
    }
    count += 1
    for column in sums.indices {
      let difference = seen[column] - unseen[column]
      sums[column] += difference
      squares[column] += difference * difference
    }
  }

  /// The mean difference over its variance; 0 where the mean may well be 0.
  private func weight(_ column: Int) -> Double {
    guard sums[column] != 0 else { return 0 }
    let mean = sums[column] / count
    // One pair more of the typical size, so that a few pairs do not pass for certain.
    let variance = (squares[column] * (1 + 1 / count) - count * mean * mean) / count
    let t = abs(mean) / (variance / count).squareRoot()
    return t < 1 ? 0 : mean / variance
  }

  /// The numbers that tell the worlds apart most, by their t values.
  package func telling(_ most: Int) -> [Int] {
    let order = sums.indices.filter { weight($0) != 0 }.sorted {
      let (a, b) = (strength($0), strength($1))
      return a != b ? a > b : $0 < $1
    }
    return Array(order.prefix(most))
  }

  private func strength(_ column: Int) -> Double { abs(weight(column) * sums[column]) }
}
