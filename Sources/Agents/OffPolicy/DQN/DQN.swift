import Compute
import Environments

/// Deep Q-learning with a target network, and as settings: double, duelling, several steps, prioritised replay.
///
/// The loss is Huber's with threshold 1, weighted by row where replay is prioritised; the gradient's norm is bounded.
/// Exploration falls with the run's progress, which is known once an iteration. Losses and order are
/// Stable-Baselines3's.
///
/// Where the observation is an image, the network looks at it through the convolutions of the Atari papers before its
/// hidden layers; values are scaled to 0 … 1.
///
/// Sources: Mnih et al., Nature 518 (2015); van Hasselt, Guez, Silver, arXiv 1509.06461; Wang et al.,
/// arXiv 1511.06581; Schaul et al., arXiv 1511.05952; Hessel et al., arXiv 1710.02298.
package final class DQN: OffPolicyAlgorithm {
  package let settings: DQNSettings
  package let specification: EnvironmentSpecification
  let actionCount: Int

  package let network: ValueNetwork
  package let target: ValueNetwork
  /// The network at the observations that follow, for double Q-learning, and at those that are acted on.
  private let chooser: ValuePass
  private let explorer: ValuePass
  private let gradients: UnsafeMutablePointer<Float>
  private let wanted: UnsafeMutablePointer<Float>

  /// The share of random actions now.
  private(set) var exploration: Float
  private var loss = RunningMean()
  private var value = RunningMean()
  private var norm = RunningMean()

  package init(settings: DQNSettings, specification: EnvironmentSpecification, random: RandomSource)
    throws
  {
    try settings.validate()
    guard case .discrete(let names) = specification.actionSpace else {
      throw InputError(
        "'\(specification.id)' has continuous actions and dqn needs discrete ones",
        at: "run.learner",
        remedy: "use sac, td3 or ppo")
    }
    self.settings = settings
    self.specification = specification
    actionCount = names.count
    let images = specification.imageLayers
    guard images == nil || !settings.duelling || settings.hidden.count > 1 else {
      throw InputError(
        "the two streams of a duelling network on images share the convolutions and a hidden layer behind them",
        at: "dqn.hidden", remedy: "give two widths, as [512, 512], or switch dqn.duelling off")
    }
    let shape = ValueNetworkShape(
      inputs: specification.observationSpace.count, hidden: settings.hidden, actions: names.count,
      activation: settings.activation, duelling: settings.duelling, images: images)
    let drawn = ValueNetwork.drawn(shape, random: random.child("dqn/initial"))
    let rows = settings.batchSize
    network = ValueNetwork(
      "values", shape, drawn, capacity: rows, learningRate: settings.learningRate)
    target = ValueNetwork("target", shape, drawn, capacity: rows, learningRate: nil)
    chooser = ValuePass(network, capacity: settings.double ? rows : 1)
    explorer = ValuePass(network, capacity: settings.environments)
    gradients = zeroedFloats(rows * names.count)
    wanted = zeroedFloats(rows)
    exploration = 1
    beginIteration(progress: 0)
  }

  deinit {
    gradients.deallocate()
    wanted.deallocate()
  }

  package var blocks: [ParameterBlock] { network.parts + target.parts }
  package var scale: ActionScale? { nil }
  package var policy: any ActingPolicy {
    ValuePolicy(
      environment: specification.id, shape: network.shape, networks: network.parts.map(\.value),
      exploration: exploration)
  }

  package func drawUniform(
    rows: Int, into actions: UnsafeMutablePointer<Float>, random: inout RandomStream
  ) {
    for row in 0..<rows { actions[row] = Float(random.below(actionCount)) }
  }

  package func explore(
    _ observations: UnsafePointer<Float>, rows: Int, into actions: UnsafeMutablePointer<Float>,
    random: inout RandomStream
  ) {
    chooseGreedily(
      explorer.forward(observations, rows: rows), actions: actionCount, rows: rows, into: actions,
      exploration: exploration, random: &random)
  }

  package func beginIteration(progress: Double) {
    (loss, value, norm) = (RunningMean(), RunningMean(), RunningMean())
    let share =
      settings.explorationShare > 0 ? min(1, Float(progress) / settings.explorationShare) : 1
    exploration =
      settings.initialExploration + share
      * (settings.finalExploration - settings.initialExploration)
  }

  package func stepped(_ number: Int) {
    guard number % max(1, settings.targetInterval / settings.environments) == 0 else { return }
    for (target, source) in zip(target.parts, network.parts) {
      target.approach(source, share: settings.targetShare)
    }
  }

  package func update(_ batch: ReplayBatch, number: Int, random: inout RandomStream) {
    differentiate(batch)
    var squares = 0.0
    for part in network.parts {
      let norm = Double(gradientNorm(part.gradients, count: part.count))
      squares += norm * norm
    }
    let total = Float(squares.squareRoot())
    norm.add(total)
    let factor = gradientClipFactor(norm: total, maximum: settings.maximumGradientNorm)
    for part in network.parts {
      if let factor { scaleGradients(part.gradients, count: part.count, by: factor) }
      part.step()
    }
  }

  /// The gradient of the mean over rows of weight · Huber(Q(s, a) − (r + γ · value of what follows)).
  ///
  /// - Returns: the loss.
  @discardableResult
  package func differentiate(_ batch: ReplayBatch) -> Float {
    let rows = batch.rows
    let count = actionCount
    let next = target.forward(batch.nextObservations, rows: rows)
    let chosen = settings.double ? chooser.forward(batch.nextObservations, rows: rows) : next
    for row in 0..<rows {
      let best = largest(chosen + row * count, count)
      wanted[row] = batch.rewards[row] + batch.discounts[row] * next[row * count + best]
    }
    let values = network.forward(batch.observations, rows: rows)
    gradients.update(repeating: 0, count: rows * count)
    let share = 1 / Float(rows)
    var sum: Float = 0
    var valueSum: Float = 0
    for row in 0..<rows {
      let place = row * count + Int(batch.actions[row])
      let error = values[place] - wanted[row]
      let size = abs(error)
      batch.errors[row] = size
      sum += batch.weights[row] * (size < 1 ? 0.5 * error * error : size - 0.5)
      gradients[place] = batch.weights[row] * share * min(max(error, -1), 1)
      valueSum += values[place]
    }
    network.backward(gradients, rows: rows)
    loss.add(sum * share)
    value.add(valueSum * share)
    return sum * share
  }

  package var figures: [String: Double] {
    var figures = ["exploration": Double(exploration)]
    figures["loss"] = loss.mean
    figures["value"] = value.mean
    figures["gradient_norm"] = norm.mean
    return figures
  }
}

/// The first of the largest values.
func largest(_ values: UnsafePointer<Float>, _ count: Int) -> Int {
  var best = 0
  for index in 1..<max(count, 1) where values[index] > values[best] { best = index }
  return best
}

/// The most valuable action of each row of values, or a uniformly random one with a chance of `exploration`.
func chooseGreedily(
  _ values: UnsafePointer<Float>, actions count: Int, rows: Int,
  into actions: UnsafeMutablePointer<Float>,
  exploration: Float, random: inout RandomStream
) {
  for row in 0..<rows {
    let isRandom = random.uniformFloat() < exploration
    actions[row] = Float(isRandom ? random.below(count) : largest(values + row * count, count))
  }
}

extension LearnerKind {
  /// Deep Q-learning, for discrete actions.
  public static let dqn = LearnerKind(DQNSettings.self) { settings, specification, random in
    try OffPolicyLearner<DQN>(settings: settings, specification: specification, random: random)
  }
}
