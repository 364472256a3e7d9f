import Agents
import Compute
import Environments
import Foundation
import Recorded
import Rewards
import Testing

/// What is refused and what is just not, with the words that are said.
@Suite("Refusals of agents and planners, word for word")
struct RefusalTests {
  private static let mdp = try! MaximumEntropyIRLTests.small()
  private static let ending = try! InverseReinforcementGradientTests.ending()

  private static func endless() throws -> TabularMDP { try mdp.with(rewards: mdp.rewards, discount: 1) }

  @Test("planners")
  func planners() throws {
    let (mdp, ending) = (Self.mdp, Self.ending)
    var text = ""
    for discount in [-0.001, 0, 1, 1.001, .nan] {
      text += Recorded.attempt("discount \(discount)") {
        try ValueIteration.solve(ending, discount: discount).policy.actions
      }
    }
    text += Recorded.attempt("no end") { try ValueIteration.solve(mdp, discount: 1).values }
    for sweeps in [1, 2, 3, 200] {
      text += Recorded.attempt("\(sweeps) sweeps") {
        try ValueIteration.solve(ending, discount: 0.9, maximumSweeps: sweeps).sweeps
      }
      text += Recorded.attempt("\(sweeps) sweeps, undiscounted") {
        try ValueIteration.solve(ending, discount: 1, tolerance: 0.1, maximumSweeps: sweeps).sweeps
      }
      text += Recorded.attempt("\(sweeps) sweeps, modified") {
        try ModifiedPolicyIteration.solve(ending, sweepsPerPolicy: 2, maximumSweeps: sweeps).sweeps
      }
      text += Recorded.attempt("\(sweeps) soft sweeps") {
        try SoftValueIteration.solve(ending, rewards: ending.rewards, temperature: 1, maximumSweeps: sweeps).sweeps
      }
    }
    for temperature in [0, 1e-3, -1, .infinity, .nan] {
      text += Recorded.attempt("temperature \(temperature)") {
        try SoftValueIteration.solve(ending, rewards: ending.rewards, temperature: temperature, horizon: 1).policies
          .count
      }
    }
    for horizon in [-1, 0, 1] {
      text += Recorded.attempt("horizon \(horizon)") {
        try SoftValueIteration.solve(ending, rewards: ending.rewards, temperature: 1, horizon: horizon).values.count
      }
    }
    for limit in [15, 16, 17] {
      text += Recorded.attempt("at most \(limit) policies") { try DeterministicPolicies(mdp, limit: limit).count }
      text += "\(DeterministicPolicies.count(in: mdp, limit: limit) ?? -1)\n"
    }
    let grid = try ShapedWorlds.grid(rows: 3, columns: 3).mdp
    text += Recorded.attempt("grid") { try DeterministicPolicies(grid).count }
    text += "\(DeterministicPolicies.standardLimit)\n"
    // So many policies that their number overflows.
    let wide = try RandomWorlds.sparse(
      states: 70, actions: 2, branching: 2, discount: 0.5, random: RandomSource(seed: 1).stream("wide"))
    text += "\(DeterministicPolicies.count(in: wide, everyState: true, limit: .max) ?? -1)\n"
    try Recorded.check(text, as: "refused-planners")
  }

