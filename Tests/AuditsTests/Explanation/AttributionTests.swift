import Agents
import Audits
import Compute
import Environments
import Foundation
import Rewards
import Testing

/// A dense network in double precision, written down again: what the kernels are compared with.
private struct PlainNetwork {
  let network: Network

  func callAsFunction(_ x: [Double]) -> Double {
    var values = x
    for layer in network.shape.layers {
      values = (0..<layer.outputs).map { output in
        var sum = Double(network.parameters[layer.biasOffset + output])
        for input in 0..<layer.inputs {
          sum += values[input] * Double(network.parameters[layer.weightOffset + input * layer.outputs + output])
        }
        return switch layer.activation {
        case .tanh: tanh(sum)
        case .relu: max(0, sum)
        case .leakyReLU: sum > 0 ? sum : 0.01 * sum
        case .identity: sum
        }
      }
    }
    return values[0]
  }
}

@Suite("Attributions")
struct AttributionTests {
  private static func network(
    _ inputs: Int, hidden: [Int], _ activation: Activation = .tanh, seed: UInt64 = 1
  ) -> Network {
    Network(
      NetworkShape(inputs: inputs, hidden: hidden, outputs: 1, activation: activation), initialization: .he,
      random: RandomSource(seed: seed))
  }

  private static func rows(_ count: Int, _ width: Int, seed: UInt64 = 2) -> [Float] {
    var draws = RandomSource(seed: seed).stream("rows")
    return (0..<count * width).map { _ in Float(draws.normal()) }
  }

  private static func singles(_ count: Int) -> [ExplainedFeature] {
    (0..<count).map { ExplainedFeature("x\($0 + 1)", columns: [$0]) }
  }

