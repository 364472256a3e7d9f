import Compute
import Foundation

/// Rewards that are linear in a ``RewardBasis``, fitted to the same pairs under several hypotheses about the person,
/// each also without each of some folds of the answers.
struct HypothesisFits: Sendable {
  /// One hypothesis.
  struct Fit: Sendable {
    let hypothesis: PersonHypothesis
    /// Of the steps' coordinates, by all answers.
    let weights: [Double]
    /// The same without each fold.
    let foldWeights: [[Double]]
    /// What was fitted beside them: γ or ε.
    let parameter: Double?
    /// Mean cross-entropy of answers by the fit that does not know their fold, nats.
    let loss: Double
    /// Of each pair, by the fit without its fold: the logit of the first, and its variance given the other answers.
    let logits: [Double]
    let variances: [Double]
    let lapse: Double
  }

  let fits: [Fit]
  /// The strength that predicted answers best under the assumption.
  let penalty: Double

  static let folds = 20
  private static let penalties = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1]
  private static let discounts = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1, 1 / 0.95, 1 / 0.9, 1 / 0.8]
  private static let lapses = [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4]

  /// - Parameters:
  ///   - judged: the pairs.
  ///   - coordinates: of all rows of the set: [rows × width].
  ///   - discount: γ that the training assumes.
  ///   - lapse: ε that the training assumes, beside each answer's own.
  init(_ judged: JudgedPairs, coordinates: Matrix, discount: Double, lapse: Double) {
    let design = Design(judged, coordinates)
    let folds = design.folds(Self.folds)
    let own = Statistics.mean(judged.pairs.map(\.lapse))
    let assumedLapse = 1 - (1 - own) * (1 - lapse)
    let plain = design.rows(discount: discount)
    let scale = design.scale(plain)
    func problem(_ rows: [Double], extra: [[Double]] = [], lapse: Double, penalty: Double) -> PairRegression {
      design.problem(rows, scale: scale, extra: extra, lapse: lapse, penalty: penalty)
    }
    // The strength of the penalty, by what the answers of a fold cost the fit that does not know them.
    var best: (loss: Double, penalty: Double) = (.infinity, Self.penalties[0])
    for penalty in Self.penalties {
      let loss = Statistics.mean(
        Self.crossed(problem(plain, lapse: assumedLapse, penalty: penalty), folds: folds))
      if loss < best.loss { best = (loss, penalty) }
    }
    let penalty = best.penalty
    func fit(_ hypothesis: PersonHypothesis, _ candidates: [(Double?, PairRegression)]) -> Fit {
      Self.fit(hypothesis, candidates, folds: folds, width: design.width, scale: scale)
    }
    let discounted = (Self.discounts + [discount]).sorted()
    let lapsing = Set(Self.lapses + [assumedLapse]).sorted()
    fits = PersonHypothesis.allCases.map { hypothesis in
      switch hypothesis {
      case .assumed: fit(hypothesis, [(nil, problem(plain, lapse: assumedLapse, penalty: penalty))])
      case .discount:
        fit(
          hypothesis,
          discounted.map { ($0, problem(design.rows(discount: $0), lapse: assumedLapse, penalty: penalty)) })
      case .lapse: fit(hypothesis, lapsing.map { ($0, problem(plain, lapse: $0, penalty: penalty)) })
      case .bias:
        fit(hypothesis, [(nil, problem(plain, extra: design.habits, lapse: assumedLapse, penalty: penalty))])
      case .potential:
        fit(hypothesis, [(nil, problem(plain, extra: design.ends, lapse: assumedLapse, penalty: penalty))])
      }
    }
    self.penalty = penalty
  }

  /// The candidate that fits best, by all answers and again without each fold.
  private static func fit(
    _ hypothesis: PersonHypothesis, _ candidates: [(Double?, PairRegression)], folds: [Int], width: Int, scale: Double
  ) -> Fit {
    /// The best of some candidates by the rows that count.
    func chosen(
      _ places: Range<Int>, _ counts: (Int) -> Bool, starts: [[Double]]?
    ) -> (place: Int, fits: [([Double], Matrix)]) {
      let fits = places.map { candidates[$0].1.fit(start: starts?[$0], counts: counts) }
      guard places.count > 1 else { return (places.lowerBound, fits) }
      let losses = places.map { place -> Double in
        let (problem, weights) = (candidates[place].1, fits[place - places.lowerBound].0)
        return problem.targets.indices.reduce(0) {
          counts($1)
            ? $0 + PairRegression.loss(problem.logit($1, weights), problem.targets[$1], lapse: problem.lapse) : $0
        }
      }
      return (places.min { losses[$0 - places.lowerBound] < losses[$1 - places.lowerBound] } ?? 0, fits)
    }
    let whole = chosen(0..<candidates.count, { _ in true }, starts: nil)
    let starts = whole.fits.map(\.0)
    // A twentieth of the answers moves the choice by no more.
    let near = max(0, whole.place - 2)..<min(candidates.count, whole.place + 3)
    let count = candidates[0].1.targets.count
    var (losses, logits, variances) = (0.0, [Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    var foldWeights: [[Double]] = []
    for fold in 0..<(folds.max() ?? 0) + 1 {
      let without = chosen(near, { folds[$0] != fold }, starts: starts)
      let (problem, fit) = (candidates[without.place].1, without.fits[without.place - near.lowerBound])
      foldWeights.append(fit.0.prefix(width).map { $0 / scale })
      let factor = try? LinearAlgebra.cholesky(fit.1)
      for row in 0..<count where folds[row] == fold {
        logits[row] = problem.logit(row, fit.0)
        losses += PairRegression.loss(logits[row], problem.targets[row], lapse: problem.lapse)
        variances[row] = factor.map { problem.variance(row, factor: $0) } ?? 0
      }
    }
    return Fit(
      hypothesis: hypothesis, weights: whole.fits[whole.place].0.prefix(width).map { $0 / scale },
      foldWeights: foldWeights, parameter: candidates[whole.place].0, loss: losses / Double(count), logits: logits,
      variances: variances, lapse: candidates[whole.place].1.lapse)
  }

  /// Of each answer the loss by the fit without its fold.
  private static func crossed(_ problem: PairRegression, folds: [Int]) -> [Double] {
    let whole = problem.fit().weights
    var losses = [Double](repeating: 0, count: folds.count)
    for fold in 0..<(folds.max() ?? 0) + 1 {
      let weights = problem.fit(start: whole, counts: { folds[$0] != fold }).weights
      for row in folds.indices where folds[row] == fold {
        losses[row] = PairRegression.loss(problem.logit(row, weights), problem.targets[row], lapse: problem.lapse)
      }
    }
    return losses
  }

  func fit(_ hypothesis: PersonHypothesis) -> Fit { fits.first { $0.hypothesis == hypothesis } ?? fits[0] }

  /// The hypothesis that predicts answers best that it does not know; the assumed one where none is better.
  var best: Fit { fits.min { $0.loss < $1.loss } ?? fits[0] }
}

extension PairRegression {
  /// x · curvature⁻¹ · x of a row, from the curvature's Cholesky factor.
  func variance(_ row: Int, factor: Matrix) -> Double {
    var solved = [Double](repeating: 0, count: width)
    var sum = 0.0
    for index in 0..<width {
      var value = rows[row * width + index]
      for column in 0..<index { value -= factor[index, column] * solved[column] }
      solved[index] = value / factor[index, index]
      sum += solved[index] * solved[index]
    }
    return sum
  }
}

/// The pairs as rows of differences.
private struct Design {
  let judged: JudgedPairs
  let coordinates: Matrix
  let width: Int
  /// Whether the clips of some pair differ in length: then a reward's zero matters.
  let lengths: Bool

  init(_ judged: JudgedPairs, _ coordinates: Matrix) {
    (self.judged, self.coordinates, width) = (judged, coordinates, coordinates.columns)
    lengths = judged.pairs.contains { $0.first.rows.count != $0.second.rows.count }
  }

  /// The fold of each pair: answers one by one, all pairs of an answer together.
  func folds(_ most: Int) -> [Int] {
    let numbers = Set(judged.pairs.map(\.number)).sorted()
    let places = Dictionary(uniqueKeysWithValues: numbers.enumerated().map { ($1, $0 % min(most, numbers.count)) })
    return judged.pairs.map { places[$0.number] ?? 0 }
  }

  /// β (Σ wₜ ψ(first's step t) − the second's), and where lengths differ the difference of the weights: [pairs ×
  /// columns].
  func rows(discount: Double) -> [Double] {
    let columns = width + (lengths ? 1 : 0)
    var result = [Double](repeating: 0, count: judged.pairs.count * columns)
    for (index, pair) in judged.pairs.enumerated() {
      for (clip, sign) in [(pair.first, 1.0), (pair.second, -1.0)] {
        var power = sign * pair.rationality * Self.unit(discount, clip.rows.count)
        for (step, row) in clip.rows.enumerated() {
          let weight = power * (clip.weights?[step] ?? 1)
          for column in 0..<width {
            result[index * columns + column] += weight * coordinates.elements[row * width + column]
          }
          if lengths { result[index * columns + width] += weight }
          power *= discount
        }
      }
    }
    return result
  }

  /// So that a clip's weights have the mean 1, whatever the discount: no discount changes the unit.
  private static func unit(_ discount: Double, _ count: Int) -> Double {
    guard discount != 1 else { return 1 }
    var (sum, power) = (0.0, 1.0)
    for _ in 0..<count {
      sum += power
      power *= discount
    }
    return Double(count) / sum
  }

  /// So few leading coordinates make the potential, that it takes no crowd of answers to fit one.
  private static let mostEnds = 4

  /// ψ(last step) − ψ(first step) of the first clip less the second's, one list for each column.
  var ends: [[Double]] {
    (0..<min(Self.mostEnds, width)).map { column in
      judged.pairs.map { pair in
        func change(_ clip: JudgedPairs.Clip) -> Double {
          coordinates[clip.rows.upperBound - 1, column] - coordinates[clip.rows.lowerBound, column]
        }
        return pair.rationality * (change(pair.first) - change(pair.second))
      }
    }
  }

  /// A constant in favour of the first, and the difference in length where there is one.
  var habits: [[Double]] {
    let side = [Double](repeating: 1, count: judged.pairs.count)
    guard lengths else { return [side] }
    return [side, judged.pairs.map { Double($0.first.rows.count - $0.second.rows.count) }]
  }

  /// What rows are divided by so that their mean square length is the number of their columns.
  func scale(_ rows: [Double]) -> Double {
    let squares = rows.reduce(0) { $0 + $1 * $1 }
    let scale = (squares / Double(max(1, rows.count))).squareRoot()
    return scale > 0 && scale.isFinite ? scale : 1
  }

  func problem(
    _ rows: [Double], scale: Double, extra: [[Double]], lapse: Double, penalty: Double
  ) -> PairRegression {
    let (count, columns) = (judged.pairs.count, rows.count / max(1, judged.pairs.count))
    let squares = extra.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } }
    let unit = (squares / Double(max(1, extra.count * count))).squareRoot()
    var all: [Double] = []
    all.reserveCapacity(count * (columns + extra.count))
    for row in 0..<count {
      for column in 0..<columns { all.append(rows[row * columns + column] / scale) }
      for column in extra { all.append(unit > 0 ? column[row] / unit : 0) }
    }
    return PairRegression(
      rows: all, width: columns + extra.count, targets: judged.pairs.map(\.target),
      offsets: judged.pairs.map(\.offset), lapse: lapse, penalty: penalty)
  }
}
