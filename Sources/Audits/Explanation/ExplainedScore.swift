import Agents
import Compute
import Environments
import Rewards

/// A number that networks make of a row, with its slopes along the row: what is explained.
///
/// score(x) = Σ_m Σ_o w[m, o] · f_m(x̂)_o + offset, with x̂ the normalised row: a reward is the mean of its members, a
/// preference for an action one output less the mean of all.
package struct ExplainedScore: Sendable {
  /// Networks of one shape; all see the same row.
  package let network: Network
  package let normalizer: RunningNormalizer?
  /// What normalised rows are limited to; nil for nothing.
  package let clip: Float?
  /// [members × outputs]
  package let weights: [Double]
  package let offset: Double

  package var width: Int { network.shape.inputs }

  package init(
    _ network: Network, normalizer: RunningNormalizer? = nil, clip: Float? = nil, weights: [Double]? = nil,
    offset: Double = 0
  ) {
    let outputs = network.members * network.shape.outputs
    let weights = weights ?? [Double](repeating: 1 / Double(network.members), count: outputs)
    precondition(weights.count == outputs, "a weight for each output of each member")
    (self.network, self.normalizer, self.clip) = (network, normalizer, clip)
    (self.weights, self.offset) = (weights, offset)
  }

  /// What a reward pays; with `member`, what that one of its networks would.
  package init(_ model: RewardModel, member: Int? = nil) throws {
    if let member {
      guard (0..<model.members).contains(member) else {
        throw InputError("member \(member) of a reward of \(model.members)", remedy: "members are counted from 0")
      }
      self.init(
        try Network(model.network.shape, parameters: Array(model.network.parameters(of: member))),
        normalizer: model.inputNormalizer, weights: [model.outputScales[member]],
        offset: -model.outputMeans[member] * model.outputScales[member])
      return
    }
    let share = 1 / Double(model.members)
    self.init(
      model.network, normalizer: model.inputNormalizer, weights: model.outputScales.map { $0 * share },
      offset: -zip(model.outputMeans, model.outputScales).reduce(0) { $0 + $1.0 * $1.1 } * share)
  }

  /// What makes a policy take an action rather than another: the logit or value of discrete action `output` less the mean
  /// of all, or component `output` of the action before it is limited. Nil for a policy that is no network of a kind that
  /// is known here.
  package init?(_ policy: any ActingPolicy, output: Int) {
    switch policy {
    case let policy as Policy:
      guard (0..<policy.head.outputs).contains(output) else { return nil }
      var weights = Self.one(output, of: policy.head.outputs)
      if case .categorical = policy.head { weights = Self.contrast(output, of: policy.head.outputs) }
      self.init(policy.network, normalizer: policy.normalizer, clip: policy.normalizerClip, weights: weights)
    case let policy as ValuePolicy:
      guard policy.networks.count == 1, (0..<policy.networks[0].shape.outputs).contains(output) else { return nil }
      self.init(policy.networks[0], weights: Self.contrast(output, of: policy.networks[0].shape.outputs))
    case let policy as SquashedGaussianPolicy:
      guard (0..<policy.network.shape.outputs / 2).contains(output) else { return nil }
      self.init(policy.network, weights: Self.one(output, of: policy.network.shape.outputs))
    case let policy as DeterministicPolicy:
      guard (0..<policy.network.shape.outputs).contains(output) else { return nil }
      self.init(policy.network, weights: Self.one(output, of: policy.network.shape.outputs))
    default: return nil
    }
  }

  private static func one(_ output: Int, of count: Int) -> [Double] {
    (0..<count).map { $0 == output ? 1 : 0 }
  }

  private static func contrast(_ output: Int, of count: Int) -> [Double] {
    (0..<count).map { ($0 == output ? 1 : 0) - 1 / Double(count) }
  }

  /// The scores of rows: [rows].
  package func values(_ rows: [Float]) -> [Double] {
    precondition(rows.count % width == 0, "whole rows of \(width) numbers")
    return inBlocks(rows.count / width) { lane, first, count -> [Double] in
      rows.withUnsafeBufferPointer { rows in
        rows.baseAddress.map { lane.values($0 + first * width, count) } ?? []
      }
    }.flatMap(\.self)
  }

  /// The slopes of the score at rows, by the raw row: [rows × width].
  package func slopes(_ rows: [Float]) -> [Double] {
    precondition(rows.count % width == 0, "whole rows of \(width) numbers")
    return inBlocks(rows.count / width) { lane, first, count in
      var sums = [Double](repeating: 0, count: count * width)
      rows.withUnsafeBufferPointer { rows in
        guard let start = rows.baseAddress else { return }
        lane.addSlopes(start + first * width, count, times: 1, to: &sums, at: Array(0..<count))
      }
      return sums
    }.flatMap(\.self)
  }

  /// Calls `body(scratch, first row, rows)` for blocks side by side and returns what it gives in their order.
  func inBlocks<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (_ lane: ScoreLane, _ first: Int, _ count: Int) -> Result
  ) -> [Result] {
    // Large parts, so that laying out their scratch memory costs nothing beside the work.
    let part = 8 * ScoreLane.rows
    return ThreadPool.shared.map((count + part - 1) / part) { number -> [Result] in
      let lane = ScoreLane(self)
      return stride(from: number * part, to: min(count, (number + 1) * part), by: ScoreLane.rows).map { first in
        body(lane, first, min(ScoreLane.rows, count - first))
      }
    }.flatMap(\.self)
  }
}

