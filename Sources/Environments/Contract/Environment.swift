import Compute

/// A world in which an agent acts, written as a value.
///
/// The state is a value too: copy it to remember it, step the copy to ask "what if", draw it. The environment itself
/// holds only constants, so one environment serves any number of simultaneous episodes.
///
/// ```swift
/// let world = CartPole()
/// var random = RandomSource(seed: 1).stream("environment/0", 0)
/// var state = world.reset(random: &random)
/// let outcome = world.step(&state, 1, random: &random)   // reward and termination; the time limit is the batch's
/// ```
///
/// What it is not: it does not handle time limits (``EnvironmentSpecification/maximumEpisodeSteps``, applied by
/// ``Batch``, which reports truncation apart from termination), nor of rewards that people want.
public protocol Environment: Sendable {
  /// All that an episode is made of: with the actions and the random stream it decides the future.
  associatedtype State: Sendable & Codable
  /// `Int` for a discrete action space, ``ContinuousAction`` for a continuous one.
  associatedtype Action: EnvironmentAction

  /// What agents, files and screens need to know of the environment; always the same.
  var specification: EnvironmentSpecification { get }

  /// The first state of an episode.
  func reset(random: inout RandomStream) -> State

  /// Advances the state by one action.
  func step(_ state: inout State, _ action: Action, random: inout RandomStream) -> Outcome

  /// Writes what the agent sees; `observation.count == specification.observationSpace.count`.
  func observe(_ state: State, into observation: inout MutableSpan<Float>)

  /// A picture of the state: what people see when they are asked. The default draws the observation as bars.
  func scene(_ state: State) -> Scene

  /// Advances many episodes by one step each, resetting those that end. The default calls `step`, `observe` and
  /// `reset` slot by slot; it is a requirement so that each conformance gets its own specialised loop, and so that an
  /// environment can vectorise it.
  func advance(_ slots: EpisodeSlots<State>, actions: Span<Float>)

  /// Throws if what the environment rests on has failed: a worker process that died, an engine that diverged. A step
  /// cannot throw, so a failed environment returns its last observation with reward 0, and whoever steps it calls this
  /// before it trusts what came back. The default has nothing that could fail.
  func check() throws

  /// Whether episodes can be had again. The default is by construction; a world whose state lives elsewhere plays an
  /// episode of random actions twice and tells whether it showed the same.
  ///
  /// - Parameters:
  ///   - steps: the most actions of that episode.
  ///   - random: where its chance and its actions come from.
  func tryRepeatability(steps: Int, random: RandomSource) throws -> Repeatability
}

extension Environment {
  public func check() throws {}
  public func tryRepeatability(steps: Int, random: RandomSource) throws -> Repeatability { .exact }

  /// The same with an episode of at most 32 actions.
  public func tryRepeatability(random: RandomSource) throws -> Repeatability {
    try tryRepeatability(steps: 32, random: random)
  }
}

/// What one step yields besides the next state.
public struct Outcome: Sendable, Hashable {
  /// The environment's own (true) reward for the transition.
  public var reward: Double
  /// Whether the episode ended *for good*: there is no future, so nothing is bootstrapped. A time limit never sets it.
  public var terminated: Bool

  /// What a step earned, and whether it ended the episode for good.
  @inlinable public init(reward: Double, terminated: Bool) {
    self.reward = reward
    self.terminated = terminated
  }
}

/// A kind of action that can be read from a row of a batch's flat `Float` action buffer.
public protocol EnvironmentAction {
  /// The action that a row of `ActionSpace.rowSize` numbers stands for.
  static func read(_ row: Span<Float>) -> Self
}

extension Int: EnvironmentAction {
  /// A discrete action is its index, stored exactly in one `Float`.
  @inlinable public static func read(_ row: Span<Float>) -> Int { Int(row[0]) }
}

/// A continuous action: the numbers of one row, by value. They may lie outside the action space; each environment clips
/// as its original does.
///
/// Rows of up to 24 numbers are held inline, so that a step allocates nothing; longer ones spill into an array.
public struct ContinuousAction: EnvironmentAction, Sendable {
  @usableFromInline static var inlineCount: Int { 24 }

  /// The number of components.
  public let count: Int
  @usableFromInline var head: InlineArray<24, Float>
  @usableFromInline var tail: [Float]

  /// Copies a row. Complexity: O(count).
  @inlinable public init(_ row: Span<Float>) {
    count = row.count
    head = InlineArray(repeating: 0)
    tail = []
    for index in 0..<min(row.count, Self.inlineCount) { head[index] = row[index] }
    if row.count > Self.inlineCount {
      for index in Self.inlineCount..<row.count { tail.append(row[index]) }
    }
  }

  @inlinable public static func read(_ row: Span<Float>) -> ContinuousAction { ContinuousAction(row) }

  /// Component `index`, counted from 0.
  @inlinable public subscript(index: Int) -> Float {
    precondition(index >= 0 && index < count, "a component of the action")
    return index < Self.inlineCount ? head[index] : tail[index - Self.inlineCount]
  }
}
