import Compute
import Environments
import Foundation
import Rewards
import Testing

@Suite("Paying by a rule over the members of a reward")
struct CautiousRewardTests {
  private let world = specification(observations: 1, discrete: 2)

  /// Members w x + b of one observation, by their numbers.
  private func model(_ members: [(weight: Float, bias: Float)]) throws -> RewardModel {
    var model = try RewardModel(
      RewardModelSettings(
        hidden: [], inputs: RewardInputs(observation: true, action: false), members: members.count,
        normalizeInputs: false), specification: world, random: RandomSource(seed: 1))
    model.network.parameters = members.flatMap { [$0.weight, $0.bias] }
    return model
  }

  /// Clips through these observations, one transition from each.
  private func rewards(_ reward: any TransitionReward, at places: [Float]) -> (rewards: [Float], deviations: [Float]) {
    let walk = Trajectory(
      observationSize: 1, actionRowSize: 1, observations: places + [0], actions: places.map { _ in 0 },
      rewards: places.map { _ in 0 }, terminated: false, truncated: false, start: nil)
    var rewards = [Float](repeating: .nan, count: places.count)
    var (alone, deviations) = (rewards, rewards)
    walk.withTransitionRows(world) {
      reward.evaluate($0, into: &alone)
      reward.evaluate($0, into: &rewards, disagreement: &deviations)
    }
    #expect(alone == rewards, "asking for the disagreement changes no reward")
    return (rewards, deviations)
  }

  private static let rules: [RewardCaution] = [
    .mean, .worst, .deviation(0), .deviation(1), .deviation(2.5), .tail(0.1), .tail(0.4), .tail(0.75), .tail(0.999),
    .member(0), .member(2),
  ]

  @Test("each rule by hand: members that say 2, 5, 1 and −2 of one transition")
  func byHand() throws {
    let evaluator = RewardEvaluator(try model([(1, 0), (2, 1), (-1, 3), (0, -2)]))
    // Mean 1.5; distances .5, 3.5, −.5 and −3.5, whose mean square is 6.25.
    let wanted: [(RewardCaution, Float)] = [
      (.mean, 1.5), (.worst, -2), (.deviation(0), 1.5), (.deviation(1), -1), (.deviation(2), -3.5),
      // Two members; one and a half: −2 and half of 1, over 1.5; three; less than one is the worst.
      (.tail(0.5), -0.5), (.tail(0.375), -1), (.tail(0.75), Float(1) / 3), (.tail(0.1), -2),
      (.member(0), 2), (.member(1), 5), (.member(3), -2),
    ]
    for (rule, value) in wanted {
      let (rewards, deviations) = rewards(CautiousReward(evaluator, rule), at: [2])
      #expect(abs(rewards[0] - value) < 1e-6, "\(rule): \(rewards[0])")
      #expect(abs(deviations[0] - 2.5) < 1e-6)
    }
  }

  @Test("members of other zeros and units that mean the same are one: every rule gives their common reward")
  func units() throws {
    // Both say x, the second in half the unit and from another zero. Over x = −1 and 1: means 10 and −10, deviations
    // 2 and 4, so the common unit is 3 and the common zero 0.
    let model = try model([(2, 10), (4, -10)])
    let units = MemberUnits(model, means: [10, -10], deviations: [2, 4])
    #expect(units.level == 0 && units.zeros == [10, -10] && units.scales == [1.5, 0.75])
    for rule in Self.rules where rule != .member(2) {
      let (rewards, deviations) = rewards(
        CautiousReward(RewardEvaluator(model), rule, units: units), at: [-1, 0, 1, 5])
      #expect(zip(rewards, [-3, 0, 3, 15]).allSatisfy { abs($0 - $1) < 1e-5 }, "\(rule): \(rewards)")
      #expect(deviations.allSatisfy { $0 < 1e-5 })
    }
    // Without units the worst is the one with the lower zero, wherever it is asked.
    #expect(rewards(CautiousReward(RewardEvaluator(model), .worst), at: [-1, 1]).rewards == [-14, -6])
    // The model's own normalisation is in the zero and the unit that come out.
    var scaled = model
    (scaled.outputMeans, scaled.outputScales) = ([8, -12], [0.5, 0.5])
    let others = MemberUnits(scaled, means: [10, -10], deviations: [2, 4])
    #expect(others.level == 1 && others.scales == [0.75, 0.375])
    // A member that says the same of everything keeps its unit.
    #expect(MemberUnits(model, means: [10, -10], deviations: [2, 0]).scales == [0.5, 1])
  }

  @Test("where the members are equal, every rule pays what their mean pays")
  func equalMembers() throws {
    let model = try model([(1.5, 0.25), (1.5, 0.25), (1.5, 0.25)])
    let places: [Float] = [-3, -0.7, 0, 0.1, 4]
    let mean = rewards(RewardEvaluator(model), at: places).rewards
    for units in [nil, MemberUnits(model, means: [0.4, 0.4, 0.4], deviations: [2, 2, 2])] {
      for rule in Self.rules {
        let (paid, deviations) = rewards(CautiousReward(RewardEvaluator(model), rule, units: units), at: places)
        #expect(zip(paid, mean).allSatisfy { abs($0 - $1) < 1e-5 }, "\(rule)")
        #expect(deviations.allSatisfy { $0 < 1e-5 })
      }
    }
  }

