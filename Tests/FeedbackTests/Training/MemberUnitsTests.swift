import Compute
import Environments
import Feedback
import Foundation
import Rewards
import Testing

@Suite("A common unit for the members of a reward")
struct MemberUnitsTests {
  private let specification = EnvironmentSpecification(
    id: "test/Units-v0", summary: "for tests", observationSpace: Box(low: [-10, -10], high: [10, 10]),
    observationNames: ["a", "b"], actionSpace: .discrete(names: ["one"]), maximumEpisodeSteps: nil, canTerminate: false,
    source: "none")

  private func clip(_ steps: Int, _ draws: inout RandomStream) -> Trajectory {
    Trajectory(
      observationSize: 2, actionRowSize: 1, observations: (0..<2 * (steps + 1)).map { _ in Float(draws.normal()) },
      actions: [Float](repeating: 0, count: steps), rewards: [Float](repeating: 0, count: steps), terminated: false,
      truncated: false, start: nil)
  }

  @Test(
    "all members have one mean and one deviation over what was judged, by a sum of our own; a shift of one changes nothing"
  )
  func overJudged() throws {
    var draws = RandomSource(seed: 2).stream("clips")
    var model = try RewardModel(
      RewardModelSettings(hidden: [6], members: 4), specification: specification, random: RandomSource(seed: 1))
    var choices = ChoiceSet(model.encoding)
    for _ in 0..<40 {
      try choices.append(
        Choice(options: [.init(clip(5, &draws)), .init(clip(5, &draws))], picked: draws.below(2)))
    }
    try RewardTrainer(RewardTrainingSettings(epochs: 5)).train(&model, on: choices, random: RandomSource(seed: 3))
    let units = try MemberUnits(model, judged: choices)
    // The raw outputs of every judged row, from the network itself.
    let normalizer = try #require(model.inputNormalizer)
    var rows = choices.rows
    for index in rows.indices {
      let column = index % choices.encoding.width
      rows[index] = Float(
        (Double(rows[index]) - normalizer.mean[column]) / (normalizer.variance[column] + 1e-5).squareRoot())
    }
    let raw = model.network(rows, rows: choices.rowCount)
    var spreads: [Double] = []
    for member in 0..<4 {
      let values = raw[member * choices.rowCount..<(member + 1) * choices.rowCount].map(Double.init)
      let mean = Statistics.mean(values)
      let deviation = Statistics.mean(values.map { ($0 - mean) * ($0 - mean) }).squareRoot()
      #expect(abs(units.zeros[member] - mean) < 1e-5)
      spreads.append(deviation * units.scales[member])
      #expect(abs(units.scales[member] * deviation - units.scales[0] * spreads[0] / units.scales[0]) < 1e-4)
    }
    #expect(abs(units.level - Statistics.mean(units.zeros)) < 1e-9, "the zero of the members' mean")
    #expect(spreads.allSatisfy { $0 > 0.01 }, "they learned something")
    // A member's own constant and unit are nothing that was judged: the worst of the members does not change with them.
    func worst(_ model: RewardModel) throws -> [Float] {
      let reward = CautiousReward(RewardEvaluator(model), .worst, units: try MemberUnits(model, judged: choices))
      var draws = RandomSource(seed: 5).stream("asked")
      let asked = clip(50, &draws)
      var paid = [Float](repeating: 0, count: 50)
      asked.withTransitionRows(specification) { reward.evaluate($0, into: &paid) }
      return paid
    }
    var moved = model
    let (shape, size) = (model.network.shape, model.network.shape.parameterCount)
    let bias = try #require(shape.tensors.last)
    #expect(bias.shape == [1])
    // Member 2 up by 7, the others down by a third of that: the common zero stays.
    for member in 0..<4 { moved.network.parameters[member * size + bias.start] += member == 2 ? 7 : -Float(7) / 3 }
    #expect(zip(try worst(moved), try worst(model)).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test("nothing judged, or clips of another model, give no unit")
  func refused() throws {
    let model = try RewardModel(
      RewardModelSettings(hidden: [6], members: 2), specification: specification, random: RandomSource(seed: 1))
    #expect(throws: InputError.self) { try MemberUnits(model, judged: ChoiceSet(model.encoding)) }
    let other = try RewardModel(
      RewardModelSettings(inputs: RewardInputs(observation: true, action: false)), specification: specification,
      random: RandomSource(seed: 1))
    var choices = ChoiceSet(other.encoding)
    var draws = RandomSource(seed: 2).stream("clips")
    try choices.append(Choice(options: [.init(clip(2, &draws)), .init(clip(2, &draws))], picked: 0))
    #expect(throws: InputError.self) { try MemberUnits(model, judged: choices) }
  }
}
