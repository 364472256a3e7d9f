import Compute
import Environments

/// Twin delayed deterministic policy gradients: a deterministic actor, two critics, and targets of all three.
///
/// The critics learn at every gradient step, against the smaller target value of the target actor's action with
/// clipped noise; actor and targets move at every `policyDelay`-th. Losses and order are Stable-Baselines3's.
///
/// Source: Fujimoto, van Hoof, Meger, "Addressing function approximation error in actor-critic methods",
/// arXiv 1802.09477.
package final class TD3: OffPolicyAlgorithm {
  package let settings: TD3Settings
  package let specification: EnvironmentSpecification
  private let actionScale: ActionScale
  let actionSize: Int
  let observationSize: Int

  package let actor: LearnedNetwork
  package let critics: [LearnedNetwork]
  package let actorTarget: LearnedNetwork
  package let targets: [LearnedNetwork]
  let explorer: NetworkPass

  /// [rows × (observation size + action size)]: what was done, what the actor would do, and what it would do next.
  let doneInputs: UnsafeMutablePointer<Float>
  let actorInputs: UnsafeMutablePointer<Float>
  let nextInputs: UnsafeMutablePointer<Float>
  /// [rows × action size]: clipped noise on the target's actions.
  package let noise: UnsafeMutablePointer<Float>
  /// [rows]
  let wanted: UnsafeMutablePointer<Float>
  let valueGradients: [UnsafeMutablePointer<Float>]
  /// [rows × (observation size + action size)] and [rows × action size].
  let inputGradients: UnsafeMutablePointer<Float>
  let outputGradients: UnsafeMutablePointer<Float>
  let squares: UnsafeMutablePointer<Float>

  var actorLoss = RunningMean()
  var criticLoss = RunningMean()

  package init(settings: TD3Settings, specification: EnvironmentSpecification, random: RandomSource)
    throws
  {
    try settings.validate()
    self.settings = settings
    self.specification = specification
    actionScale = try ActionScale(specification, learner: "td3")
    let size = specification.observationSpace.count
    let actions = actionScale.count
    observationSize = size
    actionSize = actions
    let rows = settings.batchSize
    let rate = settings.learningRate
    let actorShape = NetworkShape(
      inputs: size, hidden: settings.hidden, outputs: actions, activation: settings.activation,
      outputActivation: .tanh)
    let criticShape = NetworkShape(
      inputs: size + actions, hidden: settings.hidden, outputs: 1, activation: settings.activation)
    let first = Network(
      actorShape, initialization: .pyTorchDefault, random: random.child("td3/initial/actor"))
    let drawn = (0..<2).map {
      Network(
        criticShape, initialization: .pyTorchDefault, random: random.child("td3/initial/critic", $0)
      )
    }
    actor = LearnedNetwork("actor", first, capacity: rows, learningRate: rate)
    actorTarget = LearnedNetwork("actorTarget", first, capacity: rows, learningRate: nil)
    critics = (0..<2).map {
      LearnedNetwork("critic.\($0)", drawn[$0], capacity: rows, learningRate: rate)
    }
    targets = (0..<2).map {
      LearnedNetwork("target.\($0)", drawn[$0], capacity: rows, learningRate: nil)
    }
    explorer = NetworkPass(actorShape, capacity: settings.environments)
    doneInputs = zeroedFloats(rows * (size + actions))
    actorInputs = zeroedFloats(rows * (size + actions))
    nextInputs = zeroedFloats(rows * (size + actions))
    noise = zeroedFloats(rows * actions)
    wanted = zeroedFloats(rows)
    valueGradients = (0..<2).map { _ in zeroedFloats(rows) }
    inputGradients = zeroedFloats(rows * (size + actions))
    outputGradients = zeroedFloats(rows * actions)
    squares = zeroedFloats(2)
  }

  deinit {
    for block in [
      doneInputs, actorInputs, nextInputs, noise, wanted, inputGradients, outputGradients, squares,
    ] {
      block.deallocate()
    }
    for block in valueGradients { block.deallocate() }
  }

  package var blocks: [ParameterBlock] { [actor] + critics + [actorTarget] + targets }
  package var scale: ActionScale? { actionScale.isIdentity ? nil : actionScale }
  package var policy: any ActingPolicy {
    DeterministicPolicy(environment: specification.id, network: actor.value, scale: actionScale)
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
    let outputs = explorer.forward(actor.parameters, inputs: observations, rows: rows)
    for index in 0..<rows * actionSize {
      let noise = settings.explorationNoise * Float(random.normal())
      actions[index] = min(max(outputs[index] + noise, -1), 1)
    }
  }

  package func beginIteration(progress: Double) {
    (actorLoss, criticLoss) = (RunningMean(), RunningMean())
  }

  package var figures: [String: Double] {
    var figures: [String: Double] = [:]
    figures["actor_loss"] = actorLoss.mean
    figures["critic_loss"] = criticLoss.mean
    return figures
  }
}

extension LearnerKind {
  /// Twin delayed deterministic policy gradients, for continuous actions.
  public static let td3 = LearnerKind(TD3Settings.self) { settings, specification, random in
    try OffPolicyLearner<TD3>(settings: settings, specification: specification, random: random)
  }
}
