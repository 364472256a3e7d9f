import Compute
import Environments

/// What people said about pairs of segments in the delivery world, replayed and checked.
///
/// ```swift
/// let world = Delivery()
/// for files in try HumanAnswersFiles.find([url]) {
///   let answers = try HumanAnswers(files, in: world)
///   try answers.checkStatistics(files, optimalValues: values)
/// }
/// ```
public struct HumanAnswers: Sendable, Hashable {
  /// A segment as a model of the person sees it.
  public struct Segment: Sendable, Hashable {
    /// The tabular state in which it begins.
    public var start: Int
    /// The tabular state in which it ends.
    public var end: Int
    /// Moves until the segment or the episode ended.
    public var steps: Int
    /// The features of its moves: the partial return is their product with the reward's weights.
    public var features: [[Double]]

    /// Takes the parts as they are.
    public init(start: Int, end: Int, steps: Int, features: [[Double]]) {
      self.start = start
      self.end = end
      self.steps = steps
      self.features = features
    }

    /// Σ γᵗ φₜ.
    public func featureSum(discount: Double = 1) -> [Double] {
      var sum = [Double](repeating: 0, count: features.first?.count ?? 0)
      var weight = 1.0
      for move in features {
        for (index, feature) in move.enumerated() { sum[index] += weight * feature }
        weight *= discount
      }
      return sum
    }
  }

  /// One question and its answer.
  public struct Answer: Sendable, Hashable {
    /// The segment shown first.
    public var first: Segment
    /// The segment shown second.
    public var second: Segment
    /// How much the second was preferred: 0, ½ or 1.
    public var preference: Double

    /// Takes the parts as they are.
    public init(first: Segment, second: Segment, preference: Double) {
      self.first = first
      self.second = second
      self.preference = preference
    }
  }

  /// Under which the people were asked, as its files name it.
  public let condition: String
  /// In the order of the files.
  public let answers: [Answer]
  /// The weights of the features in the true reward.
  public let trueWeights: [Double]

  /// Takes the parts as they are.
  public init(condition: String, answers: [Answer], trueWeights: [Double]) {
    self.condition = condition
    self.answers = answers
    self.trueWeights = trueWeights
  }

  /// The share of answers that preferred neither.
  public var tieShare: Double {
    Double(answers.count { $0.preference == 0.5 }) / Double(answers.count)
  }

  /// Second minus first, for each answer.
  func differences(_ value: (Segment) -> Double) -> [Double] { answers.map { value($0.second) - value($0.first) } }
}