  @Test("demonstrators, forms of reward and what is learned from them")
  func inverse() throws {
    let (mdp, ending) = (Self.mdp, Self.ending)
    var text = ""
    for rationality in [0, -1, 1e-3, .infinity, .nan] {
      text += Recorded.attempt("rationality \(rationality)") {
        try Demonstrator(.boltzmann, rationality: rationality, discount: 0.5).rationality
      }
    }
    for horizon in [nil, 0, 1] as [Int?] {
      for discount in [-0.001, 0, 0.999, 1, 1.001] {
        text += Recorded.attempt("horizon \(horizon ?? -1), discount \(discount)") {
          try Demonstrator(.maximumEntropy, horizon: horizon, discount: discount).discount
        }
      }
    }
    let demonstrator = try Demonstrator(.maximumEntropy, horizon: 2, discount: 1)
    let boltzmann = try Demonstrator(.boltzmann, horizon: 2, discount: 1)
    text += Recorded.attempt("matching a Boltzmann demonstrator") {
      try MaximumEntropyIRL(mdp, boltzmann, RewardForm(.state)).form.axes
    }
    let kinds: [(String, RewardForm.Kind)] = [
      ("no features", .linear(features: [], count: 0)), ("too few", .linear(features: [1, 2, 3], count: 1)),
      ("as many", .linear(features: [1, 2, 3, 4], count: 1)),
      ("not finite", .linear(features: [1, 2, 3, 4, 5, .nan, 7, 8], count: 2)),
      ("network, too few", .network(features: [1], count: 1, hidden: [2])),
      ("network, no width", .network(features: [], count: 0, hidden: [2, 0])),
      ("network", .network(features: [], count: 0, hidden: [2])),
      ("network, not finite", .network(features: [1, 2, .infinity, 4], count: 1, hidden: [2])),
    ]
    for (name, kind) in kinds {
      text += Recorded.attempt(name) { try MaximumEntropyIRL(mdp, demonstrator, RewardForm(.state, kind)).form.axes }
      text += Recorded.attempt("Bayesian, " + name) {
        try BayesianIRL(mdp, boltzmann, RewardForm(.state, kind)).form.axes
      }
    }
    let large = try RandomWorlds.sparse(
      states: 4097, actions: 1, branching: 1, discount: 0.5, random: RandomSource(seed: 1).stream("large"))
    let one = try Demonstrations([.init(states: [0], actions: [0])], in: large)
    text += Recorded.attempt("a network on too many rows") {
      try MaximumEntropyIRL(
        large, demonstrator, RewardForm(.state, .network(features: [], count: 0, hidden: [1]))
      ).fit(one).iterations
    }
    let irl = try MaximumEntropyIRL(mdp, demonstrator, RewardForm(.state))
    for (length, name) in [(2, "as long as the horizon"), (3, "longer")] {
      let long = try Demonstrations(
        [.init(states: Array(repeating: 1, count: length), actions: Array(repeating: 1, count: length))], in: mdp)
      text += Recorded.attempt(name) { try irl.fit(long).objective }
      text += Recorded.attempt("Bayesian, \(name)") {
        var settings = BayesianIRLSettings()
        (settings.chains, settings.warmup, settings.draws) = (1, 0, 4)
        return try BayesianIRL(mdp, boltzmann, RewardForm(.state), settings: settings).sample(long).draws.count
      }
    }
    for occupancy in [[1.0], [0, 1, 0, 1], [0, 1, -0.001, 0], [0, 1, .nan, 0]] {
      text += Recorded.attempt("occupancy \(occupancy)") { try irl.fit(occupancy: occupancy).objective }
    }
    var likelihood = irl
    likelihood.settings.objective = .likelihood
    text += Recorded.attempt("occupancy and likelihood") { try likelihood.fit(occupancy: [0, 1, 0, 1]).objective }
    var wild = irl
    (wild.settings.learningRate, wild.settings.gapTolerance) = (1e308, 0)
    text += Recorded.attempt("a learning rate beyond all numbers") { try wild.fit(occupancy: [0, 1, 0, 1]).iterations }
    for change in [
      { $0.priorScale = 0 }, { $0.priorScale = .infinity }, { $0.chains = 0 }, { $0.warmup = -1 }, { $0.warmup = 0 },
      { $0.draws = 3 }, { $0.draws = 4 }, { $0.thinning = 0 },
    ] as [(inout BayesianIRLSettings) -> Void] {
      var settings = BayesianIRLSettings()
      change(&settings)
      text += Recorded.attempt("\(settings)") {
        try BayesianIRL(ending, boltzmann, RewardForm(.state), settings: settings).settings.chains
      }
    }
    try Recorded.check(text, as: "refused-inverse")
  }

