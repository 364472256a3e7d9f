import Compute
import Environments
import Foundation
import Rewards
import Testing

@Suite("Reward models")
struct RewardModelTests {
  let world = specification(observations: 3, discrete: 2)

  func model(members: Int = 3, seed: UInt64 = 1, hidden: [Int] = [8, 5]) throws -> RewardModel {
    var model = try RewardModel(
      RewardModelSettings(hidden: hidden, activation: .tanh, members: members, outputStandardDeviation: 1),
      specification: world, random: RandomSource(seed: seed))
    model.outputMeans = (0..<members).map { 0.1 * Double($0) }
    model.outputScales = (0..<members).map { 1 + Double($0) }
    model.inputNormalizer?.update([1, 2, 3, 0, 1, -1, 0, 0.5, 1, 0], rows: 2)
    return model
  }

  func episode(_ steps: Int, seed: UInt64 = 4) -> Trajectory {
    var random = RandomSource(seed: seed).stream("episode")
    return trajectory(world, steps: steps, random: &random)
  }

  /// The normalised outputs by the definition: [members][steps].
  func expected(_ model: RewardModel, _ episode: Trajectory) throws -> [[Double]] {
    var rows: [Float] = []
    try model.encoding.append(episode, to: &rows)
    let normalizer = try #require(model.inputNormalizer)
    let width = model.encoding.width
    for index in rows.indices {
      let column = index % width
      rows[index] = Float(
        (Double(rows[index]) - normalizer.mean[column]) / (normalizer.variance[column] + 1e-5).squareRoot())
    }
    let raw = model.network(rows, rows: episode.count)
    return (0..<model.members).map { member in
      (0..<episode.count).map { step in
        (Double(raw[member * episode.count + step]) - model.outputMeans[member]) * model.outputScales[member]
      }
    }
  }

  @Test(
    "the reward is the mean of the members' normalised outputs, the disagreement their deviation",
    arguments: [1, 127, 128, 129, 300])
  func meanAndDeviation(steps: Int) throws {
    let model = try model()
    let episode = episode(steps)
    let members = try expected(model, episode)
    var rewards = [Float](repeating: .nan, count: steps)
    var deviations = rewards
    var byMember = [Float](repeating: .nan, count: 3 * steps)
    let evaluator = RewardEvaluator(model)
    episode.withTransitionRows(world) {
      evaluator.evaluate($0, into: &rewards, disagreement: &deviations)
      evaluator.evaluateMembers($0, into: &byMember)
    }
    for step in 0..<steps {
      let values = members.map { $0[step] }
      let mean = values.reduce(0, +) / 3
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3).squareRoot()
      #expect(abs(Double(rewards[step]) - mean) < 1e-5)
      #expect(abs(Double(deviations[step]) - deviation) < 1e-4)
      for member in 0..<3 { #expect(abs(Double(byMember[member * steps + step]) - values[member]) < 1e-5) }
    }
    #expect(model.rewards(of: episode, specification: world) == rewards)
  }

  @Test("a reward does not depend on the block in which it is computed, to the bit")
  func blocks() throws {
    let model = try model(hidden: [33, 17])
    let episode = episode(257)
    let results = [1, 7, 128, 500].map { block in
      var rewards = [Float](repeating: 0, count: episode.count)
      let evaluator = RewardEvaluator(model, blockRows: block)
      episode.withTransitionRows(world) { evaluator.evaluate($0, into: &rewards) }
      return rewards
    }
    for result in results { #expect(result == results[0]) }
  }

  @Test("an evaluator can be given another model, of another shape too")
  func replacement() throws {
    let episode = episode(9)
    let evaluator = RewardEvaluator(try model())
    for other in [try model(seed: 2), try model(members: 5), try model(members: 1, hidden: [40])] {
      evaluator.model = other
      var rewards = [Float](repeating: 0, count: episode.count)
      episode.withTransitionRows(world) { evaluator.evaluate($0, into: &rewards) }
      #expect(rewards == other.rewards(of: episode, specification: world))
    }
  }

  @Test("a snapshot, and a JSON document, give the same model back")
  func snapshot() throws {
    let model = try model()
    #expect(try RewardModel(model.snapshot()) == model)
    #expect(try JSONDecoder().decode(RewardModel.self, from: JSONEncoder().encode(model)) == model)
    #expect(try model.snapshot() == RewardModel(model.snapshot()).snapshot())
  }

  @Test("snapshots that are foreign, cut or contradictory are refused")
  func badSnapshots() throws {
    let whole = try model().snapshot()
    var bad = whole
    bad.json = Data("{}".utf8)
    #expect(throws: InputError.self) { try RewardModel(bad) }
    bad = whole
    bad.json = whole.json.dropLast(3)
    #expect(throws: InputError.self) { try RewardModel(bad) }
    bad = whole
    bad.tensors = []
    expectProblem("reward/parameters") { _ = try RewardModel(bad) }
    bad = whole
    bad.tensors[0].values.removeLast()
    #expect(throws: InputError.self) { try RewardModel(bad) }
    bad = whole
    bad.tensors[0].values[3] = .nan
    #expect(throws: InputError.self) { try RewardModel(bad) }
    bad = whole
    let shortened = String(decoding: whole.json, as: UTF8.self)
      .replacingOccurrences(of: "\"outputScales\":[1,", with: "\"outputScales\":[")
    bad.json = Data(shortened.utf8)
    #expect(throws: InputError.self) { try RewardModel(bad) }
  }

  @Test("impossible settings are refused")
  func badSettings() {
    for settings in [
      RewardModelSettings(members: 0), RewardModelSettings(hidden: [0]),
      RewardModelSettings(outputStandardDeviation: 0), RewardModelSettings(outputStandardDeviation: .nan),
    ] {
      #expect(throws: InputError.self) {
        try RewardModel(settings, specification: world, random: RandomSource(seed: 1))
      }
    }
  }
}
