import Compute
import Files

/// A world in Python: Gymnasium's, an Atari game's or one of the user's own, stepped by processes of their own.
///
/// ```swift
/// let world = try registry.entry("gym/LunarLander-v3")            // from a source
/// let batch = world.makeBatch(count: 8, random: RandomSource(seed: 1))
/// batch.step(actions)
/// try batch.check()                                               // a step cannot throw
/// ```
///
/// It keeps the contract of every other world: its state is a value, the episode's seed and actions, so it can be
/// copied, saved and rewound. Going on from where an instance stands costs one message; going back plays the episode
/// again from its seed, O(steps). An environment that does something else the second time is found out by a check sum
/// (``repeatability``).
///
/// A process that dies, hangs, or returns numbers that are none stops the environment for good: from then on every step
/// returns the last observation and reward 0, and ``check()`` throws what happened.
public struct PythonEnvironment: Environment {
  public let specification: EnvironmentSpecification
  let workers: PythonWorkers

  init(specification: EnvironmentSpecification, workers: PythonWorkers) {
    self.specification = specification
    self.workers = workers
  }

  public func reset(random: inout RandomStream) -> PythonEpisode {
    workers.begin(seed: PythonWorkers.seed(&random))
  }

  /// Steps one episode; a copy of an earlier state is played again first.
  ///
  /// Discrete actions are a row of one number, as in a batch.
  public func step(_ state: inout PythonEpisode, _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    workers.step(&state, (0..<action.count).map { action[$0] })
  }

  public func observe(_ state: PythonEpisode, into observation: inout MutableSpan<Float>) {
    // A snapshot's bytes may be of any length.
    guard state.observation.count == workers.description.observationBytes else {
      for index in observation.indices { observation[index] = 0 }
      return
    }
    state.observation.withUnsafeBytes { _ = workers.description.write($0, into: &observation) }
  }

  /// All slots in one frame for each process, the processes side by side.
  public func advance(_ slots: EpisodeSlots<PythonEpisode>, actions: Span<Float>) {
    actions.withUnsafeBufferPointer { workers.advance(slots, $0) }
  }

  public func check() throws {
    if let failure = workers.failure { throw failure }
  }

  /// What was found out so far about playing episodes again, which resuming, rewinding and pictures rest on.
  public var repeatability: Repeatability { workers.repeatability }

  /// Plays an episode of random actions twice and tells whether it showed the same.
  ///
  /// - Parameters:
  ///   - steps: the actions of the episode; it may end earlier.
  ///   - random: the seed and the actions come from here.
  /// - Complexity: O(steps), twice.
  public func tryRepeatability(steps: Int, random: RandomSource) throws -> Repeatability {
    var stream = random.stream("repeatability")
    var state = reset(random: &stream)
    let size = specification.actionSpace.rowSize
    var row = [Float](repeating: 0, count: size)
    for _ in 0..<steps where state.ending == .none {
      row.withUnsafeMutableBufferPointer { specification.actionSpace.draw(into: $0.baseAddress!, &stream) }
      _ = workers.step(&state, row)
    }
    var again = state
    again.lease = nil
    again.ending = .none
    workers.playAgain(&again)
    try check()
    return repeatability
  }
}
