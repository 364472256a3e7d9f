import Compute
import Feedback
import Findings
import Foundation

extension RewardHeadFit {
  /// A share with its 95 % interval.
  public struct Share: Codable, Sendable, Hashable {
    /// What was measured on pairs held out.
    public var value: Double
    /// Its confidence interval: Clopper and Pearson's, for as many pairs as these are worth (Korn and Graubard 1998):
    /// half of them, because predictions of a cross-validation depend on one another, and fewer where prompts repeat.
    /// Nil without pairs.
    public var interval: Interval?
    /// How many pairs it is of.
    public var count: Int
  }

  /// A person whose answers the data name.
  public struct Annotator: Codable, Sendable, Hashable {
    /// The person.
    public var name: String
    /// How many answers are theirs.
    public var answers: Int
    /// 1 as the others; 0 answers at random. By profile likelihood.
    public var rationality: Double
    /// Of the rationality, for half as many answers: predictions of a cross-validation depend on one another.
    public var interval: Interval
  }

  /// What the fit is worth, on pairs that were held out.
  public struct Report: Codable, Sendable, Hashable {
    /// Pairs that were learned from.
    public var pairs: Int
    /// How many prompts these pairs have.
    public var prompts = 0
    /// Parts of the cross-validation.
    public var folds = 0
    /// Out of fold; ties are left out, and pairs between which the head sees no difference.
    public var accuracy: Share
    /// Pairs with a preference whose two replies the head scores alike.
    public var undecided = 0
    /// Whether the head orders held-out pairs better than chance, by the interval of ``accuracy``: holds above ½, fails
    /// below, unknown if ½ lies in it. Not measurable where no pair has a preferred reply.
    public var verdict = Finding.Verdict.unknown
    /// In nats for each answer: as trained, and after calibration; ln 2 = 0.693 is chance.
    public var logLoss: Double
    /// The log loss after dividing by ``temperature``.
    public var calibratedLogLoss: Double
    /// Expected calibration error in ten bins of equal count, likewise.
    public var calibrationError: Double
    /// The calibration error after dividing by ``temperature``.
    public var calibratedError: Double
    /// By what margins are divided.
    public var temperature: Double
    /// Where it lies with 95 % confidence, by the likelihood; the upper end is infinite if margins may say nothing. Nil
    /// if all margins are 0.
    public var temperatureInterval: Interval?
    /// The ridge of linear heads, as the deviation that the logit of a typical pair has beforehand: of
    /// 1/16, 1/8 … 16 the one with the least held-out log loss. Nil for heads with hidden layers.
    public var ridge: Double?
    /// People with enough answers of their own.
    public var annotators: [Annotator] = []
    /// How often the head will call a usual reply unlike the training replies.
    public var falseAlarms: RewardHead.FalseAlarms?

    /// Whether the answers tell a temperature at all: its interval has both ends.
    public var isTemperatureIdentified: Bool {
      temperatureInterval.map { $0.lower > 0 && $0.upper.isFinite } ?? false
    }
  }
}

/// The logits that heads gave to pairs of prompts that they had not seen, beside the answers.
///
/// They are not independent: the head that judges one pair has learned from the other pair's answer, and the other way
/// round. Where answers say nothing, the margins of two pairs i and j in different folds, turned so that positive ones
/// are right, have the covariance K² (K the weight of j's answer in i's margin), and these sum to the variance of i's
/// margin: the variance of a sum of margins is twice what independent pairs would give. That of the number of right
/// ones is 1 + 2/π = 1.64 times as large for normal margins, and between that and 2 where replies repeat. Twice is
/// what intervals here allow for. Bates, Hastie and Tibshirani 2023, "Cross-validation: what does it estimate and how
/// well does it do it?", find intervals too short by as much where answers do say something.
struct HeldOutLogits {
  /// By how much the variance of a sum over pairs in different folds is larger than if they were independent.
  static let crossValidation = 2.0

  private let logits: [Double]
  private let targets: [Double]
  private let prompts: [Int]

  init(_ logits: [Double], _ data: HeadData) {
    self.logits = logits
    targets = data.targets.map(Double.init)
    prompts = data.prompts
  }

