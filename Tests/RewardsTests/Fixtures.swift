import Compute
import Environments
import Testing

/// A made-up environment: `observations` numbers seen, and `discrete` actions, or a continuous one of `actionRowSize`.
func specification(observations: Int, discrete: Int? = nil, actionRowSize: Int = 1) -> EnvironmentSpecification {
  func box(_ count: Int) -> Box {
    Box(low: [Float](repeating: -10, count: count), high: [Float](repeating: 10, count: count))
  }
  return EnvironmentSpecification(
    id: "test/World-v0", summary: "a world for tests", observationSpace: box(observations),
    observationNames: (0..<observations).map { "o\($0)" },
    actionSpace: discrete.map { .discrete(names: (0..<$0).map { "a\($0)" }) } ?? .continuous(box(actionRowSize)),
    maximumEpisodeSteps: nil, canTerminate: true, source: "none")
}

/// A trajectory of standard normal numbers (discrete actions: uniform), whose end is a termination.
func trajectory(_ specification: EnvironmentSpecification, steps: Int, random: inout RandomStream) -> Trajectory {
  let observations = specification.observationSpace.count
  let actionRowSize = specification.actionSpace.rowSize
  var actions: [Float] = []
  for _ in 0..<steps * actionRowSize {
    switch specification.actionSpace {
    case .discrete(let names): actions.append(Float(random.below(names.count)))
    case .continuous: actions.append(Float(random.normal()))
    }
  }
  return Trajectory(
    observationSize: observations, actionRowSize: actionRowSize,
    observations: (0..<(steps + 1) * observations).map { _ in Float(random.normal()) }, actions: actions,
    rewards: (0..<steps).map { _ in Float(random.normal()) }, terminated: true, truncated: false, start: nil)
}

/// Expects that `body` throws an ``InputError`` whose sentence contains `text`.
func expectProblem(_ text: String, _ body: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) {
  do {
    try body()
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
  } catch let error as InputError {
    #expect(error.description.contains(text), sourceLocation: sourceLocation)
  } catch {
    Issue.record("\(error) is no InputError", sourceLocation: sourceLocation)
  }
}
