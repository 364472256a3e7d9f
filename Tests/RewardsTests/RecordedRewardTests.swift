import Compute
import Environments
import Files
import Foundation
import Recorded
import Rewards
import Testing

/// Worlds, rewards and distances, kept word for word: the second net under tests with right values.
@Suite("Rewards, word for word")
struct RecordedRewardTests {
  private func text(_ world: FiniteWorld) -> String {
    let mdp = world.mdp
    return
      "\(world.title): \(world.stateNames) \(world.actionNames), horizon \(world.horizon ?? -1), γ \(mdp.discount)\n"
      + "  \(mdp.rowStarts) \(mdp.successors) \(mdp.probabilities) \(mdp.start) \(mdp.isTerminal) \(mdp.rewards)\n"
      + world.rewards.map { "  \($0.name), \($0.table.axes.words): \($0.table.values)\n" }.joined()
  }

  @Test("worlds from a few settings")
  func generators() throws {
    var text = FiniteWorld.generators.map { "\($0.example): \($0.summary)\n" }.joined()
    for word in [
      "two-state", "two-state:discount=0.9", "grid", "grid:rows=2,columns=3,slip=0.1,discount=0.8",
      "grid:rows=3,columns=2",
      "cliff", "cliff:rows=2,columns=3,slip=0.2", "path", "path:length=3,slip=0.3", "tree", "tree:depth=2,branching=3",
      "random:states=3,actions=2,rewards=1", "random:states=3,actions=2,seed=5,rewards=0",
      "sparse:states=5,actions=2,branching=2", "sparse:states=5,actions=2,branching=2,seed=1,rewards=3",
    ] { text += self.text(try FiniteWorld(describing: word)) }
    for word in [
      "grd", "x", "grid:rows", "grid:rows=two", "grid:rows=2.5", "grid:row=2", "grid:rows=inf", "random:seed=-1",
      "sparse:seed=-1,states=4,actions=2,branching=2", "random:rewards=-1,states=2,actions=2", "two-state:discount=1",
      "two-state:discount=-0.1", "two-state:discount=0", "pactolus/CartPole-v1", "pactolus/Nothing-v0", "none.json",
      "none.npz",
    ] { text += "\(word): " + outcome { self.text(try FiniteWorld(describing: word)) } }
    try Recorded.check(text, as: "generators")
  }

  @Test("rewards by word")
  func words() throws {
    let world = try FiniteWorld(describing: "grid:rows=2,columns=2,discount=0.5")
    let two = try FiniteWorld(describing: "two-state")
    var text = ""
    for word in [
      "zero", "minus:zero", "state:0=1", "state:0,1=2,1,1=-3", "state:3=1,0=2", "action:0/up=1", "action:0,1/4=2.5",
      "action:0=1", "transition:0/up/1=1", "transition:0/up=1", "state:0/1=1", "state:7=1", "state:0", "state:",
      "state:0=x", "state:0=inf", "action:0/fly=1", "random:1", "random:-1", "random:x", "random:0", "minus:state:1=2",
      "stat:1=2", "nothing", "none.npy", "none.json", "sparse:1",
    ] {
      text += "\(word): "
      text += outcome {
        let table = try RewardTable.named(word, in: world)
        return "\(table.axes.words) \(table.values)"
      }
    }
    for word in ["state-1", "state-2", "minus:next-1", "leave-0", "x"] {
      text += outcome { try RewardTable.named(word, in: two).values }
    }
    text += outcome { try world.state("0,1") } + outcome { try world.state("3") } + outcome { try world.state("4") }
    text += outcome { try world.state("-1") } + outcome { try world.action("up") } + outcome { try world.action("5") }
    text += outcome { try world.action("upp") }
    let large = try FiniteWorld(describing: "sparse:states=10001,actions=2,branching=1,rewards=0")
    for word in ["random:1", "transition:0/0/0=1"] { text += outcome { try RewardTable.named(word, in: large).axes } }
    for word in ["action:10000/1=3", "state:10000=3"] {
      text += outcome { try RewardTable.named(word, in: large).values.lastIndex { $0 != 0 } ?? -1 }
    }
    for (states, actions, axes, values) in [
      (0, 1, .state, []), (1, 0, .state, [1]), (2, 1, .state, [1]), (2, 2, .stateAction, [1, 2, 3]),
      (2, 1, .transition, [1, 2, 3, .nan]), (2, 2, .stateAction, [1, 2, .infinity, 0]), (2, 2, .state, [0, .nan]),
      (1, 1, .state, [1]),
    ] as [(Int, Int, RewardTable.Axes, [Double])] {
      text += outcome { try RewardTable(states: states, actions: actions, axes: axes, values: values).values }
    }
    try Recorded.check(text, as: "words")
  }

