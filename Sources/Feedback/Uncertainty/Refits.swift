import Compute
import Foundation
import Rewards

/// What refitted last layers say of people's errors, and of how much rests on the idea of the people.
struct Refits: Sendable {
  let basis: RewardBasis
  let hypotheses: [PersonHypothesisFit]
  private let people: Erring
  private let places: Places
  /// Mean over the plausible hypotheses of the squared change of the reward less its sampling noise, as a quadratic
  /// form of coordinates, for steps and for clips.
  private let ofSteps: Spread
  private let ofClips: Spread

  /// Where answers were given, for the errors: leading coordinates in units of their deviation over judged clips.
  private struct Places: Sendable {
    let means: [Double]
    let scales: [Double]
    static let most = 4

    init(_ clips: Matrix) {
      let width = min(Self.most, clips.columns)
      means = (0..<width).map { Statistics.mean(clips.column($0)) }
      scales = (0..<width).map { column in
        let deviation = Statistics.standardDeviation(clips.column(column))
        return deviation > 1e-9 ? 1 / deviation : 0
      }
    }

    func write(_ row: UnsafePointer<Double>, to place: UnsafeMutablePointer<Double>) {
      for index in means.indices { place[index] = min(max((row[index] - means[index]) * scales[index], -3), 3) }
    }
  }

  /// ψ̃ᵀ A ψ̃ + what no answer identifies, ψ̃ being coordinates less their judged mean.
  private struct Spread: Sendable {
    let form: Matrix
    let centre: [Double]

    func value(_ row: UnsafePointer<Double>) -> Double {
      centre.withUnsafeBufferPointer { $0.baseAddress.map { value(row, less: $0) } ?? 0 }
    }

    /// Of the difference between two rows: what the centre is does not matter.
    func value(_ row: UnsafePointer<Double>, less other: UnsafePointer<Double>) -> Double {
      let width = centre.count
      var sum = 0.0
      form.elements.withUnsafeBufferPointer { form in
        for a in 0..<width {
          var part = 0.0
          for b in 0..<width { part += form[a * width + b] * (row[b] - other[b]) }
          sum += part * (row[a] - other[a])
        }
      }
      return sum
    }
  }

  init(
    _ model: RewardModel, _ set: ChoiceSet, _ judged: JudgedPairs, clips: [Range<Int>],
    training: RewardTrainingSettings, tolerance: Double, random: RandomSource
  ) throws {
    let width = set.encoding.width
    let rows = clips.flatMap { set.rows[$0.lowerBound * width..<$0.upperBound * width] }
    basis = try RewardBasis(model, judged: rows, count: rows.count / width, random: random)
    let coordinates = basis.coordinates(set.rows, count: set.rowCount)
    let fits = HypothesisFits(
      judged, coordinates: coordinates, discount: training.discount, lapse: training.lapse)
    let best = fits.best
    let limit = best.loss + tolerance
    hypotheses = fits.fits.map {
      PersonHypothesisFit(
        hypothesis: $0.hypothesis, loss: $0.loss, parameter: $0.parameter, isPlausible: $0.loss <= limit)
    }
    let plausible = fits.fits.filter { $0.loss <= limit && $0.hypothesis != .assumed }
    let means = coordinates.means(of: clips)
    let judgedRows = clips.flatMap(Array.init)
    let steps = Matrix(
      rows: judgedRows.count, columns: basis.width,
      elements: judgedRows.flatMap { coordinates.elements[$0 * coordinates.columns..<($0 + 1) * coordinates.columns] })
    let open = try Self.unidentified(judged, coordinates)
    func spread(_ rows: Matrix) -> Spread {
      let (centre, covariance) = Self.moments(rows)
      return Spread(
        form: Self.form(fits.fit(.assumed), plausible, covariance: covariance, open: open), centre: centre)
    }
    (ofSteps, ofClips) = (spread(steps), spread(means))

    places = Places(means)
    let pairPlaces = Self.pairPlaces(judged, coordinates, places: places)
    people = Erring(
      logits: best.logits, variances: best.variances, targets: judged.pairs.map(\.target), places: pairPlaces,
      lapse: best.lapse)
  }

