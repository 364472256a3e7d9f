/// What an environment is called, sees, accepts and promises.
public struct EnvironmentSpecification: Sendable, Hashable {
  /// `pactolus/CartPole-v1`.
  public var id: String
  /// One sentence for a list.
  public var summary: String
  /// The bounds of each component of the observation.
  public var observationSpace: Box
  /// One short name for each component of the observation ("pole angle"), for reports and for language.
  public var observationNames: [String]
  /// The actions that the environment accepts.
  public var actionSpace: ActionSpace
  /// What more of each component of a continuous action does ("left", "ahead"), for a person who drives; empty: unnamed.
  public var actionNames: [String] = []
  /// The time limit in steps: reaching it truncates. Nil for none.
  public var maximumEpisodeSteps: Int?
  /// Whether episodes can terminate early, so that their length leaks reward.
  public var canTerminate: Bool
  /// Whether the task is to reach an end, so that an episode that runs into its time limit has not finished it. Only
  /// where episodes can terminate; an end that is to be avoided (a pole that falls) is no goal.
  public var hasGoal: Bool
  /// How the observation's components are the pixels of an image; nil if they are not. Clips of such a world show it.
  public var image: ImageShape? {
    willSet {
      precondition(newValue.map { $0.count == observationSpace.count } ?? true, "one component for each value")
    }
  }
  /// Whether every component of an observation is a whole number from 0 to 255, so that memory may hold it as a byte.
  public var observesBytes = false
  /// Where the dynamics come from: paper, or the original implementation and its version.
  public var source: String

  /// A specification of these parts; `observationNames` has one name for each component of `observationSpace`.
  public init(
    id: String, summary: String, observationSpace: Box, observationNames: [String], actionSpace: ActionSpace,
    maximumEpisodeSteps: Int?, canTerminate: Bool, hasGoal: Bool = false, source: String
  ) {
    precondition(observationNames.count == observationSpace.count, "one name per observation component")
    precondition(canTerminate || !hasGoal, "only an episode that can terminate reaches a goal")
    self.id = id
    self.summary = summary
    self.observationSpace = observationSpace
    self.observationNames = observationNames
    self.actionSpace = actionSpace
    self.maximumEpisodeSteps = maximumEpisodeSteps
    self.canTerminate = canTerminate
    self.hasGoal = hasGoal
    self.source = source
  }
}

/// A box of real vectors; bounds may be infinite.
public struct Box: Sendable, Hashable {
  /// The lower bound of each component; may be −∞.
  public var low: [Float]
  /// The upper bound of each component; may be ∞.
  public var high: [Float]
  /// The number of components.
  public var count: Int { low.count }

  /// A box; as many lower as upper bounds.
  public init(low: [Float], high: [Float]) {
    precondition(low.count == high.count, "as many lower as upper bounds")
    self.low = low
    self.high = high
  }
}

/// The actions an environment accepts.
public enum ActionSpace: Sendable, Hashable {
  /// 0 ..< count, with a name for each ("push left").
  case discrete(names: [String])
  /// Vectors within a box.
  case continuous(Box)

  /// Floats in a batch's action row: 1 for a discrete action (its index), else the dimension.
  public var rowSize: Int {
    switch self {
    case .discrete: 1
    case .continuous(let box): box.count
    }
  }

  /// Floats as a network's input: one-hot for a discrete action, the vector itself otherwise.
  public var encodedSize: Int {
    switch self {
    case .discrete(let names): names.count
    case .continuous(let box): box.count
    }
  }

  /// Writes an action row in its encoded form.
  @inlinable public func encode(_ row: Span<Float>, into encoded: inout MutableSpan<Float>) {
    switch self {
    case .discrete(let names):
      for index in 0..<names.count { encoded[index] = 0 }
      encoded[Int(row[0])] = 1
    case .continuous(let box):
      for index in 0..<box.count { encoded[index] = row[index] }
    }
  }
}