  @Test("of a linear score every method gives slope × distance to the baseline", arguments: AttributionMethod.allCases)
  func linear(_ method: AttributionMethod) throws {
    let network = try Network(NetworkShape(inputs: 3, hidden: [], outputs: 1), parameters: [2, -1, 0.5, 7])
    let shares = try Attributions(
      ExplainedScore(network), [1, 1, 1, 0, 3, -2], features: Self.singles(3), baseline: [0, 1, 0], method: method)
    let expected = [2.0, 0, 0.5, 0, -2, -1]
    for (own, wanted) in zip(shares.values.elements, expected) { #expect(abs(own - wanted) < 1e-5) }
    #expect(shares.baselineScore == 6 && shares.scores == [8.5, 3])
    #expect(try #require(shares.gap) < 1e-6)
  }

  @Test("integrated gradients are the path's integral, summed finely in double precision")
  func integral() throws {
    let network = Self.network(4, hidden: [16, 8])
    let (plain, rows) = (PlainNetwork(network: network), Self.rows(5, 4))
    let baseline: [Float] = [0.1, -0.2, 0.3, 0]
    let shares = try Attributions(
      ExplainedScore(network), rows, features: Self.singles(4), baseline: baseline, tolerance: 1e-4)
    for row in 0..<5 {
      let x = rows[row * 4..<row * 4 + 4].map(Double.init)
      for column in 0..<4 {
        var sum = 0.0
        let steps = 400
        for step in 0..<steps {
          let share = (Double(step) + 0.5) / Double(steps)
          var (up, down) = ([Double](), [Double]())
          for index in 0..<4 {
            let place = Double(baseline[index]) + share * (x[index] - Double(baseline[index]))
            up.append(place + (index == column ? 1e-5 : 0))
            down.append(place - (index == column ? 1e-5 : 0))
          }
          sum += (plain(up) - plain(down)) / 2e-5 / Double(steps)
        }
        #expect(abs(shares.values[row, column] - sum * (x[column] - Double(baseline[column]))) < 1e-4)
      }
    }
  }

  @Test("Shapley values are the mean over all orders, features of several columns moving together")
  func shapley() throws {
    let network = Self.network(5, hidden: [12])
    let (plain, rows) = (PlainNetwork(network: network), Self.rows(3, 5))
    let baseline = [Float](repeating: 0.25, count: 5)
    let features = [
      ExplainedFeature("a", columns: [0]), ExplainedFeature("b", columns: [1, 4]), ExplainedFeature("c", columns: [2]),
      ExplainedFeature("d", columns: [3]),
    ]
    let shares = try Attributions(
      ExplainedScore(network), rows, features: features, baseline: baseline, method: .shapley)
    func orders(_ left: [Int]) -> [[Int]] {
      left.isEmpty ? [[]] : left.flatMap { first in orders(left.filter { $0 != first }).map { [first] + $0 } }
    }
    for row in 0..<3 {
      var sums = [Double](repeating: 0, count: 4)
      for order in orders([0, 1, 2, 3]) {
        var x = baseline.map(Double.init)
        var before = plain(x)
        for feature in order {
          for column in features[feature].columns { x[column] = Double(rows[row * 5 + column]) }
          let now = plain(x)
          sums[feature] += (now - before) / 24
          before = now
        }
      }
      for feature in 0..<4 { #expect(abs(shares.values[row, feature] - sums[feature]) < 1e-5) }
    }
    #expect(try #require(shares.gap) < 1e-5)
  }

  @Test(
    "shares add up within 1 % also through kinks, where a single slope misses", arguments: [Activation.tanh, .relu])
  func completeness(_ activation: Activation) throws {
    let score = ExplainedScore(Self.network(6, hidden: [64, 64], activation))
    let rows = Self.rows(300, 6)
    func shares(_ method: AttributionMethod) throws -> Attributions {
      try Attributions(
        score, rows, features: Self.singles(6), baseline: [Float](repeating: 0.5, count: 6), method: method)
    }
    let integrated = try shares(.integratedGradients)
    #expect(try #require(integrated.gap) <= 0.01)
    #expect(integrated.passes >= 4 && integrated.passes < 256)
    // The measure can fail: through bent functions one slope does not add up.
    #expect(try #require(shares(.gradientTimesInput).gap) > 0.1)
  }

  @Test("normalised rows are explained in their own units, and what is cut off has no slope")
  func normalised() throws {
    let network = Self.network(3, hidden: [8])
    let normalizer = try RunningNormalizer(
      count: 10, mean: [5, 0, -3], sumSquaredDeviations: [40, 10, 90], epsilon: 0)
    let score = ExplainedScore(network, normalizer: normalizer, clip: 2)
    // Normalised: (0.5, −1, 0.25) and (5, …), which is cut off at 2.
    let slopes = score.slopes([6, -1, -2.25, 15, -1, -2.25])
    let plain = PlainNetwork(network: network)
    for (column, scale) in [2.0, 1, 3].enumerated() {
      var (up, down) = ([0.5, -1, 0.25], [0.5, -1, 0.25])
      up[column] += 1e-5
      down[column] -= 1e-5
      #expect(abs(slopes[column] - (plain(up) - plain(down)) / 2e-5 / scale) < 1e-4)
    }
    #expect(slopes[3] == 0 && slopes[4] != 0)
  }

  @Test("what a policy prefers is an action's logit less the mean of all")
  func policies() throws {
    let network = Network(
      NetworkShape(inputs: 2, hidden: [8], outputs: 3), initialization: .he, random: RandomSource(seed: 3))
    let policy = Policy(
      environment: "e", head: .categorical(count: 3), network: network, logStandardDeviations: [])
    let rows = Self.rows(4, 2)
    let values = try (0..<3).map { try #require(ExplainedScore(policy, output: $0)).values(rows) }
    let logits = network(rows, rows: 4)
    for row in 0..<4 {
      #expect(abs(values.reduce(0) { $0 + $1[row] }) < 1e-6)
      let difference = Double(logits[row * 3 + 2] - logits[row * 3])
      #expect(abs(values[2][row] - values[0][row] - difference) < 1e-5)
    }
    #expect(ExplainedScore(policy, output: 3) == nil)
  }

  @Test("a discrete action is one feature, and an observation before and after the step is one")
  func features() throws {
    let box = Box(low: [-1, -1], high: [1, 1])
    let specification = EnvironmentSpecification(
      id: "e", summary: "", observationSpace: box, observationNames: ["height", "speed"],
      actionSpace: .discrete(names: ["a", "b", "c"]), maximumEpisodeSteps: 10, canTerminate: true, source: "")
    var inputs = RewardInputs()
    (inputs.observation, inputs.action, inputs.nextObservation, inputs.termination) = (true, true, true, true)
    let encoding = try TransitionEncoding(inputs, specification: specification)
    let features = ExplainedFeature.features(of: encoding, in: specification)
    #expect(features.map(\.name) == ["height", "speed", "action", "termination"])
    #expect(features.map(\.columns) == [[0, 5], [1, 6], [2, 3, 4], [7]])
    #expect(encoding.width == 8)
  }

  @Test("what cannot be explained is refused with a reason")
  func refused() throws {
    let score = ExplainedScore(Self.network(13, hidden: [4]))
    let (rows, baseline) = (Self.rows(1, 13), [Float](repeating: 0, count: 13))
    #expect(throws: InputError.self) {
      try Attributions(score, rows, features: Self.singles(13), baseline: baseline, method: .shapley)
    }
    #expect(throws: InputError.self) {
      try Attributions(
        score, rows, features: [ExplainedFeature("a", columns: [0]), ExplainedFeature("b", columns: [0])],
        baseline: baseline)
    }
    #expect(throws: InputError.self) {
      try Attributions(score, [Float](repeating: .nan, count: 13), features: Self.singles(13), baseline: baseline)
    }
    #expect(throws: InputError.self) { try Attributions(score, rows, features: Self.singles(13), baseline: [0]) }
    let same = try Attributions(score, baseline, features: Self.singles(13), baseline: baseline)
    #expect(same.gap == nil)
  }

