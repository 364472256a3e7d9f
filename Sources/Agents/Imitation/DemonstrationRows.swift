import Compute
import Environments
import Rewards

/// The transitions of some demonstrations, flat: what imitation learns from.
public struct DemonstrationRows: Sendable {
  /// The environment's description of the rows.
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
  package func withRows<Result, Failure>(
    _ body: (TransitionRows) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try TransitionRows.over(
      count, observations: observations, actions: actions, nextObservations: nextObservations, terminated: terminated,
      specification: specification, body)
  }
}
