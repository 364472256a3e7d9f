import Compute
import Environments
import Runs

/// Counts its steps and draws every kind of shape; ends after six steps, or when the first action is 1.
struct DrawnWorld: Environment {
  var specification: EnvironmentSpecification {
    EnvironmentSpecification(
      id: "test/Drawn-v0", summary: "Draws shapes.", observationSpace: Box(low: [0], high: [9]),
      observationNames: ["steps"], actionSpace: .continuous(Box(low: [-1, 0], high: [1, 2])), maximumEpisodeSteps: 6,
      canTerminate: true, source: "tests")
  }

  func reset(random: inout RandomStream) -> Int { 0 }

  func step(_ state: inout Int, _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    state += 1
    return Outcome(reward: Double(state) / 4, terminated: action[0] == 1)
  }

  func observe(_ state: Int, into observation: inout MutableSpan<Float>) { observation[0] = Float(state) }

  /// 4 wide and 2 high from (−1, 1): 60 units to a length, so (x, y) is drawn at (60 (x + 1), 60 (3 − y)).
  func scene(_ state: Int) -> Scene {
    Scene(
      left: -1, bottom: 1, width: 4, height: 2,
      shapes: [
        .polygon(points: [0, 1, 1, 1, 1, 2.5], role: .ground),
        .line(points: [0, 2, Double(state), 2], width: 0.001, role: .track),
        .line(points: [0, 2, 1, 3], width: 0.1, role: .wall),
        .circle(x: Double(state) / 3, y: 2, radius: -0.5, role: .agent),
        .label(x: 0.5, y: 1.5, size: 0.2, text: "step", role: .neutral),
        .circle(x: .nan, y: 2, radius: 0.123456, role: .goal),
      ])
  }

  /// Two clips of four steps, the second from step 2 of its episode on.
  static func clips() -> [StoredSegment] {
    let actions: [Float] = [0, 0, 0.5, 1, -0.5, 2, 0.25, 0.5]
    return [0, 2].map { start in
      StoredSegment(
        Trajectory(
          observationSize: 1, actionRowSize: 2, observations: (start...start + 4).map(Float.init), actions: actions,
          rewards: (start + 1...start + 4).map { Float($0) / 4 }, terminated: false, truncated: start == 2,
          start: EpisodePosition(slot: 0, episode: 0, step: start)),
        leadingActions: [Float](repeating: 0, count: 2 * start), source: "test", sourceIndex: start)
    }
  }
}

/// Pictures whose size is not one: taller than the page, or without an end.
struct OddWorld: Environment {
  let width: Double
  let height: Double

  var specification: EnvironmentSpecification { DrawnWorld().specification }
  func reset(random: inout RandomStream) -> Int { 0 }

  func step(_ state: inout Int, _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    DrawnWorld().step(&state, action, random: &random)
  }

  func observe(_ state: Int, into observation: inout MutableSpan<Float>) { observation[0] = Float(state) }

  func scene(_ state: Int) -> Scene {
    Scene(left: 0, bottom: 0, width: width, height: height, shapes: [.circle(x: 0.5, y: 0, radius: 1, role: .agent)])
  }
}