  @Test("worst ≤ tail ≤ mean, less with more caution; the members' order makes no difference")
  func order() throws {
    var draws = RandomSource(seed: 3).stream("members")
    let members = (0..<7).map { _ in (weight: Float(draws.normal()), bias: Float(draws.normal())) }
    let places = (0..<40).map { Float($0) / 4 - 5 }
    func paid(_ rule: RewardCaution, _ members: [(weight: Float, bias: Float)]) throws -> [Float] {
      rewards(CautiousReward(RewardEvaluator(try model(members)), rule), at: places).rewards
    }
    let rising: [RewardCaution] = [.worst, .tail(0.1), .tail(0.2), .tail(0.5), .tail(0.9), .mean]
    for (less, more) in zip(rising, rising.dropFirst()) {
      #expect(zip(try paid(less, members), try paid(more, members)).allSatisfy { $0 <= $1 + 1e-5 }, "\(less) \(more)")
    }
    let falling: [RewardCaution] = [.mean, .deviation(0.5), .deviation(1), .deviation(3)]
    for (more, less) in zip(falling, falling.dropFirst()) {
      #expect(zip(try paid(less, members), try paid(more, members)).allSatisfy { $0 < $1 })
    }
    for rule in rising + falling {
      #expect(zip(try paid(rule, members), try paid(rule, members.reversed())).allSatisfy { abs($0 - $1) < 1e-5 })
    }
    #expect(try paid(.member(1), members) == (try paid(.member(5), members.reversed())))
  }

  @Test("the mean in the model's own units is the evaluator's, and one member is `evaluateMembers`")
  func asBefore() throws {
    let model = try model([(1, 0), (2, 1), (-1, 3)])
    let places = (0..<300).map { Float($0) / 100 }
    let walk = Trajectory(
      observationSize: 1, actionRowSize: 1, observations: places + [0], actions: places.map { _ in 0 },
      rewards: places.map { _ in 0 }, terminated: false, truncated: false, start: nil)
    var members = [Float](repeating: 0, count: 3 * places.count)
    walk.withTransitionRows(world) { RewardEvaluator(model).evaluateMembers($0, into: &members) }
    #expect(
      rewards(CautiousReward(RewardEvaluator(model), .mean), at: places) == rewards(RewardEvaluator(model), at: places))
    for member in 0..<3 {
      #expect(
        rewards(CautiousReward(RewardEvaluator(model), .member(member)), at: places).rewards
          == Array(members[member * places.count..<(member + 1) * places.count]))
    }
  }

  @Test("1, 2 and 4 threads, and one row at a time, give the same bits")
  func threads() throws {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.threadCount = before }
    let model = try model([(1, 0), (2, 1), (-1, 3), (0.3, 0.1), (-2, 7)])
    let places = (0..<1000).map { Float($0) / 77 - 6 }
    for rule in Self.rules {
      var all: [[Float]] = []
      for count in [1, 2, 4] {
        ThreadPool.shared.threadCount = count
        all.append(rewards(CautiousReward(RewardEvaluator(model), rule), at: places).rewards)
      }
      let reward = CautiousReward(RewardEvaluator(model), rule)
      #expect(all[0] == all[1] && all[0] == all[2])
      #expect(all[0] == places.map { rewards(reward, at: [$0]).rewards[0] }, "\(rule)")
    }
  }

  @Test("the version tells rules, members, units and models apart, and follows from them alone")
  func version() throws {
    let model = try model([(1, 0), (2, 1), (-1, 3)])
    var other = model
    other.network.parameters[0] = 1.5
    let units = MemberUnits(model, means: [0, 1, 3], deviations: [1, 2, 1])
    var versions = Self.rules.map { CautiousReward(RewardEvaluator(model), $0).version }
    versions.append(CautiousReward(RewardEvaluator(other), .worst).version)
    versions.append(CautiousReward(RewardEvaluator(model), .worst, units: units).version)
    versions.append(RewardEvaluator(model).version)
    #expect(Set(versions).count == versions.count)
    let changing = CautiousReward(RewardEvaluator(other), .member(1))
    changing.evaluator.model = model
    changing.rule = .worst
    #expect(changing.version == CautiousReward(RewardEvaluator(model), .worst).version)
    changing.units = units
    #expect(changing.version == CautiousReward(RewardEvaluator(model), .worst, units: units).version)
  }

  @Test("units are the same after they were written down")
  func written() throws {
    let units = MemberUnits(try model([(1, 0), (3, 0.1)]), means: [0.1, 1 / 3], deviations: [0.7, 1e-9])
    #expect(try JSONDecoder().decode(MemberUnits.self, from: JSONEncoder().encode(units)) == units)
  }
}
