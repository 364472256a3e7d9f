import Compute
import Rewards

extension PreparedChoices {
  /// Some choices, in this order, as they are or cropped: those between two segments of one length that have rows
  /// around them, and no weights.
  package func cropped(
    _ order: UnsafeBufferPointer<Int32>, by steps: Int, random: inout RandomStream
  ) -> PreparedChoices {
    var arrays = Arrays(of: self)
    for choice in order.map(Int.init) {
      let options = options(of: choice)
      let pair = segments(of: options)?.cropped(by: steps, random: &random)
      for (place, option) in options.enumerated() {
        if let pair {
          let segment = place == 0 ? pair.first : pair.second
          arrays.add(
            segment, multipliers: powerStart, target: targets[option], offset: offsets[option])
        } else {
          arrays.add(
            SegmentRows(first: Int(optionStarts[option]), count: Int(optionCounts[option])),
            multipliers: multiplierStarts[option], target: targets[option], offset: offsets[option])
        }
      }
      arrays.endChoice(
        rationality: rationalities[choice], likelihood: likelihoods[choice], clearTarget: clearTargets[choice])
    }
    return PreparedChoices(arrays)
  }

  /// The two segments of a choice that can be cropped; nil if it cannot.
  private func segments(of options: Range<Int>) -> SegmentRows.Pair? {
    guard options.count == 2, let margins = optionMargins else { return nil }
    let segments = options.map { option in
      SegmentRows(
        first: Int(optionStarts[option]), count: Int(optionCounts[option]), before: Int(margins[option].before),
        after: Int(margins[option].after))
    }
    guard segments[0].count == segments[1].count, segments[0].count > 0, options.allSatisfy({ margins[$0].isKnown })
    else { return nil }
    return SegmentRows.Pair(first: segments[0], second: segments[1])
  }

  /// Pairs of segments as choices between them, the first being taken where `isFirst` says so.
  package convenience init(
    _ pairs: [SegmentRows.Pair], isFirst: [Bool], of rows: [Float], width: Int, settings: RewardTrainingSettings
  ) {
    var arrays = Arrays(rows: rows, width: width, multipliers: [])
    let longest = pairs.map { max($0.first.count, $0.second.count) }.max() ?? 0
    let start: Int32 = settings.discount == 1 ? -1 : 0
    if settings.discount != 1 { arrays.multipliers = Self.powers(settings.discount, count: longest) }
    let likelihood = ChoiceLikelihood(threshold: settings.threshold)
    for (pair, isFirst) in zip(pairs, isFirst) {
      arrays.add(pair.first, multipliers: start, target: isFirst ? 1 : 0)
      arrays.add(pair.second, multipliers: start, target: isFirst ? 0 : 1)
      arrays.endChoice(rationality: 1 / settings.temperature, likelihood: likelihood, clearTarget: isFirst ? 0 : 1)
    }
    self.init(arrays)
  }

  /// 1, γ, γ² …
  static func powers(_ discount: Double, count: Int) -> [Float] {
    var power = 1.0
    return (0..<count).map { _ in
      defer { power *= discount }
      return Float(power)
    }
  }

  /// The arrays of a set under construction.
  struct Arrays {
    var width: Int
    var rows: [Float]
    var multipliers: [Float]
    var optionStarts: [Int32] = []
    var optionCounts: [Int32] = []
    var multiplierStarts: [Int32] = []
    var offsets: [Float] = []
    var targets: [Float] = []
    var choiceStarts: [Int32] = [0]
    var rationalities: [Double] = []
    var likelihoods: [ChoiceLikelihood] = []
    var clearTargets: [Int32] = []

    init(rows: [Float], width: Int, multipliers: [Float]) {
      (self.rows, self.width, self.multipliers) = (rows, width, multipliers)
    }

    init(of choices: PreparedChoices) {
      self.init(rows: choices.rows, width: choices.width, multipliers: choices.multipliers)
    }

    mutating func add(_ segment: SegmentRows, multipliers: Int32, target: Float, offset: Float = 0) {
      optionStarts.append(Int32(segment.first))
      optionCounts.append(Int32(segment.count))
      multiplierStarts.append(multipliers)
      offsets.append(offset)
      targets.append(target)
    }

    mutating func endChoice(rationality: Double, likelihood: ChoiceLikelihood, clearTarget: Int32) {
      choiceStarts.append(Int32(optionStarts.count))
      rationalities.append(rationality)
      likelihoods.append(likelihood)
      clearTargets.append(clearTarget)
    }
  }
}
