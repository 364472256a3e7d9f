import Compute

/// What each episode adds to the sums of which the estimators are made: one row for an episode.
///
/// Every estimator but those of a table is a function of the columns' sums. So a bootstrap resample is a row of counts times
/// this matrix, all resamples are one product of matrices, and leaving out an episode is a subtraction.
package struct EpisodeColumns: Sendable {
  /// The columns that every log has; after the last come, for each step, the groups of `stepSize`.
  enum Column: Int, CaseIterable {
    case earned, weighted, weight, perDecision, direct, doublyRobust, switched, shrunk
  }
  /// Of a step: γᵗ w r, w, γᵗ w (r − Q̂), γᵗ w₋ V̂.
  private static let stepSize = 4

  let rows: Matrix
  let horizon: Int
  let sums: [Double]

  /// - Complexity: O(episodes × horizon), in time and memory.
  package init(_ log: LoggedEpisodes, model: ModeledValues?, tuning: OffPolicyTuning) {
    horizon = log.horizon
    let fixed = Column.allCases.count
    let width = fixed + Self.stepSize * log.horizon
    var elements = [Double](repeating: 0, count: log.count * width)
    elements.withUnsafeMutableBufferPointer { elements in
      for episode in 0..<log.count {
        Self.fill(
          UnsafeMutableBufferPointer(rebasing: elements[episode * width..<(episode + 1) * width]), log, episode, model,
          tuning)
      }
    }
    rows = Matrix(rows: log.count, columns: width, elements: elements)
    var sums = [Double](repeating: 0, count: width)
    for episode in 0..<log.count {
      for column in 0..<width { sums[column] += elements[episode * width + column] }
    }
    self.sums = sums
  }

  private static func fill(
    _ row: UnsafeMutableBufferPointer<Double>, _ log: LoggedEpisodes, _ episode: Int, _ model: ModeledValues?,
    _ tuning: OffPolicyTuning
  ) {
    var (weight, before, factor) = (1.0, 1.0, 1.0)
    var (earned, perDecision, doublyRobust, switched, shrunk) = (0.0, 0.0, 0.0, 0.0, 0.0)
    var (usesWeights, shrunkBefore) = (true, 1.0)
    var group = Column.allCases.count
    for step in log.steps(episode) {
      before = weight
      weight *= log.target[step] / log.behavior[step]
      let reward = factor * log.rewards[step]
      earned += reward
      perDecision += weight * reward
      row[group] = weight * reward
      row[group + 1] = weight
      if let model {
        let error = reward - factor * model.actionValues[step]
        let value = factor * model.values[step]
        doublyRobust += weight * error + before * value
        if usesWeights {
          switched += before * value
          usesWeights = weight <= tuning.threshold
          if usesWeights { switched += weight * error }
        }
        let small = Self.shrunk(weight, tuning.shrinkage)
        shrunk += small * error + shrunkBefore * value
        shrunkBefore = small
        row[group + 2] = weight * error
        row[group + 3] = before * value
      }
      factor *= log.discount
      group += stepSize
    }
    // It has ended, and goes on without earning: it counts among the weights of later steps.
    while group < row.count {
      row[group + 1] = weight
      group += stepSize
    }
    row[Column.earned.rawValue] = earned
    row[Column.weighted.rawValue] = weight * earned
    row[Column.weight.rawValue] = weight
    row[Column.perDecision.rawValue] = perDecision
    row[Column.direct.rawValue] = model?.values[log.starts[episode]] ?? .nan
    row[Column.doublyRobust.rawValue] = model == nil ? .nan : doublyRobust
    row[Column.switched.rawValue] = model == nil ? .nan : switched
    row[Column.shrunk.rawValue] = model == nil ? .nan : shrunk
  }

  /// λ w ÷ (w² + λ), for weights whose square is no number as well.
  private static func shrunk(_ weight: Double, _ shrinkage: Double) -> Double {
    guard weight > 0, shrinkage.isFinite else { return weight }
    return shrinkage / (weight + shrinkage / weight)
  }

  /// The value from sums of columns over `count` episodes; NaN where it does not exist.
  func value(_ estimator: OffPolicyEstimator, _ sums: UnsafePointer<Double>, count: Double) -> Double {
    switch estimator {
    case .importance: sums[Column.weighted.rawValue] / count
    case .weightedImportance: sums[Column.weighted.rawValue] / sums[Column.weight.rawValue]
    case .perDecision: sums[Column.perDecision.rawValue] / count
    case .weightedPerDecision: weightedPerDecision(sums)
    case .direct: sums[Column.direct.rawValue] / count
    case .doublyRobust: sums[Column.doublyRobust.rawValue] / count
    case .weightedDoublyRobust: weightedDoublyRobust(sums, count: count)
    case .switchDoublyRobust: sums[Column.switched.rawValue] / count
    case .shrunkDoublyRobust: sums[Column.shrunk.rawValue] / count
    case .fittedQ, .marginalized: .nan
    }
  }

  /// The mean return as it was earned.
  func earned(_ sums: UnsafePointer<Double>, count: Double) -> Double { sums[Column.earned.rawValue] / count }

  /// One number for each episode whose mean is the estimate; nil for estimators that are no means.
  func terms(_ estimator: OffPolicyEstimator) -> [Double]? {
    let column: Column
    switch estimator {
    case .importance: column = .weighted
    case .perDecision: column = .perDecision
    case .direct: column = .direct
    case .doublyRobust: column = .doublyRobust
    case .switchDoublyRobust: column = .switched
    case .shrunkDoublyRobust: column = .shrunk
    default: return nil
    }
    return (0..<rows.rows).map { rows.elements[$0 * rows.columns + column.rawValue] }
  }

  private func weightedPerDecision(_ sums: UnsafePointer<Double>) -> Double {
    var value = 0.0
    var group = Column.allCases.count
    for _ in 0..<horizon {
      value += sums[group] / sums[group + 1]
      group += Self.stepSize
    }
    return value
  }

  private func weightedDoublyRobust(_ sums: UnsafePointer<Double>, count: Double) -> Double {
    var (value, before) = (0.0, count)
    var group = Column.allCases.count
    for _ in 0..<horizon {
      value += sums[group + 2] / sums[group + 1] + sums[group + 3] / before
      before = sums[group + 1]
      group += Self.stepSize
    }
    return value
  }
}
