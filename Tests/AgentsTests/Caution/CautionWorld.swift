import Agents
import Compute
import Environments
import Foundation

/// Five states, three actions, four rewards and a reference policy, all by formulas, so that an independent program can
/// build them as well: SciPy (HiGHS) for linear programs, CVXPY (Clarabel) for cones, sweeps of NumPy for the rest.
enum CautionWorld {
  static let (states, actions) = (5, 3)

  static func mdp() throws -> TabularMDP {
    var transitions: [Double] = []
    for state in 0..<states {
      for action in 0..<actions {
        let row = (0..<states).map { next in Double(1 + (3 * state + 5 * action + 7 * next) % 11) }
          .map { $0 < 4 ? 0 : $0 }
        let sum = row.reduce(0, +)
        transitions += row.map { $0 / sum }
      }
    }
    return try TabularMDP(
      states: states, actions: actions, transitions: transitions, start: [0.5, 0.3, 0.2, 0, 0], discount: 0.9)
  }

  static let rewards: [[Double]] = (0..<4).map { member in (0..<15).map { reward(Double(member), $0) } }

  private static func reward(_ member: Double, _ row: Int) -> Double {
    let (state, action) = (Double(row / 3), Double(row % 3))
    let own: Double = sin(1 + 2.3 * member + 1.7 * state + 0.9 * action * (state + 1))
    let common: Double = cos(state * action + 0.3 * state + action)
    return 0.5 * own + common
  }

  static let weights = [0.4, 0.3, 0.2, 0.1]

  static let reference: TabularPolicy = {
    let shares = (0..<15).map { (row: Int) -> Double in Double(1 + (row / 3 + 2 * (row % 3)) % 4) }
    let rows = (0..<15).map { (row: Int) -> Double in
      let first = row / 3 * 3
      return shares[row] / (shares[first] + shares[first + 1] + shares[first + 2])
    }
    return TabularPolicy(probabilities: rows, actionCount: 3)
  }()

  static let cost: [Double] = (0..<15).map { (row: Int) -> Double in Double((row / 3 * 2 + row % 3) % 3) }

  static func problem() throws -> CautionProblem {
    try CautionProblem(mdp(), rewards: rewards, weights: weights, reference: reference)
  }

  /// One decision between so many actions, after which nothing happens: options, as in a bandit.
  static func decision(_ actions: Int) throws -> TabularMDP {
    try TabularMDP(
      stateCount: 2, actionCount: actions, rowStarts: Array(0...2 * actions),
      successors: [Int](repeating: 1, count: 2 * actions), probabilities: [Double](repeating: 1, count: 2 * actions),
      rewards: [Double](repeating: 0, count: 2 * actions), start: [1, 0], isTerminal: [false, true], discount: 0.9)
  }

  /// The rewards of a decision's options.
  static func options(_ rewards: [Double]) -> [Double] { rewards + rewards.map { _ in 0 } }
}

extension CautionRule {
  /// Without randomness.
  func chosen(_ problem: CautionProblem) throws -> CautionChoice {
    var stream = RandomSource(seed: 1).stream("caution")
    return try choose(in: problem, random: &stream)
  }
}

func isNear(_ a: Double, _ b: Double, _ tolerance: Double = 1e-7) -> Bool { abs(a - b) <= tolerance * max(1, abs(b)) }

func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0.0) { $0 + $1.0 * $1.1 } }

/// To the eight digits that were copied.
func areNear(_ values: [Double], from first: Int, _ expected: [Double]) -> Bool {
  expected.indices.allSatisfy { abs(values[first + $0] - expected[$0]) < 1e-7 }
}