/// Scratch memory to evaluate an ``ExplainedScore`` and its slopes, a block of rows at a time. Not thread-safe.
final class ScoreLane {
  /// Rows of a block.
  static let rows = 128

  private let score: ExplainedScore
  private let pass: NetworkPass
  private let inputs: UnsafeMutablePointer<Float>
  private let upper: UnsafeMutablePointer<Float>
  private let lower: UnsafeMutablePointer<Float>

  init(_ score: ExplainedScore) {
    self.score = score
    let (members, outputs) = (score.network.members, score.network.shape.outputs)
    pass = NetworkPass(score.network.shape, members: members, capacity: Self.rows)
    inputs = .allocate(capacity: Self.rows * score.width)
    inputs.initialize(repeating: 0, count: Self.rows * score.width)
    upper = .allocate(capacity: members * Self.rows * outputs)
    upper.initialize(repeating: 0, count: members * Self.rows * outputs)
    lower = .allocate(capacity: members * Self.rows * score.width)
    lower.initialize(repeating: 0, count: members * Self.rows * score.width)
  }

  deinit {
    for pointer in [inputs, upper, lower] { pointer.deallocate() }
  }

  private func forward(_ rows: UnsafePointer<Float>, _ count: Int) -> UnsafePointer<Float> {
    if let normalizer = score.normalizer {
      normalizer.normalize(rows, rows: count, into: inputs, clip: score.clip)
    } else {
      inputs.update(from: rows, count: count * score.width)
    }
    return UnsafePointer(pass.forward(score.network.parameters, inputs: inputs, rows: count))
  }

  /// The scores of a block.
  func values(_ rows: UnsafePointer<Float>, _ count: Int) -> [Double] {
    let values = forward(rows, count)
    let (members, outputs) = (score.network.members, score.network.shape.outputs)
    return (0..<count).map { row in
      var sum = score.offset
      for member in 0..<members {
        for output in 0..<outputs {
          sum += score.weights[member * outputs + output] * Double(values[(member * count + row) * outputs + output])
        }
      }
      return sum
    }
  }

  /// Adds `factor` × the slopes of a block to `sums`, those of the block's row r at row `places[r]`.
  func addSlopes(
    _ rows: UnsafePointer<Float>, _ count: Int, times factor: Double, to sums: inout [Double], at places: [Int]
  ) {
    _ = forward(rows, count)
    let (members, outputs, width) = (score.network.members, score.network.shape.outputs, score.width)
    for member in 0..<members {
      for row in 0..<count {
        for output in 0..<outputs {
          upper[(member * count + row) * outputs + output] = Float(score.weights[member * outputs + output])
        }
      }
    }
    pass.backward(
      score.network.parameters, outputGradients: upper, parameterGradients: nil, inputGradients: lower)
    score.normalizer?.denormalizeGradients(lower, rows: members * count)
    let bound = score.clip ?? .infinity
    sums.withUnsafeMutableBufferPointer { sums in
      for row in 0..<count {
        let place = places[row] * width
        for column in 0..<width where abs(inputs[row * width + column]) < bound {
          var slope: Float = 0
          for member in 0..<members { slope += lower[(member * count + row) * width + column] }
          sums[place + column] += factor * Double(slope)
        }
      }
    }
  }
}
