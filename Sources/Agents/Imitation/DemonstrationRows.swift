import Compute
import Environments
import Rewards

/// The transitions of some demonstrations, flat: what imitation learns from.
public struct DemonstrationRows: Sendable {
  /// What the environment says about the rows.
  public let specification: EnvironmentSpecification
  /// The number of transitions.
  public let count: Int
  /// [count × observation size]
  public let observations: [Float]
  /// [count × action row size]
  public let actions: [Float]
  /// [count × observation size]
  public let nextObservations: [Float]
  /// Whether each transition ended its episode for good.
  public let terminated: [Bool]

  /// - Throws: `InputError` if there is no transition, or a demonstration does not fit the environment.
  public init(_ demonstrations: [Trajectory], specification: EnvironmentSpecification) throws {
    let encoding = try TransitionEncoding(
      RewardInputs(observation: true, action: true), specification: specification)
    for (index, demonstration) in demonstrations.enumerated() {
      guard var problem = encoding.problem(with: demonstration) else { continue }
      problem.place = "demonstration \(index + 1)" + (problem.place.map { ", \($0)" } ?? "")
      throw problem
    }
    let size = specification.observationSpace.count
    count = demonstrations.reduce(0) { $0 + $1.count }
    guard count > 0 else {
      throw InputError("the demonstrations have no transitions", remedy: "record at least one episode")
    }
    self.specification = specification
    observations = demonstrations.flatMap { $0.observations[..<($0.count * size)] }
    actions = demonstrations.flatMap(\.actions)
    nextObservations = demonstrations.flatMap { $0.observations[size...] }
    terminated = demonstrations.flatMap { demonstration in
      (0..<demonstration.count).map { demonstration.terminated && $0 == demonstration.count - 1 }
    }
  }

  /// Calls `body` with a view of the rows.
  package func withRows<Result>(_ body: (TransitionRows) throws -> Result) rethrows -> Result {
    try observations.withUnsafeBufferPointer { observations in
      try actions.withUnsafeBufferPointer { actions in
        try nextObservations.withUnsafeBufferPointer { next in
          try terminated.withUnsafeBufferPointer { terminated in
            // There is at least one row, so every buffer has an address.
            try body(
              TransitionRows(
                count: count, observations: observations.baseAddress!, actions: actions.baseAddress!,
                nextObservations: next.baseAddress!, terminated: terminated.baseAddress!, specification: specification))
          }
        }
      }
    }
  }
}
