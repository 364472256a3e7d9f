import Compute
import Foundation

/// Many episodes of one environment side by side, in flat buffers; see ``EnvironmentBatch`` for what the buffers hold.
///
/// ```swift
/// let batch = Batch(CartPole(), count: 8, random: RandomSource(seed: 1))
/// let actions = [Float](repeating: 1, count: 8)
/// batch.step(actions)
/// batch.terminated[0]
/// ```
///
/// A new batch stands at the start of episode 0 in every slot. The inner loop is the environment's own
/// ``Environment/advance(_:actions:)``: no allocation, no dynamic dispatch and no random numbers but the environment's.
public final class Batch<E: Environment>: EnvironmentBatch {
  /// The environment that is played.
  public let environment: E
  public let specification: EnvironmentSpecification
  public var count: Int { slots.count }

  let slots: EpisodeSlots<E.State>

  /// A batch of `count` slots, at least one, at the start of their episodes 0; `random` names the episodes' streams.
  public init(_ environment: E, count: Int, random: RandomSource) {
    precondition(count > 0, "a batch has at least one slot")
    self.environment = environment
    specification = environment.specification
    slots = EpisodeSlots(count: count, specification: specification)
    for slot in 0..<count {
      let stream = episodeStream(slot: slot, episode: 0, random: random)
      slots.keys[slot] = stream.key
      slots.streams[slot] = stream
      (slots.states + slot).initialize(to: environment.reset(random: &slots.streams[slot]))
      slots.withObservation(of: slot) { environment.observe(slots.states[slot], into: &$0) }
      slots.withFinalObservation(of: slot) { environment.observe(slots.states[slot], into: &$0) }
    }
  }

  deinit { slots.deallocate() }

  public var observations: BatchColumn<Float> { column(slots.observations, count * slots.observationSize) }
  public var finalObservations: BatchColumn<Float> { column(slots.finalObservations, count * slots.observationSize) }
  public var rewards: BatchColumn<Float> { column(slots.rewards, count) }
  public var terminated: BatchColumn<Bool> { column(slots.terminated, count) }
  public var truncated: BatchColumn<Bool> { column(slots.truncated, count) }

  private func column<Element>(_ start: UnsafeMutablePointer<Element>, _ count: Int) -> BatchColumn<Element> {
    BatchColumn(start: start, count: count, owner: self)
  }

  /// The state in this slot: a value, free to be copied, stepped and drawn.
  public func state(of slot: Int) -> E.State { slots.states[slot] }

  /// Puts a state into a slot, whose episode goes on from there with its own number, step count and random stream.
  /// What happens after it can no longer be replayed from the episode's stream; for experiments and tests.
  public func setState(_ state: E.State, of slot: Int) {
    slots.states[slot] = state
    slots.withObservation(of: slot) { environment.observe(state, into: &$0) }
    slots.withFinalObservation(of: slot) { environment.observe(state, into: &$0) }
  }

  /// Starts a new episode in every slot whose episode has taken a step; the others already stand at a start.
  public func reset() {
    for slot in 0..<count where slots.steps[slot] > 0 {
      environment.beginEpisode(slots.episodes[slot] + 1, in: slot, of: slots)
    }
    for index in 0..<count * slots.observationSize { slots.finalObservations[index] = slots.observations[index] }
    for slot in 0..<count {
      slots.rewards[slot] = 0
      slots.terminated[slot] = false
      slots.truncated[slot] = false
    }
  }

  public func step(_ actions: Span<Float>) {
    precondition(actions.count == count * slots.actionRowSize, "an action row for each slot")
    environment.advance(slots, actions: actions)
  }

  public func scene(of slot: Int) -> Scene { environment.scene(slots.states[slot]) }

  public func check() throws { try environment.check() }

  public func episode(of slot: Int) -> EpisodePosition {
    EpisodePosition(slot: slot, episode: slots.episodes[slot], step: slots.steps[slot])
  }
}

/// The stream of one episode: the one place where episodes are named.
func episodeStream(slot: Int, episode: Int, random: RandomSource) -> RandomStream {
  random.stream("environment/\(slot)", episode)
}
