import Compute
import Foundation
import Synchronization

/// One of Gymnasium's MuJoCo worlds (v5), native and in this process: the same engine, the same models, step-exact.
///
/// ```swift
/// let source = MuJoCoSource(folder: URL(filePath: ".build/mujoco"))
/// let world = try MuJoCoEnvironment("mujoco/Hopper-v5", folder: source.folder)
/// var random = RandomSource(seed: 1).stream("environment/0", 0)
/// var state = world.reset(random: &random)     // a value: copy it to rewind
/// ```
///
/// A step is Gymnasium's: the state is written into a work space of the engine, the action becomes its controls, the
/// engine takes its small steps and computes the forces from outside, and the state is read back. A state has all that
/// the next step depends on (time, positions, velocities, the solver's warm start …) and the derived numbers that
/// observation and reward ask for, which are those of the last small step, as in Gymnasium. Steps draw no random
/// numbers.
///
/// Where the engine finds that a state has diverged it begins anew from the model's start and goes on, as it does under
/// Gymnasium; ``divergences`` counts how often.
///
/// What it is not: it holds no clock, renders no pixels (``scene(_:)`` is a drawing), and its starts are drawn from our
/// streams, so that a seed does not give Gymnasium's start.
public struct MuJoCoEnvironment: Environment {
  /// A moment of a simulation: a value, as long as its environment's states are.
  public struct State: Sendable, Hashable, Codable {
    /// The engine's state, then the derived numbers.
    package var numbers: [Double]
  }

  public let specification: EnvironmentSpecification
  let world: MuJoCoWorld
  let model: MuJoCoModel
  let plan: MuJoCoPlan
  /// Numbers in each piece of the observation.
  private let pieceSizes: [Int]
  private let shapes: [MuJoCoModel.Geom]
  private let record = Record()

  /// What steps cannot return.
  private final class Record: Sendable {
    let divergences = Atomic<Int>(0)
    let foreignStates = Atomic<Int>(0)
  }

  /// The world of this id, with the engine in this folder, which `./pactolus setup mujoco` makes.
  ///
  /// - Throws: `InputError` for an id that does not exist, with near misses; for options that it does not have; and
  ///   where the engine is missing or of a version that was not tested.
  public init(_ id: String, folder: URL) throws {
    try self.init(id: id, world: MuJoCoWorld(id: id), engine: MuJoCoEngine.load(from: folder))
  }

  init(id: String, world: MuJoCoWorld, engine: MuJoCoEngine) throws {
    self.world = world
    model = try MuJoCoModel.load(world.model, of: engine)
    plan = try MuJoCoPlan(world.derived, of: model)
    pieceSizes = world.observed.map(\.names.count)
    shapes = model.shapes
    let bounds = world.observed.flatMap { piece in piece.names.map { _ in piece.bound } }
    var specification = EnvironmentSpecification(
      id: id, summary: world.summary, observationSpace: Box(low: bounds.map { -$0 }, high: bounds),
      observationNames: world.observed.flatMap(\.names), actionSpace: .continuous(model.controlBox),
      maximumEpisodeSteps: world.limit, canTerminate: world.canTerminate,
      source: "Gymnasium 1.4.0 \(world.name), MuJoCo \(engine.version)")
    specification.actionNames = world.actionNames
    self.specification = specification
  }

  /// How often the engine began anew because a simulation of this environment had diverged.
  public var divergences: Int { record.divergences.load(ordering: .relaxed) }

  /// Seconds of simulated time to one step.
  public var timeStep: Double { model.timeStep * Double(world.frameSkip) }

  public func reset(random: inout RandomStream) -> State {
    var (positions, velocities) = (model.startPositions, model.startVelocities)
    world.start.draw(&positions, &velocities, &random)
    return state(positions: positions, velocities: velocities)
  }

