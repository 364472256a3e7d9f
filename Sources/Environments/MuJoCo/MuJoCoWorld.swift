import Compute
import Foundation

/// The definition of one of Gymnasium's MuJoCo worlds (v5): which model, what is seen, what is paid, when it ends, where
/// it starts. A value without the engine; `MuJoCoEnvironment` joins the two. Each world has a file of its own.
///
/// Source of all definitions: Gymnasium 1.4.0, `envs/mujoco/*_v5.py`; checked against it step by step.
struct MuJoCoWorld: Sendable {
  /// Without prefix: `Hopper-v5`.
  var name: String
  /// One sentence.
  var summary: String
  /// The file of the model.
  var model: String
  /// Small steps of the engine to one step.
  var frameSkip: Int
  /// The time limit in steps.
  var limit: Int
  var canTerminate: Bool
  /// What is kept of the engine's derived numbers, in this order behind the state.
  var derived: [MuJoCoField] = []
  /// What the agent sees, in this order.
  var observed: [MuJoCoPiece]
  /// What more of each control does, in a word.
  var actionNames: [String]
  /// How an episode begins.
  var start: MuJoCoStart
  /// Which coordinate's change by the second is the forward speed; nil where none is paid.
  var forward: Forward?
  /// Reward and end of a step, from what it led to, the action, and the forward speed (m/s).
  var judge: @Sendable (MuJoCoReading, borrowing MuJoCoAction, Double) -> Outcome
  /// Whether flips are what it is about.
  var isBackflip = false
  var view: MuJoCoView
  var features: [MuJoCoFeature]
  var guidance: Guidance

  /// A coordinate of the state whose change is speed.
  enum Forward: Sendable {
    case position(Int)
    case derived(Int)
  }
}

/// A part of an observation.
enum MuJoCoPiece: Sendable {
  /// Positions, velocities or derived numbers from `first` on, one for each name; clipped to ±`clip` if that is given.
  case positions(Int, [String])
  case velocities(Int, [String], clip: Double? = nil)
  case derived(Int, [String], clip: Double? = nil)
  /// Cosines or sines of positions.
  case cosines(Int, [String])
  case sines(Int, [String])
  /// Derived numbers from the first index on less those from the second on.
  case difference(Int, Int, [String])
  /// Bits of a derived number that is a set, from a bit on: 1 if it is in, 0 else.
  case bits(Int, from: Int, [String])

  var names: [String] {
    switch self {
    case .positions(_, let names), .velocities(_, let names, _), .derived(_, let names, _), .cosines(_, let names),
      .sines(_, let names), .difference(_, _, let names), .bits(_, _, let names):
      names
    }
  }

  /// The largest absolute value.
  var bound: Float {
    switch self {
    case .velocities(_, _, let clip), .derived(_, _, let clip): clip.map { Float($0) } ?? .infinity
    case .cosines, .sines, .bits: 1
    case .positions, .difference: .infinity
    }
  }

  /// Calls `write` with each number, in order.
  @inline(__always)
  func forEach(of state: MuJoCoReading, count: Int, _ write: (Double) -> Void) {
    switch self {
    case .positions(let first, _): for index in 0..<count { write(state.position(first + index)) }
    case .velocities(let first, _, let clip):
      let limit = clip ?? .infinity
      for index in 0..<count { write(max(-limit, min(limit, state.velocity(first + index)))) }
    case .derived(let first, _, let clip):
      let limit = clip ?? .infinity
      for index in 0..<count { write(max(-limit, min(limit, state.derived(first + index)))) }
    case .cosines(let first, _): for index in 0..<count { write(cos(state.position(first + index))) }
    case .sines(let first, _): for index in 0..<count { write(sin(state.position(first + index))) }
    case .difference(let first, let second, _):
      for index in 0..<count { write(state.derived(first + index) - state.derived(second + index)) }
    case .bits(let at, let first, _):
      let set = Int(state.derived(at))
      for index in 0..<count { write(set & 1 << (first + index) != 0 ? 1 : 0) }
    }
  }
}

/// A state's numbers by their names.
struct MuJoCoReading {
  let numbers: UnsafePointer<Double>
  let positionOffset: Int, velocityOffset: Int, derivedOffset: Int

  @inline(__always) func position(_ index: Int) -> Double { numbers[positionOffset + index] }
  @inline(__always) func velocity(_ index: Int) -> Double { numbers[velocityOffset + index] }
  @inline(__always) func derived(_ index: Int) -> Double { numbers[derivedOffset + index] }

  /// The distance between two places, whose first of three derived numbers these are.
  func distance(_ a: Int, _ b: Int) -> Double {
    var sum = 0.0
    for axis in 0..<3 {
      let difference = derived(a + axis) - derived(b + axis)
      sum += difference * difference
    }
    return sum.squareRoot()
  }
}

