import Compute
import Foundation

/// Many episodes of one environment side by side, in flat buffers: what agents and reward learners see.
///
/// One call advances all; the calls inside are specialised (``Batch``), so this protocol costs one dispatch per batch
/// step. An episode that ends is reset at once: ``observations`` then holds the new episode's first observation and
/// ``finalObservations`` the last one of the episode that ended (otherwise both rows are equal).
///
/// Randomness: episode `e` of slot `i` uses the stream `("environment/<i>", e)` of the source given at creation, for
/// its reset and all its steps, so any episode can be replayed from its actions alone.
///
/// Buffers stay valid, at the same addresses, for the batch's lifetime. Not thread-safe; use one batch per thread.
public protocol EnvironmentBatch: AnyObject {
  /// The environment's specification, the same for all slots.
  var specification: EnvironmentSpecification { get }
  /// The number of episodes side by side.
  var count: Int { get }

  /// [count × observation size]: what each episode shows now.
  var observations: BatchColumn<Float> { get }
  /// [count × observation size]: the observation that the last step led to, before any reset.
  var finalObservations: BatchColumn<Float> { get }
  /// [count]: the environment's own reward of the last step.
  var rewards: BatchColumn<Float> { get }
  /// [count]: whether the last step ended the episode for good.
  var terminated: BatchColumn<Bool> { get }
  /// [count]: whether the last step hit the time limit without terminating.
  var truncated: BatchColumn<Bool> { get }

  /// Starts a new episode in every slot. A slot whose episode has not taken a step keeps it, as it is new already; so
  /// a new batch, which stands at the start of its episodes, need not be reset.
  func reset()
  /// Advances every slot; `actions` is [count × action row size].
  func step(_ actions: Span<Float>)
  /// Which episode runs in this slot, and how many steps it has taken.
  func episode(of slot: Int) -> EpisodePosition
  /// A picture of the episode that runs in this slot, as it is now.
  func scene(of slot: Int) -> Scene

  /// Throws if what steps the episodes has failed; see ``Environment/check()``.
  func check() throws

  /// Everything needed to go on from here bit for bit; ``restore(_:)`` takes it.
  func snapshot() throws -> Data
  /// Goes on from where ``snapshot()`` was taken.
  ///
  /// - Throws: if these are no bytes of a snapshot of such a batch.
  func restore(_ snapshot: Data) throws
}

extension EnvironmentBatch {
  public func check() throws {}

  /// Advances every slot; `actions` is [count × action row size].
  public func step(_ actions: [Float]) { step(actions.span) }

  /// The same from memory that holds all rows.
  package func step(_ actions: UnsafePointer<Float>) {
    step(UnsafeBufferPointer(start: actions, count: count * specification.actionSpace.rowSize).span)
  }
}

/// Where in a run's experience a step lies: enough, with the actions, to replay it.
public struct EpisodePosition: Sendable, Hashable, Codable {
  /// The slot of the batch.
  public var slot: Int
  /// The episode's number in its slot, from 0.
  public var episode: Int
  /// Steps taken in the episode.
  public var step: Int

  /// A position by its three numbers.
  public init(slot: Int, episode: Int, step: Int) {
    self.slot = slot
    self.episode = episode
    self.step = step
  }
}
