import Compute

/// How far the members of a reward ensemble are apart over a transition: the (population) standard deviation of their
/// rewards, each in units of its own spread over a reference.
///
/// Rows are encoded transitions, as ``TransitionEncoding`` writes them. What disagreement shows depends on why the
/// members differ. Members that differ by chance alone can agree where they know nothing, since they extrapolate alike;
/// a fixed random network added to each, of which training takes back nothing where there are no answers, keeps them
/// apart.
///
/// Complexity: a forward pass of every member a row.
///
/// Sources: Lakshminarayanan, Pritzel, Blundell, NeurIPS 2017; Osband, Aslanides, Cassirer, "Randomized prior functions
/// for deep reinforcement learning", NeurIPS 2018.
public struct EnsembleDisagreement: UnfamiliarityScore {
  /// One network, and what is added to its output and was not trained.
  package struct Member: Sendable {
    package let network: Network
    package let prior: Network?
    package let priorScale: Double

    package init(_ network: Network, prior: Network? = nil, priorScale: Double = 1) {
      precondition(network.members == 1 && network.shape.outputs == 1, "one network that says one number")
      precondition(prior?.shape.inputs ?? network.shape.inputs == network.shape.inputs, "a prior of the same inputs")
      (self.network, self.prior, self.priorScale) = (network, prior, priorScale)
    }

    func outputs(_ inputs: [Float], rows: Int) -> [Double] {
      let own = RewardFeatures.outputs(of: network, inputs, rows: rows).elements
      guard let prior else { return own }
      let added = RewardFeatures.outputs(of: prior, inputs, rows: rows).elements
      return zip(own, added).map { $0 + priorScale * $1 }
    }
  }

  private let members: [Member]
  private let inputNormalizer: RunningNormalizer?
  /// By member: of its outputs over the reference.
  private let means: [Double]
  private let scales: [Double]
  public let columns: Int

  /// - Parameters:
  ///   - model: with several members.
  ///   - reference: encoded transitions over which each member's reward has mean 0 and deviation 1; those that were
  ///     judged.
  /// - Throws: `NotMeasurable` with one member, fewer than two rows, or a member that says the same of all of them;
  ///   `InputError` for rows of another width.
  public init(_ model: RewardModel, reference: Matrix) throws {
    let members = try (0..<model.members).map { member in
      Member(try Network(model.network.shape, parameters: Array(model.network.parameters(of: member))))
    }
    try self.init(members, inputNormalizer: model.inputNormalizer, reference: reference)
  }

  /// The same of members that need not have one shape.
  package init(_ members: [Member], inputNormalizer: RunningNormalizer? = nil, reference: Matrix) throws {
    guard members.count > 1 else { throw NotMeasurable.tooFew(have: members.count, need: 2) }
    columns = members[0].network.shape.inputs
    guard reference.columns == columns, members.allSatisfy({ [columns] in $0.network.shape.inputs == columns }) else {
      throw InputError(
        "rows of \(reference.columns) numbers for networks that read \(columns)",
        remedy: "encode the transitions as the reward does")
    }
    guard reference.rows > 1 else { throw NotMeasurable.tooFew(have: reference.rows, need: 2) }
    if let place = reference.elements.firstIndex(where: { !$0.isFinite }) {
      throw NotMeasurable.notFinite(row: place / columns, column: place % columns)
    }
    (self.members, self.inputNormalizer) = (members, inputNormalizer)
    let inputs = Self.inputs(reference.elements, rows: reference.rows, inputNormalizer)
    var (means, scales) = ([Double](), [Double]())
    for member in members {
      let outputs = member.outputs(inputs, rows: reference.rows)
      let deviation = Statistics.standardDeviation(outputs)
      guard deviation > 1e-7 * (outputs.map(abs).max() ?? 0) else { throw NotMeasurable.ties(orderedShare: 0) }
      means.append(Statistics.mean(outputs))
      scales.append(1 / deviation)
    }
    (self.means, self.scales) = (means, scales)
  }

  private static func inputs(_ rows: [Double], rows count: Int, _ normalizer: RunningNormalizer?) -> [Float] {
    var inputs = rows.map(Float.init)
    inputs.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      normalizer?.normalize(start, rows: count, into: start, clip: nil)
    }
    return inputs
  }

  public func score(_ rows: Span<Double>, into scores: inout MutableSpan<Double>) {
    let count = scores.count
    precondition(rows.count == count * columns, "rows of \(columns) numbers, one score for each")
    let inputs = Self.inputs((0..<rows.count).map { rows[$0] }, rows: count, inputNormalizer)
    var (sums, squares) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    for (index, member) in members.enumerated() {
      for (row, output) in member.outputs(inputs, rows: count).enumerated() {
        let value = (output - means[index]) * scales[index]
        sums[row] += value
        squares[row] += value * value
      }
    }
    let number = Double(members.count)
    for row in 0..<count {
      let mean = sums[row] / number
      let spread = max(0, squares[row] / number - mean * mean).squareRoot()
      scores[row] = spread.isFinite ? spread : .infinity
    }
  }
}
