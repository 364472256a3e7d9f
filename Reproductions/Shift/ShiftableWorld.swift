import Compute

/// What can be planted in a world.
package enum PlantedShift: String, CaseIterable, Sendable {
  case start = "start state"
  case dynamics
  case noise = "observation noise"
  case object = "new object"
  case agent = "stronger agent"
  case world = "another world"
}

/// One of our own worlds, with a shift that may be planted in it.
protocol ShiftableWorld: Sendable {
  associatedtype State: Sendable

  var name: String { get }
  /// Numbers in an observation and in an action.
  var observationSize: Int { get }
  var actionSize: Int { get }

  /// Where an episode begins; somewhere else with a start that moved.
  func start(_ shift: PlantedShift?, random: inout RandomStream) -> State
  /// What a middling agent does, that acts at random half of the time; a stronger one never does.
  func act(_ state: State, _ shift: PlantedShift?, random: inout RandomStream) -> [Float]
  /// The world's own step and its true reward; another physics with dynamics that changed, or in another world.
  func step(_ state: inout State, _ action: [Float], _ shift: PlantedShift?, random: inout RandomStream) -> Double
  func observe(_ state: State, _ shift: PlantedShift?) -> [Double]
}

/// What is shown for some steps: observation, look of what stands by, action, and the change of the observation and of
/// the look, step by step.
struct ScreenClip: Sendable {
  /// [steps × columns].
  var rows: [Double] = []
  /// The sum of the true rewards.
  var reward = 0.0
}

extension ShiftableWorld {
  /// An observation with its look, an action, and what becomes of the observation.
  var columns: Int { 2 * (observationSize + 1) + actionSize }

  /// A clip from somewhere in the first steps of an episode.
  ///
  /// - Parameter noise: standard deviations of what is added to each number of an observation.
  func clip(_ shift: PlantedShift?, steps: Int, noise: [Double], random: inout RandomStream) -> ScreenClip {
    var state = start(shift, random: &random)
    for _ in 0..<random.below(20) {
      let action = act(state, shift, random: &random)
      _ = step(&state, action, shift, random: &random)
    }
    // What stands by looks one of two ways; the new object looks as neither does, and costs. Its look flickers a
    // little.
    let look = shift == .object ? 2.5 : random.bernoulli(0.5) ? 1.0 : -1
    func seen(_ state: State, _ random: inout RandomStream) -> [Double] {
      var observation = observe(state, shift) + [look + 0.1 * random.normal()]
      if shift == .noise {
        for index in 0..<observationSize { observation[index] += noise[index] * random.normal() }
      }
      return observation
    }
    var clip = ScreenClip()
    clip.rows.reserveCapacity(steps * columns)
    var now = seen(state, &random)
    for _ in 0..<steps {
      let action = act(state, shift, random: &random)
      clip.reward += step(&state, action, shift, random: &random)
      let next = seen(state, &random)
      clip.rows += now
      clip.rows += action.map(Double.init)
      for index in now.indices { clip.rows.append(next[index] - now[index]) }
      now = next
    }
    return clip
  }
}

/// A world with its type erased.
package struct ShiftWorld: Sendable {
  package let name: String
  let columns: Int
  let observationSize: Int
  let clip: @Sendable (PlantedShift?, _ steps: Int, _ noise: [Double], inout RandomStream) -> ScreenClip

  init(_ world: some ShiftableWorld) {
    (name, columns, observationSize) = (world.name, world.columns, world.observationSize)
    clip = { world.clip($0, steps: $1, noise: $2, random: &$3) }
  }

  package static let all = [
    ShiftWorld(ShiftingCartPole()), ShiftWorld(ShiftingPendulum()), ShiftWorld(ShiftingBoat()),
    ShiftWorld(ShiftingPoint()),
  ]
}
