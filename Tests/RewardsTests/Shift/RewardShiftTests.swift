import Compute
import Environments
import Rewards
import Testing

@Suite("Unfamiliar transitions of a reward")
struct RewardShiftTests {
  private static let world = EnvironmentEntry(Pendulum())

  private static func model(members: Int, hidden: [Int] = [8, 4]) throws -> RewardModel {
    try RewardModel(
      RewardModelSettings(hidden: hidden, activation: .tanh, members: members), specification: world.specification,
      random: RandomSource(seed: 3))
  }

  private static func clips(_ count: Int) -> [Trajectory] {
    world.randomClips(count, steps: 10, random: RandomSource(seed: 5))
  }

  @Test("features are the last hidden layer: the output is their product with the last weights, plus the bias")
  func features() throws {
    let model = try Self.model(members: 2)
    let clip = Self.clips(1)[0]
    for member in 0..<2 {
      let features = try RewardFeatures(model, member: member)
      #expect(features.width == 4)
      let rows = clip.withTransitionRows(Self.world.specification) { features.features(of: $0) }
      let last = try #require(model.network.shape.layers.last)
      let parameters = Array(model.network.parameters(of: member))
      var raw = [Float](repeating: 0, count: 2 * clip.count)
      clip.withTransitionRows(Self.world.specification) { transitions in
        raw.withUnsafeMutableBufferPointer {
          RewardEvaluator(model).evaluateRaw(transitions, into: $0.baseAddress!)
        }
      }
      for row in 0..<clip.count {
        var output = Double(parameters[last.biasOffset])
        for unit in 0..<4 { output += rows[row, unit] * Double(parameters[last.weightOffset + unit]) }
        #expect(abs(output - Double(raw[member * clip.count + row])) < 1e-6)
      }
    }
    #expect(throws: InputError.self) { try RewardFeatures(model, member: 2) }
    #expect(throws: InputError.self) { try RewardFeatures(Self.model(members: 1, hidden: [])) }
  }

  @Test("disagreement is the spread of the members' rewards in units of their own spread")
  func disagreement() throws {
    let model = try Self.model(members: 3)
    let clips = Self.clips(6)
    let rows = try model.encoding.rows(of: clips)
    #expect(rows.rows == 60 && rows.columns == 4)
    let score = try EnsembleDisagreement(model, reference: rows)
    // By hand: the members one by one, through the networks themselves.
    let outputs = try (0..<3).map { member in
      var inputs = rows.elements.map(Float.init)
      inputs.withUnsafeMutableBufferPointer {
        model.inputNormalizer?.normalize($0.baseAddress!, rows: 60, into: $0.baseAddress!, clip: nil)
      }
      let network = try Network(model.network.shape, parameters: Array(model.network.parameters(of: member)))
      let values = network(inputs, rows: 60).map(Double.init)
      let (mean, deviation) = (Statistics.mean(values), Statistics.standardDeviation(values))
      return values.map { ($0 - mean) / deviation }
    }
    let scores = score.scores(rows)
    for row in 0..<60 {
      let values = outputs.map { $0[row] }
      let expected = (Statistics.variance(values) * 2 / 3).squareRoot()
      #expect(abs(scores[row] - expected) < 1e-6)
    }
  }

  @Test("a fixed prior keeps members apart that agree otherwise")
  func priors() throws {
    let model = try Self.model(members: 1)
    let rows = try model.encoding.rows(of: Self.clips(3))
    let network = model.network
    let same = EnsembleDisagreement.Member(network)
    let agreed = try EnsembleDisagreement([same, same], reference: rows).scores(rows)
    #expect(agreed.allSatisfy { $0 < 1e-7 })
    let prior = Network(network.shape, initialization: .pyTorchDefault, random: RandomSource(seed: 9))
    let apart = try EnsembleDisagreement(
      [same, EnsembleDisagreement.Member(network, prior: prior, priorScale: 2)], reference: rows
    ).scores(rows)
    #expect(Statistics.mean(apart) > 0.1)
  }

  @Test("one member, a reward that says the same of everything and rows of another width are refused")
  func refused() throws {
    let rows = try Self.model(members: 1).encoding.rows(of: Self.clips(2))
    #expect(throws: NotMeasurable.tooFew(have: 1, need: 2)) {
      try EnsembleDisagreement(Self.model(members: 1), reference: rows)
    }
    var flat = try Self.model(members: 2)
    for index in flat.network.parameters.indices { flat.network.parameters[index] = 0 }
    #expect(throws: NotMeasurable.ties(orderedShare: 0)) { try EnsembleDisagreement(flat, reference: rows) }
    #expect(throws: InputError.self) {
      try EnsembleDisagreement(Self.model(members: 2), reference: Matrix(rows: 5, columns: 3))
    }
  }
}
