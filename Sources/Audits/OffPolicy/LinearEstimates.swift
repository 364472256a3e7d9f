import Compute

/// Fitted Q evaluation and marginalised importance sampling with linear features, for states that cannot be counted.
///
/// ```swift
/// let linear = try LinearEstimates(log, features: phi, targetFeatures: phiUnderTarget, ridge: 1e-3)
/// linear.value                                            // of the target, within the log's horizon
/// linear.interval(random: RandomSource(seed: 1))
/// let model = try linear.modeled(folds: 5)                // for the doubly robust estimators
/// ```
///
/// Rewards and the target's next features are regressed on φ(s, a); with k steps to go θ_k = b + γ M θ_{k−1}, and the value
/// is the starts' mean feature times θ at the horizon. Read the other way round the same number is Σ w_i r_i, w being what
/// marginalised importance sampling with linear weights gives: so ``weights`` tell on what it rests. With one feature for
/// each pair of state and action it is the tabular fit.
///
/// Sources: Le, Voloshin & Yue 2019; Duan, Jia & Wang 2020 (that the two are one); Hao et al. 2021 (the bootstrap).
public struct LinearEstimates: Sendable {
  /// The episodes.
  public let log: LoggedEpisodes
  /// φ of each step's state and action, a row for each step.
  public let features: Matrix
  /// Σ_a π(a|s) φ(s, a) of each step's state, a row for each step.
  public let targetFeatures: Matrix
  /// What is added to the diagonal, in steps: it pulls towards 0.
  public let ridge: Double

  /// - Parameters:
  ///   - log: the episodes; its probabilities are not used.
  ///   - features: a row for each step.
  ///   - targetFeatures: as many rows and columns.
  ///   - ridge: above 0.
  /// - Throws: `InputError` if the numbers do not fit together or are not finite.
  public init(_ log: LoggedEpisodes, features: Matrix, targetFeatures: Matrix, ridge: Double = 1e-3) throws {
    for (name, matrix) in [("features", features), ("targetFeatures", targetFeatures)] {
      guard matrix.rows == log.rewards.count, matrix.columns == features.columns, matrix.columns > 0 else {
        throw InputError(
          "\(name) is \(matrix.rows) × \(matrix.columns)", at: name,
          remedy: "there are \(log.rewards.count) steps, and a row for each")
      }
      guard matrix.elements.allSatisfy(\.isFinite) else {
        throw InputError("\(name) holds what is no number", at: name)
      }
    }
    guard ridge > 0, ridge.isFinite else {
      throw InputError("the ridge is \(ridge)", at: "ridge", remedy: "it lies above 0")
    }
    (self.log, self.features, self.targetFeatures, self.ridge) = (log, features, targetFeatures, ridge)
  }

  private var size: Int { features.columns }

  /// The target's value within the horizon.
  ///
  /// - Throws: `InputError` if the regression cannot be solved.
  /// - Complexity: O(steps d² + horizon d² + d³) for d features.
  public var value: Double { get throws { try Fit(self, sums: summed { _ in 1 }).value } }

  /// For each step the weight with which its reward counts: ``value`` is the sum of their products. They may be negative.
  ///
  /// - Throws: `InputError` if the regression cannot be solved.
  public var weights: [Double] {
    get throws {
      let fit = try Fit(self, sums: summed { _ in 1 })
      // Σ_k (γ Mᵀ)ᵏ φ̄₀, k below the horizon; then through the regression of rewards.
      var (term, sum) = (fit.start, fit.start)
      for _ in 1..<max(log.horizon, 1) {
        term = (0..<size).map { column in
          (0..<size).reduce(0) { $0 + log.discount * fit.continuation[$1, column] * term[$1] }
        }
        for place in sum.indices { sum[place] += term[place] }
      }
      let dual = try LinearAlgebra.choleskySolve(fit.gram, sum)
      return (0..<features.rows).map { row in
        (0..<size).reduce(0) { $0 + features[row, $1] * dual[$1] }
      }
    }
  }

  /// What the fit says of each step of the episodes of each fold, made from the other folds: episode i belongs to fold i
  /// mod `folds`.
  ///
  /// - Throws: `InputError` if a regression cannot be solved.
  public func modeled(folds: Int = 5) throws -> ModeledValues {
    precondition(folds > 0, "there is at least one fold")
    let folds = min(folds, log.count)
    var actionValues = [Double](repeating: 0, count: features.rows)
    var values = actionValues
    for fold in 0..<folds {
      let fit = try Fit(self, sums: summed { folds == 1 || $0 % folds != fold ? 1 : 0 })
      let thetas = fit.thetas
      for episode in stride(from: fold, to: log.count, by: folds) {
        for step in log.steps(episode) {
          // With as many steps to go as the horizon leaves.
          let theta = thetas[log.horizon - (step - log.starts[episode])]
          for place in 0..<size {
            actionValues[step] += features[step, place] * theta[place]
            values[step] += targetFeatures[step, place] * theta[place]
          }
        }
      }
    }
    return try ModeledValues(actionValues: actionValues, values: values)
  }

