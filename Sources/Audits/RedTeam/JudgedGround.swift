import Compute
import Environments
import Rewards

/// What was judged, as the ground on which an attack's finds are measured: what it justifies, how far that can be off by
/// chance, and what the best of it is predicted to earn.
///
/// One half of the judged clips makes the yardsticks, the other half calibrates them (split conformal): a clip's number
/// is its largest sum of excesses over consecutive steps. With n calibration clips, p = (1 + #{calibration ≥ find}) ∕
/// (n + 1). Of a clip that comes as the judged ones came, exchangeably with them, p ≤ α has probability at most α. A
/// find was *searched for*, so its p-value is no error rate of the attack: it says how far beyond what was judged it is.
///
/// Source: Vovk, Gammerman, Shafer 2005; split form: Papadopoulos et al. 2002.
package final class JudgedGround {
  package let specification: EnvironmentSpecification
  package let encoding: TransitionEncoding
  package let reward: any TransitionReward
  /// Steps of a judged clip, the median.
  package let clipSteps: Int
  /// Clips that were judged, and those of them that calibrate.
  package let clips: Int
  package let calibrating: Int
  /// By the nearest judged transition.
  package let judged: Measure
  /// By the true reward; nil where it is not known, or cannot be compared with the predicted one.
  package let truth: Measure?
  /// Why not, then.
  package let truthProblem: String?

  private let distance: NearestNeighbourScore
  private let distances: ConformalCalibration?
  /// Of each reference clip, what is predicted for its steps.
  private let references: [[Double]]
  /// All of the judged clips, and the encoded transitions of that half that is not for calibration.
  let judgedClips: [Trajectory]
  let rows: Matrix

  /// A yardstick with what it says of clips that it was not made from.
  package struct Measure {
    package let yardstick: any Yardstick
    /// In ascending order.
    let calibration: [Double]
    /// Excesses up to this are none: a thousandth of the judged clips' spread, which no answer could show.
    package let none: Double
    let steps: Int

    /// The share of clips like the judged ones that show as much excess, at most.
    func pValue(_ excess: [Double]) -> Double {
      let sum = Stretches.best(excess, atMost: steps).sum
      guard sum > none else { return 1 }
      return Double(1 + calibration.count { $0 >= sum }) / Double(calibration.count + 1)
    }
  }

  /// Fewer judged clips say nothing: each half must hold ten.
  package static let fewestClips = 20

  /// - Parameters:
  ///   - clips: that were judged.
  ///   - others: more clips of what the agent does, which an attack must beat to pay.
  ///   - knowsTruth: whether the clips' own rewards are what is wanted.
  ///   - random: of which half calibrates.
  /// - Throws: `InputError` with fewer clips than ``fewestClips``, where all are alike, and for worlds of images.
  package init(
    _ clips: [Trajectory], others: [Trajectory] = [], reward: any TransitionReward, encoding: TransitionEncoding,
    specification: EnvironmentSpecification, knowsTruth: Bool, random: RandomSource
  ) throws {
    guard encoding.images == nil else {
      throw InputError(
        "no distance between pictures means anything, so nothing tells what the judged clips justify",
        at: specification.id, remedy: "attack a reward that sees numbers")
    }
    let clips = clips.filter { $0.count > 0 && encoding.problem(with: $0) == nil }
    guard clips.count >= Self.fewestClips else {
      throw InputError(
        "\(clips.count) clips were judged, and \(Self.fewestClips) are needed to tell what is justified",
        at: specification.id, remedy: "attack a run with more answers")
    }
    var draws = random.stream("red-team/halves")
    let order = draws.permutation(clips.count)
    let fitting = order[..<(clips.count / 2)].sorted().map { clips[$0] }
    let checking = order[(clips.count / 2)...].sorted().map { clips[$0] }
    let predicted = { (clip: Trajectory) in
      ClipScorer.predicted(clip, specification, reward).map(Double.init)
    }
    let fitted = fitting.map(predicted)
    let rows = try encoding.rows(of: fitting)
    let steps = Int(Statistics.median(clips.map { Double($0.count) }))
    let all = clips.map(predicted)
    let none = 1e-3 * Statistics.standardDeviation(all.map { Stretches.largest($0, length: steps) })
    func measure(_ yardstick: any Yardstick) -> Measure {
      let scorer = ClipScorer(specification, reward: reward, yardstick: yardstick)
      return Measure(
        yardstick: yardstick,
        calibration: checking.map { Stretches.best(scorer.score($0).excess, atMost: steps).sum }.sorted(),
        none: max(none, 1e-9), steps: steps)
    }
    do throws(NotMeasurable) {
      judged = measure(
        try JudgedYardstick(rows, predicted: fitted.flatMap(\.self), encoding: encoding))
      distance = try NearestNeighbourScore(Self.spread(rows), neighbour: min(5, rows.rows))
    } catch {
      throw InputError("nothing tells what the judged clips justify: \(error)", at: specification.id)
    }
    var (truth, problem): (Measure?, String?) = (nil, knowsTruth ? nil : "people answered, and only they know it")
    if knowsTruth {
      do throws(NotMeasurable) {
        truth = measure(
          try TruthYardstick(
            predicted: fitted.map { $0.reduce(0, +) }, actual: fitting.map(\.trueReturn),
            steps: fitting.map(\.count)))
      } catch {
        problem = "the judged clips show no unit in which true and predicted reward could be compared"
      }
    }
    (self.truth, truthProblem) = (truth, problem)
    let far = distance
    distances = try? ConformalCalibration(
      checking.map { Self.median(far.scores(try encoding.rows(of: [$0]))) }, level: 0.5)
    (self.specification, self.encoding, self.reward) = (specification, encoding, reward)
    (clipSteps, self.clips, calibrating) = (steps, clips.count, checking.count)
    references = all + others.filter { $0.count > 0 }.map(predicted)
    (judgedClips, self.rows) = (clips, rows)
  }

  /// Transitions that distances are measured to, at most.
  private static let mostRows = 2048

  /// So many of the rows, evenly over all.
  private static func spread(_ rows: Matrix) -> Matrix {
    let stride = max(1, (rows.rows + mostRows - 1) / mostRows)
    guard stride > 1 else { return rows }
    let kept = Swift.stride(from: 0, to: rows.rows, by: stride).map(\.self)
    return Matrix(
      rows: kept.count, columns: rows.columns,
      elements: kept.flatMap { rows.elements[$0 * rows.columns..<($0 + 1) * rows.columns] })
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  /// The p-value up to which a find is called: .05, or the smallest that there can be.
  package var level: Double { max(0.05, 1 / Double(calibrating + 1)) }

  /// How far a clip is from what was judged, the median over its steps of the distance to the fifth nearest transition (of 2,048
  /// that are spread over what was judged, where there are more), and
  /// the share of judged clips that are as far, at most; the distance is infinite where a feature differs that never
  /// varied.
  func distance(of clip: Trajectory) throws -> (distance: Double, pValue: Double?) {
    let value = Self.median(distance.scores(try encoding.rows(of: [clip])))
    return (value, distances?.pValue(value))
  }

  /// What the best tenth of the judged clips, and of what the agent does, are predicted to earn in so many steps.
  func best(steps: Int) -> Double {
    Statistics.quantile(references.map { Stretches.largest($0, length: steps) }, 0.9)
  }
}