/// An action as the worlds are paid by it: single precision, as Gymnasium's actions are, so that its costs are rounded
/// as there.
///
/// The engine clips what it is told; the costs are of the action as it was given. A component that is no number counts
/// as 0, and one beyond ±10¹⁵ as that, so that no reward is infinite.
struct MuJoCoAction {
  let count: Int
  private(set) var row: InlineArray<24, Float>

  init(_ action: ContinuousAction, count: Int) {
    self.count = count
    row = InlineArray(repeating: 0)
    for index in 0..<count {
      let value = action[index]
      row[index] = value.isNaN ? 0 : max(-1e15, min(1e15, value))
    }
  }

  /// The sum of squares in single precision, in the order in which NumPy adds so few numbers.
  var squares: Float { Self.sum(count) { row[$0] * row[$0] } }

  /// The same in double precision.
  var exactSquares: Double { Self.sum(count) { Double(row[$0]) * Double(row[$0]) } }

  /// NumPy's order of adding up to 128 numbers: one after the other below eight, else in eight lanes.
  private static func sum<Number: FloatingPoint>(_ count: Int, _ term: (Int) -> Number) -> Number {
    guard count >= 8 else {
      var sum: Number = 0
      for index in 0..<count { sum += term(index) }
      return sum
    }
    var lanes = InlineArray<8, Number>(repeating: 0)
    for lane in 0..<8 { lanes[lane] = term(lane) }
    var index = 8
    while index + 8 <= count {
      for lane in 0..<8 { lanes[lane] += term(index + lane) }
      index += 8
    }
    var sum = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
    while index < count {
      sum += term(index)
      index += 1
    }
    return sum
  }
}

/// How an episode begins: positions and velocities around the model's own.
struct MuJoCoStart: Sendable {
  /// Changes the model's own positions and velocities.
  let draw: @Sendable (inout [Double], inout [Double], inout RandomStream) -> Void

  /// Uniform noise of ±scale on both.
  static func uniform(_ scale: Double) -> MuJoCoStart {
    MuJoCoStart { positions, velocities, random in
      for index in positions.indices { positions[index] += random.uniform(-scale, scale) }
      for index in velocities.indices { velocities[index] += random.uniform(-scale, scale) }
    }
  }

  /// Uniform noise of ±scale on positions, normal noise of this deviation on velocities.
  static func uniformAndNormal(_ scale: Double) -> MuJoCoStart {
    MuJoCoStart { positions, velocities, random in
      for index in positions.indices { positions[index] += random.uniform(-scale, scale) }
      for index in velocities.indices { velocities[index] += scale * random.normal() }
    }
  }
}

/// A named feature by the names of what is observed, so that it does not depend on where that stands.
struct MuJoCoFeature: Sendable {
  let name: String
  var synonyms: [String] = []
  let summary: String
  var moreWords: [String] = []
  var lessWords: [String] = []
  var isCost = false
  /// From the next observation by name, and the action.
  let compute: Compute

  enum Compute: Sendable {
    /// A component of the next observation.
    case component(String)
    /// Its absolute value.
    case magnitude(String)
    /// The distance in the plane that these two components span.
    case length(String, String)
    /// The angle of which these are sine and cosine (rad).
    case angle(sine: String, cosine: String)
    /// The mean square of the action's components.
    case effort
  }

  /// For worlds that have controls to be spared, which is all of them.
  static let effort = MuJoCoFeature(
    name: "control effort", synonyms: ["effort", "energy", "torque"],
    summary: "the mean square of the motors' controls", isCost: true, compute: .effort)

  /// The feature of a world that observes components of these names; nil if it does not observe what is asked for.
  func named(among components: [String]) -> NamedFeature? {
    func index(_ name: String) -> Int? { components.firstIndex(of: name) }
    let value: @Sendable (Span<Float>, Span<Float>) -> Double
    switch compute {
    case .component(let name):
      guard let at = index(name) else { return nil }
      value = { _, next in Double(next[at]) }
    case .magnitude(let name):
      guard let at = index(name) else { return nil }
      value = { _, next in Double(abs(next[at])) }
    case .length(let first, let second):
      guard let x = index(first), let y = index(second) else { return nil }
      value = { _, next in Double(next[x] * next[x] + next[y] * next[y]).squareRoot() }
    case .angle(let first, let second):
      guard let sine = index(first), let cosine = index(second) else { return nil }
      value = { _, next in atan2(Double(next[sine]), Double(next[cosine])) }
    case .effort:
      value = { action, _ in
        var sum = 0.0
        for component in 0..<action.count { sum += Double(action[component]) * Double(action[component]) }
        return sum / Double(action.count)
      }
    }
    return NamedFeature(
      name: name, synonyms: synonyms, summary: summary, moreWords: moreWords, lessWords: lessWords, isCost: isCost
    ) { _, action, next in value(action, next) }
  }
}
