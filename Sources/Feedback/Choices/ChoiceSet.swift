import Compute
import Environments
import Rewards

/// All choices so far, encoded and flat: what a reward model is trained on. It only grows.
///
/// ```swift
/// var choices = ChoiceSet(model.encoding)
/// try choices.append(kind.ground(answer, to: question, in: world))
/// ```
///
/// Transitions are rows of `rows` (not normalised: that changes as data comes in); an option is a run of rows, with a
/// weight for each row or none; a choice is a run of options. Bad input is refused whole: the set stays as it was.
public struct ChoiceSet: Sendable, Hashable {
  /// How transitions become rows.
  public let encoding: TransitionEncoding
  /// [rowCount × encoding.width]
  public internal(set) var rows: [Float] = []
  /// The rows at which clips begin, rising: an assumed discount counts from there.
  public internal(set) var clipStarts: [Int] = []
  /// For each option: its first row.
  public internal(set) var optionStarts: [Int] = []
  /// For each option: its number of rows.
  public internal(set) var optionCounts: [Int] = []
  /// For each option: where its weights start in ``weights``; −1 where all are 1.
  public internal(set) var optionWeightStarts: [Int] = []
  /// For each option: what is added to β · value.
  public internal(set) var optionOffsets: [Float] = []
  /// For each option: the probability with which it (where the link is ordinal, the grade of its number) should be
  /// picked; over a choice they sum to 1.
  public internal(set) var targets: [Float] = []
  /// The weights of the options that have some, one for each row, end to end.
  public internal(set) var weights: [Float] = []
  /// The first option of each choice, and at the end the number of options.
  public internal(set) var choiceStarts: [Int] = [0]
  /// For each choice: β.
  public internal(set) var rationalities: [Double] = []
  /// For each choice: the probability of a pick without looking.
  public internal(set) var lapses: [Double] = []
  /// For each choice: how utilities become probabilities.
  public internal(set) var links: [ChoiceLink] = []
  /// For each choice: the number of the answer that it came from, counted from 0 and never falling; kept by
  /// ``subset(_:)``. What is held out, or drawn again for a member, is drawn by this number, so all of one answer
  /// together.
  public internal(set) var numbers: [Int] = []
  /// Rows around a clip that nobody judged, by the clip's first row.
  var margins: [Int: Margin] = [:]

