import Compute
import Rewards

/// A few numbers for each transition in which rewards are refitted: what a reward sees, and the last hidden layers of
/// networks of the reward's own shape that *nothing was trained by*, by their leading principal components.
///
/// A reward that is linear in them is a network with another last layer. The trained layers are no use here: they have
/// seen the answers, fit them all, and leave nothing by which an answer could tell how far to trust them. In units in
/// which a judged step's row has a mean square length of 1.
struct RewardBasis: Sendable {
  private let bodies: [Network]
  private let normalizer: RunningNormalizer?
  private let seesInputs: Bool
  /// By feature: of the judged steps.
  private let centre: [Double]
  /// [features × width].
  private let map: Matrix
  let width: Int

  static let most = 32
  /// Features of all networks together.
  private static let hidden = 128

  /// - Throws: `InputError` for networks without a hidden layer, `NotMeasurable` where nothing varies.
  init(_ model: RewardModel, judged rows: [Float], count: Int, random: RandomSource) throws {
    let shape = model.network.shape
    let networks = Network(
      shape, members: max(1, Self.hidden / max(1, shape.hidden.last ?? 1)), initialization: .he,
      random: random.child("uncertainty/basis"))
    bodies = try (0..<networks.members).map { try RewardFeatures.body(of: networks, member: $0) }
    normalizer = model.inputNormalizer
    seesInputs = shape.images == nil
    let features = Self.features(bodies, normalizer, seesInputs: seesInputs, rows, count: count)
    let size = features.columns
    var (centred, centre) = (features, [Double](repeating: 0, count: size))
    for row in 0..<count { for column in 0..<size { centre[column] += features.elements[row * size + column] } }
    for column in 0..<size { centre[column] /= Double(count) }
    for row in 0..<count { for column in 0..<size { centred.elements[row * size + column] -= centre[column] } }
    let (values, vectors) = try LinearAlgebra.eigenSymmetric((1 / Double(count)) * LinearAlgebra.gram(centred))
    let total = values.reduce(0) { $0 + max(0, $1) }
    guard total > 1e-20, total.isFinite else { throw NotMeasurable.constantFeatures }
    // Ascending: the last are the largest.
    var (kept, explained) = (0, 0.0)
    while kept < min(Self.most, size), explained < 0.9999 * total {
      explained += max(0, values[size - 1 - kept])
      kept += 1
    }
    var map = Matrix(rows: size, columns: kept)
    for component in 0..<kept {
      let vector = vectors.row(size - 1 - component)
      // An eigenvector's sign is arbitrary: its largest element is positive.
      let largest = vector.max { abs($0) < abs($1) } ?? 1
      let unit = (largest < 0 ? -1 : 1) / explained.squareRoot()
      for feature in 0..<size { map[feature, component] = vector[feature] * unit }
    }
    (self.centre, self.map, width) = (centre, map, kept)
  }

  private static func features(
    _ bodies: [Network], _ normalizer: RunningNormalizer?, seesInputs: Bool, _ rows: [Float], count: Int
  ) -> Matrix {
    var inputs = rows
    inputs.withUnsafeMutableBufferPointer {
      if let start = $0.baseAddress { normalizer?.normalize(start, rows: count, into: start, clip: nil) }
    }
    let given = rows.count / max(1, count)
    let own = seesInputs ? given : 0
    let hidden = bodies[0].shape.outputs
    let size = own + bodies.count * hidden
    var result = Matrix(rows: count, columns: size)
    for row in 0..<count {
      for column in 0..<own { result.elements[row * size + column] = Double(inputs[row * given + column]) }
    }
    for (number, body) in bodies.enumerated() {
      let part = RewardFeatures.outputs(of: body, inputs, rows: count).elements
      let first = own + number * hidden
      for row in 0..<count {
        for column in 0..<hidden { result.elements[row * size + first + column] = part[row * hidden + column] }
      }
    }
    return result
  }

  /// [count × width] of encoded transitions; 0 is the mean of the judged ones.
  func coordinates(_ rows: [Float], count: Int) -> Matrix {
    let size = map.rows
    var features = Self.features(bodies, normalizer, seesInputs: seesInputs, rows, count: count)
    for row in 0..<count { for column in 0..<size { features.elements[row * size + column] -= centre[column] } }
    return features * map
  }
}