  @Test("shares sum to 1, the largest first, with intervals over clips")
  func shares() throws {
    let network = try Network(NetworkShape(inputs: 2, hidden: [], outputs: 1), parameters: [1, 3, 0])
    let rows = Self.rows(200, 2)
    let all = try Attributions(ExplainedScore(network), rows, features: Self.singles(2), baseline: [0, 0])
    let groups = (0..<20).map { $0 * 10..<$0 * 10 + 10 }
    let shares = all.shares(groups: groups, random: RandomSource(seed: 1))
    #expect(shares.map(\.feature) == ["x2", "x1"] && abs(shares[0].share + shares[1].share - 1) < 1e-12)
    // Equal spreads with slopes 3 and 1: three quarters.
    let interval = try #require(shares[0].interval)
    #expect(interval.contains(0.75) && interval.halfWidth < 0.06)
    #expect(all.shares(groups: [0..<200], random: RandomSource(seed: 1))[0].interval == nil)
  }
}

@Suite("Attributions of networks that learned nothing")
struct ModelRandomisationTests {
  private static func model() throws -> RewardModel {
    var settings = RewardModelSettings()
    settings.members = 2
    let encoding = try TransitionEncoding(
      RewardInputs(), observationSize: 4, actionRowSize: 1, discreteActions: nil)
    return try RewardModel(settings, encoding: encoding, random: RandomSource(seed: 5))
  }

  @Test("those of a method that follows the network differ; one that looks at the rows alone is caught")
  func randomised() throws {
    let model = try Self.model()
    var draws = RandomSource(seed: 6).stream("rows")
    let width = model.encoding.width
    let rows = (0..<60 * width).map { _ in Float(draws.normal()) }
    let features = (0..<width).map { ExplainedFeature("x\($0)", columns: [$0]) }
    let baseline = [Float](repeating: 0, count: width)
    func test(_ attribute: (ExplainedScore) throws -> Matrix) throws -> ModelRandomisation {
      try ModelRandomisation(model, networks: 12, random: RandomSource(seed: 7), attribute: attribute)
    }
    let own = try test { try Attributions($0, rows, features: features, baseline: baseline).values }
    #expect(own.finding().verdict == .holds && own.ownMembers != nil)
    // Row × 1: the same for every network.
    let blind = try test { _ in Matrix(rows: 60, columns: width, elements: rows.map(Double.init)) }
    #expect(blind.finding().verdict == .fails && blind.mean == 1)
    let flat = try test { _ in Matrix(rows: 60, columns: width) }
    #expect(flat.finding().verdict == .notMeasurable)
  }
}
