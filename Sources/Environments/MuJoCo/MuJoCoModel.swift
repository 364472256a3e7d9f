import Compute
import Foundation
import Synchronization

/// A model of MuJoCo's, compiled from its XML, with work space for as many threads as ever stepped it at once.
///
/// The model never changes after loading. Each call takes a work space (`mjData`) of its own from a pool and writes the
/// whole state into it first, so what it returns depends on its arguments alone: neither on which work space it got nor
/// on what that held.
final class MuJoCoModel: @unchecked Sendable {
  let engine: MuJoCoEngine
  /// Numbers of positions, velocities and controls.
  let positions: Int, velocities: Int, controls: Int
  let bodies: Int, geoms: Int
  /// Seconds.
  let timeStep: Double
  /// Numbers in a state, and where in it positions and velocities begin.
  let stateSize: Int, positionOffset: Int, velocityOffset: Int
  /// The model's own start.
  let startPositions: [Double], startVelocities: [Double]

  private let model: UnsafeMutableRawPointer
  private let idle: Mutex<[Workspace]>

  /// One `mjData`, of which a thread at a time has hold.
  struct Workspace: @unchecked Sendable { let data: UnsafeMutableRawPointer }

  private static let loaded = Mutex<[String: MuJoCoModel]>([:])

  /// The model of this file among the engine's; loaded once.
  static func load(_ file: String, of engine: MuJoCoEngine) throws -> MuJoCoModel {
    let path = engine.folder.appending(path: "models/\(file)").standardizedFileURL.path
    return try loaded.withLock { loaded in
      if let model = loaded[path] { return model }
      let model = try MuJoCoModel(path, engine)
      loaded[path] = model
      return model
    }
  }

  private init(_ path: String, _ engine: MuJoCoEngine) throws {
    var reason = [CChar](repeating: 0, count: 1_000)
    guard let model = engine.calls.load(path, &reason, Int32(reason.count)) else {
      let text = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw InputError(
        "MuJoCo cannot read the model: \(text.split(separator: "\n").joined(separator: " "))", at: path,
        remedy: "run \(MuJoCoEngine.install)")
    }
    guard let data = engine.calls.makeData(model) else {
      throw InputError("there is no memory for a simulation", at: path)
    }
    func size(_ what: Int32) -> Int { Int(engine.calls.size(model, what)) }
    self.engine = engine
    self.model = model
    (positions, velocities, controls) = (size(0), size(1), size(2))
    (bodies, geoms) = (size(3), size(4))
    (stateSize, positionOffset, velocityOffset) = (size(6), size(7), size(8))
    timeStep = engine.calls.timeStep(model)
    var (qpos, qvel) = ([Double](repeating: 0, count: size(0)), [Double](repeating: 0, count: size(1)))
    engine.calls.start(model, data, &qpos, &qvel)
    (startPositions, startVelocities) = (qpos, qvel)
    idle = Mutex([Workspace(data: data)])
  }

  /// The range of each control.
  var controlBox: Box {
    var ranges = [Double](repeating: 0, count: 2 * controls)
    engine.calls.controlRanges(model, &ranges)
    return Box(
      low: (0..<controls).map { Float(ranges[2 * $0]) }, high: (0..<controls).map { Float(ranges[2 * $0 + 1]) })
  }

  /// What a name can be of, as the bridge counts them.
  enum Kind: Int32 { case body, geom, site, joint, actuator }

  /// The number of what has this name.
  func index(_ kind: Kind, _ name: String) throws -> Int {
    let index = engine.calls.find(model, kind.rawValue, name)
    guard index >= 0 else { throw InputError("the model has no \(kind) '\(name)'") }
    return Int(index)
  }

  /// A geom's shape, which does not change.
  struct Geom: Sendable {
    /// As MuJoCo counts them: 0 plane, 2 sphere, 3 capsule, 5 cylinder.
    var type: Int
    /// The body that it is a part of; 0 is the world.
    var body: Int
    var isVisible: Bool
    /// Radius, half length and a third, as the type means them.
    var sizes: SIMD3<Double>
  }

  /// The shapes of all geoms.
  var shapes: [Geom] {
    var rows = [Double](repeating: 0, count: 6 * geoms)
    engine.calls.geoms(model, &rows)
    return (0..<geoms).map { geom in
      let row = rows[6 * geom..<6 * geom + 6].map { $0 }
      return Geom(
        type: Int(row[0]), body: Int(row[1]), isVisible: row[2] != 0, sizes: SIMD3(row[3], row[4], row[5]))
    }
  }