  @Test("demonstrations")
  func demonstrations() throws {
    let world = try FiniteWorld(describing: "grid:rows=2,columns=2")
    var text = ""
    for json in [
      "{}", "[", "[]", #"{"trajectories": []}"#, #"{"trajectories": [{"states": [0], "actions": []}]}"#,
      #"{"trajectories": [{"states": [9], "actions": [0]}]}"#, #"{"trajectories": [{"states": [0], "actions": [77]}]}"#,
      #"{"trajectories": [{"states": [0, 1, 2], "actions": [0]}]}"#,
      #"{"trajectories": [{"states": [], "actions": [0]}]}"#,
      #"{"trajectories": [{"states": [0, 3], "actions": [0]}]}"#,
      #"{"trajectories": [{"states": [true], "actions": [0]}]}"#, #"{"trajectories": [{"states": [0]}]}"#,
      #"{"trajectories": 3}"#, #"{"trajectories": [{"states": [null], "actions": [0]}]}"#,
    ] {
      text += Recorded.attempt(json) { try Demonstrations(json: Data(json.utf8), in: world).steps }
    }
    let ending = Self.ending
    let cases: [(states: [Int], actions: [Int])] = [
      ([2], [0]), ([0, 1, 2], [1, 1]), ([0, 1, 2, 2], [1, 1, 0]), ([3], [0]), ([-1], [0]), ([0], [2]), ([0], [-1]),
      ([0], [1]),
      ([0, 0], [1]), ([0, 1], [1]), ([0, 1, 1], [1]), ([0, 1, 2], [1, 0]), ([0, 1, 0], [1, 1]),
    ]
    for (states, actions) in cases {
      text += Recorded.attempt("\(states) \(actions)") {
        try Demonstrations([.init(states: states, actions: actions)], in: ending).steps
      }
    }
    for (count, length) in [(0, 1), (1, 0), (1, 1), (-1, 2)] {
      text += Recorded.attempt("\(count) of \(length)") {
        try Demonstrations(
          simulating: [.uniform(stateCount: 3, actionCount: 2)], in: ending, count: count, length: length,
          random: RandomSource(seed: 1)
        ).trajectories.count
      }
    }
    try Recorded.check(text, as: "refused-demonstrations")
  }

