import Compute
import Rewards

/// A choice set as the training loop reads it: inputs normalised, weights multiplied out, everything in plain arrays.
///
/// Made once for each training; read by all threads, changed by none.
package final class PreparedChoices: Sendable {
  package let width: Int
  package let count: Int
  /// [rowCount × width], normalised.
  package let rows: [Float]
  package let rowCount: Int
  package let optionStarts: [Int32]
  package let optionCounts: [Int32]
  /// Where the option's multipliers (weight × discount) start; −1: all are 1.
  package let multiplierStarts: [Int32]
  package let multipliers: [Float]
  package let offsets: [Float]
  package let targets: [Float]
  package let choiceStarts: [Int32]
  /// β / temperature.
  package let rationalities: [Double]
  package let likelihoods: [ChoiceLikelihood]
  /// Rows of each choice, all options together.
  package let choiceRows: [Int32]
  /// The option with the largest target, counted within the choice; −1 where it is not unique, or where it is the middle
  /// grade between two options (a tie).
  package let clearTargets: [Int32]
  package let mostOptions: Int
  package let mostRows: Int
  /// Rows around each option's that belong to the same episode; nil where no choice has any.
  let optionMargins: [ChoiceSet.Margin]?
  /// Where the multipliers of a cropped segment start; −1: all are 1.
  let powerStart: Int32

  package init(_ set: ChoiceSet, normalizer: RunningNormalizer?, settings: RewardTrainingSettings) {
    width = set.encoding.width
    count = set.count
    rowCount = set.rowCount
    var rows = set.rows
    if let normalizer {
      var target = rows.mutableSpan
      normalizer.normalize(set.rows.span, rows: rowCount, into: &target)
    }
    self.rows = rows
    optionStarts = set.optionStarts.map(Int32.init)
    optionCounts = set.optionCounts.map(Int32.init)
    offsets = set.optionOffsets
    targets = set.targets
    choiceStarts = set.choiceStarts.map(Int32.init)
    rationalities = set.rationalities.map { $0 / settings.temperature }
    likelihoods = zip(set.lapses, set.links).map { lapse, link in
      ChoiceLikelihood(lapse: 1 - (1 - lapse) * (1 - settings.lapse), threshold: settings.threshold, link: link)
    }
    let (starts, values) = Self.multipliers(set, discount: settings.discount)
    multiplierStarts = starts
    optionMargins = set.hasMargins ? set.optionStarts.indices.map { set.margin(of: $0) } : nil
    let mostSteps = (set.optionCounts.max() ?? 0) + (settings.cropping ?? 0)
    let isPowered = optionMargins != nil && settings.discount != 1
    powerStart = isPowered ? Int32(values.count) : -1
    multipliers = isPowered ? values + Self.powers(settings.discount, count: mostSteps) : values
    choiceRows = (0..<set.count).map { Int32(set.optionCounts[set.options(of: $0)].reduce(0, +)) }
    clearTargets = (0..<set.count).map { Self.clearTarget(set, $0) }
    mostOptions = (0..<set.count).map { set.options(of: $0).count }.max() ?? 0
    mostRows = Int(choiceRows.max() ?? 0)
  }

  /// A set of these parts; its choices are not cropped again.
  init(_ arrays: Arrays) {
    (width, rows, rowCount) = (arrays.width, arrays.rows, arrays.rows.count / arrays.width)
    (optionStarts, optionCounts, multiplierStarts) = (arrays.optionStarts, arrays.optionCounts, arrays.multiplierStarts)
    (multipliers, offsets, targets, choiceStarts) =
      (arrays.multipliers, arrays.offsets, arrays.targets, arrays.choiceStarts)
    (rationalities, likelihoods, clearTargets) = (arrays.rationalities, arrays.likelihoods, arrays.clearTargets)
    count = arrays.rationalities.count
    let rowsOfChoices = (0..<arrays.rationalities.count).map { choice in
      arrays.optionCounts[Int(arrays.choiceStarts[choice])..<Int(arrays.choiceStarts[choice + 1])].reduce(0, +)
    }
    choiceRows = rowsOfChoices
    mostRows = Int(rowsOfChoices.max() ?? 0)
    mostOptions =
      zip(arrays.choiceStarts, arrays.choiceStarts.dropFirst()).map { Int($1 - $0) }.max() ?? 0
    optionMargins = nil
    powerStart = -1
  }

  package func options(of choice: Int) -> Range<Int> {
    Int(choiceStarts[choice])..<Int(choiceStarts[choice + 1])
  }

  private static func multipliers(_ set: ChoiceSet, discount: Double) -> (starts: [Int32], values: [Float]) {
    var starts: [Int32] = []
    var values: [Float] = []
    starts.reserveCapacity(set.optionCounts.count)
    let clipStarts = discount == 1 ? [] : Set(set.clipStarts)
    for option in set.optionCounts.indices {
      let weightStart = set.optionWeightStarts[option]
      if weightStart < 0 && discount == 1 {
        starts.append(-1)
        continue
      }
      starts.append(Int32(values.count))
      var power = 1.0
      for row in 0..<set.optionCounts[option] {
        if clipStarts.contains(set.optionStarts[option] + row) { power = 1 }
        let weight = weightStart < 0 ? 1 : Double(set.weights[weightStart + row])
        values.append(Float(weight * power))
        power *= discount
      }
    }
    return (starts, values)
  }

  private static func clearTarget(_ set: ChoiceSet, _ choice: Int) -> Int32 {
    let targets = set.targets[set.options(of: choice)]
    let largest = targets.max() ?? 0
    let candidates = targets.indices.filter { targets[$0] == largest }
    guard candidates.count == 1 else { return -1 }
    let clear = candidates[0] - targets.startIndex
    if case .ordinal(let cutPoints) = set.links[choice], set.optionCounts[targets.startIndex + 1] > 0,
      2 * clear == cutPoints.count
    {
      return -1
    }
    return Int32(clear)
  }
}
