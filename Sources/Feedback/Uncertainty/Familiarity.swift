import Compute
import Rewards

/// The conformal p-value of the distance to what was judged, for steps and for clips.
///
/// Half of the judged clips are the reference, the other half calibrate: clips by the mean of their steps' distances,
/// steps one by one. In what the reward sees; of pictures in its last hidden layer.
struct Familiarity: Sendable {
  private let score: NearestNeighbourScore
  private let clips: ConformalCalibration
  private let steps: ConformalCalibration
  private let body: Network?

  static let fewestClips = 20
  /// Steps of the reference, spread evenly.
  static let most = 500

  init(_ model: RewardModel, _ set: ChoiceSet, clips: [Range<Int>], level: Double, random: RandomSource) throws {
    guard clips.count >= Self.fewestClips else {
      throw NotMeasurable.tooFew(have: clips.count, need: Self.fewestClips)
    }
    body = model.encoding.images == nil ? nil : try RewardFeatures.body(of: model.network, member: 0)
    var draws = random.stream("uncertainty/halves")
    let order = draws.permutation(clips.count)
    let half = clips.count / 2
    let (reference, kept) = (order[..<half].sorted().map { clips[$0] }, order[half...].sorted().map { clips[$0] })
    let rows = Self.thinned(reference.flatMap(Array.init))
    score = try NearestNeighbourScore(Self.rows(set.rows, rows, width: set.encoding.width, body))
    var (ofClips, ofSteps) = ([Double](), [Double]())
    for clip in kept {
      let scores = score.scores(Self.rows(set.rows, Array(clip), width: set.encoding.width, body))
      ofClips.append(Statistics.mean(scores))
      ofSteps += scores
    }
    self.clips = try ConformalCalibration(ofClips, level: max(level, 1 / Double(ofClips.count)))
    steps = try ConformalCalibration(ofSteps, level: level)
  }

  private static func thinned(_ rows: [Int]) -> [Int] {
    guard rows.count > most else { return rows }
    return (0..<most).map { rows[$0 * rows.count / most] }
  }

  private static func rows(_ encoded: [Float], _ rows: [Int], width: Int, _ body: Network?) -> Matrix {
    let chosen = rows.flatMap { encoded[$0 * width..<($0 + 1) * width] }
    return matrix(chosen, count: rows.count, width: width, body)
  }

  private static func matrix(_ encoded: [Float], count: Int, width: Int, _ body: Network?) -> Matrix {
    if let body { return RewardFeatures.outputs(of: body, encoded, rows: count) }
    return Matrix(rows: count, columns: width, elements: encoded.map(Double.init))
  }

  func pValues(_ encoded: [Float], groups: [Range<Int>]?, count: Int) -> [Double] {
    let scores = score.scores(Self.matrix(encoded, count: count, width: encoded.count / max(1, count), body))
    guard let groups else { return steps.pValues(scores) }
    return groups.map { group in group.isEmpty ? 1 : clips.pValue(Statistics.mean(Array(scores[group]))) }
  }
}

/// The members' rewards, each in units of its own deviation over what was judged.
struct MemberSpread: Sendable {
  private let networks: [Network]
  private let normalizer: RunningNormalizer?
  /// By member, over judged steps and over judged clips (their mean steps).
  private let means: [Double]
  private let stepScales: [Double]
  private let clipScales: [Double]

  init(_ model: RewardModel, _ set: ChoiceSet, clips: [Range<Int>]) throws {
    guard model.members > 1 else { throw NotMeasurable.tooFew(have: 1, need: 2) }
    networks = try (0..<model.members).map {
      try Network(model.network.shape, parameters: Array(model.network.parameters(of: $0)))
    }
    normalizer = model.inputNormalizer
    let width = set.encoding.width
    let rows = clips.flatMap { set.rows[$0.lowerBound * width..<$0.upperBound * width] }
    var (groups, start) = ([Range<Int>](), 0)
    for clip in clips {
      groups.append(start..<start + clip.count)
      start += clip.count
    }
    var (means, stepScales, clipScales) = ([Double](), [Double](), [Double]())
    for outputs in Self.outputs(networks, normalizer, rows, count: start) {
      let mean = Statistics.mean(outputs)
      let ofClips = groups.map { Statistics.mean(Array(outputs[$0])) }
      let (steps, clips) = (Statistics.standardDeviation(outputs), Statistics.standardDeviation(ofClips))
      guard min(steps, clips) > 1e-7 * (outputs.map(abs).max() ?? 0) else { throw NotMeasurable.ties(orderedShare: 0) }
      means.append(mean)
      stepScales.append(1 / steps)
      clipScales.append(1 / clips)
    }
    (self.means, self.stepScales, self.clipScales) = (means, stepScales, clipScales)
  }

  private static func outputs(
    _ networks: [Network], _ normalizer: RunningNormalizer?, _ rows: [Float], count: Int
  ) -> [[Double]] {
    var inputs = rows
    inputs.withUnsafeMutableBufferPointer {
      if let start = $0.baseAddress { normalizer?.normalize(start, rows: count, into: start, clip: nil) }
    }
    return networks.map { RewardFeatures.outputs(of: $0, inputs, rows: count).elements }
  }

  /// The members' (unbiased) standard deviation of each step, or of each clip's mean step.
  func spread(_ rows: [Float], groups: [Range<Int>]?, count: Int) -> [Double] {
    let outputs = Self.outputs(networks, normalizer, rows, count: count)
    let places = groups?.count ?? count
    var (sums, squares) = ([Double](repeating: 0, count: places), [Double](repeating: 0, count: places))
    for (member, values) in outputs.enumerated() {
      let scale = groups == nil ? stepScales[member] : clipScales[member]
      for place in 0..<places {
        let value: Double
        if let group = groups?[place] {
          var sum = 0.0
          for row in group { sum += values[row] }
          value = (sum / Double(max(1, group.count)) - means[member]) * scale
        } else {
          value = (values[place] - means[member]) * scale
        }
        sums[place] += value
        squares[place] += value * value
      }
    }
    let number = Double(networks.count)
    return (0..<places).map { place in
      max(0, (squares[place] - sums[place] * sums[place] / number) / (number - 1)).squareRoot()
    }
  }
}