  /// A percentile interval, everything being fitted anew to each resample of episodes; nil below two episodes, or if a fit
  /// fails.
  ///
  /// - Complexity: O(resamples (episodes d² + horizon d² + d³)), on all threads.
  public func interval(level: Double = 0.95, resamples: Int = 1000, random: RandomSource) -> Interval? {
    guard log.count > 1, resamples > 1 else { return nil }
    let rows = (0..<log.count).map(row)
    let draws = ResampleCounts(count: log.count, random: random)
    let values = ThreadPool.shared.map(resamples) { resample in
      var counts = [Double](repeating: 0, count: rows.count)
      draws.fill(&counts, resample: resample)
      var sums = [Double](repeating: 0, count: rows[0].count)
      for (count, row) in zip(counts, rows) where count > 0 {
        for place in sums.indices { sums[place] += count * row[place] }
      }
      return (try? Fit(self, sums: sums).value) ?? .nan
    }.sorted()
    guard values.allSatisfy(\.isFinite) else { return nil }
    return Interval(
      lower: Statistics.quantile(sorted: values, (1 - level) / 2),
      upper: Statistics.quantile(sorted: values, (1 + level) / 2), level: level)
  }

  /// What one episode adds to the sums: Σ φφᵀ, the same over steps whose next one lies within the horizon, Σ φ φ′ᵀ over
  /// those, Σ φ r, and φ of its start under the target.
  private func row(_ episode: Int) -> [Double] {
    var row = [Double](repeating: 0, count: 3 * size * size + 2 * size)
    let (followed, next, reward, start) = (size * size, 2 * size * size, 3 * size * size, 3 * size * size + size)
    let steps = log.steps(episode)
    for step in steps {
      let isFollowed = step - steps.lowerBound < log.horizon - 1
      for i in 0..<size {
        let feature = features[step, i]
        guard feature != 0 else { continue }
        row[reward + i] += feature * log.rewards[step]
        for j in 0..<size {
          row[i * size + j] += feature * features[step, j]
          guard isFollowed else { continue }
          row[followed + i * size + j] += feature * features[step, j]
          if step + 1 < steps.upperBound { row[next + i * size + j] += feature * targetFeatures[step + 1, j] }
        }
      }
    }
    for i in 0..<size { row[start + i] = targetFeatures[steps.lowerBound, i] }
    return row
  }

  private func summed(_ count: (Int) -> Double) -> [Double] {
    var sums = [Double](repeating: 0, count: 3 * size * size + 2 * size)
    var total = 0.0
    for episode in 0..<log.count where count(episode) > 0 {
      total += count(episode)
      for (place, number) in row(episode).enumerated() { sums[place] += count(episode) * number }
    }
    // The starts' part is a mean over all episodes in `Fit`; folds count fewer.
    for place in 3 * size * size + size..<sums.count { sums[place] *= Double(log.count) / max(1, total) }
    return sums
  }

  private struct Fit {
    let gram: Matrix
    let reward: [Double]
    /// M: the target's next features for each feature now.
    let continuation: Matrix
    let start: [Double]
    let discount: Double
    let horizon: Int

    init(_ estimates: LinearEstimates, sums: [Double]) throws {
      let size = estimates.size
      let square = size * size
      func block(_ place: Int) -> Matrix {
        Matrix(rows: size, columns: size, elements: Array(sums[place * square..<(place + 1) * square]))
      }
      func ridged(_ matrix: Matrix) -> Matrix {
        var matrix = matrix
        for place in 0..<size { matrix[place, place] += estimates.ridge }
        return matrix
      }
      gram = ridged(block(0))
      reward = try LinearAlgebra.choleskySolve(gram, Array(sums[3 * square..<3 * square + size]))
      continuation = try LinearAlgebra.solve(ridged(block(1)), block(2))
      start = sums[(3 * square + size)...].map { $0 / Double(estimates.log.count) }
      (discount, horizon) = (estimates.log.discount, estimates.log.horizon)
    }

    /// θ with 0, 1 … horizon steps to go.
    var thetas: [[Double]] {
      var thetas = [[Double](repeating: 0, count: reward.count)]
      for _ in 0..<horizon {
        let last = thetas[thetas.count - 1]
        thetas.append(
          reward.indices.map { row in
            reward[row] + discount * reward.indices.reduce(0) { $0 + continuation[row, $1] * last[$1] }
          })
      }
      return thetas
    }

    var value: Double { zip(start, thetas[horizon]).reduce(0) { $0 + $1.0 * $1.1 } }
  }
}
