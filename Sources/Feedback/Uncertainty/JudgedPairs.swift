import Compute
import Rewards

/// The answers to pairs of clips in a set of choices, as pairs of runs of its rows.
///
/// A pair is a choice between two options that both have transitions: a softmax of two, or three ordinal grades of
/// which the middle one is a tie and counts as half of each.
struct JudgedPairs: Sendable {
  struct Clip: Sendable {
    let rows: Range<Int>
    /// One for each row; nil for all 1.
    let weights: [Double]?
  }

  struct Pair: Sendable {
    let first: Clip
    let second: Clip
    /// 1 for the first, 0 for the second.
    let target: Double
    /// β, by which the difference counts.
    let rationality: Double
    /// In favour of the first, in nats.
    let offset: Double
    let lapse: Double
    /// Of the answer.
    let number: Int
  }

  let pairs: [Pair]
  /// Choices that are no such pair.
  let others: Int

  /// More pairs than this are thinned, evenly.
  static let most = 2000

  init(_ set: ChoiceSet) {
    var (pairs, others) = ([Pair](), 0)
    for choice in 0..<set.count {
      guard let pair = Self.pair(set, choice) else {
        others += 1
        continue
      }
      pairs.append(pair)
    }
    let stride = max(1, (pairs.count + Self.most - 1) / Self.most)
    self.pairs = stride == 1 ? pairs : pairs.indices.filter { $0 % stride == 0 }.map { pairs[$0] }
    self.others = others
  }

  private static func pair(_ set: ChoiceSet, _ choice: Int) -> Pair? {
    let options = set.options(of: choice)
    guard options.count >= 2 else { return nil }
    let (first, second) = (options.lowerBound, options.lowerBound + 1)
    guard set.optionCounts[first] > 0, set.optionCounts[second] > 0, set.rationalities[choice] > 0 else { return nil }
    let target: Double
    switch set.links[choice] {
    case .softmax:
      guard options.count == 2 else { return nil }
      target = Double(set.targets[first])
    case .ordinal(let cutPoints):
      guard cutPoints.count == 2, cutPoints[0] == -cutPoints[1] else { return nil }
      target = Double(set.targets[options.lowerBound + 2]) + Double(set.targets[options.lowerBound + 1]) / 2
    }
    func clip(_ option: Int) -> Clip {
      let (start, count) = (set.optionStarts[option], set.optionCounts[option])
      let weights = set.optionWeightStarts[option]
      return Clip(
        rows: start..<start + count,
        weights: weights < 0 ? nil : (0..<count).map { Double(set.weights[weights + $0]) })
    }
    return Pair(
      first: clip(first), second: clip(second), target: target, rationality: set.rationalities[choice],
      offset: Double(set.optionOffsets[first] - set.optionOffsets[second]), lapse: set.lapses[choice],
      number: set.numbers[choice])
  }

  /// Every clip of the pairs once, in the order of their rows.
  var clips: [Range<Int>] {
    Set(pairs.flatMap { [$0.first.rows, $0.second.rows] }).sorted {
      ($0.lowerBound, $0.count) < ($1.lowerBound, $1.count)
    }
  }
}
