import Compute
import Environments

/// Three numbers seen and two done: a specification for checks of sizes above one.
struct TwoJoints: Environment {
  var specification: EnvironmentSpecification {
    EnvironmentSpecification(
      id: "test/TwoJoints", summary: "two joints", observationSpace: Box(low: [-9, -9, -9], high: [9, 9, 9]),
      observationNames: ["a", "b", "c"], actionSpace: .continuous(Box(low: [-1, -1], high: [1, 1])),
      maximumEpisodeSteps: 10, canTerminate: false, source: "here")
  }
  func reset(random: inout RandomStream) -> [Float] { [0, 0, random.uniformFloat()] }
  func step(_ state: inout [Float], _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    (state[0], state[1]) = (action[0], action[1])
    return Outcome(reward: Double(action[0] - action[1]), terminated: false)
  }
  func observe(_ state: [Float], into observation: inout MutableSpan<Float>) {
    for index in 0..<3 { observation[index] = state[index] }
  }
  func scene(_ state: [Float]) -> Scene { Scene(left: 0, bottom: 0, width: 1, height: 1, shapes: []) }
}
