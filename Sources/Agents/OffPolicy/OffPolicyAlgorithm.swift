import Compute
import Environments

/// What SAC, TD3 and DQN do each in their own way; ``OffPolicyLearner`` does the rest.
///
/// All of an algorithm's state lies in its ``blocks``, so that a snapshot needs nothing else.
package protocol OffPolicyAlgorithm: AnyObject {
  associatedtype Settings: OffPolicySettings

  /// A fresh agent. Throws `InputError` for settings that cannot work, or an environment that does not suit.
  init(settings: Settings, specification: EnvironmentSpecification, random: RandomSource) throws

  var settings: Settings { get }
  /// How it acts now.
  var policy: any ActingPolicy { get }
  /// All that is trained, targets included, in the order of a snapshot.
  var blocks: [ParameterBlock] { get }
  /// How its actions become the environment's; nil if they are the same.
  var scale: ActionScale? { get }

  /// Draws uniformly random actions, as the networks know them: [rows × action size].
  func drawUniform(rows: Int, into actions: UnsafeMutablePointer<Float>, random: inout RandomStream)
  /// Draws actions to explore with, [rows × action size].
  func explore(
    _ observations: UnsafePointer<Float>, rows: Int, into actions: UnsafeMutablePointer<Float>,
    random: inout RandomStream)
  /// Told after each step of all environments; `number` counts them from 1.
  func stepped(_ number: Int)
  /// One gradient step; `number` counts them from 1.
  func update(_ batch: ReplayBatch, number: Int, random: inout RandomStream)

  /// Told when pre-training is over, whose rewards what it has learned of values is about; `random` is for fresh ones.
  func forgetValues(random: RandomSource)

  /// Figures of the gradient steps of this iteration, by name: `critic_loss`. One that is not finite means that training
  /// has run away.
  var figures: [String: Double] { get }
  /// Begins an iteration, whose figures are none yet; `progress` is the share of the run that is done.
  func beginIteration(progress: Double)
}

extension OffPolicyAlgorithm {
  package func stepped(_ number: Int) {}
  package func forgetValues(random: RandomSource) {}
}

/// A mean over the gradient steps of an iteration.
struct RunningMean {
  private var sum = 0.0
  private var count = 0

  mutating func add(_ value: Float) {
    sum += Double(value)
    count += 1
  }

  /// Nil if there is nothing to average.
  var mean: Double? { count > 0 ? sum / Double(count) : nil }
}
