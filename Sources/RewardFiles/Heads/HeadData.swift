import Compute
import Environments
import Feedback
import Rewards

/// Preference pairs as vectors: what reward heads learn from.
public struct HeadData: Sendable {
  /// Numbers in a vector.
  public let width: Int
  /// [pairs × width] each.
  public private(set) var chosen: [Float] = []
  /// Embeddings of the other replies, row after row.
  public private(set) var rejected: [Float] = []
  /// How much of the preference is for `chosen`: 1, ½ for a tie, 0 the other way.
  public private(set) var targets: [Float] = []
  /// Pairs of the same prompt have the same number: they stay in one fold.
  public private(set) var prompts: [Int] = []
  /// Who answered, by row; nil where it is not said.
  public private(set) var annotators: [String?] = []
  /// What was read and what could not be learned from.
  public internal(set) var replies = Replies()

  /// Counts of replies that a reader of a head should know of; all zero for pairs that were given as vectors.
  public struct Replies: Codable, Sendable, Hashable {
    /// Pairs that were left out because both replies are the same, or both have nothing but white space.
    public var identicalPairs = 0
    /// Replies of nothing but white space in the pairs that stay.
    public var empty = 0
    /// Replies that begin or end in special tokens of a chat template.
    public var withTokens = 0
  }

  /// How many answered pairs there are.
  public var count: Int { targets.count }

  /// No pairs yet; embeddings have `width` numbers.
  public init(width: Int) { self.width = width }

  /// - Throws: `InputError` for vectors of another width, or numbers that are not finite.
  public mutating func append(
    chosen: [Float], rejected: [Float], target: Float = 1, prompt: Int, annotator: String? = nil
  ) throws {
    guard chosen.count == width, rejected.count == width else {
      throw InputError("pair \(count) has vectors of \(chosen.count) and \(rejected.count) numbers, not \(width)")
    }
    guard chosen.allSatisfy(\.isFinite), rejected.allSatisfy(\.isFinite), (0...1).contains(target) else {
      throw InputError("pair \(count) has numbers that are not finite, or a target outside 0 to 1")
    }
    self.chosen += chosen
    self.rejected += rejected
    targets.append(target)
    prompts.append(prompt)
    annotators.append(annotator)
  }

  /// The vector of a reply: of pair `number / 2` the chosen one if `number` is even, else the other.
  func vector(_ number: Int) -> ArraySlice<Float> {
    (number.isMultiple(of: 2) ? chosen : rejected)[number / 2 * width..<(number / 2 + 1) * width]
  }

  /// Whether the two vectors of a pair are the same: no head tells them apart.
  func isIdentical(_ pair: Int) -> Bool { vector(2 * pair).elementsEqual(vector(2 * pair + 1)) }

  /// Vectors as the observations of a world without actions, so that the one trainer serves them too.
  static func encoding(width: Int) throws -> TransitionEncoding {
    try TransitionEncoding(
      RewardInputs(observation: true, action: false, nextObservation: false, termination: false),
      observationSize: width, actionRowSize: 1, discreteActions: 1)
  }

  /// A reply as a clip of one step.
  static func clip(_ vector: ArraySlice<Float>) -> Trajectory {
    Trajectory(
      observationSize: vector.count, actionRowSize: 1, observations: Array(vector) + Array(vector), actions: [0],
      rewards: [0], terminated: false, truncated: false, start: nil)
  }

  /// All pairs as choices; `rationality` by annotator, 1 for those without one.
  func choices(_ rationality: [String: Double]) throws -> ChoiceSet {
    var set = ChoiceSet(try Self.encoding(width: width))
    for pair in 0..<count {
      let range = pair * width..<(pair + 1) * width
      try set.append(
        Choice(
          options: [Choice.Option(Self.clip(chosen[range])), Choice.Option(Self.clip(rejected[range]))],
          target: [targets[pair], 1 - targets[pair]],
          rationality: annotators[pair].flatMap { rationality[$0] } ?? 1, lapse: 0))
    }
    return set
  }
}
