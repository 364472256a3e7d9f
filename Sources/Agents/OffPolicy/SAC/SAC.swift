import Compute
import Environments
import Foundation

/// Soft actor–critic: an actor that draws squashed Gaussian actions, two critics, and a temperature that may be learned.
///
/// Order and formulas of a gradient step are those of Stable-Baselines3 2.9: the temperature's step, then the critics',
/// then the actor's against the critics as they are then, then the targets'. The critics' halves of all of this run
/// side by side; neither reads what the other writes.
///
/// Source: Haarnoja et al., "Soft actor-critic algorithms and applications", arXiv 1812.05905.
package final class SAC: OffPolicyAlgorithm {
  package let settings: SACSettings
  package let specification: EnvironmentSpecification
  private let actionScale: ActionScale
  let actionSize: Int
  let observationSize: Int
  package let targetEntropy: Float

  package let actor: LearnedNetwork
  package let critics: [LearnedNetwork]
  package let targets: [LearnedNetwork]
  /// The logarithm of a temperature that is learned.
  package let logTemperature: ParameterBlock

  /// Draws at the batch's observations, and at those that follow.
  package let current: SquashedGaussian
  package let following: SquashedGaussian
  let exploring: SquashedGaussian
  let nextPass: NetworkPass
  let explorer: NetworkPass

  /// [rows × (observation size + action size)]: what was done, what the actor would do, and what it would do next.
  let doneInputs: UnsafeMutablePointer<Float>
  let actorInputs: UnsafeMutablePointer<Float>
  let nextInputs: UnsafeMutablePointer<Float>
  /// [rows]
  let wanted: UnsafeMutablePointer<Float>
  /// One for each critic, [rows] and [rows × (observation size + action size)].
  let valueGradients: [UnsafeMutablePointer<Float>]
  let inputGradients: [UnsafeMutablePointer<Float>]
  /// [rows × 2 action size]
  let outputGradients: UnsafeMutablePointer<Float>
  /// Sums of squared errors, one for each critic.
  let squares: UnsafeMutablePointer<Float>

  var means = Means()

  /// What a gradient step measures, averaged over an iteration.
  struct Means {
    var actorLoss = RunningMean()
    var criticLoss = RunningMean()
    var temperatureLoss = RunningMean()
    var temperature = RunningMean()
    var entropy = RunningMean()
    var value = RunningMean()
  }

  package init(settings: SACSettings, specification: EnvironmentSpecification, random: RandomSource)
    throws
  {
    try settings.validate()
    self.settings = settings
    self.specification = specification
    actionScale = try ActionScale(specification, learner: "sac")
    let size = specification.observationSpace.count
    let actions = actionScale.count
    observationSize = size
    actionSize = actions
    targetEntropy = settings.targetEntropy ?? -Float(actions)
    let rows = settings.batchSize
    let rate = settings.learningRate

    let actorShape = NetworkShape(
      inputs: size, hidden: settings.hidden, outputs: 2 * actions, activation: settings.activation)
    let criticShape = NetworkShape(
      inputs: size + actions, hidden: settings.hidden, outputs: 1, activation: settings.activation)
    actor = LearnedNetwork(
      "actor",
      Network(
        actorShape, initialization: .pyTorchDefault, random: random.child("sac/initial/actor")),
      capacity: rows, learningRate: rate)
    let drawn = (0..<2).map {
      Network(
        criticShape, initialization: .pyTorchDefault, random: random.child("sac/initial/critic", $0)
      )
    }
    critics = (0..<2).map {
      LearnedNetwork("critic.\($0)", drawn[$0], capacity: rows, learningRate: rate)
    }
    targets = (0..<2).map {
      LearnedNetwork("target.\($0)", drawn[$0], capacity: rows, learningRate: nil)
    }
    logTemperature = ParameterBlock(
      "temperature", parts: [.init(name: "temperature.logarithm", start: 0, shape: [1])],
      [log(settings.initialTemperature)], learningRate: rate)

    func gaussian(_ capacity: Int) -> SquashedGaussian {
      SquashedGaussian(
        size: actions, capacity: capacity, low: settings.lowestLogStandardDeviation,
        high: settings.highestLogStandardDeviation)
    }
    current = gaussian(rows)
    following = gaussian(rows)
    exploring = gaussian(settings.environments)
    nextPass = NetworkPass(actorShape, capacity: rows)
    explorer = NetworkPass(actorShape, capacity: settings.environments)
    doneInputs = zeroedFloats(rows * (size + actions))
    actorInputs = zeroedFloats(rows * (size + actions))
    nextInputs = zeroedFloats(rows * (size + actions))
    wanted = zeroedFloats(rows)
    valueGradients = (0..<2).map { _ in zeroedFloats(rows) }
    inputGradients = (0..<2).map { _ in zeroedFloats(rows * (size + actions)) }
    outputGradients = zeroedFloats(rows * 2 * actions)
    squares = zeroedFloats(2)
  }

  deinit {
    for block in [doneInputs, actorInputs, nextInputs, wanted, outputGradients, squares] {
      block.deallocate()
    }
    for block in valueGradients + inputGradients { block.deallocate() }
  }

  package var blocks: [ParameterBlock] {
    [actor] + critics + targets + (settings.temperature == nil ? [logTemperature] : [])
  }

  /// What a nat of entropy is worth now.
  package var temperature: Float { settings.temperature ?? exp(logTemperature.parameters[0]) }

  package var scale: ActionScale? { actionScale.isIdentity ? nil : actionScale }

  package var policy: any ActingPolicy {
    SquashedGaussianPolicy(
      environment: specification.id, network: actor.value, scale: actionScale,
      lowestLogStandardDeviation: settings.lowestLogStandardDeviation,
      highestLogStandardDeviation: settings.highestLogStandardDeviation)
  }

  package func drawUniform(
    rows: Int, into actions: UnsafeMutablePointer<Float>, random: inout RandomStream
  ) {
    for index in 0..<rows * actionSize { actions[index] = 2 * random.uniformFloat() - 1 }
  }

  package func explore(
    _ observations: UnsafePointer<Float>, rows: Int, into actions: UnsafeMutablePointer<Float>,
    random: inout RandomStream
  ) {
    exploring.drawNoise(rows: rows, random: &random)
    exploring.squash(
      explorer.forward(actor.parameters, inputs: observations, rows: rows), rows: rows)
    actions.update(from: exploring.actions, count: rows * actionSize)
  }

  package func forgetValues(random: RandomSource) {
    for (index, critic) in critics.enumerated() {
      let fresh = Network(
        critic.shape, initialization: .pyTorchDefault,
        random: random.child("sac/fresh/critic", index))
      critic.restart(fresh.parameters)
      targets[index].restart(fresh.parameters)
    }
  }

  package func beginIteration(progress: Double) { means = Means() }

  package var figures: [String: Double] {
    var figures: [String: Double] = [:]
    figures["actor_loss"] = means.actorLoss.mean
    figures["critic_loss"] = means.criticLoss.mean
    figures["temperature_loss"] = means.temperatureLoss.mean
    figures["temperature"] = means.temperature.mean
    figures["entropy"] = means.entropy.mean
    figures["value"] = means.value.mean
    return figures
  }
}

extension LearnerKind {
  /// Soft actor–critic, for continuous actions.
  public static let sac = LearnerKind(SACSettings.self) { settings, specification, random in
    try OffPolicyLearner<SAC>(settings: settings, specification: specification, random: random)
  }
}
