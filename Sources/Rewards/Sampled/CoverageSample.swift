import Compute
import Environments

/// Transitions of a world, drawn as a policy explores it: where rewards over continuous worlds are compared.
///
/// ```swift
/// let coverage = try CoverageSample(entry, count: 4096, random: random.child("coverage"))
/// let d = SampledEPIC(coverage, discount: 0.99, random: random).distance(first, second)
/// ```
///
/// A distance over a coverage sample does not cover places that the sample does not reach.
public struct CoverageSample: Sendable {
  /// The environment's description of the rows.
  public let specification: EnvironmentSpecification
  /// The number of transitions.
  public let count: Int
  /// [count × observation size]
  public let observations: [Float]
  /// [count × action row size]
  public let actions: [Float]
  /// [count × observation size]: what each step led to, before any reset.
  public let nextObservations: [Float]
  /// Whether each transition ended its episode for good.
  public let terminated: [Bool]

  /// A sample by its rows, whose sizes must fit together.
  public init(
    specification: EnvironmentSpecification, observations: [Float], actions: [Float], nextObservations: [Float],
    terminated: [Bool]
  ) {
    count = terminated.count
    precondition(
      observations.count == count * specification.observationSpace.count
        && nextObservations.count == observations.count
        && actions.count == count * specification.actionSpace.rowSize, "one row of each for every transition")
    self.specification = specification
    self.observations = observations
    self.actions = actions
    self.nextObservations = nextObservations
    self.terminated = terminated
  }

  /// Transitions under uniformly random actions, from 16 episodes side by side, of which every `spacing`-th step is
  /// kept, since neighbours tell little that is new. Unbounded actions are drawn from a standard normal distribution.
  public init(_ entry: EnvironmentEntry, count: Int, spacing: Int = 7, random: RandomSource) throws {
    guard count > 1, spacing > 0 else {
      throw InputError("a coverage sample of \(count) transitions, every \(spacing)th step", remedy: "take at least 2")
    }
    let specification = entry.specification
    let slots = 16
    let batch = entry.makeBatch(count: slots, random: random.child("coverage/environment"))
    var draws = random.stream("coverage/actions")
    let size = specification.observationSpace.count
    let rowSize = specification.actionSpace.rowSize
    var actions = [Float](repeating: 0, count: slots * rowSize)
    var kept = (observations: [Float](), actions: [Float](), next: [Float](), terminated: [Bool]())
    var step = 0
    while kept.terminated.count < count {
      for index in actions.indices {
        actions[index] = Self.action(specification.actionSpace, index % rowSize, &draws)
      }
      let before = Array(batch.observations)
      actions.withUnsafeBufferPointer { batch.step($0.baseAddress!) }
      try batch.check()
      step += 1
      guard step.isMultiple(of: spacing) else { continue }
      for slot in 0..<slots where kept.terminated.count < count {
        kept.observations += before[slot * size..<(slot + 1) * size]
        kept.actions += actions[slot * rowSize..<(slot + 1) * rowSize]
        kept.next += batch.finalObservations[slot * size..<(slot + 1) * size]
        kept.terminated.append(batch.terminated[slot])
      }
    }
    self.init(
      specification: specification, observations: kept.observations, actions: kept.actions,
      nextObservations: kept.next, terminated: kept.terminated)
  }

  private static func action(_ space: ActionSpace, _ index: Int, _ random: inout RandomStream) -> Float {
    switch space {
    case .discrete(let names): Float(random.below(names.count))
    case .continuous(let box):
      box.low[index].isFinite && box.high[index].isFinite
        ? box.low[index] + (box.high[index] - box.low[index]) * random.uniformFloat() : Float(random.normal())
    }
  }
}
