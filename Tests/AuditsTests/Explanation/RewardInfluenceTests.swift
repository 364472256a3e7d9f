import Audits
import Compute
import Environments
import Feedback
import Foundation
import Rewards
import Testing

/// Pairs of clips, answered by a person who minds the first of three numbers most, and a reward that has seen none.
struct AnsweredClips {
  let model: RewardModel
  let set: ChoiceSet

  init(_ answers: Int, members: Int = 2, hidden: [Int] = [16, 12], seed: UInt64) throws {
    let encoding = try TransitionEncoding(
      RewardInputs(observation: true, action: true, nextObservation: false, termination: false), observationSize: 3,
      actionRowSize: 1, discreteActions: 2)
    var settings = RewardModelSettings()
    (settings.hidden, settings.members, settings.activation) = (hidden, members, .tanh)
    let random = RandomSource(seed: seed)
    model = try RewardModel(settings, encoding: encoding, random: random)
    var (set, draws) = (ChoiceSet(encoding), random.stream("clips"))
    for _ in 0..<answers {
      let clips = (0..<2).map { _ in Self.clip(&draws) }
      let values = clips.map { clip in (0..<clip.count).reduce(0) { $0 + Double(clip.observations[$1 * 3]) } }
      let first = draws.bernoulli(1 / (1 + exp(values[1] - values[0])))
      try set.append(Choice(options: clips.map { .init($0) }, picked: first ? 0 : 1))
    }
    self.set = set
  }

  static func clip(_ draws: inout RandomStream, steps: Int = 4) -> Trajectory {
    Trajectory(
      observationSize: 3, actionRowSize: 1, observations: (0..<3 * (steps + 1)).map { _ in Float(draws.normal()) },
      actions: (0..<steps).map { _ in Float(draws.below(2)) }, rewards: [Float](repeating: 0, count: steps),
      terminated: false, truncated: false, start: nil)
  }
}

@Suite("What each answer does to a reward")
struct RewardInfluenceTests {
  @Test("first order ranks answers as fitting again does, and a Newton step comes nearer")
  func ranks() throws {
    let clips = try AnsweredClips(80, seed: 4)
    let influence = try RewardInfluence(clips.model, answers: clips.set, training: RewardTrainingSettings(), ridge: 0.3)
    #expect(influence.answers == 80 && influence.numbers == Array(0..<80))
    // The first clip's steps less the second's.
    let width = clips.set.encoding.width
    let contrast = influence.contrast(
      Array(clips.set.rows[0..<8 * width]), weights: [1, 1, 1, 1, -1, -1, -1, -1])
    let plain = influence.plain(on: contrast)
    let newton = try (0..<80).map { try influence.newton(on: contrast, without: $0) }
    let exact = try (0..<80).map { try influence.exact(on: contrast, without: $0) }
    #expect(Statistics.spearman(plain, exact) >= 0.95)
    #expect(Statistics.spearman(newton, exact) >= 0.99)
    func miss(_ values: [Double]) -> Double { zip(values, exact).reduce(0) { $0 + abs($1.0 - $1.1) } }
    #expect(miss(newton) < miss(plain))
    let movers = try influence.movers(of: contrast)
    #expect(movers.count == 10 && movers[0].exact == exact[movers[0].answer])
    #expect(zip(movers, movers.dropFirst()).allSatisfy { abs($0.exact) >= abs($1.exact) })
    // What it is now is what the weights say, and an answer less moves it to what they say then.
    let without = clips.set.subset((0..<80).filter { $0 != movers[0].answer })
    let again = try RewardInfluence(clips.model, answers: without, training: RewardTrainingSettings(), ridge: 0.3)
    #expect(again.answers == 79)
  }

  @Test("the answers that move the reward most over a region are those whose leaving moves it, in units of its spread")
  func regions() throws {
    let clips = try AnsweredClips(60, seed: 5)
    let influence = try RewardInfluence(clips.model, answers: clips.set, training: RewardTrainingSettings())
    let movers = try influence.movers(over: clips.set.rows, most: 60)
    #expect(movers.count == 60 && movers.allSatisfy { $0.exact > 0 && $0.exact < 2 })
    #expect(Statistics.spearman(movers.map(\.plain), movers.map(\.exact)) > 0.9)
    // A region less itself never moves; the judged steps' own mean is 0.
    #expect(abs(influence.value(of: influence.mean(of: clips.set.rows))) < 1e-6)
  }

  @Test("answers to other rewards, none, and features that do not vary are refused")
  func refused() throws {
    let clips = try AnsweredClips(4, seed: 6)
    let empty = ChoiceSet(clips.model.encoding)
    #expect(throws: InputError.self) {
      try RewardInfluence(clips.model, answers: empty, training: RewardTrainingSettings())
    }
    let other = try TransitionEncoding(
      RewardInputs(), observationSize: 5, actionRowSize: 1, discreteActions: nil)
    #expect(throws: InputError.self) {
      try RewardInfluence(clips.model, answers: ChoiceSet(other), training: RewardTrainingSettings())
    }
    var flat = ChoiceSet(clips.model.encoding)
    let still = Trajectory(
      observationSize: 3, actionRowSize: 1, observations: [0, 0, 0, 0, 0, 0], actions: [0], rewards: [0],
      terminated: false, truncated: false, start: nil)
    try flat.append(Choice(options: [.init(still), .init(still)], picked: 0))
    #expect(throws: NotMeasurable.self) {
      try RewardInfluence(clips.model, answers: flat, training: RewardTrainingSettings())
    }
  }
}
