import Compute
import Environments

/// A finite view of a world: each component of an observation in one of a few bins that hold equally many of the
/// observations seen, and a state for each combination that was met.
struct ObservationBins {
  /// [components]: the bins' inner ends, ascending; fewer where values are repeated.
  let edges: [[Float]]
  private let numbers: [[UInt8]: Int]
  private let rows: [[UInt8]]

  init(_ trajectories: [Trajectory], count: Int) {
    let size = trajectories.first?.observationSize ?? 0
    edges = (0..<size).map { component in
      let values = trajectories.flatMap { trajectory in
        stride(from: component, to: trajectory.observations.count, by: size).map { trajectory.observations[$0] }
      }.sorted()
      let ends = (1..<count).map { values[$0 * values.count / count] }
      return Array(Set(ends)).sorted().filter { $0 > values[0] }
    }
    var numbers: [[UInt8]: Int] = [:]
    var rows: [[UInt8]] = []
    for trajectory in trajectories {
      for step in 0...trajectory.count {
        let row = Self.row(trajectory, step, edges)
        guard numbers[row] == nil else { continue }
        numbers[row] = rows.count
        rows.append(row)
      }
    }
    (self.numbers, self.rows) = (numbers, rows)
  }

  private static func row(_ trajectory: Trajectory, _ step: Int, _ edges: [[Float]]) -> [UInt8] {
    edges.enumerated().map { component, edges in
      let value = trajectory.observations[step * trajectory.observationSize + component]
      return UInt8(edges.count { value >= $0 })
    }
  }

  /// States and actions of one of the trajectories that the bins were made of.
  func steps(of trajectory: Trajectory) -> (states: [Int], actions: [Int]) {
    (
      (0..<trajectory.count).map { numbers[Self.row(trajectory, $0, edges)] ?? 0 }, trajectory.actions.map { Int($0) }
    )
  }

  /// The table of what was seen: shares of successors and mean rewards. What was never tried leads to a state of its own
  /// that is never left and pays nothing; all ends are one state.
  func world(_ trajectories: [Trajectory], actionCount: Int) throws -> TabularWorld {
    let (end, unknown, states) = (rows.count, rows.count + 1, rows.count + 2)
    var counts = [[Int: Int]](repeating: [:], count: states * actionCount)
    var sums = [Double](repeating: 0, count: states * actionCount)
    var starts = [Double](repeating: 0, count: states)
    for trajectory in trajectories where trajectory.count > 0 {
      let (places, actions) = steps(of: trajectory)
      starts[places[0]] += 1
      for (step, action) in actions.enumerated() {
        let isLast = step + 1 == trajectory.count
        let next =
          isLast && trajectory.terminated ? end : numbers[Self.row(trajectory, step + 1, edges)] ?? unknown
        counts[places[step] * actionCount + action][next, default: 0] += 1
        sums[places[step] * actionCount + action] += Double(trajectory.rewards[step])
      }
    }
    var (rowStarts, successors, probabilities) = ([0], [Int](), [Double]())
    for (row, seen) in counts.enumerated() {
      let total = seen.values.reduce(0, +)
      if total == 0 {
        successors.append(row / actionCount >= end ? row / actionCount : unknown)
        probabilities.append(1)
      } else {
        for (next, count) in seen.sorted(by: { $0.key < $1.key }) {
          successors.append(next)
          probabilities.append(Double(count) / Double(total))
        }
        sums[row] /= Double(total)
      }
      rowStarts.append(successors.count)
    }
    let total = starts.reduce(0, +)
    let mdp = try TabularMDP(
      stateCount: states, actionCount: actionCount, rowStarts: rowStarts, successors: successors,
      probabilities: probabilities, rewards: sums, start: starts.map { $0 / total },
      isTerminal: (0..<states).map { $0 == end }, discount: 0.99)
    // The end and what is unknown show values that no bin has.
    let shown = rows.flatMap { $0.map(Float.init) } + [Float](repeating: -1, count: 2 * edges.count)
    return TabularWorld(
      mdp: mdp, observations: shown, observationSize: edges.count, featureNames: [], features: [], trueWeights: [])
  }
}
