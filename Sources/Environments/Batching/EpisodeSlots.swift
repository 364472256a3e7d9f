import Compute

/// The memory of a ``Batch``: one slot per episode running side by side, each field a flat array over slots.
///
/// It owns nothing; the batch does. Environments meet it only if they write their own
/// ``Environment/advance(_:actions:)``.
public struct EpisodeSlots<State> {
  /// The number of slots.
  public let count: Int
  /// Numbers in an observation row.
  public let observationSize: Int
  /// Numbers in an action row.
  public let actionRowSize: Int
  /// The time limit in steps; `Int.max` for none.
  public let maximumEpisodeSteps: Int

  /// [count]: the state of each slot's episode.
  @usableFromInline package let states: UnsafeMutablePointer<State>
  /// [count]: the random stream of each slot's episode, as far as it was drawn.
  @usableFromInline package let streams: UnsafeMutablePointer<RandomStream>
  /// The key of each slot's streams; with the episode's number as index it names the episode's stream.
  @usableFromInline package let keys: UnsafeMutablePointer<UInt64>
  /// [count]: the number of each slot's episode, from 0.
  @usableFromInline package let episodes: UnsafeMutablePointer<Int>
  /// [count]: the steps that each slot's episode has taken.
  @usableFromInline package let steps: UnsafeMutablePointer<Int>

  /// [count × observationSize]: what each episode shows now.
  @usableFromInline package let observations: UnsafeMutablePointer<Float>
  /// [count × observationSize]: what the last step led to, before any reset.
  @usableFromInline package let finalObservations: UnsafeMutablePointer<Float>
  /// [count]: the environment's own reward of the last step.
  @usableFromInline package let rewards: UnsafeMutablePointer<Float>
  /// [count]: whether the last step ended the episode for good.
  @usableFromInline package let terminated: UnsafeMutablePointer<Bool>
  /// [count]: whether the last step hit the time limit without terminating.
  @usableFromInline package let truncated: UnsafeMutablePointer<Bool>

  /// Zeroed memory, apart from the states, which are not initialised.
  init(count: Int, specification: EnvironmentSpecification) {
    self.count = count
    observationSize = specification.observationSpace.count
    actionRowSize = specification.actionSpace.rowSize
    maximumEpisodeSteps = specification.maximumEpisodeSteps ?? .max
    func zeros<T>(_ count: Int, _ zero: T) -> UnsafeMutablePointer<T> {
      let memory = UnsafeMutablePointer<T>.allocate(capacity: count)
      memory.initialize(repeating: zero, count: count)
      return memory
    }
    states = .allocate(capacity: count)
    streams = zeros(count, RandomStream(key: 0))
    keys = zeros(count, 0)
    episodes = zeros(count, 0)
    steps = zeros(count, 0)
    observations = zeros(count * observationSize, 0)
    finalObservations = zeros(count * observationSize, 0)
    rewards = zeros(count, 0)
    terminated = zeros(count, false)
    truncated = zeros(count, false)
  }

  func deallocate() {
    states.deinitialize(count: count)
    states.deallocate()
    streams.deallocate()
    keys.deallocate()
    episodes.deallocate()
    steps.deallocate()
    observations.deallocate()
    finalObservations.deallocate()
    rewards.deallocate()
    terminated.deallocate()
    truncated.deallocate()
  }

  /// What the agent sees of this slot now, to be written.
  @inlinable public func withObservation(of slot: Int, _ write: (inout MutableSpan<Float>) -> Void) {
    var row = UnsafeMutableBufferPointer(start: observations + slot * observationSize, count: observationSize)
      .mutableSpan
    write(&row)
  }

  /// What the last step of this slot led to, before any reset, to be written.
  @inlinable public func withFinalObservation(of slot: Int, _ write: (inout MutableSpan<Float>) -> Void) {
    var row = UnsafeMutableBufferPointer(start: finalObservations + slot * observationSize, count: observationSize)
      .mutableSpan
    write(&row)
  }

  /// The stream of episode `episode` in this slot, at its beginning.
  @inlinable public func stream(of slot: Int, episode: Int) -> RandomStream {
    RandomStream(key: keys[slot], index: UInt64(truncatingIfNeeded: episode))
  }
}

extension Environment {
  @inlinable public func advance(_ slots: EpisodeSlots<State>, actions: Span<Float>) {
    for slot in 0..<slots.count { advance(slot, of: slots, actions: actions) }
  }

  /// Advances one slot's episode by a step, resetting it if it ends. Touches no other slot.
  @inlinable @inline(__always) func advance(_ slot: Int, of slots: EpisodeSlots<State>, actions: Span<Float>) {
    let rowSize = slots.actionRowSize
    let size = slots.observationSize
    let row = actions.extracting(slot * rowSize..<(slot + 1) * rowSize)
    let outcome = step(&slots.states[slot], Action.read(row), random: &slots.streams[slot])
    slots.steps[slot] &+= 1
    let truncated = !outcome.terminated && slots.steps[slot] >= slots.maximumEpisodeSteps
    slots.rewards[slot] = Float(outcome.reward)
    slots.terminated[slot] = outcome.terminated
    slots.truncated[slot] = truncated
    slots.withFinalObservation(of: slot) { observe(slots.states[slot], into: &$0) }
    if outcome.terminated || truncated {
      beginEpisode(slots.episodes[slot] &+ 1, in: slot, of: slots)
    } else {
      let now = slots.observations + slot * size
      let last = slots.finalObservations + slot * size
      for index in 0..<size { now[index] = last[index] }
    }
  }

  /// Starts this episode in this slot; the state must be initialised.
  @inlinable func beginEpisode(_ episode: Int, in slot: Int, of slots: EpisodeSlots<State>) {
    slots.episodes[slot] = episode
    slots.steps[slot] = 0
    slots.streams[slot] = slots.stream(of: slot, episode: episode)
    slots.states[slot] = reset(random: &slots.streams[slot])
    slots.withObservation(of: slot) { observe(slots.states[slot], into: &$0) }
  }
}