  /// A set without choices.
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
    result.clipStarts = clipStarts
    result.weights = weights
    result.margins = margins
    for choice in choices {
      let options = options(of: choice)
      result.optionStarts += optionStarts[options]
      result.optionCounts += optionCounts[options]
      result.optionWeightStarts += optionWeightStarts[options]
      result.optionOffsets += optionOffsets[options]
      result.targets += targets[options]
      result.choiceStarts.append(result.optionStarts.count)
      result.rationalities.append(rationalities[choice])
      result.lapses.append(lapses[choice])
      result.links.append(links[choice])
      result.numbers.append(numbers[choice])
    }
    return result
  }

  /// An option whose transitions are rows of the set already (``append(rows:)``), so that options can share them.
  public struct GroundedOption: Sendable, Hashable {
    /// The option's transitions, as rows of the set.
    public var rows: Range<Int>
    /// One for each row; nil for all 1.
    public var weights: [Float]?
    /// Evidence for the option apart from its value, in nats.
    public var offset: Float

    /// Takes the parts as they are.
    public init(_ rows: Range<Int>, weights: [Float]? = nil, offset: Float = 0) {
      self.rows = rows
      self.weights = weights
      self.offset = offset
    }
  }

  /// Adds a choice.
  ///
  /// - Throws: `InputError` for a non-finite option, a choice without any transition, or a target that is no
  ///   distribution.
  public mutating func append(_ choice: Choice) throws { try append([choice]) }

  /// Adds the choices that one answer means (a ranking is several) under one number; none of them if one is refused.
  ///
  /// A trajectory that is an option of several of them is kept once.
  public mutating func append(_ choices: [Choice]) throws { try append(choices, surroundings: []) }

  /// The same, with the steps around some of the clips, so that a segment can be drawn out into them.
  package mutating func append(_ choices: [Choice], surroundings: [ClipSurroundings]) throws {
    for choice in choices {
      for (index, option) in choice.options.enumerated() {
        for clip in option.clips {
          guard var problem = encoding.problem(with: clip) else { continue }
          problem.place = "option \(index + 1)" + (problem.place.map { ", \($0)" } ?? "")
          throw problem
        }
      }
      try Self.check(
        choice.options.map { ($0.count, $0.weights, $0.offset) }, target: choice.target,
        rationality: choice.rationality, lapse: choice.lapse, link: choice.link)
    }
    var known: [(clip: Trajectory, rows: Range<Int>)] = []
    let number = (numbers.last ?? -1) + 1
    for choice in choices {
      var grounded: [GroundedOption] = []
      for option in choice.options {
        let rows = try rows(of: option.clips, known: &known, surroundings: surroundings)
        grounded.append(GroundedOption(rows, weights: option.weights, offset: option.offset))
      }
      add(
        grounded, target: choice.target, rationality: choice.rationality, lapse: choice.lapse, link: choice.link,
        number: number)
    }
  }

  /// Consecutive rows with these clips: known ones if they stand so, new ones otherwise.
  private mutating func rows(
    of clips: [Trajectory], known: inout [(clip: Trajectory, rows: Range<Int>)], surroundings: [ClipSurroundings]
  ) throws -> Range<Int> {
    guard let first = clips.first else { return rowCount..<rowCount }
    if var end = known.first(where: { $0.clip == first })?.rows {
      var isKnown = true
      for clip in clips.dropFirst() {
        guard let next = known.first(where: { $0.rows.lowerBound == end.upperBound && $0.clip == clip }) else {
          isKnown = false
          break
        }
        end = end.lowerBound..<next.rows.upperBound
      }
      if isKnown { return end }
    }
    if clips.count == 1, let around = surroundings.first(where: { $0.clip == first }) {
      rows += around.before
      let range = try append(rows: first)
      rows += around.after
      margins[range.lowerBound] = Margin(
        before: Int32(around.before.count / encoding.width), after: Int32(around.after.count / encoding.width))
      known.append((first, range))
      return range
    }
    let start = rowCount
    for clip in clips { known.append((clip, try append(rows: clip))) }
    return start..<rowCount
  }

  /// Adds a trajectory's transitions and returns their rows.
  public mutating func append(rows trajectory: Trajectory) throws -> Range<Int> {
    let start = rowCount
    try encoding.append(trajectory, to: &rows)
    if rowCount > start { clipStarts.append(start) }
    return start..<rowCount
  }

  /// Adds a choice between options whose rows are in the set already.
  public mutating func append(
    _ options: [GroundedOption], target: [Float], rationality: Double = 1, lapse: Double = 0,
    link: ChoiceLink = .softmax
  ) throws {
    for (index, option) in options.enumerated() {
      guard option.rows.lowerBound >= 0, option.rows.upperBound <= rowCount else {
        throw InputError("rows \(option.rows) are not in the set", at: "option \(index + 1)")
      }
    }
    try Self.check(
      options.map { ($0.rows.count, $0.weights, $0.offset) }, target: target, rationality: rationality, lapse: lapse,
      link: link)
    add(
      options, target: target, rationality: rationality, lapse: lapse, link: link, number: (numbers.last ?? -1) + 1)
  }

  private mutating func add(
    _ options: [GroundedOption], target: [Float], rationality: Double, lapse: Double, link: ChoiceLink, number: Int
  ) {
    for (option, probability) in zip(options, target) {
      optionStarts.append(option.rows.lowerBound)
      optionCounts.append(option.rows.count)
      optionWeightStarts.append(option.weights == nil ? -1 : weights.count)
      optionOffsets.append(option.offset)
      weights += option.weights ?? []
      targets.append(probability)
    }
    choiceStarts.append(optionStarts.count)
    rationalities.append(rationality)
    lapses.append(lapse)
    links.append(link)
    numbers.append(number)
  }
}