  private static func moments(_ rows: Matrix) -> (centre: [Double], covariance: Matrix) {
    var centred = rows
    let centre = (0..<rows.columns).map { Statistics.mean(rows.column($0)) }
    for row in 0..<rows.rows {
      for column in 0..<rows.columns { centred.elements[row * rows.columns + column] -= centre[column] }
    }
    return (centre, (1 / Double(max(1, rows.rows - 1))) * LinearAlgebra.gram(centred))
  }

  /// The mean place of a pair's two clips.
  private static func pairPlaces(_ judged: JudgedPairs, _ coordinates: Matrix, places: Places) -> Matrix {
    let width = places.means.count
    let (first, second) = (
      coordinates.means(of: judged.pairs.map(\.first.rows)), coordinates.means(of: judged.pairs.map(\.second.rows))
    )
    var result = Matrix(rows: judged.pairs.count, columns: width)
    var (one, other) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
    for pair in 0..<judged.pairs.count {
      places.write(first.row(pair), to: &one)
      places.write(second.row(pair), to: &other)
      for column in 0..<width { result[pair, column] = (one[column] + other[column]) / 2 }
    }
    return result
  }

  /// The directions of the coordinates in which no pair differs although steps do: what no answer could have told.
  private static func unidentified(_ judged: JudgedPairs, _ coordinates: Matrix) throws -> Matrix {
    let width = coordinates.columns
    let (first, second) = (
      coordinates.means(of: judged.pairs.map(\.first.rows)), coordinates.means(of: judged.pairs.map(\.second.rows))
    )
    var projection = Matrix(rows: width, columns: width)
    let gram = LinearAlgebra.gram(first - second)
    let (values, vectors) = try LinearAlgebra.eigenSymmetric(gram)
    guard let largest = values.last, largest > 0 else { return projection }
    for (index, value) in values.enumerated() where value < 1e-10 * largest {
      let vector = vectors.row(index)
      for a in 0..<width { for b in 0..<width { projection[a, b] += vector[a] * vector[b] } }
    }
    return projection
  }

  /// Mean over hypotheses of δδᵀ less the jackknife's variance of δ, δ being the change of the standardised weights; in
  /// directions that no pair shows, weights as large as the others' mean square.
  private static func form(
    _ assumed: HypothesisFits.Fit, _ others: [HypothesisFits.Fit], covariance: Matrix, open: Matrix
  ) -> Matrix {
    let width = covariance.rows
    func standardised(_ weights: [Double]) -> [Double] {
      let square = zip(weights, covariance * weights).reduce(0) { $0 + $1.0 * $1.1 }
      guard square > 1e-300 else { return [Double](repeating: 0, count: width) }
      return weights.map { $0 / square.squareRoot() }
    }
    let own = standardised(assumed.weights)
    let size = own.reduce(0) { $0 + $1 * $1 } / Double(width)
    var result = size * open
    guard !others.isEmpty else { return result }
    let foldsOfOwn = assumed.foldWeights.map(standardised)
    for other in others {
      let change = zip(standardised(other.weights), own).map { $0 - $1 }
      let changes = zip(other.foldWeights, foldsOfOwn).map { zip(standardised($0), $1).map { $0 - $1 } }
      let folds = Double(changes.count)
      let mean = (0..<width).map { column in changes.reduce(0) { $0 + $1[column] } / folds }
      for a in 0..<width {
        for b in 0..<width {
          let noise = changes.reduce(0) { $0 + ($1[a] - mean[a]) * ($1[b] - mean[b]) } * (folds - 1) / folds
          result[a, b] += (change[a] * change[b] - noise) / Double(others.count)
        }
      }
    }
    return result
  }

  /// The probability of an error here; `row` are coordinates.
  func erring(_ row: UnsafePointer<Double>) -> Double {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: Places.most) { place in
      guard let start = place.baseAddress else { return .nan }
      places.write(row, to: start)
      return people.probability(at: start)
    }
  }

  /// The square of how far the reward rests on the idea of the people here, less its noise: it can be below 0.
  func square(_ row: UnsafePointer<Double>, ofClip: Bool) -> Double { (ofClip ? ofClips : ofSteps).value(row) }

  /// The same of the difference between two clips.
  func square(_ first: UnsafePointer<Double>, less second: UnsafePointer<Double>) -> Double {
    ofClips.value(first, less: second)
  }
}
