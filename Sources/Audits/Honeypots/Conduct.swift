import Compute
import Environments

/// What somebody did in an episode, as a row of numbers with names: how often each action in each half (or what its
/// components were), the means of what was observed but for what tells the worlds apart, and the length.
package struct Conduct: Sendable {
  /// One for each number.
  package let names: [String]
  private let specification: EnvironmentSpecification
  private let columns: [Int]

  /// Of episodes in such a world, looking at these columns of the observation.
  package init(_ specification: EnvironmentSpecification, columns: [Int]) {
    self.specification = specification
    self.columns = columns
    var names: [String] = []
    for half in ["first half", "second half"] {
      switch specification.actionSpace {
      case .discrete(let actions): names += actions.map { "share of “\($0)” in the \(half)" }
      case .continuous(let box): names += (0..<box.count).map { "mean of action \($0) in the \(half)" }
      }
    }
    names += columns.map { "mean of \(specification.observationNames[$0])" }
    self.names = names + ["length"]
  }

  /// The numbers of one episode. Complexity: O(steps · observation size).
  package func numbers(_ trajectory: Trajectory) -> [Double] {
    var numbers: [Double] = []
    let count = trajectory.count
    for half in [0..<(count + 1) / 2, (count + 1) / 2..<count] {
      let share = 1 / Double(max(1, half.count))
      switch specification.actionSpace {
      case .discrete(let actions):
        var shares = [Double](repeating: 0, count: actions.count)
        for step in half { shares[Int(trajectory.actions[step])] += share }
        numbers += shares
      case .continuous(let box):
        for component in 0..<box.count {
          numbers.append(half.reduce(0) { $0 + share * Double(trajectory.actions[$1 * box.count + component]) })
        }
      }
    }
    let size = trajectory.observationSize
    for column in columns {
      var sum = 0.0
      for step in 0...count { sum += Double(trajectory.observations[step * size + column]) }
      numbers.append(sum / Double(count + 1))
    }
    numbers.append(Double(count))
    return numbers
  }
}
