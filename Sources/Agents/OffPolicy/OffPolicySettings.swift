import Compute
import Foundation

/// What the settings of all learners that replay old experience have in common.
package protocol OffPolicySettings: SettingsSection, Codable {
  /// Episodes side by side [`n_envs`].
  var environments: Int { get set }
  /// Steps that each environment takes in one iteration, with the updates that fall due in between.
  var stepsPerRollout: Int { get set }
  /// Transitions that are remembered [`buffer_size`].
  var bufferSize: Int { get set }
  /// Transitions before the first update, whose actions are uniformly random [`learning_starts`].
  var randomSteps: Int { get set }
  /// Steps that each environment takes from one update to the next [`train_freq`].
  var stepsPerUpdate: Int { get set }
  /// Gradient steps of an update [`gradient_steps`].
  var gradientSteps: Int { get set }
  /// Transitions per gradient step [`batch_size`].
  var batchSize: Int { get set }
  /// γ.
  var discount: Float { get set }
  /// Rewards that are summed up before the value behind them is estimated.
  var returnSteps: Int { get }
  /// How strongly transitions with larger errors are preferred; nil for uniform replay.
  var prioritized: Prioritization? { get }
  /// How the agent explores before it is told a reward; nil if it does not.
  var pretraining: Pretraining? { get }
  /// What it is paid besides where the reward's members disagree; nil for nothing.
  var exploration: ExplorationBonus? { get }
}

extension OffPolicySettings {
  package var returnSteps: Int { 1 }
  package var prioritized: Prioritization? { nil }
  package var pretraining: Pretraining? { nil }
  package var exploration: ExplorationBonus? { nil }

  /// Rows of the buffer: whole steps of all environments.
  package var bufferRows: Int { max(1, bufferSize / environments) * environments }
}

extension Setting where Section: OffPolicySettings {
  /// The rows that all of them begin with; `original` is whose defaults they are, `rollouts` what a rollout's length is for.
  static func replaying(_ original: String, rollouts: String) -> [Self] {
    [
      .integer("environments", \.environments, 1...4096, "Episodes side by side.", original + " (n_envs)"),
      .integer(
        "stepsPerRollout", \.stepsPerRollout, 1...1_000_000,
        "Steps that each environment takes in one iteration, with the updates that fall due in between.", rollouts),
      .integer(
        "bufferSize", \.bufferSize, 1...2_000_000_000, "Transitions that are remembered.", original + " (buffer_size)"),
      .integer(
        "randomSteps", \.randomSteps, 0...1_000_000_000,
        "Transitions before the first update, whose actions are uniformly random.", original + " (learning_starts)"),
      .integer(
        "stepsPerUpdate", \.stepsPerUpdate, 1...1_000_000,
        "Steps that each environment takes from one update to the next.", original + " (train_freq)"),
      .integer(
        "gradientSteps", \.gradientSteps, 0...1_000_000, "Gradient steps of an update.", original + " (gradient_steps)"),
      .integer(
        "batchSize", \.batchSize, 1...1_000_000, "Transitions per gradient step.", original + " (batch_size)"),
    ]
  }
}

/// The exponents of prioritised replay.
///
/// Source: Schaul, Quan, Antonoglou, Silver, "Prioritized experience replay", arXiv 1511.05952, §3.3 and §3.4: a
/// transition is drawn in proportion to (|error| + ε)^α, and its gradient is weighted by (N·P)^−β over the largest of
/// the batch.
package struct Prioritization: Sendable, Hashable {
  /// α: 0 is uniform, 1 is in proportion to the error.
  package var exponent: Float
  /// β at the run's beginning; it rises to 1 in proportion to the share of the run that is done.
  package var correction: Float
  /// ε: what is added to an error, so that everything can be drawn again.
  package static let floor: Float = 1e-6
}

/// A time, after the random steps, in which an agent is rewarded for states far from those it has seen.
///
/// Source: Lee, Smith, Abbeel, "PEBBLE", arXiv 2106.05091, §4.1.
package struct Pretraining: Sendable, Hashable {
  /// Transitions that it lasts.
  package var steps: Int
  /// Which nearest neighbour it is whose distance is the reward.
  package var neighbour: Int
  /// Gradient steps that fresh critics take on what is remembered when it is over.
  package var updates: Int
}

/// What a transition is worth besides its reward, by the standard deviation of the reward's members: β₀ (1 − ρ)^t of it,
/// t being the transitions so far.
///
/// Source: Liang, Shu, Lee, Abbeel, "Reward uncertainty for exploration", arXiv 2205.12401, §4.
package struct ExplorationBonus: Sendable, Hashable {
  /// β₀.
  package var scale: Float
  /// ρ: 0 for a bonus that does not fall.
  package var decay: Float

  package init(scale: Float, decay: Float) {
    self.scale = scale
    self.decay = decay
  }

  /// β after so many transitions.
  package func weight(after transitions: Int) -> Float {
    Float(Double(scale) * pow(1 - Double(decay), Double(transitions)))
  }
}

/// Checks that the sections of replaying learners share, with the setting's full name as place.
struct SettingChecks {
  let section: String

  func require(_ holds: Bool, _ name: String, _ problem: String, _ remedy: String) throws {
    if !holds { throw InputError(problem, at: "\(section).\(name)", remedy: remedy) }
  }

  func positive(_ value: Int, _ name: String) throws {
    try require(value > 0, name, "\(value) is not positive", "give a whole number of at least 1")
  }

  func positive(_ value: Float, _ name: String) throws {
    try require(
      value > 0 && value.isFinite, name, "\(value) is not positive", "give a positive number")
  }

  func notNegative(_ value: Float, _ name: String) throws {
    try require(
      value >= 0 && value.isFinite, name, "\(value) is out of range", "give a number of at least 0")
  }

  func share(_ value: Float, _ name: String) throws {
    try require(
      value >= 0 && value <= 1, name, "\(value) is out of range", "give a number between 0 and 1")
  }

  /// What all of them have.
  func common(_ settings: some OffPolicySettings, hidden: [Int], learningRate: Float) throws {
    try positive(settings.environments, "environments")
    try positive(settings.stepsPerRollout, "stepsPerRollout")
    try positive(settings.bufferSize, "bufferSize")
    try require(
      settings.bufferSize >= settings.environments, "bufferSize",
      "\(settings.bufferSize) transitions are less than one of each of \(settings.environments) environments",
      "give at least as many as there are environments")
    try require(
      settings.bufferRows <= Int(Int32.max), "bufferSize",
      "\(settings.bufferSize) transitions are too many",
      "give at most \(Int32.max)")
    try require(
      settings.randomSteps >= 0, "randomSteps", "\(settings.randomSteps) is negative",
      "give a whole number of at least 0")
    try positive(settings.stepsPerUpdate, "stepsPerUpdate")
    try require(
      settings.gradientSteps >= 0, "gradientSteps", "\(settings.gradientSteps) is negative",
      "give a whole number of at least 0")
    try positive(settings.batchSize, "batchSize")
    try share(settings.discount, "discount")
    try positive(settings.returnSteps, "returnSteps")
    try notNegative(learningRate, "learningRate")
    for width in hidden { try positive(width, "hidden") }
  }
}
