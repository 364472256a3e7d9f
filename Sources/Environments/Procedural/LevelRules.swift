import Compute

/// Which levels a procedural world draws.
package enum LevelLayout: Sendable, Hashable {
  /// Those to train on: the accident holds but in this share of the levels.
  case training(varied: Double)
  /// Those to test on: from a fixed start, and such that no shortest way to the accident's place leads through the
  /// thing, so that whoever only wants the place does not come by the thing unawares.
  case testing

  /// Whether the accident is broken in the level that is drawn now. Draws always as many numbers.
  package func isVaried(_ random: inout RandomStream) -> Bool {
    switch self {
    case .training(let share): random.uniform() < share
    case .testing: true
    }
  }

  /// Whether these are the levels to test on.
  package var isTesting: Bool { self == .testing }
}

/// What an agent came to first where a level's two goals part.
public enum Reached: String, Sendable, Hashable, Codable, CaseIterable {
  /// What the reward pays for: the coin.
  case thing
  /// What went with it in training: the place where the coin always was.
  case place
  /// Nothing of both.
  case neither
}

/// What one step in a level comes to.
package struct LevelStep: Sendable, Hashable {
  /// What it pays.
  package var reward = 0.0
  /// What it would pay if the accident were what counts.
  package var accident = 0.0
  /// Which of the two goals it came to, where they part; nil where it came to none, or both are one.
  package var reached: Reached?
  /// Whether the episode ends for good.
  package var ends = false

  package init() {}
}

/// A state of a level, the level included: small and without arrays, so that a step allocates nothing.
package protocol LevelState: Sendable, Hashable, Codable {
  /// Whether such a state can be, so that a damaged snapshot is refused.
  var isSound: Bool { get }
}

/// The rules of one procedural world, of which `LevelWorld` makes an `Environment`.
///
/// A level is drawn when an episode begins, from the episode's own stream; after that chance has no part, so a level is
/// a finite deterministic world.
package protocol LevelRules: Sendable {
  associatedtype State: LevelState

  /// These rules for levels of this layout.
  init(_ layout: LevelLayout)

  static var family: LevelFamily { get }
  /// One for each action.
  static var actionNames: [String] { get }
  /// One for each number of an observation, all of which lie in −1 … 1.
  static var observationNames: [String] { get }
  /// What can be named about a transition, besides the observation's components.
  static var features: [NamedFeature] { get }
  static var guidance: Guidance { get }
  /// What is known of returns in levels of this layout, whatever the level.
  var returns: KnownReturns { get }
  /// The time limit.
  var maximumSteps: Int { get }
  /// Whether an episode can end for good.
  static var canTerminate: Bool { get }

  /// Draws a level and where it begins.
  func start(_ random: inout RandomStream) -> State
  func step(_ state: inout State, _ action: Int) -> LevelStep
  func observe(_ state: State, into observation: inout MutableSpan<Float>)
  /// What `step` said of the accident and of what was reached, from what is observed before and after.
  static func seen(_ before: Span<Float>, _ after: Span<Float>) -> LevelStep
  func scene(_ state: State) -> Scene

  /// Every start with its probability, where there are few enough to be listed.
  var starts: [(state: State, probability: Double)]? { get }
}

extension LevelRules {
  package static var canTerminate: Bool { true }
  package var starts: [(state: State, probability: Double)]? { nil }
}
