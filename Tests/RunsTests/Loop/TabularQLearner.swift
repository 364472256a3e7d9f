import Agents
import Compute
import Environments
import Foundation
import Rewards

/// How ``TabularQLearner`` learns: a section of its own.
struct TabularQSettings: SettingsSection, Codable {
  var environments = 2
  var stepsPerRollout = 40
  var stepSize = 0.2
  var discount = 0.9
  var exploration = 0.3

  static let section = "tabularQ"
  static let settings: [Setting<Self>] = [
    .integer("environments", \.environments, 1...64, "Episodes side by side.", "Watkins 1989"),
    .integer("stepsPerRollout", \.stepsPerRollout, 1...10_000, "Steps of each between two updates.", "Watkins 1989"),
    .number("stepSize", \.stepSize, 0...1, "How far a value moves to its target.", "Watkins 1989"),
    .number("discount", \.discount, 0...1, "γ.", "Watkins 1989"),
    .number("exploration", \.exploration, 0...1, "Share of random actions.", "Watkins 1989"),
  ]
}

/// Q-learning over a table, for worlds of few observations and discrete actions: the smallest learner that a run can
/// have besides PPO.
final class TabularQLearner: Learner {
  static let kind = LearnerKind(TabularQSettings.self) { settings, specification, random in
    TabularQLearner(settings, specification, random)
  }

  private struct State: Codable {
    var table: [[Float]: [Double]] = [:]
    var iteration = 0
    var returns: [Double]
    var lengths: [Int]
  }

  private let settings: TabularQSettings
  private let specification: EnvironmentSpecification
  private let random: RandomSource
  private let actionCount: Int
  private var state: State

  init(_ settings: TabularQSettings, _ specification: EnvironmentSpecification, _ random: RandomSource) {
    (self.settings, self.specification, self.random) = (settings, specification, random)
    guard case .discrete(let names) = specification.actionSpace else { preconditionFailure("discrete actions") }
    actionCount = names.count
    state = State(
      returns: [Double](repeating: 0, count: settings.environments),
      lengths: [Int](repeating: 0, count: settings.environments))
  }

  var slots: Int { settings.environments }
  var rolloutSize: Int { settings.environments * settings.stepsPerRollout }
  var policy: any ActingPolicy {
    TablePolicy(table: state.table, actions: actionCount, exploration: settings.exploration)
  }

  func iterate(
    _ batch: any EnvironmentBatch, reward: (any TransitionReward)?, progress: Double, recorder: TrajectoryRecorder?
  ) throws -> LearnerReport {
    let width = specification.observationSpace.count
    var draws = random.stream("q/action", state.iteration)
    var report = LearnerReport(steps: 0, episodes: [], meanReward: 0, scalars: [:])
    var actions = [Float](repeating: 0, count: slots)
    for _ in 0..<settings.stepsPerRollout {
      let before = (0..<slots).map { Array(batch.observations[$0 * width..<($0 + 1) * width]) }
      for slot in 0..<slots {
        actions[slot] =
          draws.bernoulli(settings.exploration)
          ? Float(draws.below(actionCount)) : Float(best(state.table[before[slot]]))
      }
      batch.step(actions)
      recorder?.record(batch, actions)
      for slot in 0..<slots {
        let after = Array(batch.finalObservations[slot * width..<(slot + 1) * width])
        let step = Trajectory(
          observationSize: width, actionRowSize: 1, observations: before[slot] + after, actions: [actions[slot]],
          rewards: [batch.rewards[slot]], terminated: batch.terminated[slot], truncated: false, start: nil)
        let told = rewarded(step, reward)
        learn(before[slot], Int(actions[slot]), told, after, ends: batch.terminated[slot])
        report.meanReward += told / Double(rolloutSize)
        report.steps += 1
        state.returns[slot] += Double(batch.rewards[slot])
        state.lengths[slot] += 1
        guard batch.terminated[slot] || batch.truncated[slot] else { continue }
        report.episodes.append(
          EpisodeResult(
            trueReturn: state.returns[slot], length: state.lengths[slot], terminated: batch.terminated[slot]))
        (state.returns[slot], state.lengths[slot]) = (0, 0)
      }
    }
    state.iteration += 1
    report.scalars = ["tabularQ/observations": Double(state.table.count)]
    return report
  }

  private func rewarded(_ step: Trajectory, _ reward: (any TransitionReward)?) -> Double {
    guard let reward else { return Double(step.rewards[0]) }
    var told: Float = 0
    step.withTransitionRows(specification) { reward.evaluate($0, into: &told) }
    return Double(told)
  }

  private func learn(_ observation: [Float], _ action: Int, _ reward: Double, _ next: [Float], ends: Bool) {
    let future = ends ? 0 : state.table[next]?.max() ?? 0
    var values = state.table[observation] ?? [Double](repeating: 0, count: actionCount)
    values[action] += settings.stepSize * (reward + settings.discount * future - values[action])
    state.table[observation] = values
  }

  func snapshot() throws -> AgentSnapshot {
    // A dictionary has no order of its own: two equal tables must give equal bytes.
    let rows = state.table.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return AgentSnapshot(
      tensors: [],
      state: try encoder.encode(
        Kept(
          observations: rows.map(\.key), values: rows.map(\.value), iteration: state.iteration,
          returns: state.returns, lengths: state.lengths)))
  }

  private struct Kept: Codable {
    var observations: [[Float]]
    var values: [[Double]]
    var iteration: Int
    var returns: [Double]
    var lengths: [Int]
  }

  func restore(_ snapshot: AgentSnapshot) throws {
    guard let kept = try? JSONDecoder().decode(Kept.self, from: snapshot.state), kept.returns.count == slots else {
      throw InputError("this is no snapshot of a table of values")
    }
    state = State(
      table: Dictionary(uniqueKeysWithValues: zip(kept.observations, kept.values)), iteration: kept.iteration,
      returns: kept.returns, lengths: kept.lengths)
  }
}

/// The first of the largest values; the first action where nothing is known.
private func best(_ values: [Double]?) -> Int {
  guard let values else { return 0 }
  return values.indices.max { values[$0] < values[$1] } ?? 0
}

/// Acts by a table.
struct TablePolicy: ActingPolicy {
  var table: [[Float]: [Double]]
  var actions: Int
  var exploration: Double

  func makeActor(count: Int) -> TableActor { TableActor(policy: self) }
}

final class TableActor: BatchActor {
  private let policy: TablePolicy

  init(policy: TablePolicy) { self.policy = policy }

  private var width: Int { policy.table.keys.first?.count ?? 0 }

  func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>, random: inout RandomStream) {
    act(observations, into: &actions)
    for row in 0..<actions.count where random.bernoulli(policy.exploration) {
      actions[row] = Float(random.below(policy.actions))
    }
  }

  func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>) {
    for row in 0..<actions.count {
      var observation: [Float] = []
      for index in row * width..<(row + 1) * width { observation.append(observations[index]) }
      actions[row] = Float(best(policy.table[observation]))
    }
  }
}
