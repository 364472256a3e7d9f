import Agents
import Compute
import Environments
import Foundation
import Recorded
import Rewards
import Testing
import Theory

/// Audits of theory in more worlds, digit for digit: with ends, with states out of reach, with near ties, large ones.
@Suite("Audits of theory, digit for digit")
struct RecordedAuditTests {
  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }

  /// State 2 ends the world; state 3 is never reached.
  private static func ending() throws -> TabularMDP {
    try SmallWorlds.world(
      [
        [[0.5, 0.5, 0, 0], [0, 0.25, 0.75, 0]], [[0, 0, 1, 0], [0.6, 0.4, 0, 0]], [[0, 0, 1, 0], [0, 0, 1, 0]],
        [[1, 0, 0, 0], [0, 0, 0, 1]],
      ], start: [0.75, 0.25, 0, 0], terminal: [false, false, true, false], discount: 0.9)
  }

  private static func three(start: [Double] = [1, 0, 0]) throws -> TabularMDP {
    try SmallWorlds.world(
      [
        [[0.2, 0.5, 0.3], [0, 0, 1], [1, 0, 0]], [[0.1, 0.8, 0.1], [0, 0.5, 0.5], [0, 1, 0]],
        [[1, 0, 0], [0.3, 0.3, 0.4], [0, 0.9, 0.1]],
      ], start: start, discount: 0.8)
  }

  private static func worlds() throws -> [(name: String, mdp: TabularMDP)] {
    try [("ending", ending()), ("three", three()), ("bandit", SmallWorlds.bandit(4))]
  }

  private static func rewards(_ mdp: TabularMDP, _ count: Int) -> [[Double]] {
    var stream = RandomSource(seed: 17).stream("recorded/rewards", mdp.stateCount)
    return (0..<count).map { _ in SmallWorlds.reward(mdp, &stream) }
  }

  @Test("numbers of the hacking audit")
  func hacking() throws {
    var text = ""
    for (name, mdp) in try Self.worlds() {
      let rewards = Self.rewards(mdp, 2)
      let near = HackingAudit.Neighbourhood(
        reference: .uniform(stateCount: mdp.stateCount, actionCount: mdp.actionCount), name: "uniform", radius: 0.3,
        mostLoss: 0.05)
      let far = HackingAudit.Neighbourhood(
        reference: PolicyIteration.solve(mdp, rewards: rewards[0]).policy, name: "best", mostLoss: 0.2)
      let given: [TabularPolicy] = [
        .uniform(stateCount: mdp.stateCount, actionCount: mdp.actionCount),
        TabularPolicy(actions: [Int](repeating: 1, count: mdp.stateCount), actionCount: mdp.actionCount),
        TabularPolicy(actions: [Int](repeating: 0, count: mdp.stateCount), actionCount: mdp.actionCount),
      ]
      for (scope, near) in [
        (.everyDeterministic, near), (.these(given, names: nil), far), (.none, nil),
      ] as [(HackingAudit.Scope, HackingAudit.Neighbourhood?)] {
        let audit = try HackingAudit(
          truth: rewards[0], proxy: rewards[1], in: mdp, scope: scope, near: near, samples: 300,
          random: RandomSource(seed: 2))
        text += "\(name)\n" + Recorded.text(audit.findings) + (try Self.json(audit.numbers))
        text +=
          "\(audit.angle.dimension) \(audit.share?.dimension ?? -1) \(audit.loss.trueRange) \(audit.loss.proxyRange)\n"
      }
      // Near ties, and truths that tie policies.
      let coarse = rewards[0].map { ($0 * 2).rounded() / 2 }
      let tied = try HackingAudit(
        truth: coarse, proxy: coarse.map { $0 + 1e-8 * $0 * $0 }, in: mdp, orderLimit: 60, samples: 300,
        random: RandomSource(seed: 2))
      text += Recorded.text(tied.findings)
      if let partner = tied.partner {
        text += "\(partner.simplification?.degrees ?? -1) \(partner.proxy?.degrees ?? -1)\n"
        text += "\(partner.simplification?.reward ?? []) \(partner.proxy?.reward ?? [])\n"
      }
    }
    try Recorded.check(text, as: "hacking-numbers")
  }

  @Test("restricted worst losses")
  func restricted() throws {
    var text = ""
    for (name, mdp) in try Self.worlds() {
      let rewards = Self.rewards(mdp, 2)
      let loss = try WorstLoss(truth: rewards[0], proxy: rewards[1], in: mdp)
      let reference = mdp.occupancy(of: .uniform(stateCount: mdp.stateCount, actionCount: mdp.actionCount))
      let standing = (
        truth: zip(reference, rewards[0]).reduce(0) { $0 + $1.0 * $1.1 },
        proxy: zip(reference, rewards[1]).reduce(0) { $0 + $1.0 * $1.1 }
      )
      text += "\(name) \(loss.trueReturnRange) \(loss.proxyReturnRange) \(loss.truthIsTrivial) \(loss.proxyIsTrivial)\n"
      for (name, restriction) in [
        ("none", .none), ("radius", .init(reference: reference, radius: 0.2)),
        ("box", .init(reference: reference, box: 0.05)),
        ("both", .init(reference: reference, radius: 0.3, box: 0.1)),
        ("least", .init(leastTrueReturn: standing.truth)), ("greatest", .init(greatestProxyReturn: standing.proxy)),
      ] as [(String, OccupancyRestriction)] {
        let (worst, inversion) = (try loss.betweenAnyTwo(restriction), try loss.clearestInversion(restriction))
        text += "\(name) \(worst.trueLoss) \(worst.proxyGain) \(worst.normalised) \(worst.normalisedGain) "
        text += "\(inversion?.normalised ?? -1) \(inversion?.normalisedGain ?? -1) "
        if restriction.greatestProxyReturn == nil {
          text += "\(try loss.against(reference: reference, restriction).normalised)"
        }
        text += "\n"
      }
      for (target, betweenAnyTwo) in [(0, false), (0.1, false), (0.1, true), (0.999, false), (1, true)] {
        let safe = try loss.largestSafeRadius(target: target, reference: reference, betweenAnyTwo: betweenAnyTwo)
        text +=
          "\(target) \(betweenAnyTwo): \((safe.radius * 1e4).rounded() / 1e4) \((safe.loss * 1e4).rounded() / 1e4)\n"
      }
    }
    try Recorded.check(text, as: "restricted-losses")
  }

  @Test("safe data: margins, coverages and what is left of large worlds")
  func safeData() throws {
    var text = ""
    for (name, mdp) in try Self.worlds() {
      let reward = Self.rewards(mdp, 1)[0]
      let rows = reward.count
      let rising = (1...rows).map { 2 * Double($0) / Double(rows * (rows + 1)) }
      for (limit, policyLimit, error) in [(0.3, 4096, 0.02), (0.7, 1, nil), (1, 4096, 0)] as [(Double, Int, Double?)] {
        let audit = try SafeDataAudit(
          reward: reward, in: mdp, coverage: rising, error: error, regretLimit: limit, policyLimit: policyLimit)
        text += "\(name) \(limit)\n" + Recorded.text(audit.findings) + (try Self.json(audit.summary))
        text += "\(audit.margin.neediest ?? -1) \(audit.margin.errors) \(audit.safety.badPolicyCount) "
        text += "\(audit.safety.returnRange) \(audit.safety.rewardRange) \(audit.best?.isExact ?? false)\n"
      }
      let safety = try DataSafety(reward: reward, in: mdp, regretLimit: 0.4)
      let more = try safety.bestCoverage(existing: (rising, 0.3))
      text += "\(more.coverage) \(more.margin.margin) \(more.isExact)\n"
      for rounds in 1...2 {
        let short = try safety.bestCoverage(maximumRounds: rounds)
        text += "\(short.coverage) \(short.margin.margin) \(short.isExact)\n"
      }
      let features = Matrix((0..<rows).map { [1, Double($0 % 3)] })
      let linear = try DataSafety(reward: reward, in: mdp, regretLimit: 0.4, rewardClass: features)
      text += Recorded.attempt("linear") { try linear.margin(rising).margin }
    }
    for (weight, discount) in [(0.2, 0.5), (0, 0)] {
      for corner in try LiftedPolicy.bandit(reference: [0.5, 0.3, 0.2], weight: weight, discount: discount) {
        text += "\(corner.name): \(corner.occupancy) \(corner.penalty)\n"
      }
    }
    let contexts = [
      BanditSafety.Context(weight: 0.5, rewards: [1, 0.5, 0], coverage: [0.2, 0.1, 0.1]),
      BanditSafety.Context(weight: 0.3, rewards: [0, 2, 1], coverage: [0.1, 0.3, 0]),
      BanditSafety.Context(weight: 0.2, rewards: [0.3, 0.1, 0.3], coverage: [0.05, 0.1, 0.05]),
    ]
    for limit in [0.1, 0.25, 0.5, 1] {
      let safety = try BanditSafety(contexts, regretLimit: limit)
      let margin = try safety.margin()
      text +=
        "\(limit) \(safety.returnRange) \(margin?.margin ?? -1) \(margin?.actions ?? []) \(margin?.regret ?? -1)\n"
    }
    try Recorded.check(text, as: "safe-data-numbers")
  }

  @Test("a large world's margin comes from suspects, thinned out evenly")
  func suspects() throws {
    var text = ""
    for (states, actions) in [(20, 3), (60, 4), (160, 4)] {
      let mdp = try RandomWorlds.sparse(
        states: states, actions: actions, branching: 2, discount: 0.6, random: RandomSource(seed: 35).stream("world"))
      let reward = mdp.rewards
      let safety = try DataSafety(reward: reward, in: mdp, regretLimit: 0.3, limit: 4096)
      text += "\(states): \(safety.isComplete) \(safety.badPolicyCount) \(safety.returnRange) \(safety.rewardRange)\n"
    }
    try Recorded.check(text, as: "suspects")
  }

  @Test("Goodhart: the study, its shares, and paths in worlds with ends")
  func goodhart() throws {
    let study = try GoodhartStudy(worldsPerFamily: 4, points: 9, random: RandomSource(seed: 3))
    var text = ""
    for record in study.records {
      let numbers = [
        record.mixture, record.angle, record.causalEntropyDrop, record.boltzmannDrop, record.start, record.stopped,
        record.highest, record.end,
      ].map { ($0 * 1e5).rounded() / 1e5 }
      text += "\(record.family) \(record.world) \(numbers) \(record.ascentFalls)\n"
    }
    for family in [nil] + GoodhartStudy.Family.allCases.map(Optional.some) {
      for share in [
        study.shareThatFalls(family), study.shareThatFallsBoltzmann(family), study.lostByStopping(family),
        study.lostWithoutStopping(family),
      ] {
        let numbers = [share.value, share.interval.lower, share.interval.upper, share.interval.level]
        text += "\(numbers.map { ($0 * 1e5).rounded() / 1e5 }) \(share.count)\n"
      }
    }
    text += "\(study.lossesAgainstStart)\n"
    for (_, mdp) in try Self.worlds() {
      let rewards = Self.rewards(mdp, 2)
      for angle in [nil, 0, 1.2, 2.5] {
        let audit = try GoodhartAudit(mdp, truth: rewards[0], proxy: rewards[1], angle: angle, points: 9)
        text += Recorded.text(audit.findings()) + "\(audit.stop) \(audit.safeAngle) \(audit.angleIsGiven) "
        text += "\(audit.stoppingPolicy.probabilities)\n"
        for corner in 0...audit.ascent.segments.count {
          text += "\(audit.ascent.safeAngle(corner: corner)) "
          text += "\(audit.ascent.worstCase(corner: corner, angle: audit.guardedAngle))\n"
        }
      }
      for path in try GoodhartAudit(mdp, truth: rewards[0], proxy: rewards[1], points: 5).paths {
        // The five that were asked for, of all that were looked at.
        let asked = path.points.filter { $0.pressure * 4 == ($0.pressure * 4).rounded() }
        text += asked.map { "\($0.pressure) \($0.truth) \($0.proxy) \($0.distance)\n" }.joined()
      }
    }
    try Recorded.check(text, as: "goodhart-numbers")
  }

  @Test("what data leave open, with every setting of their sources")
  func identification() throws {
    var text = ""
    for kind in DataSource.Kind.allCases {
      let source = DataSource(kind)
      text += "\(source): \(source.meaning); \(source.catalogue)\n"
    }
    var timed = DataSource(.segmentReturns)
    timed.length = 2
    text += timed.catalogue + "\n"
    let sources =
      try DataSource.Kind.allCases.map(DataSource.init)
      + [
        "segment-returns:length=2", "segment-comparisons:length=2", "segment-comparisons:length=1,start=same",
        "segment-order:length=3", "segment-comparisons:temperature=unknown", "boltzmann-policy:temperature=unknown",
      ].map(DataSource.init(parsing:))
    for (name, mdp) in try [
      ("ending", Self.ending()), ("three", Self.three()), ("three starts", Self.three(start: [0.5, 0, 0.5])),
      ("myopic", Self.three().with(rewards: [Double](repeating: 0, count: 9), discount: 0)),
      (
        "starts that end",
        SmallWorlds.world(
          [[[0, 1, 0], [0.5, 0, 0.5]], [[1, 0, 0], [0, 0, 1]], [[0, 0, 1], [0, 0, 1]]], start: [0.5, 0, 0.5],
          terminal: [false, false, true], discount: 0.5)
      ),
    ] {
      var stream = RandomSource(seed: 19).stream("recorded/identification")
      let count = mdp.stateCount * mdp.actionCount * mdp.stateCount
      let reward = (0..<count).map { _ in (stream.normal() * 4).rounded() / 2 }
      for source in sources {
        let found = try Identification(mdp, reward: reward, source: source)
        text +=
          "\(name), \(source): \(found.dimension) of \(found.coordinates), \(found.unexplained) \(found.settlesThisWorld)\n"
        text += found.parts.map { "  \($0.family) \($0.dimension) \($0.restriction ?? "")\n" }.joined()
        if let pair = found.disagreement {
          let numbers = [pair.angle, pair.regret, pair.reverseRegret].map { (($0 ?? -1) * 1e5).rounded() / 1e5 }
          text += "  \(pair.change) \(numbers)\n"
        }
        text += "  \(found.others.map { "\($0.source) \($0.dimension)" }.joined(separator: ", "))\n"
        text += found.findings().map { "  \($0.id) \($0.verdict)\n" }.joined()
      }
      let trivial = try Identification(
        mdp, reward: [Double](repeating: 0, count: count), source: DataSource(.qValues))
      text += Recorded.text(trivial.findings())
    }
    try Recorded.check(text, as: "identification-numbers")
  }

  @Test("two rewards that are found the same by data, in a changed world that is given")
  func changedWorld() throws {
    let mdp = try Self.three()
    let reward = (0..<27).map { Double(($0 * 7) % 5) - 2 }
    let changed = try SmallWorlds.world(
      [
        [[1, 0, 0], [0, 0, 1], [1, 0, 0]], [[0, 1, 0], [0, 0, 1], [0, 1, 0]], [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
      ], start: [1, 0, 0], discount: 0.8)
    var text = ""
    for kind in DataSource.Kind.allCases {
      let found = try Identification(mdp, reward: reward, source: DataSource(kind), changed: changed)
      text +=
        "\(kind)\n"
        + Recorded.text(found.findings(stateNames: ["a", "b", "c"]).filter { $0.id == "identify/changed-world" })
      if let pair = found.disagreement {
        text += "\(pair.change) \(pair.world == changed) \(pair.other.map { ($0 * 1e4).rounded() / 1e4 })\n"
      }
    }
    try Recorded.check(text, as: "changed-world")
  }

  @Test("wrong ideas of people, of every kind")
  func misspecification() throws {
    var text = ""
    for (name, mdp) in try [("ending", Self.ending()), ("three", Self.three())] {
      let rewards = Self.rewards(mdp, 3) + [[Double](repeating: 1, count: mdp.stateCount * mdp.actionCount)]
      for (believed, actual) in [
        ("boltzmann", "boltzmann"), ("mce", "mce:temperature=2"), ("boltzmann", "mce"), ("mce", "boltzmann"),
        ("optimal", "optimal"), ("optimal", "mce"), ("boltzmann", "optimal"), ("mce", "mce:discount=0.5"),
        ("boltzmann:slip=0.2", "boltzmann"), ("optimal", "optimal:slip=0.3"), ("optimal:discount=0.2", "optimal"),
        ("mce:temperature=0.5,discount=0.6,slip=0.1", "mce:temperature=2"),
      ] {
        let audit = try MisspecificationAudit(
          mdp, believed: BehaviorModel(parsing: believed), actual: BehaviorModel(parsing: actual), rewards: rewards,
          steps: 2)
        text += "\(name): \(audit.believed) of \(audit.actual), \(audit.theorem)\n" + Recorded.text(audit.findings())
        for point in audit.curve {
          let means = [
            point.mean { $0.range?.least }, point.mean { $0.range?.greatest }, point.mean { $0.range?.canonical },
            point.mean(\.worstCaseRegret), point.mean(\.regret),
          ].map { (($0 ?? -1) * 1e5).rounded() / 1e5 }
          text += "\(point.error): \(means) \(point.outcomes.map { $0.keepsOptimalActions.map { $0 ? 1 : 0 } ?? -1 })\n"
        }
      }
    }
    try Recorded.check(text, as: "misspecification-numbers")
  }

  @Test("two rewards in worlds with ends and too many policies to list, and matrices of rewards")
  func comparison() throws {
    var text = ""
    let large = try RandomWorlds.sparse(
      states: 12, actions: 3, branching: 3, discount: 0.7, random: RandomSource(seed: 4).stream("large"))
    for (name, mdp) in try Self.worlds() + [("large", large)] {
      let tables = try Self.rewards(mdp, 3).map { try RewardTable(expected: $0, in: mdp) }
      let zero = try RewardTable(expected: [Double](repeating: 0, count: mdp.stateCount * mdp.actionCount), in: mdp)
      for (first, second) in [
        (tables[0], tables[1]), (tables[0], zero), (zero, zero), (tables[1], tables[1].scaled(by: 2)),
      ] {
        let two = try TwoRewards(
          mdp, ("first", first), ("second", second), acceptableRegret: 0.3, random: RandomSource(seed: 6))
        text += "\(name)\n" + Recorded.text(two.findings)
        text += two.pearson.map { "\($0.name) \($0.result.value ?? -1) \($0.result.infeasibleShare)\n" }.joined()
        let agreement = two.agreement
        text += "\(agreement.agreeing) \(agreement.opposed) \(agreement.tiedByOne) \(agreement.tiedByBoth) "
        text += "\(agreement.isExhaustive) \(agreement.pairs) \(agreement.share) \(two.unreachableStates)\n"
        text += "\(two.equivalence.map { "\($0)" } ?? "none") \(two.optimal.forward?.policy.actions ?? [])\n"
        text += "\(two.worstCase.forward?.range ?? WideNumber(-1)) \(two.worstCase.backward?.range ?? WideNumber(-1))\n"
      }
      let named = zip(["a", "b", "c", "zero"], tables + [zero]).map { (name: $0, table: $1) }
      for matrix in try [RewardMatrix(mdp, named), RewardMatrix.worstCaseRegrets(mdp, named)] {
        text += "\(matrix.metric) \(matrix.names) \(matrix.trivial)\n"
        text += matrix.values.map { "\($0.map { ($0 * 1e5).rounded() / 1e5 })\n" }.joined()
      }
    }
    let pair = try PolicyOrderAgreement(
      large, RewardTable(expected: large.rewards, in: large),
      RewardTable(expected: large.rewards.map { -$0 }, in: large),
      sample: 30, random: RandomSource(seed: 6))
    text += "\(pair) \(pair.interval.map { "\($0)" } ?? "none")\n"
    try Recorded.check(text, as: "comparison-numbers")
  }

  @Test("what demonstrations say of a reward")
  func inverseReinforcement() throws {
    let mdp = try Self.ending()
    var text = ""
    let truth = try RewardTable(expected: Self.rewards(mdp, 1)[0], in: mdp)
    let reward = truth.expected(in: mdp)
    for model in Demonstrator.Model.allCases {
      for horizon in [nil, 3] as [Int?] {
        let demonstrator = try Demonstrator(
          model, rationality: 2, horizon: horizon, discount: horizon == nil ? 0.9 : 1)
        let demonstrations = try Demonstrations(
          [.init(states: [0, 0, 1], actions: [0, 0]), .init(states: [0, 2], actions: [1])], in: mdp)
        for axes in RewardTable.Axes.allCases {
          text += Recorded.text([RewardIdentification.finding(mdp, demonstrator, RewardForm(axes), demonstrations)])
        }
        let all = try Demonstrations(
          simulating: demonstrator.policies(reward, in: mdp), in: mdp, count: 30, length: 3,
          random: RandomSource(seed: 2))
        text += Recorded.text([RewardIdentification.finding(mdp, demonstrator, RewardForm(.state), all)])
        if model == .maximumEntropy {
          for (iterations, tolerance) in [(4, 1e-3), (500, 0.2), (2000, 1e-9)] {
            var settings = MaximumEntropyIRLSettings()
            (settings.maximumIterations, settings.gapTolerance, settings.gradientTolerance) = (
              iterations, tolerance, 0.05
            )
            let fit = try MaximumEntropyIRL(mdp, demonstrator, RewardForm(.stateAction), settings: settings).fit(all)
            text += Recorded.text([fit.convergenceFinding])
            let recovered = try RecoveredReward(mdp, learned: fit.reward, truth: truth)
            text += Recorded.text([recovered.finding(), recovered.finding(acceptable: 0)])
            text += "\(recovered.distance) \(recovered.isDegenerate) \(recovered.regret ?? -1)\n"
          }
        } else {
          for (chains, draws) in [(2, 8), (2, 60), (3, 250)] {
            var settings = BayesianIRLSettings()
            (settings.chains, settings.warmup, settings.draws) = (chains, 20, draws)
            let posterior = try BayesianIRL(mdp, demonstrator, RewardForm(.state), settings: settings).sample(all)
            text += Recorded.text([posterior.convergenceFinding])
          }
        }
      }
    }
    let flat = try RewardTable(states: 4, actions: 2, axes: .state, values: [0, 0, 0, 0])
    for (learned, truth) in [(truth, flat), (flat, truth), (truth.scaled(by: -1), truth), (truth, truth)] {
      let recovered = try RecoveredReward(mdp, learned: learned, truth: truth)
      text += Recorded.text([recovered.finding()]) + "\(recovered.isDegenerate)\n"
    }
    try Recorded.check(text, as: "inverse-reinforcement")
  }
}
