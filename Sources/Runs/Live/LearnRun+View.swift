import Compute
import Environments
import Feedback
import Foundation
import Rewards

extension LearnRun {
  /// What there is to see after an iteration. Draws nothing at random and changes nothing.
  func view(_ iteration: Int, _ intake: LiveIntake) throws -> LiveView {
    var view = LiveView(iteration: iteration)
    let length = settings.feedback.fragmentLength
    let windows = experience.pieces.filter { $0.trajectory.count >= length }
    view.newest = windows.last.map { $0.segment($0.trajectory.count - length..<$0.trajectory.count) }
    guard trainer.trainings > 0 else { return view }
    let judged = JudgedSample(answered.choices(memory: nil))
    let recent = windows.suffix(64).map { $0.segment($0.trajectory.count - length..<$0.trajectory.count) }
    view.farthest = recent.map { (judged.distance(to: $0.trajectory), $0) }.max { $0.0 < $1.0 }?.1
    let transitions = SampledTransitions(windows.map(\.trajectory), entry.specification, limit: 256)
    if transitions.count > 1 {
      view.attention = transitions.attention(evaluator)
      view.heat = transitions.heat(evaluator, most: view.attention)
    }
    view.influence = try influence(intake)
    return view
  }

  private func influence(_ intake: LiveIntake) throws -> [LiveView.Influence] {
    guard !intake.predicted.isEmpty, let now = try predict(intake.predicted.map(\.comparison)) else { return [] }
    let changes = zip(intake.predicted, now).map { before, now in
      LiveView.Influence(
        question: before.answer.question.number, person: before.answer.person,
        change: now.probabilities[before.said == .first ? 0 : 1] - before.probability)
    }
    return Array(changes.sorted { abs($0.change) > abs($1.change) }.prefix(5))
  }
}

/// Transitions of the agent's experience, spread evenly over it: where the reward is looked at.
private struct SampledTransitions {
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

  func rewards(_ evaluator: RewardEvaluator) -> [Double] {
    var rewards = [Float](repeating: 0, count: count)
    let ends = [Bool](repeating: false, count: count)
    rewards.withUnsafeMutableBufferPointer { rewards in
      guard let target = rewards.baseAddress else { return }
      observations.withUnsafeBufferPointer { observations in
        actions.withUnsafeBufferPointer { actions in
          next.withUnsafeBufferPointer { next in
            ends.withUnsafeBufferPointer { ends in
              guard let observations = observations.baseAddress, let actions = actions.baseAddress,
                let next = next.baseAddress, let ends = ends.baseAddress
              else { return }
              evaluator.evaluate(
                TransitionRows(
                  count: rewards.count, observations: observations, actions: actions, nextObservations: next,
                  terminated: ends, specification: specification), into: target)
            }
          }
        }
      }
    }
    return rewards.map(Double.init)
  }

  /// Mean size of the reward's slope along each component of the observation (before and after the step moved
  /// together), times the component's spread.
  func attention(_ evaluator: RewardEvaluator) -> [LiveView.Share] {
    let step: Float = 0.1
    let effects = (0..<width).map { component -> Double in
      let spread = spread(component)
      guard spread > 0 else { return 0 }
      let (up, down) = (moved(component, by: step * spread), moved(component, by: -step * spread))
      return zip(up.rewards(evaluator), down.rewards(evaluator)).reduce(0) { $0 + abs($1.0 - $1.1) }
    }
    let sum = effects.reduce(0, +)
    guard sum > 0 else { return [] }
    return zip(specification.observationNames, effects).map { LiveView.Share(name: $0, share: $1 / sum) }
      .sorted { $0.share > $1.share }
  }

  /// Over the two components that matter most; what else the reward reads is at its mean, the action the usual one,
  /// and the step goes nowhere.
  func heat(_ evaluator: RewardEvaluator, most: [LiveView.Share]) -> LiveView.Heat? {
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
    return LiveView.Heat(
      names: chosen.map { names[$0] }, ranges: ranges, columns: columns, rows: rows, values: grid.rewards(evaluator))
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
