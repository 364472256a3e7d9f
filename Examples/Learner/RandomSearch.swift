import Command
import Foundation

/// How ``RandomSearch`` learns: a section of settings like any other.
struct RandomSearchSettings: SettingsSection {
  var directions = 4
  var horizon = 200
  var spread = 0.3
  var rate = 0.5

  static let section = "randomSearch"
  static let settings: [Setting<Self>] = [
    .integer(
      "directions", \.directions, 1...1000, "Moves tried in one iteration, each both ways.", "Mania et al. 2018"),
    .integer("horizon", \.horizon, 1...100_000, "Steps for each way.", "Mania et al. 2018"),
    .number("spread", \.spread, 0.001...10, "Size of a move.", "Mania et al. 2018"),
    .number("rate", \.rate, 0...10, "How far the weights follow what was paid for.", "Mania et al. 2018"),
  ]
}

/// Random search over linear policies: tries the weights a little moved, both ways, side by side, and moves them by the
/// difference that it made.
///
/// Source: Mania, Guy, Recht, "Simple random search provides a competitive approach to reinforcement learning", 2018.
final class RandomSearch: Learner {
  static let kind = LearnerKind(RandomSearchSettings.self) { RandomSearch($0, $1, $2) }

  private struct State: Codable {
    var weights: [Double]
    var iteration = 0
    /// What each slot's episode has earned so far.
    var earned: [Double]
  }

  private let settings: RandomSearchSettings
  private let specification: EnvironmentSpecification
  private let random: RandomSource
  private var state: State

  init(_ settings: RandomSearchSettings, _ specification: EnvironmentSpecification, _ random: RandomSource) {
    (self.settings, self.specification, self.random) = (settings, specification, random)
    let count = specification.actionSpace.encodedSize * (specification.observationSpace.count + 1)
    state = State(
      weights: [Double](repeating: 0, count: count), earned: [Double](repeating: 0, count: 2 * settings.directions))
  }

  var slots: Int { 2 * settings.directions }
  var rolloutSize: Int { slots * settings.horizon }
  var policy: any ActingPolicy { LinearPolicy(weights: [state.weights], specification: specification) }

  func iterate(
    _ batch: any EnvironmentBatch, reward: (any TransitionReward)?, progress: Double, recorder: TrajectoryRecorder?
  ) throws -> LearnerReport {
    var draws = random.stream("randomSearch", state.iteration)
    var moves: [[Double]] = []
    for _ in 0..<settings.directions { moves.append(state.weights.map { _ in settings.spread * draws.normal() }) }
    let tried = moves.flatMap { move in [zip(state.weights, move).map(+), zip(state.weights, move).map(-)] }
    let actor = LinearPolicy(weights: tried, specification: specification).makeActor(count: slots)
    let rollout = TrajectoryRecorder()
    rollout.begin(batch)
    var actions = [Float](repeating: 0, count: slots * specification.actionSpace.rowSize)
    for _ in 0..<settings.horizon {
      batch.observations.withSpan { observations in
        var chosen = actions.mutableSpan
        actor.act(observations, into: &chosen)
      }
      batch.step(actions)
      recorder?.record(batch, actions)
      rollout.record(batch, actions)
    }

    var paid = [Double](repeating: 0, count: slots)
    var report = LearnerReport(steps: rolloutSize, episodes: [], meanReward: 0, scalars: [:])
    for part in rollout.take() {
      guard let start = part.start else { continue }
      var told = part.rewards
      if let reward {
        part.withTransitionRows(specification) { transitions in
          var rewards = told.mutableSpan
          reward.evaluate(transitions, into: &rewards)
        }
      }
      paid[start.slot] += told.reduce(0) { $0 + Double($1) } / Double(settings.horizon)
      state.earned[start.slot] += part.trueReturn
      guard part.terminated || part.truncated else { continue }
      report.episodes.append(
        EpisodeResult(
          trueReturn: state.earned[start.slot], length: start.step + part.count, terminated: part.terminated))
      state.earned[start.slot] = 0
    }
    let scale = max(Statistics.standardDeviation(paid), 1e-9) * Double(settings.directions)
    for (number, move) in moves.enumerated() {
      let difference = (paid[2 * number] - paid[2 * number + 1]) / scale
      for index in move.indices { state.weights[index] += settings.rate * difference * move[index] }
    }
    state.iteration += 1
    report.meanReward = Statistics.mean(paid)
    report.scalars = ["randomSearch/spread_of_rewards": Statistics.standardDeviation(paid)]
    return report
  }

  func snapshot() throws -> AgentSnapshot {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return AgentSnapshot(tensors: [], state: try encoder.encode(state))
  }

  func restore(_ snapshot: AgentSnapshot) throws {
    guard let kept = try? JSONDecoder().decode(State.self, from: snapshot.state),
      kept.weights.count == state.weights.count, kept.earned.count == slots
    else { throw InputError("not a snapshot of this random search", at: "checkpoint") }
    state = kept
  }
}

/// Acts by the sign and size of weighted sums of the observation: the largest for discrete actions, as they are for
/// continuous ones. Row i acts by the weights i, or by the only ones there are.
private struct LinearPolicy: ActingPolicy {
  var weights: [[Double]]
  var specification: EnvironmentSpecification

  func makeActor(count: Int) -> LinearActor { LinearActor(policy: self) }
}

private final class LinearActor: BatchActor {
  private let policy: LinearPolicy

  init(policy: LinearPolicy) { self.policy = policy }

  /// It is never in doubt: what is drawn is the most probable action.
  func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>, random: inout RandomStream) {
    act(observations, into: &actions)
  }

  func act(_ observations: Span<Float>, into actions: inout MutableSpan<Float>) {
    let size = policy.specification.observationSpace.count
    let space = policy.specification.actionSpace
    for row in 0..<actions.count / space.rowSize {
      let weights = policy.weights[row % policy.weights.count]
      var sums: [Double] = []
      for action in 0..<space.encodedSize {
        var sum = weights[action * (size + 1) + size]
        for index in 0..<size { sum += weights[action * (size + 1) + index] * Double(observations[row * size + index]) }
        sums.append(sum)
      }
      if case .discrete = space {
        actions[row] = Float(sums.indices.max { sums[$0] < sums[$1] } ?? 0)
      } else {
        for (index, sum) in sums.enumerated() { actions[row * space.rowSize + index] = Float(sum) }
      }
    }
  }
}
