import Compute

/// How much each feature of each row adds to a score, against a baseline.
///
/// ```swift
/// let shares = try Attributions(ExplainedScore(model), rows, features: features, baseline: mean)
/// shares.values[0, 2]      // what feature 2 adds to the score of row 0
/// shares.gap               // 0.004: shares add up to the change of the score within 0.4 %
/// ```
///
/// What is explained is the difference to the baseline: "why does this pay more than the usual?" has the mean of what was
/// judged as its baseline; with a row of zeros as the baseline the question is another one, and so are the answers.
///
/// Features that go together in the rows share what they do arbitrarily: shares tell what the network reads, and not what
/// would happen in the world if one of them were changed alone.
package struct Attributions: Sendable {
  package let features: [ExplainedFeature]
  package let method: AttributionMethod
  /// [width]
  package let baseline: [Float]
  /// [rows × features]
  package let values: Matrix
  /// Of each row, and of the baseline.
  package let scores: [Double]
  package let baselineScore: Double
  /// The sizes of all misses Σ shares − (score − baseline's score) over the sizes of all changes; nil where no score differs
  /// from the baseline's.
  package let gap: Double?
  /// Passes of the networks, forward or both ways, for a row in the mean.
  package let passes: Double

  /// Most features for ``AttributionMethod/shapley``.
  package static let mostForShapley = 12

  /// - Parameters:
  ///   - score: what is explained.
  ///   - rows: [rows × width], as the score reads them.
  ///   - features: disjoint sets of columns; what is in none is held at the row's value.
  ///   - baseline: what shares are counted from.
  ///   - tolerance: of integrated gradients: the relative gap at which a row needs no finer steps.
  /// - Throws: `InputError` for sizes that do not fit, numbers that are not finite, or too many features for Shapley's
  ///   values.
  /// - Complexity: 4 to 252 passes both ways a row for integrated gradients, one for gradient × input, 2ⁿ passes forward for
  ///   Shapley.
  package init(
    _ score: ExplainedScore, _ rows: [Float], features: [ExplainedFeature], baseline: [Float],
    method: AttributionMethod = .integratedGradients, tolerance: Double = 0.005
  ) throws {
    let width = score.width
    guard baseline.count == width, rows.count % width == 0 else {
      throw InputError(
        "rows of another width than \(width), or a baseline of \(baseline.count) numbers",
        remedy: "encode both as the score reads them")
    }
    for (name, numbers) in [("row", rows), ("the baseline", baseline)] {
      if let place = numbers.firstIndex(where: { !$0.isFinite }) {
        throw InputError("\(name) \(place / width) holds \(numbers[place])", remedy: "leave it out")
      }
    }
    let columns = features.flatMap(\.columns)
    guard columns.allSatisfy({ (0..<width).contains($0) }), Set(columns).count == columns.count else {
      throw InputError("features that share a column, or have one that is not in rows of \(width) numbers")
    }
    guard method != .shapley || features.count <= Self.mostForShapley else {
      throw InputError(
        "\(features.count) features, and exact Shapley values try all sets of them",
        remedy: "give at most \(Self.mostForShapley), or use integrated gradients")
    }
    let task = Task(score: score, features: features, baseline: baseline)
    let scores = score.values(rows)
    let baselineScore = score.values(baseline)[0]
    // Columns in no feature stay as the row has them, also where shares are counted from.
    let isWhole = columns.count == width
    let starts = isWhole ? nil : score.values(task.starts(rows))
    let changes = scores.enumerated().map { $1 - (starts?[$0] ?? baselineScore) }
    let scale = changes.isEmpty ? 0 : changes.reduce(0) { $0 + abs($1) } / Double(changes.count)
    let parts: [Part] =
      switch method {
      case .integratedGradients: task.integrated(rows, changes: changes, limit: tolerance * scale)
      case .gradientTimesInput: task.atRows(rows)
      case .shapley: task.shapley(rows)
      }
    values = Matrix(rows: changes.count, columns: features.count, elements: parts.flatMap(\.values))
    var misses = 0.0
    for row in changes.indices {
      var sum = -changes[row]
      for column in 0..<features.count { sum += values[row, column] }
      misses += abs(sum)
    }
    gap = scale > 0 ? misses / (scale * Double(changes.count)) : nil
    passes = changes.isEmpty ? 0 : Double(parts.reduce(0) { $0 + $1.passes }) / Double(changes.count)
    (self.features, self.method, self.baseline) = (features, method, baseline)
    (self.scores, self.baselineScore) = (scores, baselineScore)
  }

  /// What a block of rows gives.
  struct Part: Sendable {
    /// [rows × features]
    var values: [Double]
    /// Of all its rows together.
    var passes: Int
  }
}

extension Attributions {
  /// What the methods share.
  struct Task: Sendable {
    let score: ExplainedScore
    let features: [ExplainedFeature]
    let baseline: [Float]

