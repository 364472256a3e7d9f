/// Mean and variance of each column of everything seen so far, and rows shifted and scaled by them.
///
/// ```swift
/// var normalizer = RunningNormalizer(size: 3)
/// normalizer.update(rows, rows: 8)
/// normalizer.normalize(rows, rows: 8, into: normalized, clip: 10)
/// ```
///
/// Batches are merged as in Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample
/// variances", 1979, in double precision. The variance is the population's (divided by n), as in `imitation`'s
/// RunningNorm and Stable-Baselines3's VecNormalize; unlike the latter's, nothing is counted before the first row.
/// Before the first row, rows pass unchanged.
public struct RunningNormalizer: Codable, Sendable, Hashable {
  /// Columns.
  public let size: Int
  /// Rows seen.
  public private(set) var count: Double
  /// Mean per column.
  public private(set) var mean: [Double]
  /// Sum of squared deviations from the mean, per column.
  public private(set) var sumSquaredDeviations: [Double]
  /// Added to the variance before its root is taken.
  public let epsilon: Double

  // mean and 1/√(variance + ε) in single precision; functions of the above.
  package private(set) var shift: [Float]
  package private(set) var scale: [Float]

  /// A normaliser of rows of `size` numbers that has seen none.
  public init(size: Int, epsilon: Double = 1e-8) {
    self.size = size
    self.epsilon = epsilon
    count = 0
    mean = [Double](repeating: 0, count: size)
    sumSquaredDeviations = [Double](repeating: 0, count: size)
    shift = [Float](repeating: 0, count: size)
    scale = [Float](repeating: 1, count: size)
  }

  /// A normaliser with given statistics. Throws ``InputError`` if their sizes differ or a value is impossible.
  public init(count: Double, mean: [Double], sumSquaredDeviations: [Double], epsilon: Double = 1e-8) throws {
    guard mean.count == sumSquaredDeviations.count else {
      throw InputError("a normaliser with \(mean.count) means and \(sumSquaredDeviations.count) deviations")
    }
    guard
      count >= 0, count.isFinite, epsilon >= 0, epsilon.isFinite, mean.allSatisfy(\.isFinite),
      sumSquaredDeviations.allSatisfy({ $0 >= 0 && $0.isFinite })
    else { throw InputError("a normaliser with a negative or non-finite statistic") }
    size = mean.count
    self.count = count
    self.mean = mean
    self.sumSquaredDeviations = sumSquaredDeviations
    self.epsilon = epsilon
    shift = [Float](repeating: 0, count: mean.count)
    scale = [Float](repeating: 1, count: mean.count)
    refresh()
  }

  /// Population variance per column; 1 before the first row.
  public var variance: [Double] {
    count > 0 ? sumSquaredDeviations.map { $0 / count } : [Double](repeating: 1, count: size)
  }

  /// Takes [rows × size] into the statistics. Complexity: O(rows · size).
  public mutating func update(_ values: Span<Float>, rows: Int) {
    precondition(values.count == rows * size, "\(rows) rows of \(size) numbers")
    values.withUnsafeBufferPointer { if let start = $0.baseAddress { update(start, rows: rows) } }
  }

  /// The same from memory that holds at least so many rows.
  package mutating func update(_ values: UnsafePointer<Float>, rows: Int) {
    guard rows > 0 else { return }
    let added = Double(rows)
    let total = count + added
    for column in 0..<size {
      var sum = 0.0
      for row in 0..<rows { sum += Double(values[row * size + column]) }
      let batchMean = sum / added
      var deviations = 0.0
      for row in 0..<rows {
        let deviation = Double(values[row * size + column]) - batchMean
        deviations += deviation * deviation
      }
      let difference = batchMean - mean[column]
      mean[column] += difference * added / total
      sumSquaredDeviations[column] += deviations + difference * difference * count * added / total
    }
    count = total
    refresh()
  }

  /// Takes all that another normaliser has seen into the statistics.
  public mutating func merge(_ other: RunningNormalizer) {
    precondition(other.size == size, "normalisers of different sizes")
    guard other.count > 0 else { return }
    let total = count + other.count
    for column in 0..<size {
      let difference = other.mean[column] - mean[column]
      mean[column] += difference * other.count / total
      sumSquaredDeviations[column] +=
        other.sumSquaredDeviations[column] + difference * difference * count * other.count / total
    }
    count = total
    refresh()
  }

  /// Writes (x − mean) / √(variance + ε), limited to ±clip if given; both are [rows × size].
  public func normalize(
    _ values: Span<Float>, rows: Int, into target: inout MutableSpan<Float>, clip: Float? = nil
  ) {
    precondition(values.count == rows * size && target.count == rows * size, "\(rows) rows of \(size) numbers")
    values.withUnsafeBufferPointer { values in
      target.withUnsafeMutableBufferPointer { target in
        guard let source = values.baseAddress, let target = target.baseAddress else { return }
        normalize(source, rows: rows, into: target, clip: clip)
      }
    }
  }

  /// The same from memory to memory; `target` may be `values`.
  package func normalize(
    _ values: UnsafePointer<Float>, rows: Int, into target: UnsafeMutablePointer<Float>, clip: Float? = nil
  ) {
    let bound = clip ?? .infinity
    shift.withUnsafeBufferPointer { shift in
      scale.withUnsafeBufferPointer { scale in
        for row in 0..<rows {
          for column in 0..<size {
            let value = (values[row * size + column] - shift[column]) * scale[column]
            // In this form NaN passes through, rather than turning into a bound.
            target[row * size + column] = value > bound ? bound : (value < -bound ? -bound : value)
          }
        }
      }
    }
  }

  /// `gradients` [rows × size] with respect to normalised values turned, in place, into those with respect to raw ones
  /// (where nothing was clipped).
  package func denormalizeGradients(_ gradients: UnsafeMutablePointer<Float>, rows: Int) {
    for row in 0..<rows {
      for column in 0..<size { gradients[row * size + column] *= scale[column] }
    }
  }

  private mutating func refresh() {
    for column in 0..<size {
      shift[column] = Float(mean[column])
      let variance = count > 0 ? sumSquaredDeviations[column] / count : 1
      scale[column] = count > 0 ? Float(1 / (variance + epsilon).squareRoot()) : 1
    }
  }

  private enum CodingKeys: String, CodingKey { case count, mean, sumSquaredDeviations, epsilon }

  public init(from decoder: any Decoder) throws {
    let box = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      count: box.decode(Double.self, forKey: .count), mean: box.decode([Double].self, forKey: .mean),
      sumSquaredDeviations: box.decode([Double].self, forKey: .sumSquaredDeviations),
      epsilon: box.decode(Double.self, forKey: .epsilon))
  }

  public func encode(to encoder: any Encoder) throws {
    var box = encoder.container(keyedBy: CodingKeys.self)
    try box.encode(count, forKey: .count)
    try box.encode(mean, forKey: .mean)
    try box.encode(sumSquaredDeviations, forKey: .sumSquaredDeviations)
    try box.encode(epsilon, forKey: .epsilon)
  }
}