  /// All that follows from them; slope is by what they are stretched.
  func report(slope: Double) -> RewardHeadFit.Report {
    let clear = logits.indices.filter { targets[$0] != 0.5 }
    let decided = clear.filter { logits[$0] != 0 }
    let accuracy = accuracy(decided)
    return RewardHeadFit.Report(
      pairs: logits.count, prompts: Set(prompts).count, accuracy: accuracy, undecided: clear.count - decided.count,
      verdict: decided.isEmpty ? .notMeasurable : .isAbove(0.5, accuracy.interval), logLoss: loss(1),
      calibratedLogLoss: loss(slope), calibrationError: error(1), calibratedError: error(slope), temperature: 1 / slope,
      temperatureInterval: temperatureInterval(slope: slope))
  }

  private func accuracy(_ pairs: [Int]) -> RewardHeadFit.Share {
    let hits = pairs.map { (logits[$0] > 0) == (targets[$0] > 0.5) ? 1.0 : 0 }
    let right = hits.reduce(0, +)
    let share = right / Double(max(1, pairs.count))
    guard !pairs.isEmpty else { return .init(value: share, interval: nil, count: 0) }
    let groups = Set(pairs.map { prompts[$0] }).count
    // Where all are right or all wrong nothing is known of how alike the pairs of a prompt are.
    let effect =
      right > 0 && right < Double(pairs.count)
      ? designEffect(pairs, hits.map { $0 - share }) : Self.crossValidation * Double(pairs.count) / Double(groups)
    let (successes, trials) = (right / effect, Double(pairs.count) / effect)
    return .init(
      value: share,
      interval: Interval(
        lower: right == 0 ? 0 : SpecialFunctions.incompleteBetaInverse(0.025, successes, trials - successes + 1),
        upper: right == Double(pairs.count)
          ? 1 : SpecialFunctions.incompleteBetaInverse(0.975, successes + 1, trials - successes), level: 0.95),
      count: pairs.count)
  }

  /// By how much the variance of a sum over pairs is larger than if they had nothing in common: ``crossValidation``,
  /// times what the pairs of a prompt share (Kish 1965, "Survey Sampling"), which is at least 1.
  private func designEffect(_ pairs: [Int], _ values: [Double]) -> Double {
    var sums: [Int: Double] = [:]
    for (pair, value) in zip(pairs, values) { sums[prompts[pair], default: 0] += value }
    let alone = values.reduce(0) { $0 + $1 * $1 }
    guard sums.count > 1, sums.count < pairs.count, alone > 0 else { return Self.crossValidation }
    // In a fixed order, so that equal data give equal bytes.
    let together = sums.keys.sorted().reduce(0.0) { $0 + (sums[$1] ?? 0) * (sums[$1] ?? 0) }
    return Self.crossValidation * max(1, together / alone * Double(sums.count) / Double(sums.count - 1))
  }

  /// By the likelihood of the slope, whose fall is stretched by the design effect of its score (Rao and Scott 1984).
  private func temperatureInterval(slope: Double) -> Interval? {
    guard logits.contains(where: { $0 != 0 }) else { return nil }
    let fit = CalibrationFit(logits: logits, targets: targets)
    let limit = CalibrationLine.largestSlope
    let best = fit.bestSlope(intercept: 0, within: -limit...limit)
    let scores = logits.indices.map { logits[$0] * (targets[$0] - 1 / (1 + exp(-best * logits[$0]))) }
    let allowed = pow(SpecialFunctions.normalQuantile(0.975), 2) / 2 * designEffect(Array(logits.indices), scores)
    let slopes = CalibrationFit.drop(around: best, within: -limit...limit, by: allowed, level: 0.95) {
      fit.value(intercept: 0, slope: $0)
    }
    return Interval(
      lower: slopes.upper >= limit ? 0 : slopes.upper > 0 ? 1 / slopes.upper : .infinity,
      upper: slopes.lower > 0 ? 1 / slopes.lower : .infinity, level: 0.95)
  }

  private func loss(_ slope: Double) -> Double {
    -CalibrationFit(logits: logits, targets: targets).value(intercept: 0, slope: slope) / Double(logits.count)
  }

  /// Sides as they fell: half of the pairs turned round, so that the answers are not all equal.
  private func error(_ slope: Double) -> Double {
    let judged = logits.indices.map { index in
      let p = 1 / (1 + exp(-slope * logits[index]))
      let target = targets[index]
      return index.isMultiple(of: 2)
        ? JudgedComparison(probabilityFirst: p, target: target)
        : JudgedComparison(probabilityFirst: 1 - p, target: 1 - target)
    }
    return ReliabilityBin.expectedError(ReliabilityBin.bins(judged, count: min(10, judged.count / 10), level: 0.95))
  }
}