    /// The rows with every feature at the baseline.
    func starts(_ rows: [Float]) -> [Float] {
      var result = rows
      for row in 0..<rows.count / score.width {
        for feature in features {
          for column in feature.columns { result[row * score.width + column] = baseline[column] }
        }
      }
      return result
    }

    /// Σ over a feature's columns of slope × distance to the baseline: [rows × features].
    func shares(_ slopes: [Double], _ rows: ArraySlice<Float>) -> [Double] {
      let width = score.width
      let count = slopes.count / width
      var result = [Double](repeating: 0, count: count * features.count)
      for row in 0..<count {
        for (place, feature) in features.enumerated() {
          var sum = 0.0
          for column in feature.columns {
            let distance = Double(rows[rows.startIndex + row * width + column] - baseline[column])
            sum += slopes[row * width + column] * distance
          }
          result[row * features.count + place] = sum
        }
      }
      return result
    }

    func atRows(_ rows: [Float]) -> [Part] {
      let width = score.width
      return score.inBlocks(rows.count / width) { lane, first, count in
        var slopes = [Double](repeating: 0, count: count * width)
        rows.withUnsafeBufferPointer { rows in
          guard let start = rows.baseAddress else { return }
          lane.addSlopes(start + first * width, count, times: 1, to: &slopes, at: Array(0..<count))
        }
        return Part(values: shares(slopes, rows[first * width..<(first + count) * width]), passes: count)
      }
    }

    private static let counts = [4, 8, 16, 32, 64, 128]
    private static let rules = counts.map { GaussLegendre($0) }

    /// Rows whose shares miss the change by more than `limit` are integrated again with twice as many places.
    func integrated(_ rows: [Float], changes: [Double], limit: Double) -> [Part] {
      let width = score.width
      let moving = Set(features.flatMap(\.columns))
      let fixed = (0..<width).filter { !moving.contains($0) }
      return score.inBlocks(rows.count / width) { lane, first, count in
        let own = rows[first * width..<(first + count) * width]
        var (open, passes) = (Array(0..<count), 0)
        var slopes = [Double](repeating: 0, count: count * width)
        var way = [Float](repeating: 0, count: count * width)
        for rule in Self.rules where !open.isEmpty {
          for row in open { for column in 0..<width { slopes[row * width + column] = 0 } }
          for (place, weight) in zip(rule.places, rule.weights) {
            let share = Float(place)
            own.withUnsafeBufferPointer { own in
              for (position, row) in open.enumerated() {
                for column in 0..<width {
                  way[position * width + column] =
                    baseline[column] + share * (own[row * width + column] - baseline[column])
                }
                for column in fixed { way[position * width + column] = own[row * width + column] }
              }
            }
            way.withUnsafeBufferPointer { way in
              guard let start = way.baseAddress else { return }
              lane.addSlopes(start, open.count, times: weight, to: &slopes, at: open)
            }
          }
          passes += open.count * rule.places.count
          let found = shares(slopes, own)
          open = open.filter { row in
            var sum = -changes[first + row]
            for place in features.indices { sum += found[row * features.count + place] }
            return abs(sum) > limit
          }
        }
        return Part(values: shares(slopes, own), passes: passes)
      }
    }

    func shapley(_ rows: [Float]) -> [Part] {
      let (width, count) = (score.width, features.count)
      let sets = 1 << count
      // |S|! (n − |S| − 1)! / n!, by the size of S: 1 / (n · binomial(n − 1, |S|)).
      var (weights, binomial) = ([Double](), 1.0)
      for size in 0..<count {
        weights.append(1 / (Double(count) * binomial))
        binomial *= Double(count - 1 - size) / Double(size + 1)
      }
      let start = starts(rows)
      return ThreadPool.shared.map(rows.count / width) { [weights] row in
        let lane = ScoreLane(score)
        var values: [Double] = []
        var block: [Float] = []
        for first in stride(from: 0, to: sets, by: ScoreLane.rows) {
          let size = min(ScoreLane.rows, sets - first)
          block.removeAll(keepingCapacity: true)
          for set in first..<first + size {
            block += start[row * width..<(row + 1) * width]
            for (place, feature) in features.enumerated() where set >> place & 1 == 1 {
              for column in feature.columns {
                block[block.count - width + column] = rows[row * width + column]
              }
            }
          }
          values += block.withUnsafeBufferPointer { $0.baseAddress.map { lane.values($0, size) } ?? [] }
        }
        var shares = [Double](repeating: 0, count: count)
        for set in 0..<sets {
          for place in 0..<count where set >> place & 1 == 0 {
            shares[place] += weights[set.nonzeroBitCount] * (values[set | 1 << place] - values[set])
          }
        }
        return Part(values: shares, passes: sets)
      }
    }
  }
}
