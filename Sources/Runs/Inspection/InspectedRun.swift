import Agents
import Audits
import Compute
import Environments
import Feedback
import Foundation
import Rewards

/// A run opened to be looked into: its reward and policy, the answers that the reward rests on, and fresh episodes.
///
/// Everything that ``Inspection`` and its details say of a run is computed from this; the run is only read.
package struct InspectedRun: Sendable {
  /// How to look.
  package struct Settings: Sendable, Hashable {
    /// Fresh episodes of the policy: where the reward is looked at.
    package var episodes = 20
    /// Of the episodes, and of all that is drawn.
    package var seed = 0
    /// Whether shares are counted from a row of zeros, not from the mean of what was judged.
    package var fromZero = false
    package var method = AttributionMethod.integratedGradients
    /// Most of their steps that are explained, spread evenly.
    package var steps = 2000
    /// Whether answers are followed along the run's checkpoints.
    package var traced = false

    package init() {}
  }

  package let settings: Settings
  package let run: TrainedRun
  package let record: RunRecord
  package let set: ChoiceSet
  let kinds: FeedbackRegistry
  /// The question behind each `ChoiceSet.numbers`.
  package let questions: [Int: Int]
  /// Of the policy, fresh.
  package let episodes: [Trajectory]
  /// Encoded steps of the episodes, and which of them belong to one episode: [rows × width].
  let rows: [Float]
  let groups: [Range<Int>]
  /// What shares are counted from: [width].
  let baseline: [Float]
  let features: [ExplainedFeature]
  let random: RandomSource

  var specification: EnvironmentSpecification { run.entry.specification }
  var encoding: TransitionEncoding { run.reward.encoding }

  /// - Throws: `InputError` if there is no run, no checkpoint, or no answer that a reward could have been learned from.
  package init(
    directory: String, settings: Settings = Settings(), registry: EnvironmentRegistry = .standard,
    learners: LearnerRegistry = .standard, kinds: FeedbackRegistry = .standard
  ) throws {
    let run = try TrainedRun(directory: directory, registry: registry, learners: learners)
    let feedback = try AnsweredFeedback(
      run.reward.encoding, in: Ledger(reading: RunLayout(directory).ledger), before: run.ledgerPosition,
      world: FeedbackWorld(run.entry), kinds: kinds)
    let set = feedback.choices(memory: run.settings.feedback.memory)
    guard set.count > 0 else {
      throw InputError(
        "the run has learned no reward: nobody has answered anything by its last checkpoint", at: directory,
        remedy: run.settings.run.agentReward == .learned
          ? "let it ask first" : "inspect a run whose run.agentReward is learned")
    }
    (self.settings, self.run, self.set, questions) = (settings, run, set, feedback.questions)
    self.kinds = kinds
    record = try RunRecord(directory: directory)
    let random = RandomSource(seed: UInt64(settings.seed)).child("inspection")
    self.random = random
    let player = EpisodePlayer(
      entry: run.entry, policy: run.policy, slots: min(settings.episodes, 32), seed: random, source: "episodes",
      sourceIndex: 0, manner: .drawn)
    episodes = try player.play(.episodes(settings.episodes)).trajectories.map(\.trajectory).filter { $0.count > 0 }
    let total = episodes.reduce(0) { $0 + $1.count }
    let stride = max(1, (total + settings.steps - 1) / settings.steps)
    let (encoding, width) = (run.reward.encoding, run.reward.encoding.width)
    var (rows, groups, place) = ([Float](), [Range<Int>](), 0)
    for episode in episodes {
      var encoded: [Float] = []
      try encoding.append(episode, to: &encoded)
      let start = rows.count / width
      for step in 0..<episode.count {
        if place % stride == 0 { rows += encoded[step * width..<(step + 1) * width] }
        place += 1
      }
      if rows.count / width > start { groups.append(start..<rows.count / width) }
    }
    (self.rows, self.groups) = (rows, groups)
    baseline = settings.fromZero ? [Float](repeating: 0, count: width) : set.meanRow
    features = ExplainedFeature.features(of: encoding, in: run.entry.specification)
  }

  /// What shares are counted from, in words.
  package var baselineWords: String {
    settings.fromZero ? "a row of zeros" : "the mean of what was judged"
  }

  /// The attributions of the reward at encoded rows.
  func explain(_ rows: [Float], method: AttributionMethod? = nil) throws -> Attributions {
    try Attributions(
      ExplainedScore(run.reward), rows, features: features, baseline: baseline, method: method ?? settings.method)
  }

  /// The exact method where there are few features.
  var methodOfDetail: AttributionMethod {
    features.count <= Attributions.mostForShapley ? .shapley : .integratedGradients
  }

  /// What each answer does to the reward.
  func influence() throws -> RewardInfluence {
    try RewardInfluence(run.reward, answers: set, training: run.settings.reward.training)
  }

  /// The question of an answer, as people count: from 1.
  func question(_ number: Int) -> Int { (questions[number] ?? number) + 1 }

  func uncertainty() throws -> RewardUncertainty {
    try RewardUncertainty(
      run.reward, answers: set, training: run.settings.reward.training, random: random.child("uncertainty"))
  }
}

extension ChoiceSet {
  /// The mean encoded row of what was judged, each row once.
  var meanRow: [Float] {
    var seen = [Bool](repeating: false, count: rowCount)
    for option in optionStarts.indices {
      for row in optionStarts[option]..<optionStarts[option] + optionCounts[option] { seen[row] = true }
    }
    var (sums, count) = ([Double](repeating: 0, count: encoding.width), 0.0)
    for row in seen.indices where seen[row] {
      count += 1
      for column in sums.indices { sums[column] += Double(rows[row * encoding.width + column]) }
    }
    return sums.map { Float($0 / max(1, count)) }
  }
}