  @Test("worlds from JSON, and back")
  func json() throws {
    let fields: [(String, String)] = [
      ("states", "2"), ("actions", #"["a", "b"]"#), ("discount", "0.5"),
      ("transitions", "[[[1, 0], [0.5, 0.5]], [[0, 1], [1, 0]]]"),
    ]
    func world(_ changes: [(String, String?)] = []) -> String {
      var all: [(String, String)] = fields
      for (name, value) in changes {
        all.removeAll { $0.0 == name }
        if let value { all.append((name, value)) }
      }
      return "{" + all.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
    }
    var text = ""
    for changes in [
      [], [("states", "[\"x\", \"y\"]"), ("start", "\"y\"")], [("start", "1")], [("start", "[0.25, 0.75]")],
      [("start", "{\"1\": 1}")], [("start", "{\"0\": 0.4, \"1\": 0.6}")], [("start", "[0.25, 0.5]")],
      [("start", "[1.5, -0.5]")],
      [("start", "2")], [("start", "true")], [("start", "[1]")], [("start", "[0.5000004, 0.5]")],
      [("start", "[0.500002, 0.5]")], [("horizon", "3")], [("horizon", "0")], [("horizon", "1")], [("horizon", "1.5")],
      [("title", "\"mine\"")], [("title", "3")], [("discount", "1")], [("discount", "-0.1")], [("discount", "0")],
      [("discount", "\"x\"")], [("states", "0")], [("states", "1")], [("states", "[\"x\", \"x\"]")],
      [("states", "[1, 2]")],
      [("states", "100000001")], [("states", "40000"), ("actions", "25001")], [("actions", "0")], [("states", nil)],
      [("actions", nil)], [("discount", nil)], [("transitions", nil)], [("statess", "2")], [("absorbing", "[1]")],
      [("absorbing", "[2]")], [("absorbing", "1")],
      [("absorbing", "[1]"), ("transitions", "{\"sparse\": [[0, 0, 1, 1], [0, \"b\", 0, 1]]}")],
      [("absorbing", "[1]"), ("transitions", "{\"sparse\": [[1, 0, 1, 1]]}")],
      [("transitions", "{\"sparse\": [[0, 0, 1, 1], [0, 1, 0, 1], [1, 0, 1, 1], [1, 1, 0, 0.5], [1, 1, 1, 0.5]]}")],
      [("transitions", "{\"sparse\": [[0, 0, 1, 1]]}")], [("transitions", "{\"sparse\": [[0, 0, 1]]}")],
      [("transitions", "{\"sparse\": [[0, 0, 2, 1]]}")], [("transitions", "{\"sparse\": [[0, 2, 0, 1]]}")],
      [("transitions", "{\"dense\": []}")], [("transitions", "{\"sparse\": [], \"x\": 1}")],
      [("transitions", "[[[1, 0]]]")],
      [("transitions", "[[[1, 0], [0.5, 0.4]], [[0, 1], [1, 0]]]")],
      [("transitions", "[[[1, 0], [0.5, 0.5000009]], [[0, 1], [1, 0]]]")],
      [("transitions", "[[[1, 0], [0.5, 0.5000011]], [[0, 1], [1, 0]]]")],
      [("transitions", "[[[1.0000000009, 0], [0.5, 0.5]], [[0, 1], [1, 0]]]")],
      [("transitions", "[[[1.0000000011, 0], [0.5, 0.5]], [[0, 1], [1, 0]]]")],
      [("transitions", "[[[1, 0], [1.5, -0.5]], [[0, 1], [1, 0]]]")],
      [("rewards", "{\"r\": [1, 2]}")], [("rewards", "{\"r\": [[1, 2], [3, 4]]}")],
      [("rewards", "{\"r\": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]}")], [("rewards", "{\"b\": [1, 2], \"a\": [3, 4]}")],
      [("rewards", "{\"r\": [[[[1]]]]}")], [("rewards", "{\"r\": 3}")], [("rewards", "{\"r\": []}")],
      [("rewards", "{\"r\": [1]}")], [("rewards", "{\"r\": [[1], [2]]}")],
      [("rewards", "{\"r\": [[1, 2], [3, true]]}")],
      [("rewards", "[1]")], [("rewards", "{\"r\": {\"sparse\": [[1, 5]]}}")],
      [("rewards", "{\"r\": {\"sparse\": [[1, \"b\", 5], [0, 0, 2]]}}")],
      [("rewards", "{\"r\": {\"sparse\": [[1, \"b\", 0, 5]]}}")], [("rewards", "{\"r\": {\"sparse\": [[1]]}}")],
      [("rewards", "{\"r\": {\"sparse\": [[1, 0, 0, 0, 5]]}}")],
      [("rewards", "{\"r\": {\"sparse\": [[1, 5], [1, 0, 5]]}}")],
      [("rewards", "{\"r\": {\"sparse\": []}}")], [("rewards", "{\"r\": {\"spare\": []}}")],
      [("rewards", "{\"r\": {\"sparse\": [[2, 5]]}}")],
    ] as [[(String, String?)]] {
      let source = world(changes)
      text += "\(changes.map { "\($0.0): \($0.1 ?? "-")" }.joined(separator: ", "))\n"
      text += outcome {
        let read = try FiniteWorld(json: Data(source.utf8))
        let again = try FiniteWorld(json: read.json())
        return self.text(read) + (self.text(again) == self.text(read) ? "again the same" : "again: " + self.text(again))
      }
    }
    for source in ["[]", "3", "{", ""] { text += outcome { try FiniteWorld(json: Data(source.utf8)).title } }
    try Recorded.check(text, as: "worlds-json")
  }

  @Test("worlds from arrays, and back")
  func arrays() throws {
    let dense: [(name: String, array: TypedArray)] = [
      ("transitions", TypedArray([1.0, 0, 0.5, 0.5, 0, 1, 1, 0], shape: [2, 2, 2])),
      ("discount", TypedArray([0.5], shape: [])),
    ]
    let rows: [(name: String, array: TypedArray)] = [
      ("row_starts", TypedArray([0, 1, 3, 4, 5], shape: [5])), ("successors", TypedArray([0, 0, 1, 1, 0], shape: [5])),
      ("probabilities", TypedArray([1.0, 0.5, 0.5, 1, 1], shape: [5])), ("start", TypedArray([0.5, 0.5], shape: [2])),
      ("discount", TypedArray([0.5], shape: [])),
    ]
    var text = ""
    func add(_ base: [(name: String, array: TypedArray)], _ changes: [(String, TypedArray?)]) {
      var all = base
      for (name, array) in changes {
        all.removeAll { $0.name == name }
        if let array { all.append((name, array)) }
      }
      text += "\(all.map { "\($0.name) \($0.array.shape)" }.joined(separator: ", "))\n"
      text += outcome {
        let read = try FiniteWorld(arrays: NumPyArchive(all))
        let again = try FiniteWorld(arrays: read.arrays())
        return self.text(read)
          + (self.text(again) == self.text(read) ? "again the same" : "again: " + self.text(again))
      }
    }
    add(dense, [])
    add(
      dense,
      [("rewards", TypedArray([1.0, 2], shape: [2])), ("reward_x", TypedArray([1.0, 2, 3, 4], shape: [2, 2]))])
    add(
      dense,
      [("reward_y", TypedArray((0..<8).map(Double.init), shape: [2, 2, 2])), ("horizon", TypedArray([7], shape: []))])
    for changes in [
      [("horizon", TypedArray([0], shape: []))], [("horizon", TypedArray([1.5], shape: []))],
      [("horizon", TypedArray([1, 2], shape: [2]))], [("discount", nil)], [("discount", TypedArray([1.0], shape: []))],
      [("discount", TypedArray([0.1, 0.2], shape: [2]))], [("start", TypedArray([1.0], shape: [1]))],
      [("start", TypedArray([0.25, 0.75], shape: [2]))], [("reward_z", TypedArray([1.0], shape: [1]))],
      [("reward_z", TypedArray([1.0, .nan], shape: [2]))], [("other", TypedArray([1.0], shape: [1]))],
      [("transitions", nil)], [("transitions", TypedArray([1.0, 0, 0, 1], shape: [2, 2]))],
      [("transitions", TypedArray([1.0, 0], shape: [1, 1, 2]))],
      [("transitions", TypedArray([Double](), shape: [0, 1, 0]))],
      [("transitions", TypedArray([Double](), shape: [2, 0, 2]))],
    ] as [[(String, TypedArray?)]] { add(dense, changes) }
    for changes in [
      [], [("start", nil)], [("row_starts", TypedArray([0, 1, 3, 4], shape: [4]))],
      [("row_starts", TypedArray([1, 1, 3, 4, 5], shape: [5]))],
      [("row_starts", TypedArray([0, 3, 1, 4, 5], shape: [5]))],
      [("row_starts", TypedArray([0, 1, 3, 4, 6], shape: [5]))],
      [("row_starts", TypedArray([0, 1, 3, 4, 4], shape: [5]))],
      [("row_starts", TypedArray([0], shape: [1]))], [("row_starts", TypedArray([0.5, 1, 3, 4, 5], shape: [5]))],
      [("successors", TypedArray([0, 0, 1, 1, 2], shape: [5]))],
      [("successors", TypedArray([0, 0, 1, 1, -1], shape: [5]))],
      [("successors", TypedArray([0, 0, 1, 1], shape: [4]))],
      [("successors", TypedArray([0, 0, 1, 1, 0], shape: [5, 1]))],
      [("probabilities", TypedArray([1.0, 0.5, 0.5, 1], shape: [4]))], [("successors", nil)], [("probabilities", nil)],
      [("row_starts", TypedArray([0, 1, 3, 4, 5], shape: [1, 5]))],
    ] as [[(String, TypedArray?)]] { add(rows, changes) }
    let mdp = try FiniteWorld(describing: "two-state").mdp
    let small = try RewardTable(states: 1, actions: 2, axes: .state, values: [1])
    let fit = try RewardTable(states: 2, actions: 2, axes: .state, values: [1, 2])
    for (states, actions, rewards, horizon) in [
      (["a"], nil, [], nil), (nil, ["x"], [], nil), (["a", "a"], nil, [], nil), (nil, ["x", "x"], [], nil),
      (nil, nil, [("r", small)], nil), (nil, nil, [("r", fit), ("r", fit)], nil), (nil, nil, [("r", fit)], 0),
      (nil, nil, [("r", fit)], 1),
    ] as [([String]?, [String]?, [(name: String, table: RewardTable)], Int?)] {
      text += outcome {
        self.text(
          try FiniteWorld(mdp: mdp, stateNames: states, actionNames: actions, rewards: rewards, horizon: horizon))
      }
    }
    text += outcome { try FiniteWorld(mdp: mdp).write(to: "world.txt") }
    try Recorded.check(text, as: "worlds-arrays")
  }

  @Test("distances by every canonicalisation, norm and comparison")
  func distances() throws {
    let world = try FiniteWorld(describing: "random:states=4,actions=2,seed=3,rewards=2,discount=0.8")
    let (first, second) = (world.rewards[0].table, world.rewards[1].table)
    let pair = try RewardTable.named("action:0/1=1,2/0=-2", in: world)
    let trivial = try RewardTable.named("zero", in: world).shaped(by: [1, 2, -1, 0.5], discount: 0.8)
    var text = ""
    let known: [Canonicalization] = [
      .none, .valueAdjusted, .valuePotential(nil), .minimal(.l1), .minimal(.l2), .minimal(.maximum),
      .minimal(.weightedL2([1, 2, 3, 4, 5, 6, 7, 8])), .projection, .epic, .dard,
    ]
    for canonicalization in known {
      let space = try RewardSpace(world.mdp, canonicalization)
      text += "\(canonicalization.name) \(canonicalization.isSTARC) \(space.unreachableCount)\n"
      let canonical = try [first, second, pair, trivial].map { try space.canonical($0) }
      for reward in canonical {
        text +=
          "  \(reward.isDense) \(reward.isTrivial) \(reward.scale) \(RewardNorm.allCases.map { space.norm(reward, $0) })\n"
      }
      for normalization in [nil] + RewardNorm.allCases.map({ $0 as RewardNorm? }) {
        for comparison in [RewardComparison.angle] + RewardNorm.allCases.map({ .norm($0) }) {
          let values = [(0, 1), (0, 2), (2, 1), (0, 3), (3, 1), (3, 3)].map { a, b in
            let found = space.distance(
              canonical[a], canonical[b], normalization: normalization, comparison: comparison)
            return "\(found.value)" + (found.degeneracy.map { " \($0)" } ?? "")
          }
          let name = RewardMetric(canonicalization, normalization, comparison)
          text += "  \(name.description) \(name.isSTARC): \(values.joined(separator: ", "))\n"
        }
      }
    }
    for transform in PearsonDistance.Transform.allCases {
      for coverage in PearsonDistance.Coverage.allCases {
        let distance = try PearsonDistance(world.mdp, transform, coverage: coverage)
        text +=
          "\(transform) \(coverage): \(try distance.distance(first, second)) \(try distance.distance(pair, trivial))\n"
      }
      text += outcome {
        try PearsonDistance(world.mdp, transform).canonical(
          RewardTable(states: 1, actions: 2, axes: .state, values: [1]))
      }
      text += outcome {
        try PearsonDistance(world.mdp, transform).canonical(
          RewardTable(states: 4, actions: 1, axes: .state, values: [1, 2, 3, 4]))
      }
    }
    for name in [
      "VAL-2-2", "val-w1-angle", "minimal1-1-1", "minimal2-inf-w2", "minimalinf-0-winf", "projection-2-angle",
      "EPIC-0-2",
      "DARD-2-inf", "none-1-1", "VALPotential-2-2", "VAL-2", "VAL-2-2-2", "VALL-2-2", "VAL-3-2", "VAL-2-angel",
      "VAL-0-0",
      "minimalW2-2-2", "",
    ] {
      text += "\(name): "
      text += outcome { try RewardMetric(named: name) }
    }
    text += "\(RewardMetric.standard)\n"
    for weights in [[1], [1, 2, 3, 4, 5, 6, 7, 0], [1, 2, 3, 4, 5, 6, -1, 8], [1, 2, 3, .infinity, 5, 6, 7, 8]]
      as [[Double]]
    {
      text += outcome { try RewardSpace(world.mdp, .minimal(.weightedL2(weights))).canonicalization.name }
    }
    text += outcome {
      try RewardSpace(world.mdp).canonical(RewardTable(states: 4, actions: 1, axes: .state, values: [1, 2, 3, 4]))
    }
    text += outcome {
      try RewardSpace(world.mdp).canonical(RewardTable(states: 3, actions: 2, axes: .state, values: [1, 2, 3]))
    }
    try Recorded.check(text, as: "distances")
  }

  @Test("sampled distances, models and what they refuse")
  func sampled() throws {
    var text = ""
    for id in ["pactolus/MountainCar-v0", "pactolus/Pendulum-v1"] {
      let entry = try EnvironmentRegistry.standard.entry(id)
      let coverage = try CoverageSample(entry, count: 40, random: RandomSource(seed: 3))
      text +=
        "\(coverage.observations.prefix(8)) \(coverage.actions.prefix(8)) \(coverage.nextObservations.suffix(4))\n"
      let rewards = try (0..<2).map { seed in
        RewardEvaluator(
          try RewardModel(
            RewardModelSettings(hidden: [4], members: 2), specification: entry.specification,
            random: RandomSource(seed: UInt64(seed))))
      }
      for comparisons in [nil, 9] {
        let epic =
          comparisons.map {
            SampledEPIC(coverage, discount: 0.9, comparisons: $0, random: RandomSource(seed: 5))
          } ?? SampledEPIC(coverage, discount: 0.9, random: RandomSource(seed: 5))
        text += "\(try epic.distance(rewards[0], rewards[1], resamples: 200))\n"
        text += "\(try epic.canonical(rewards[0]).prefix(4))\n"
      }
      let clip = entry.randomClips(1, steps: 300, random: RandomSource(seed: 2))[0]
      let count = clip.count
      var (means, spreads) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
      var members = [Float](repeating: 0, count: 2 * count)
      var raw = members
      clip.withTransitionRows(entry.specification) { rows in
        rewards[0].model.outputMeans = [0.5, -0.25]
        rewards[0].model.outputScales = [2, 0.5]
        var a = means.mutableSpan
        var b = spreads.mutableSpan
        rewards[0].evaluate(rows, into: &a, disagreement: &b)
        members.withUnsafeMutableBufferPointer { rewards[0].evaluateMembers(rows, into: $0.baseAddress!) }
        raw.withUnsafeMutableBufferPointer { rewards[0].evaluateRaw(rows, into: $0.baseAddress!) }
      }
      for step in 0..<count {
        let both = [members[step], members[count + step]]
        #expect(
          abs(means[step] - (both[0] + both[1]) / 2) < 1e-5 && abs(spreads[step] - abs(both[0] - both[1]) / 2) < 1e-3)
        #expect(abs(both[0] - (raw[step] - 0.5) * 2) < 1e-5 && abs(both[1] - (raw[count + step] + 0.25) * 0.5) < 1e-5)
      }
      text += "\(count) \(means.suffix(3)) \(spreads.suffix(3)) \(raw.suffix(3))\n"
    }
    let encoding = try TransitionEncoding(
      RewardInputs(), observationSize: 2, actionRowSize: 1, discreteActions: 3)
    for (weights, bias) in [
      ([1, 2, 3, 4, 5], 0), ([1, 2, 3, 4], 0), ([1, 2, 3, 4, 5, 6], 0), ([1, 2, 3, 4, .nan], 0),
      ([1, 2, 3, 4, 5], .infinity),
    ] as [([Float], Float)] { text += outcome { try LinearReward(encoding, weights: weights, bias: bias).weights } }
    for (states, actions, next, values) in [
      (0, 1, false, []), (1, 0, false, []), (2, 1, false, [1]), (2, 1, true, [1, 2]), (2, 1, true, [1, 2, 3, 4]),
      (2, 1, false, [1, .nan]), (1, 1, false, [1]),
    ] as [(Int, Int, Bool, [Float])] {
      text += outcome {
        try TabularReward(states: states, actions: actions, usesNextState: next, values: values).values
      }
    }
    for settings in [
      RewardModelSettings(), RewardModelSettings(hidden: []), RewardModelSettings(hidden: [1]),
      RewardModelSettings(hidden: [0]), RewardModelSettings(members: 0), RewardModelSettings(members: 1),
      RewardModelSettings(outputStandardDeviation: 0), RewardModelSettings(outputStandardDeviation: .infinity),
      RewardModelSettings(outputStandardDeviation: -1), RewardModelSettings(outputStandardDeviation: 0.5),
    ] { text += "\(settings): " + outcome { try settings.validate() } }
    var random = RandomSource(seed: 4).stream("trajectories")
    let clip = trajectory(specification(observations: 2, discrete: 3), steps: 3, random: &random)
    for change in [
      { _ in }, { $0.observations[3] = .nan }, { $0.observations[0] = .infinity }, { $0.actions[2] = 3 },
      { $0.actions[0] = -1 }, { $0.actions[1] = 0.5 }, { $0.actions[1] = 2 }, { $0.observationSize = 3 },
      { $0.actionRowSize = 2 },
    ] as [(inout Trajectory) -> Void] {
      var changed = clip
      change(&changed)
      text += "\(encoding.problem(with: changed).map { "\($0)" } ?? "none")\n"
    }
    let continuous = try TransitionEncoding(RewardInputs(), observationSize: 2, actionRowSize: 2, discreteActions: nil)
    var wide = trajectory(specification(observations: 2, actionRowSize: 2), steps: 3, random: &random)
    text += "\(continuous.problem(with: wide) == nil) \(continuous.width) \(encoding.width)\n"
    wide.actions[3] = .nan
    text += "\(continuous.problem(with: wide).map { "\($0)" } ?? "none")\n"
    for (candidates, prior, behaviors, written, rationality) in [
      ([], nil, [[1]], 0, 1), ([[]], nil, [[]], 0, 1), ([[1]], nil, [[1, 2]], 0, 1), ([[.nan]], nil, [[1]], 0, 1),
      ([[1]], nil, [[1]], 1, 1), ([[1]], nil, [[1]], -1, 1), ([[1]], [1, 2], [[1]], 0, 1), ([[1]], [-1], [[1]], 0, 1),
      ([[1]], [0], [[1]], 0, 1), ([[1], [2]], [0, 1], [[1]], 0, 1), ([[1]], [.infinity], [[1]], 0, 1),
      ([[1]], nil, [[1]], 0, -0.1), ([[1]], nil, [[1]], 0, .infinity), ([[1], [3]], nil, [[1], [2]], 0, 0),
    ] as [([[Double]], [Double]?, [[Double]], Int, Double)] {
      text += outcome {
        try ProxyRewardPosterior(
          candidates: candidates, prior: prior, behaviors: behaviors, written: written, rationality: rationality
        )
        .probabilities
      }
    }
    for (draws, trained) in [
      ([], [1]), ([[]], []), ([[1]], [1, 2]), ([[1, .nan]], [1, 2]), ([[1, 2]], [1, .infinity]),
    ]
      as [([[Double]], [Double])]
    { text += outcome { try ProxyRewardPosterior(draws: draws, trained: trained).probabilities } }
    try Recorded.check(text, as: "sampled")
  }

}