  /// A new state from positions and velocities, with the plan's derived numbers behind it.
  func state(positions: [Double], velocities: [Double], plan: MuJoCoPlan) -> [Double] {
    precondition(positions.count == self.positions && velocities.count == self.velocities, "a number for each joint")
    var state = [Double](repeating: 0, count: stateSize + plan.count)
    withWorkspace { data in
      engine.calls.reset(model, data, positions, velocities, &state, plan.pieces, Int32(plan.pieces.count / 3))
    }
    return state
  }

  /// `skip` steps under one action, in place. Returns how often the engine began anew because its state had diverged.
  func step(_ state: inout [Double], _ action: Span<Float>, skip: Int, plan: MuJoCoPlan) -> Int {
    precondition(state.count == stateSize + plan.count && action.count >= controls, "a state of this model")
    return withWorkspace { data in
      action.withUnsafeBufferPointer { action in
        state.withUnsafeMutableBufferPointer { state in
          plan.pieces.withUnsafeBufferPointer { pieces in
            Int(
              engine.calls.step(
                model, data, state.baseAddress!, action.baseAddress!, Int32(skip), pieces.baseAddress!,
                Int32(pieces.count / 3)))
          }
        }
      }
    }
  }

  /// Where the geoms are at the positions of a state: their middles, and their axes as rows of nine.
  func pose(of state: [Double]) -> (places: [Double], turns: [Double]) {
    var (places, turns) = ([Double](repeating: 0, count: 3 * geoms), [Double](repeating: 0, count: 9 * geoms))
    withWorkspace { data in
      state.withUnsafeBufferPointer { state in
        engine.calls.pose(model, data, state.baseAddress! + positionOffset, &places, &turns)
      }
    }
    return (places, turns)
  }

  private func withWorkspace<Result>(_ body: (UnsafeMutableRawPointer) -> Result) -> Result {
    let workspace = idle.withLock { $0.popLast() } ?? newWorkspace()
    defer { idle.withLock { $0.append(workspace) } }
    return body(workspace.data)
  }

  private func newWorkspace() -> Workspace {
    guard let data = engine.calls.makeData(model) else { fatalError("there is no memory for another simulation") }
    return Workspace(data: data)
  }
}

/// What is read from the engine after each step, beside the state itself.
struct MuJoCoPlan: Sendable {
  /// Field, first number, count of each piece; at least one piece, which may be empty.
  let pieces: [Int32]
  /// Numbers in all pieces.
  let count: Int

  init(_ fields: [MuJoCoField], of model: MuJoCoModel) throws {
    var (pieces, count): ([Int32], Int) = ([], 0)
    for field in fields {
      let (code, first, size) = try field.resolved(in: model)
      pieces += [Int32(code), Int32(first), Int32(size)]
      count += size
    }
    self.pieces = pieces.isEmpty ? [0, 0, 0] : pieces
    self.count = count
  }
}

/// Numbers that MuJoCo derives from a state in the course of a step. After it they belong to the positions before the
/// last of its small steps, as in Gymnasium, so they cannot be recomputed from the state and are kept beside it.
enum MuJoCoField: Sendable, Hashable {
  /// Where a body is, by its name or its number: 3.
  case place(of: String)
  case placeOfBody(Int)
  /// Where the first site is: 3.
  case firstSite
  /// Forces from outside on each body, the world included: 6 each.
  case externalForces
  /// Inertias of the bodies but the world: 10 each.
  case inertias
  /// Velocities of the bodies but the world: 6 each.
  case bodyVelocities
  /// Forces of the actuators on the joints but the first six, which are the free root: one each.
  case jointForces
  /// The force of constraints on the first joint: 1.
  case firstConstraintForce
  /// The x coordinate of the centre of all masses: 1.
  case centreOfMass
  /// Which geoms touch the ground, as a set of bits: 1.
  case groundContacts

  func resolved(in model: MuJoCoModel) throws -> (code: Int, first: Int, count: Int) {
    switch self {
    case .place(let name): (0, 3 * (try model.index(.body, name)), 3)
    case .placeOfBody(let body): (0, 3 * body, 3)
    case .firstSite: (1, 0, 3)
    case .externalForces: (2, 0, 6 * model.bodies)
    case .inertias: (3, 10, 10 * (model.bodies - 1))
    case .bodyVelocities: (4, 6, 6 * (model.bodies - 1))
    case .jointForces: (5, 6, model.velocities - 6)
    case .firstConstraintForce: (6, 0, 1)
    case .centreOfMass: (7, 0, 1)
    case .groundContacts: (8, 0, 1)
    }
  }
}
