import Compute
import Environments

/// How a transition becomes a row of numbers: the chosen parts, one after the other, a discrete action one-hot.
///
/// ```swift
/// let encoding = try TransitionEncoding(RewardInputs(), specification: world.specification)
/// encoding.width   // Pendulum: 3 observations + 1 action = 4
/// ```
public struct TransitionEncoding: Codable, Sendable, Hashable {
  /// The parts that are chosen.
  public let inputs: RewardInputs
  /// Numbers in an observation row.
  public let observationSize: Int
  /// Floats in a raw action row.
  public let actionRowSize: Int
  /// The number of discrete actions; nil for a continuous action space.
  public let discreteActions: Int?
  /// How a network looks at the observation if it is an image, which then comes first in a row; nil for plain numbers,
  /// and where a reward sees no observation, or two.
  public let images: ImageLayers?

  /// - Throws: `InputError` if no part is chosen.
  public init(_ inputs: RewardInputs, specification: EnvironmentSpecification) throws {
    var discreteActions: Int?
    if case .discrete(let names) = specification.actionSpace { discreteActions = names.count }
    try self.init(
      inputs, observationSize: specification.observationSpace.count,
      actionRowSize: specification.actionSpace.rowSize, discreteActions: discreteActions,
      images: specification.rewardImageLayers)
  }

  /// An encoding by its sizes; throws `InputError` if no part is chosen.
  public init(
    _ inputs: RewardInputs, observationSize: Int, actionRowSize: Int, discreteActions: Int?, images: ImageLayers? = nil
  ) throws {
    guard inputs.observation || inputs.action || inputs.nextObservation || inputs.termination else {
      throw InputError(
        "a reward needs at least one input",
        remedy: "choose some of observation, action, next observation, termination")
    }
    self.inputs = inputs
    self.observationSize = observationSize
    self.actionRowSize = actionRowSize
    self.discreteActions = discreteActions
    self.images = inputs.observation != inputs.nextObservation ? images : nil
  }

  /// Floats in an encoded action.
  public var actionSize: Int { discreteActions ?? actionRowSize }

  /// Floats in an encoded transition.
  public var width: Int {
    (inputs.observation ? observationSize : 0) + (inputs.action ? actionSize : 0)
      + (inputs.nextObservation ? observationSize : 0) + (inputs.termination ? 1 : 0)
  }

  /// Writes all transitions of `rows` as [rows.count × width].
  public func encode(_ rows: TransitionRows, into encoded: inout MutableSpan<Float>) {
    precondition(encoded.count == rows.count * width, "room for one encoded row per transition")
    encoded.withUnsafeMutableBufferPointer { if let start = $0.baseAddress { encode(rows, into: start) } }
  }

  /// Writes the transitions `range` of `rows` as [range.count × width].
  package func encode(_ rows: TransitionRows, _ range: Range<Int>, into encoded: UnsafeMutablePointer<Float>) {
    encode(
      range, observations: rows.observations, actions: rows.actions, nextObservations: rows.nextObservations,
      terminated: rows.terminated, into: encoded)
  }

  /// The same, into memory that has room for them.
  package func encode(_ rows: TransitionRows, into encoded: UnsafeMutablePointer<Float>) {
    encode(rows, 0..<rows.count, into: encoded)
  }

  package func encode(
    _ range: Range<Int>, observations: UnsafePointer<Float>, actions: UnsafePointer<Float>,
    nextObservations: UnsafePointer<Float>, terminated: UnsafePointer<Bool>,
    into encoded: UnsafeMutablePointer<Float>
  ) {
    var target = encoded
    let nextIsFirst = images != nil && inputs.nextObservation
    func show(_ observations: UnsafePointer<Float>, _ row: Int) {
      target.update(from: observations + row * observationSize, count: observationSize)
      target += observationSize
    }
    for row in range {
      if nextIsFirst { show(nextObservations, row) }
      if inputs.observation { show(observations, row) }
      if inputs.action {
        if let discreteActions {
          target.update(repeating: 0, count: discreteActions)
          target[Int(actions[row])] = 1
          target += discreteActions
        } else {
          target.update(from: actions + row * actionRowSize, count: actionRowSize)
          target += actionRowSize
        }
      }
      if inputs.nextObservation, !nextIsFirst { show(nextObservations, row) }
      if inputs.termination {
        target[0] = terminated[row] ? 1 : 0
        target += 1
      }
    }
  }

  /// What makes this trajectory unusable for the encoding; nil if nothing does.
  ///
  /// Checks sizes, that all numbers are finite, and that discrete actions are indices.
  public func problem(with trajectory: Trajectory) -> InputError? {
    if trajectory.observationSize != observationSize || trajectory.actionRowSize != actionRowSize {
      return InputError(
        "the trajectory has observations of \(trajectory.observationSize) and actions of "
          + "\(trajectory.actionRowSize) numbers; the reward reads \(observationSize) and \(actionRowSize)",
        remedy: "use trajectories of the environment that the reward was made for")
    }
    if let index = trajectory.observations.firstIndex(where: { !$0.isFinite }) {
      return InputError(
        "the observation holds \(trajectory.observations[index])",
        at: "row \(index / max(1, observationSize)), column \(index % max(1, observationSize))",
        remedy: "remove or repair the trajectory")
    }
    if let discreteActions {
      let valid = { (action: Float) in action >= 0 && action < Float(discreteActions) && action == action.rounded() }
      if let index = trajectory.actions.firstIndex(where: { !valid($0) }) {
        return InputError(
          "the action \(trajectory.actions[index]) is not one of 0 ..< \(discreteActions)", at: "row \(index)")
      }
    } else if let index = trajectory.actions.firstIndex(where: { !$0.isFinite }) {
      return InputError(
        "the action holds \(trajectory.actions[index])",
        at: "row \(index / max(1, actionRowSize)), column \(index % max(1, actionRowSize))",
        remedy: "remove or repair the trajectory")
    }
    return nil
  }

  /// Appends the encoded transitions of a trajectory to `rows`.
  ///
  /// - Throws: what ``problem(with:)`` finds.
  public func append(_ trajectory: Trajectory, to rows: inout [Float]) throws {
    if let problem = problem(with: trajectory) { throw problem }
    let start = rows.count
    rows.append(contentsOf: repeatElement(0, count: trajectory.count * width))
    var ends = [Bool](repeating: false, count: trajectory.count)
    if trajectory.terminated, trajectory.count > 0 { ends[trajectory.count - 1] = true }
    func write(
      _ observations: UnsafePointer<Float>, _ actions: UnsafePointer<Float>, to rows: UnsafeMutablePointer<Float>
    ) {
      encode(
        0..<trajectory.count, observations: observations, actions: actions,
        nextObservations: observations + observationSize, terminated: ends, into: rows + start)
    }
    write(trajectory.observations, trajectory.actions, to: &rows)
  }
}