  @Test("proxies, caution and what is implicit in a state")
  func proxies() throws {
    let mdp = Self.mdp
    var text = ""
    let flat = [Double](repeating: 0, count: 8)
    for (name, rewards, offsets) in [
      ("none", [], nil), ("too short", [[1, 2]], nil), ("not finite", [flat.map { _ in .nan }], nil),
      ("one", [flat], nil),
      ("two offsets", [flat], [1, 2]), ("an offset that is none", [flat], [.infinity]), ("an offset", [flat], [1]),
    ] as [(String, [[Double]], [Double]?)] {
      text += Recorded.attempt("whole plan, " + name) {
        try CautiousPlan.forWholePlan(mdp, rewards: rewards, offsets: offsets).worst
      }
      text += Recorded.attempt("each step, " + name) {
        try CautiousPlan.forEachStep(mdp, rewards: rewards, offsets: offsets).worst
      }
    }
    text += Recorded.attempt("undiscounted") { try CautiousPlan.forWholePlan(Self.endless(), rewards: [flat]).worst }
    let rows = [[Double]](repeating: [1, 0], count: 8)
    for (name, features) in [
      ("no rows", []), ("empty rows", [[Double]](repeating: [], count: 8)), ("seven rows", Array(rows.dropLast())),
      ("a short row", rows.dropLast() + [[1]]), ("not finite", rows.dropLast() + [[1, .nan]]), ("eight rows", rows),
    ] {
      text += Recorded.attempt("design, " + name) { try ProxyDesign(mdp, features: features).featureCount }
    }
    text += Recorded.attempt("undiscounted") { try ProxyDesign(Self.endless(), features: rows).featureCount }
    let design = try ProxyDesign(mdp, features: rows)
    for temperature in [-1, 0, 0.5] {
      text += Recorded.attempt("temperature \(temperature)") {
        try design.behavior(of: [1, 0], temperature: temperature).map { ($0 * 1e6).rounded() / 1e6 }
      }
    }
    for (behaviors, trained) in [
      ([], [1.0, 0]), ([[]], []), ([[1]], [1, 0]), ([[1, .nan]], [1, 0]), ([[1, 0]], [.nan, 0]), ([[1, 0]], [1, 0]),
    ] {
      text += Recorded.attempt("\(behaviors) \(trained)") {
        try ProxyRewardSampler(behaviors: behaviors, trained: trained).rationality
      }
    }
    for rationality in [-0.001, 0, .infinity] {
      text += Recorded.attempt("rationality \(rationality)") {
        try ProxyRewardSampler(behaviors: [[1]], trained: [1], rationality: rationality).rationality
      }
    }
    for change in [
      { $0.priorScale = 0 }, { $0.priorScale = .infinity }, { $0.chains = 0 }, { $0.warmup = -1 }, { $0.warmup = 0 },
      { $0.draws = 3 }, { $0.draws = 4 }, { $0.chains = 1 },
    ] as [(inout ProxyRewardSampler.Settings) -> Void] {
      var settings = ProxyRewardSampler.Settings()
      change(&settings)
      text += Recorded.attempt("\(settings)") {
        try ProxyRewardSampler(behaviors: [[1]], trained: [1], settings: settings).settings.chains
      }
    }
    let features = [[0.0], [1], [2], [3]]
    for (rows, steps, temperature) in [
      ([], 2, 1), (Array(features.dropLast()), 2, 1), ([[Double]](repeating: [], count: 4), 2, 1),
      (features.dropLast() + [[1, 2]], 2, 1), (features, 0, 1), (features, 1, 1), (features, 2, 0),
      (features, 2, .infinity),
    ] as [([[Double]], Int, Double)] {
      text += Recorded.attempt("\(rows) \(steps) \(temperature)") {
        try ImplicitPreferences(mdp, features: rows, steps: steps, temperature: temperature).steps
      }
    }
    let preferences = try ImplicitPreferences(mdp, features: features, steps: 2)
    for state in [-1, 0, 3, 4] {
      text += Recorded.attempt("observed \(state)") { try preferences.fit(observed: state).epochs > 0 }
    }
    let still = try ImplicitPreferences(mdp, features: features, steps: 1)
    text += Recorded.attempt("never reached") { try still.fit(observed: 2).epochs }
    for (mean, deviation) in [([1.0, 2], 1), ([1], 0), ([], -1), ([1], 0.001)] {
      text += Recorded.attempt("prior \(mean) \(deviation)") {
        var settings = ImplicitPreferences.Settings()
        (settings.mean, settings.standardDeviation, settings.epochs) = (mean, deviation, 0)
        return try preferences.fit(observed: 0, settings).weights
      }
    }
    try Recorded.check(text, as: "refused-proxies")
  }

