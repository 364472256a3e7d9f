import Compute
import Environments
import Rewards

/// Transitions of the agent's experience, spread evenly over it: where the reward is looked at.
struct SampledTransitions {
  let specification: EnvironmentSpecification
  let width: Int
  let actionWidth: Int
  var observations: [Float] = []
  var actions: [Float] = []
  var next: [Float] = []
  var count: Int { observations.count / width }

  init(_ trajectories: [Trajectory], _ specification: EnvironmentSpecification, limit: Int) {
    self.specification = specification
    width = specification.observationSpace.count
    actionWidth = specification.actionSpace.rowSize
    let all = trajectories.reduce(0) { $0 + $1.count }
    let stride = max(1, all / limit)
    var place = 0
    for trajectory in trajectories {
      for step in 0..<trajectory.count {
        defer { place += 1 }
        guard place % stride == 0 else { continue }
        observations += trajectory.observations[step * width..<(step + 1) * width]
        next += trajectory.observations[(step + 1) * width..<(step + 2) * width]
        actions += trajectory.actions[step * actionWidth..<(step + 1) * actionWidth]
      }
    }
  }

  /// Laid end to end the transitions make one trajectory in which every second step is one of them and the others lead
  /// from one to the next; those are left out.
  func rewards(_ model: RewardModel) -> [Double] {
    guard count > 0 else { return [] }
    var chained: (observations: [Float], actions: [Float]) = ([], [])
    for row in 0..<count {
      let action = actions[row * actionWidth..<(row + 1) * actionWidth]
      chained.observations += observations[row * width..<(row + 1) * width]
      chained.observations += next[row * width..<(row + 1) * width]
      chained.actions += row + 1 < count ? action + action : action
    }
    let chain = Trajectory(
      observationSize: width, actionRowSize: actionWidth, observations: chained.observations,
      actions: chained.actions, rewards: [Float](repeating: 0, count: 2 * count - 1), terminated: false,
      truncated: false, start: nil)
    let rewards = model.rewards(of: chain, specification: specification)
    return stride(from: 0, to: rewards.count, by: 2).map { Double(rewards[$0]) }
  }

  /// Each as a trajectory of one step.
  var steps: [Trajectory] {
    (0..<count).map { row in
      Trajectory(
        observationSize: width, actionRowSize: actionWidth,
        observations: Array(observations[row * width..<(row + 1) * width] + next[row * width..<(row + 1) * width]),
        actions: Array(actions[row * actionWidth..<(row + 1) * actionWidth]), rewards: [0], terminated: false,
        truncated: false, start: nil)
    }
  }

  /// Mean size of the reward's slope along each component of the observation (before and after the step moved
  /// together), times the component's spread.
  func attention(_ model: RewardModel) -> [RunView.Share] {
    let step: Float = 0.1
    let effects = (0..<width).map { component -> Double in
      let spread = spread(component)
      guard spread > 0 else { return 0 }
      let (up, down) = (moved(component, by: step * spread), moved(component, by: -step * spread))
      return zip(up.rewards(model), down.rewards(model)).reduce(0) { $0 + abs($1.0 - $1.1) }
    }
    let sum = effects.reduce(0, +)
    guard sum > 0 else { return [] }
    return zip(specification.observationNames, effects).map { RunView.Share(name: $0, share: $1 / sum) }
      .sorted { $0.share > $1.share }
  }

  /// Over the two components that matter most; what else the reward reads is at its mean, the action the usual one,
  /// and the step goes nowhere.
  func heat(_ model: RewardModel, most: [RunView.Share]) -> RunView.Heat? {
    let names = specification.observationNames
    let chosen = most.prefix(2).compactMap { names.firstIndex(of: $0.name) }.sorted()
    guard chosen.count == 2 else { return nil }
    let ranges = chosen.map(range)
    guard ranges.allSatisfy({ $0.lowerBound < $0.upperBound }) else { return nil }
    let (columns, rows) = (40, 40)
    let means = (0..<width).map { component in
      column(component).reduce(0, +) / Float(count)
    }
    var grid = self
    (grid.observations, grid.actions, grid.next) = ([], [], [])
    let action = usualAction
    for row in 0..<rows {
      for column in 0..<columns {
        var observation = means
        for (axis, share) in [(0, Float(column) / Float(columns - 1)), (1, Float(row) / Float(rows - 1))] {
          let (low, high) = (Float(ranges[axis].lowerBound), Float(ranges[axis].upperBound))
          observation[chosen[axis]] = low + share * (high - low)
        }
        grid.observations += observation
        grid.next += observation
        grid.actions += action
      }
    }
    return RunView.Heat(
      names: chosen.map { names[$0] }, ranges: ranges, columns: columns, rows: rows, values: grid.rewards(model))
  }

  private func column(_ component: Int) -> [Float] { (0..<count).map { observations[$0 * width + component] } }

  private func spread(_ component: Int) -> Float {
    let values = column(component)
    let mean = values.reduce(0, +) / Float(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)).squareRoot()
  }

  private func range(_ component: Int) -> ClosedRange<Double> {
    let values = column(component)
    return Double(values.min() ?? 0)...Double(values.max() ?? 0)
  }

  private var usualAction: [Float] {
    switch specification.actionSpace {
    case .discrete(let names):
      let counts = names.indices.map { action in actions.count { Int($0) == action } }
      return [Float(counts.indices.max { counts[$0] < counts[$1] } ?? 0)]
    case .continuous:
      return (0..<actionWidth).map { component in
        (0..<count).reduce(Float(0)) { $0 + actions[$1 * actionWidth + component] } / Float(count)
      }
    }
  }

  private func moved(_ component: Int, by amount: Float) -> SampledTransitions {
    var copy = self
    for row in 0..<count {
      copy.observations[row * width + component] += amount
      copy.next[row * width + component] += amount
    }
    return copy
  }
}
