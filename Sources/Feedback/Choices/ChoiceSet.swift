import Compute
import Environments
import Rewards

/// All choices so far, encoded and flat: what a reward model is trained on. It only grows.
///
/// ```swift
/// var choices = ChoiceSet(model.encoding)
/// try choices.append(comparison, .first)     // false if the answer is no evidence ("can't tell", "skipped")
/// ```
///
/// Transitions are rows of `rows` (not normalised: that changes as data comes in); an option is a run of rows, with a
/// weight for each row or none; a choice is a run of options. Bad input is refused whole: the set stays as it was.
public struct ChoiceSet: Sendable, Hashable {
  public let encoding: TransitionEncoding
  /// [rowCount × encoding.width]
  public internal(set) var rows: [Float] = []
  /// For each option: its first row, its number of rows, where its weights start in `weights` (−1: all are 1), and the
  /// probability with which it should be picked.
  public internal(set) var optionStarts: [Int] = []
  public internal(set) var optionCounts: [Int] = []
  public internal(set) var optionWeightStarts: [Int] = []
  public internal(set) var targets: [Float] = []
  public internal(set) var weights: [Float] = []
  /// The first option of each choice, and at the end the number of options.
  public internal(set) var choiceStarts: [Int] = [0]
  /// For each choice: β and lapse.
  public internal(set) var rationalities: [Double] = []
  public internal(set) var lapses: [Double] = []
  /// For each choice: which it was when it was appended, counted from 0; kept by ``subset(_:)``.
  public internal(set) var numbers: [Int] = []

  public init(_ encoding: TransitionEncoding) { self.encoding = encoding }

  /// The number of choices.
  public var count: Int { rationalities.count }
  /// The number of encoded transitions.
  public var rowCount: Int { rows.count / encoding.width }

  /// The options of a choice, as indices into the option arrays.
  public func options(of choice: Int) -> Range<Int> { choiceStarts[choice]..<choiceStarts[choice + 1] }

  /// Some of the choices, in this order, under the numbers that they have: for answers taken back, or forgotten.
  ///
  /// All rows stay, so that input statistics only grow. Append to the whole set, not to a subset.
  public func subset(_ choices: [Int]) -> ChoiceSet {
    var result = ChoiceSet(encoding)
    result.rows = rows
    result.weights = weights
    for choice in choices {
      let options = options(of: choice)
      result.optionStarts += optionStarts[options]
      result.optionCounts += optionCounts[options]
      result.optionWeightStarts += optionWeightStarts[options]
      result.targets += targets[options]
      result.choiceStarts.append(result.optionStarts.count)
      result.rationalities.append(rationalities[choice])
      result.lapses.append(lapses[choice])
      result.numbers.append(numbers[choice])
    }
    return result
  }

  /// An option whose transitions are rows of the set already (``append(rows:)``), so that options can share them.
  public struct GroundedOption: Sendable, Hashable {
    public var rows: Range<Int>
    /// One for each row; nil for all 1.
    public var weights: [Float]?

    public init(_ rows: Range<Int>, weights: [Float]? = nil) {
      self.rows = rows
      self.weights = weights
    }
  }

  /// Adds an answered comparison; false, and no change, if the answer is no evidence.
  @discardableResult
  public mutating func append(
    _ comparison: Comparison, _ answer: ComparisonAnswer, rationality: Double = 1, lapse: Double = 0
  ) throws -> Bool {
    guard let choice = Choice(comparison, answer, rationality: rationality, lapse: lapse) else { return false }
    try append(choice)
    return true
  }

  /// Adds a choice.
  ///
  /// - Throws: `InputError` for an empty or non-finite option, or a target that is no distribution.
  public mutating func append(_ choice: Choice) throws {
    for (index, option) in choice.options.enumerated() {
      if var problem = encoding.problem(with: option.trajectory) {
        problem.place = "option \(index + 1)" + (problem.place.map { ", \($0)" } ?? "")
        throw problem
      }
      try Self.check(option.weights, count: option.trajectory.count, option: index)
    }
    try Self.check(
      target: choice.target, options: choice.options.count, rationality: choice.rationality, lapse: choice.lapse)
    var grounded: [GroundedOption] = []
    for option in choice.options {
      grounded.append(GroundedOption(try append(rows: option.trajectory), weights: option.weights))
    }
    add(grounded, target: choice.target, rationality: choice.rationality, lapse: choice.lapse)
  }

  /// Adds a trajectory's transitions and returns their rows.
  public mutating func append(rows trajectory: Trajectory) throws -> Range<Int> {
    let start = rowCount
    try encoding.append(trajectory, to: &rows)
    return start..<rowCount
  }

  /// Adds a choice between options whose rows are in the set already.
  public mutating func append(
    _ options: [GroundedOption], target: [Float], rationality: Double = 1, lapse: Double = 0
  ) throws {
    for (index, option) in options.enumerated() {
      guard option.rows.lowerBound >= 0, option.rows.upperBound <= rowCount else {
        throw InputError("rows \(option.rows) are not in the set", at: "option \(index + 1)")
      }
      try Self.check(option.weights, count: option.rows.count, option: index)
    }
    try Self.check(target: target, options: options.count, rationality: rationality, lapse: lapse)
    add(options, target: target, rationality: rationality, lapse: lapse)
  }

  private mutating func add(_ options: [GroundedOption], target: [Float], rationality: Double, lapse: Double) {
    for (option, probability) in zip(options, target) {
      optionStarts.append(option.rows.lowerBound)
      optionCounts.append(option.rows.count)
      optionWeightStarts.append(option.weights == nil ? -1 : weights.count)
      weights += option.weights ?? []
      targets.append(probability)
    }
    choiceStarts.append(optionStarts.count)
    rationalities.append(rationality)
    lapses.append(lapse)
    numbers.append((numbers.last ?? -1) + 1)
  }

  private static func check(_ weights: [Float]?, count: Int, option: Int) throws {
    guard count > 0 else { throw InputError("the option has no transitions", at: "option \(option + 1)") }
    guard let weights else { return }
    guard weights.count == count else {
      throw InputError(
        "the option has \(count) transitions and \(weights.count) weights", at: "option \(option + 1)",
        remedy: "give one weight for each transition")
    }
    if let index = weights.firstIndex(where: { !$0.isFinite }) {
      throw InputError("the weight of a transition is \(weights[index])", at: "option \(option + 1), row \(index)")
    }
  }

  private static func check(target: [Float], options: Int, rationality: Double, lapse: Double) throws {
    guard options >= 2 else {
      throw InputError("a choice has \(options) options", remedy: "give at least 2, or it says nothing")
    }
    guard target.count == options else {
      throw InputError("a choice has \(options) options and \(target.count) target probabilities")
    }
    guard target.allSatisfy({ $0 >= 0 && $0 <= 1 }), abs(target.reduce(0, +) - 1) <= 1e-4 else {
      throw InputError(
        "the target probabilities are \(target)", remedy: "use numbers of 0 ... 1 that sum to 1")
    }
    guard rationality >= 0, rationality.isFinite else {
      throw InputError("the rationality is \(rationality)", remedy: "use a finite number, not negative")
    }
    guard lapse >= 0, lapse <= 1 else {
      throw InputError("the lapse probability is \(lapse)", remedy: "use a number of 0 ... 1")
    }
  }
}