  @Test("settings, snapshots and imitation")
  func learners() throws {
    var text = ""
    let cloning: [(inout CloningSettings) -> Void] = [
      { $0.hidden = [3, 0] }, { $0.hidden = [1] }, { $0.learningRate = 0 }, { $0.learningRate = .infinity },
      { $0.batch = 0 },
      { $0.batch = 1 }, { $0.epochs = 0 }, { $0.epochs = 1 }, { $0.entropyWeight = -1 },
      { $0.entropyWeight = .infinity },
      { $0.entropyWeight = 0 }, { $0.weightDecay = -1 }, { $0.weightDecay = .infinity }, { $0.weightDecay = 0 },
      { $0.heldOutShare = -0.1 }, { $0.heldOutShare = 0 }, { $0.heldOutShare = 1 }, { $0.patience = 0 },
      { $0.patience = 1 },
    ]
    for (index, change) in cloning.enumerated() {
      text += Recorded.attempt("cloning \(index)") {
        var settings = CloningSettings()
        change(&settings)
        return try settings.validate()
      }
    }
    let adversarial: [(inout AdversarialSettings) -> Void] = [
      { $0.hidden = [3, 0] }, { $0.hidden = [1] }, { $0.learningRate = 0 }, { $0.learningRate = .infinity },
      { $0.batch = 0 },
      { $0.batch = 1 }, { $0.steps = 0 }, { $0.steps = 1 }, { $0.weightDecay = -1 }, { $0.weightDecay = .infinity },
      { $0.weightDecay = 0 }, { $0.discount = -0.1 }, { $0.discount = 0 }, { $0.discount = 1 }, { $0.discount = 1.1 },
    ]
    for (index, change) in adversarial.enumerated() {
      text += Recorded.attempt("adversarial \(index)") {
        var settings = AdversarialSettings()
        change(&settings)
        return try settings.validate()
      }
    }
    let aggregating: [(inout DAggerSettings) -> Void] = [
      { $0.episodes = 0 }, { $0.episodes = 1 }, { $0.mixture = .linear(rounds: 0) },
      { $0.mixture = .linear(rounds: 1) },
      { $0.mixture = .exponential(base: -0.1) }, { $0.mixture = .exponential(base: 1.1) }, { $0.cloning.batch = 0 },
    ]
    let entry = try Imitated.entry()
    for (index, change) in aggregating.enumerated() {
      text += Recorded.attempt("DAgger \(index)") {
        var settings = DAggerSettings()
        change(&settings)
        return try DAgger(settings, entry: entry, random: RandomSource(seed: 1)).labels
      }
    }
    let ppo: [(inout PPOSettings) -> Void] = [
      { $0.environments = 0 }, { $0.stepsPerRollout = 0 }, { $0.minibatchSize = -1 }, { $0.epochs = 0 },
      { $0.hidden = [0] },
      { $0.learningRate = -1 }, { $0.learningRate = .infinity }, { $0.learningRate = 0 }, { $0.discount = -0.1 },
      { $0.discount = 1.1 }, { $0.discount = 0 }, { $0.discount = 1 }, { $0.traceDecay = 2 }, { $0.clipRange = -1 },
      { $0.valueClipRange = -1 }, { $0.valueCoefficient = -1 }, { $0.targetKL = -1 }, { $0.entropyCoefficient = .nan },
      { $0.maximumGradientNorm = 0 }, { $0.initialLogStandardDeviation = .infinity }, { $0.adamEpsilon = 0 },
      { $0.adamEpsilon = .infinity }, { ($0.normalizeObservations, $0.normalizeFeatures) = (true, true) },
      { $0.normalizeObservations = true }, { $0.normalizeFeatures = true },
    ]
    for (index, change) in ppo.enumerated() {
      text += Recorded.attempt("PPO \(index)") {
        var settings = PPOSettings()
        change(&settings)
        return try settings.validate()
      }
    }
    var stream = RandomSource(seed: 2).stream("noise")
    let specification = entry.specification
    let noise = Imitated.noise(specification, count: 2, random: &stream)
    for (name, share) in [("all but one held out", 0.5), ("all but one kept", 0.4)] {
      text += Recorded.attempt(name) {
        var settings = CloningSettings()
        (settings.epochs, settings.heldOutShare) = (1, share)
        var cloning = BehavioralCloning(settings)
        _ = try cloning.train(
          DemonstrationRows([noise], specification: specification), random: RandomSource(seed: 1))
        return cloning.heldOutLoss == nil
      }
    }
    text += Recorded.attempt("no demonstrations") { try DemonstrationRows([], specification: specification).count }
    var odd = noise
    odd.actions[1] = 0.5
    text += Recorded.attempt("half an action") {
      try DemonstrationRows([noise, odd], specification: specification).count
    }

    let pendulum = try Imitated.entry("pactolus/Pendulum-v1")
    for (name, answers) in [
      ("two", 2), ("minus one", -1), ("one half", 0.5), ("no number", .nan), ("one", 1), ("nought", 0),
    ] as [(String, Float)] {
      for entry in [entry, pendulum] {
        text += Recorded.attempt("an expert that says \(name) in \(entry.specification.id)") {
          var settings = DAggerSettings()
          (settings.episodes, settings.cloning.epochs) = (1, 1)
          var dagger = try DAgger(settings, entry: entry, random: RandomSource(seed: 1))
          _ = try dagger.iterate(expert: Expert { _, rows in [Float](repeating: answers, count: rows) }, in: entry)
          return dagger.labels
        }
      }
    }
    var dagger = try DAgger(entry: entry, random: RandomSource(seed: 1))
    text += Recorded.attempt("elsewhere") { try dagger.iterate(expert: Imitated.expert, in: pendulum).labels }
    text += Recorded.attempt("an expert that says too little") {
      try dagger.iterate(expert: Expert { _, _ in [1] }, in: entry).labels
    }
    let policy = try PPO(
      settings: PPOSettings(), specification: specification, random: RandomSource(seed: 1)
    ).policy
    text += Recorded.attempt("played elsewhere") {
      try policy.play(1, in: pendulum, random: RandomSource(seed: 1)).count
    }
    text += Recorded.attempt("no episodes") { try policy.play(0, in: entry, random: RandomSource(seed: 1)).count }
    text += Recorded.attempt("evaluated elsewhere") {
      try evaluate(policy, in: pendulum, episodes: 1, random: RandomSource(seed: 1)).count
    }
    try Recorded.check(text, as: "refused-learners")
  }