  /// The state of an episode that begins with these positions and velocities, as Gymnasium's `set_state` after a reset.
  package func state(positions: [Double], velocities: [Double]) -> State {
    State(numbers: model.state(positions: positions, velocities: velocities, plan: plan))
  }

  public func step(_ state: inout State, _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    guard fits(state) else { return Outcome(reward: 0, terminated: false) }
    let action = MuJoCoAction(action, count: model.controls)
    let before = forwardPosition(of: state)
    let failures = model.step(&state.numbers, action.row.span, skip: world.frameSkip, plan: plan)
    if failures > 0 { record.divergences.add(failures, ordering: .relaxed) }
    let speed = (forwardPosition(of: state) - before) / timeStep
    return withReading(of: state) { world.judge($0, action, speed) }
  }

  /// Steps the slots on all threads of the shared pool: a step takes the engine tens of microseconds, and depends on its
  /// own slot alone, so that the number of threads changes nothing but the time.
  public func advance(_ slots: EpisodeSlots<State>, actions: Span<Float>) {
    actions.withUnsafeBufferPointer { actions in
      // Memory is shared without locks: a part reads and writes the rows of its own slot alone.
      nonisolated(unsafe) let (slots, actions) = (slots, actions)
      ThreadPool.shared.run(slots.count) { advance($0, of: slots, actions: actions.span) }
    }
  }

  public func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    guard fits(state) else {
      for index in 0..<observation.count { observation[index] = 0 }
      return
    }
    withReading(of: state) { reading in
      var next = 0
      for (piece, count) in zip(world.observed, pieceSizes) {
        piece.forEach(of: reading, count: count) { value in
          observation[next] = Float(value)
          next += 1
        }
      }
    }
  }

  /// The observation in double precision, as Gymnasium returns it.
  package func exactObservation(of state: State) -> [Double] {
    var observation: [Double] = []
    withReading(of: state) { reading in
      for (piece, count) in zip(world.observed, pieceSizes) {
        piece.forEach(of: reading, count: count) { observation.append($0) }
      }
    }
    return observation
  }

  /// Throws if a state was stepped that is none of this environment's: of another world, or from a damaged file.
  public func check() throws {
    guard record.foreignStates.load(ordering: .relaxed) == 0 else {
      throw InputError("a state that is no state of '\(specification.id)' was to be stepped")
    }
  }

  public func scene(_ state: State) -> Scene {
    guard fits(state) else { return Scene(left: 0, bottom: 0, width: 1, height: 1, shapes: []) }
    let (places, turns) = model.pose(of: state.numbers)
    return world.view.scene(of: shapes, places: places, turns: turns)
  }

  func withReading<Result>(of state: borrowing State, _ body: (MuJoCoReading) -> Result) -> Result {
    state.numbers.withUnsafeBufferPointer { numbers in
      body(
        MuJoCoReading(
          numbers: numbers.baseAddress!, positionOffset: model.positionOffset, velocityOffset: model.velocityOffset,
          derivedOffset: model.stateSize))
    }
  }

  private func forwardPosition(of state: borrowing State) -> Double {
    switch world.forward {
    case .position(let index): state.numbers[model.positionOffset + index]
    case .derived(let index): state.numbers[model.stateSize + index]
    case nil: 0
    }
  }

  private func fits(_ state: borrowing State) -> Bool {
    if state.numbers.count == model.stateSize + plan.count { return true }
    record.foreignStates.add(1, ordering: .relaxed)
    return false
  }
}

extension MuJoCoEnvironment {
  /// Positions and velocities of the model's own start, before any noise.
  package var modelStart: (positions: [Double], velocities: [Double]) { (model.startPositions, model.startVelocities) }

  /// Positions and velocities of a state, in the model's order.
  package func joints(of state: State) -> (positions: [Double], velocities: [Double]) {
    let (positions, velocities) = (model.positionOffset, model.velocityOffset)
    return (
      Array(state.numbers[positions..<positions + model.positions]),
      Array(state.numbers[velocities..<velocities + model.velocities])
    )
  }
}
