import Compute
import Foundation

/// How far from their mean the vectors of training replies usually lie: what tells a reply that is unlike them.
///
/// Split conformal prediction. Some prompts give means and deviations; of every other prompt one reply, drawn at random,
/// gives one distance. A reply to a further prompt of the same sort then has a ``pValue(_:)`` of at most p in at most a
/// share p of cases, whatever the vectors and however many replies a prompt has, because the prompts are exchangeable.
/// The distance adds up the differences from the mean, in units of each number's deviation, to the power of 1.5: squares
/// would be ruled by the few large numbers of short replies, and told a tenth of replies from another domain where this
/// tells nine. Source: Vovk, Gammerman and Shafer 2005, "Algorithmic Learning in a Random World"; one reply for each
/// prompt as in Dunn, Wasserman and Ramdas 2023, "Distribution-free prediction sets for two-layer hierarchical models".
struct UsualVectors: Sendable {
  /// Of each number over the replies to the first prompts; deviations are shrunk towards their common size.
  var means: [Float]
  var deviations: [Float]
  /// Of one reply to each of the other prompts, in ascending order.
  var distances: [Double]

  init(means: [Float], deviations: [Float], distances: [Double]) {
    (self.means, self.deviations, self.distances) = (means, deviations, distances)
  }

  /// Complexity: O(pairs × width).
  init(_ data: HeadData, random: RandomSource) {
    let prompts = Array(Set(data.prompts)).sorted()
    var draws = random.stream("usual", 0)
    let order = draws.permutation(prompts.count)
    let judged = Set(order.prefix(Self.judged(of: prompts.count)).map { prompts[$0] })
    var normalizer = RunningNormalizer(size: data.width)
    var pairs: [Int: [Int]] = [:]
    for pair in 0..<data.count {
      if judged.contains(data.prompts[pair]) {
        pairs[data.prompts[pair], default: []].append(pair)
      } else {
        normalizer.update(Array(data.vector(2 * pair)), rows: 1)
        normalizer.update(Array(data.vector(2 * pair + 1)), rows: 1)
      }
    }
    means = normalizer.mean.map { Float($0) }
    deviations = Self.shrunk(normalizer.variance, count: normalizer.count)
    distances = []
    for prompt in judged.sorted() {
      guard let mine = pairs[prompt] else { continue }
      let drawn = draws.below(2 * mine.count)
      distances.append(distance(data.vector(2 * mine[drawn / 2] + drawn % 2)))
    }
    distances.sort()
  }

  /// Of how many prompts distances are kept: half, or more where a false-alarm rate of 1 % needs it and twenty are left.
  static func judged(of prompts: Int) -> Int { max(prompts / 2, min(fewest(for: 0.01), prompts - 20)) }

  /// The fewest distances with which a reply can be told at all at this share of false alarms: 99 at .01.
  static func fewest(for share: Double) -> Int { max(1, Int((1 / share - 1e-9).rounded(.up)) - 1) }

  /// As if one more vector had deviated in each number as they do on average: a number that a small set never saw change
  /// is not taken for a constant.
  private static func shrunk(_ variances: [Double], count: Double) -> [Float] {
    let common = variances.reduce(0, +) / Double(max(1, variances.count))
    return variances.map { Float((($0 * count + common) / (count + 1)).squareRoot()) }
  }

  func distance(_ vector: ArraySlice<Float>) -> Double {
    var sum = 0.0
    for (place, value) in vector.enumerated() {
      let offset = Double(value) - Double(means[place])
      guard offset != 0 else { continue }
      let ratio = abs(offset) / Double(deviations[place])
      sum += ratio * ratio.squareRoot()
    }
    return min(sum, .greatestFiniteMagnitude)
  }

  /// The share of kept distances that are at least as far, the vector's own counted in.
  func pValue(_ vector: ArraySlice<Float>) -> Double {
    let far = distance(vector)
    // The first that is at least as far.
    var (low, high) = (0, distances.count)
    while low < high {
      let middle = (low + high) / 2
      if distances[middle] < far { low = middle + 1 } else { high = middle }
    }
    return Double(distances.count - low + 1) / Double(distances.count + 1)
  }

  /// What is known of false alarms where p-values of at most `share` raise one.
  func falseAlarms(at share: Double) -> RewardHead.FalseAlarms {
    let places = distances.count + 1
    // How many of the places that a usual reply can have among the distances raise the alarm.
    let alarming = Int((share * Double(places) + 1e-9).rounded(.down))
    guard alarming > 0, alarming < places else {
      return .init(wanted: share, prompts: distances.count, fewestPrompts: Self.fewest(for: share))
    }
    return .init(
      wanted: share, prompts: distances.count, fewestPrompts: Self.fewest(for: share),
      expected: Double(alarming) / Double(places),
      atMost: SpecialFunctions.incompleteBetaInverse(0.95, Double(alarming), Double(places - alarming)))
  }
}

extension RewardHead {
  /// How often a usual reply is called unlike the training replies, which is known beforehand.
  public struct FalseAlarms: Codable, Sendable, Hashable {
    /// The share that was asked for.
    public var wanted: Double
    /// Prompts that were held out to learn what is usual.
    public var prompts: Int
    /// Of how many the share can be kept at all.
    public var fewestPrompts: Int
    /// The share over heads fitted on data of this sort, at most the wanted one; nil where no reply can be told.
    public var expected: Double?
    /// With 95 % confidence this head's own share is not above it: the quantile of its beta distribution.
    public var atMost: Double?
  }

  /// Whether a reply is like the training replies.
  public enum Likeness: String, Codable, Sendable, Hashable {
    /// As near as they are.
    case like
    /// Farther than they are but for the stated share of false alarms, or nothing to read at all.
    case unlike
    /// Too few prompts were held out to tell.
    case unknown
  }

  /// What is known of false alarms where p-values of at most `share` raise one.
  public func falseAlarms(at share: Double = 0.01) -> FalseAlarms { usual.falseAlarms(at: share) }

  /// Whether a reply with this score is like the training replies, at this share of false alarms.
  public func likeness(_ score: Score, at share: Double = 0.01) -> Likeness {
    if score.isEmpty { return .unlike }
    guard usual.distances.count >= UsualVectors.fewest(for: share) else { return .unknown }
    return score.pValue <= share ? .unlike : .like
  }
}
