import Environments
import Foundation

/// A batch that writes down what is done in it.
final class WatchedBatch: EnvironmentBatch {
  private let base: any EnvironmentBatch
  /// All actions so far, one row after the other.
  private(set) var played: [Float] = []
  /// The environment's own reward of every transition so far.
  private(set) var seen: [Double] = []
  /// What ended so far, in order: the sum of rewards, the number of steps, and whether it terminated.
  private(set) var ended: [(trueReturn: Double, length: Int, terminated: Bool)] = []
  private var returns: [Double]
  private var lengths: [Int]

  init(_ base: any EnvironmentBatch) {
    self.base = base
    returns = [Double](repeating: 0, count: base.count)
    lengths = [Int](repeating: 0, count: base.count)
  }

  var specification: EnvironmentSpecification { base.specification }
  var count: Int { base.count }
  var observations: BatchColumn<Float> { base.observations }
  var finalObservations: BatchColumn<Float> { base.finalObservations }
  var rewards: BatchColumn<Float> { base.rewards }
  var terminated: BatchColumn<Bool> { base.terminated }
  var truncated: BatchColumn<Bool> { base.truncated }
  func reset() { base.reset() }
  func episode(of slot: Int) -> EpisodePosition { base.episode(of: slot) }
  func scene(of slot: Int) -> Scene { base.scene(of: slot) }
  func check() throws { try base.check() }
  func snapshot() throws -> Data { try base.snapshot() }
  func restore(_ snapshot: Data) throws { try base.restore(snapshot) }

  func step(_ actions: Span<Float>) {
    for index in actions.indices { played.append(actions[index]) }
    base.step(actions)
    for slot in 0..<count {
      seen.append(Double(rewards[slot]))
      returns[slot] += Double(rewards[slot])
      lengths[slot] += 1
      guard terminated[slot] || truncated[slot] else { continue }
      ended.append((returns[slot], lengths[slot], terminated[slot]))
      (returns[slot], lengths[slot]) = (0, 0)
    }
  }
}