  @Test("snapshots")
  func snapshots() throws {
    func agent(_ seed: UInt64 = 1, _ change: (inout PPOSettings) -> Void = { _ in }) throws -> PPO {
      var settings = PPOSettings()
      (settings.environments, settings.stepsPerRollout, settings.hidden) = (2, 4, [3])
      change(&settings)
      return try PPO(settings: settings, specification: Target().specification, random: RandomSource(seed: seed))
    }
    var text = ""
    let good = try agent().snapshot()
    text += good.tensors.map { "\($0.name) \($0.shape)\n" }.joined()
    let bandit = try PPO(
      settings: agent().settings, specification: Bandit().specification, random: RandomSource(seed: 1))
    text += try bandit.snapshot().tensors.map { "\($0.name) \($0.shape)\n" }.joined()
    let state = String(decoding: good.state, as: UTF8.self)
    let normalizing = try agent { ($0.normalizeObservations, $0.normalizeRewards) = (true, true) }
    let normalized = String(decoding: try normalizing.snapshot().state, as: UTF8.self)
    func altered(_ change: (inout AgentSnapshot) -> Void) -> AgentSnapshot {
      var snapshot = good
      change(&snapshot)
      return snapshot
    }
    func restate(_ before: String, _ after: String) -> AgentSnapshot {
      altered { $0.state = Data(state.replacing(before, with: after).utf8) }
    }
    let cases: [(String, AgentSnapshot)] = try [
      ("good", good), ("no state", altered { $0.state = Data("{".utf8) }), ("no tensors", altered { $0.tensors = [] }),
      ("short", altered { $0.tensors[0].values.removeLast() }), ("turned", altered { $0.tensors[2].shape.reverse() }),
      ("not finite", altered { $0.tensors[1].values[0] = .infinity }),
      ("another kind", restate("\"ppo\"", "\"dqn\"")), ("another environment", bandit.snapshot()),
      ("another seed", agent(2).snapshot()), ("other settings", agent { $0.epochs = 1 }.snapshot()),
      ("a slot more", restate("\"runningLengths\":[0,0]", "\"runningLengths\":[0,0,0]")),
      ("returns of a slot less", restate("\"discountedReturns\":[0,0]", "\"discountedReturns\":[0]")),
    ]
    for (name, snapshot) in cases {
      text += Recorded.attempt(name) { try agent().restore(snapshot) }
    }
    for (name, before, after) in [
      ("no input statistics", /"inputNormalizer":\{[^}]*\},/, ""),
      ("no return statistics", /"returnNormalizer":\{[^}]*\},/, ""),
    ] {
      text += Recorded.attempt(name) {
        let state = normalized.replacing(before, with: after)
        #expect(state != normalized)
        return try normalizing.restore(AgentSnapshot(tensors: normalizing.snapshot().tensors, state: Data(state.utf8)))
      }
    }
    try Recorded.check(text, as: "refused-snapshots")
  }
}
