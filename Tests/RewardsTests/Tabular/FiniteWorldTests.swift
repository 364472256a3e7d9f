import Compute
import Environments
import Files
import Foundation
import Rewards
import Testing

private func world(_ json: String) throws -> FiniteWorld { try FiniteWorld(json: Data(json.utf8), place: "w.json") }

private let twoStates = """
  {"states": ["calm", "storm"], "actions": ["wait", "sail"], "discount": 0.9, "start": "calm",
   "transitions": [[[1, 0], [0.25, 0.75]], [[0.5, 0.5], [0, 1]]],
   "rewards": {"here": [0, 1], "pair": [[1, 2], [3, 4]], "far": {"sparse": [["calm", "sail", "storm", 4], [1, 1, 1, -1]]}}}
  """

@Suite("Finite worlds and their files")
struct FiniteWorldTests {
  @Test(
    "random worlds beyond memory are refused before they are drawn, whatever the numbers",
    arguments: [
      "random:states=4000000000,actions=4000000000", "random:states=1000000,actions=4,rewards=0",
      "random:states=10000,actions=4", "random:states=10,actions=2,rewards=2000000",
      "sparse:states=4000000000,actions=4000000000,branching=4", "sparse:states=100000000,actions=4,branching=4",
      "sparse:states=10,actions=2,rewards=1000000000",
    ])
  func tooLarge(world: String) throws {
    let error = try #require(throws: InputError.self) { try FiniteWorld(describing: world) }
    #expect(error.problem.contains("too large") || error.problem.contains("too many"))
    #expect(error.remedy != nil)
  }

  @Test("JSON: names, a start, dense transitions, rewards on every kind of axes")
  func json() throws {
    let world = try world(twoStates)
    #expect(world.stateNames == ["calm", "storm"] && world.actionNames == ["wait", "sail"])
    #expect(world.mdp.denseTransitions == [1, 0, 0.25, 0.75, 0.5, 0.5, 0, 1] && world.mdp.start == [1, 0])
    #expect(world.rewards.map(\.name) == ["far", "here", "pair"])
    #expect(world.rewards.map(\.table.axes) == [.transition, .state, .stateAction])
    #expect(world.rewards[0].table.expected(in: world.mdp) == [0, 3, 0, -1])
    #expect(world.rewards[1].table.expected(in: world.mdp) == [0, 0, 1, 1])
    #expect(world.rewards[2].table[1, 0, 1] == 3)
    #expect(try world.state("storm") == 1 && world.action("0") == 0)
  }

  @Test("JSON: sparse transitions, absorbing states, counts instead of names, a uniform start")
  func sparse() throws {
    let world = try world(
      """
      {"states": 3, "actions": 2, "discount": 0, "absorbing": [2],
       "transitions": {"sparse": [[0, 0, 1, 1], [0, 1, 0, 0.5], [0, 1, 2, 0.5], [1, 0, 2, 1], [1, 1, 2, 1]]}}
      """)
    #expect(world.mdp.start.allSatisfy { abs($0 - 1 / 3.0) < 1e-12 })
    #expect(world.mdp.transitions(2, 1).map { world.mdp.successors[$0] } == [2])
    #expect(world.horizon == nil && world.rewards.isEmpty)
  }

  @Test(
    "a world survives being written and read, as JSON and as arrays, in every bit",
    arguments: ["two-state", "grid:slip=0.3", "cliff:columns=4", "tree:depth=2,branching=3", "random:states=7,seed=5"])
  func roundTrip(text: String) throws {
    let world = try FiniteWorld(describing: text)
    let again = try FiniteWorld(json: world.json())
    let arrays = try FiniteWorld(arrays: NumPyArchive(Array(world.arrays().data())))
    #expect(again.mdp == world.mdp && arrays.mdp == world.mdp)
    #expect(again.stateNames == world.stateNames && again.actionNames == world.actionNames)
    for (name, table) in world.rewards {
      #expect(try RewardTable.named(name, in: again) == table)
      #expect(try RewardTable.named(name, in: arrays) == table)
    }
    let directory = FileManager.default.temporaryDirectory.path
    for ending in ["json", "npz"] {
      let path = "\(directory)/world-\(ProcessInfo.processInfo.processIdentifier)-\(abs(text.hash)).\(ending)"
      defer { try? FileManager.default.removeItem(atPath: path) }
      try world.write(to: path)
      #expect(try FiniteWorld(describing: path).mdp == world.mdp)
    }
    #expect(throws: InputError.self) { try world.write(to: "\(directory)/world.txt") }
  }

  @Test("arrays: dense transitions, 32-bit numbers, several rewards, a horizon")
  func arrays() throws {
    let archive = NumPyArchive([
      ("transitions", TypedArray([0.1, 0.9, 0.3, 0.7, 1, 0, 0, 1] as [Float], shape: [2, 2, 2])),
      ("discount", TypedArray([0.5], shape: [])), ("rewards", TypedArray([1, 2], shape: [2])),
      ("reward_pair", TypedArray([1.0, 2, 3, 4], shape: [2, 2])), ("horizon", TypedArray([12], shape: [1])),
    ])
    let world = try FiniteWorld(arrays: archive)
    #expect(abs(world.mdp.probabilities[0...1].reduce(0, +) - 1) < 1e-15)
    #expect(world.horizon == 12 && world.rewards.map(\.name) == ["rewards", "pair"])
  }

  @Test("an environment's table: what ends is never left and pays nothing")
  func environment() throws {
    let world = try FiniteWorld(describing: "pactolus/Delivery-v0")
    #expect(!world.mdp.isTerminal.contains(true) && world.actionNames == ["up", "down", "left", "right"])
    let own = try RewardTable.named("own", in: world)
    let tabular = try #require(try EnvironmentRegistry.standard.entry("pactolus/Delivery-v0").tabular)
    for state in 0..<world.mdp.stateCount where tabular.mdp.isTerminal[state] { #expect(own[state, 0, state] == 0) }
  }

  @Test(
    "Gymnasium's tables have the best returns that value iteration on Gymnasium's own tables finds",
    arguments: [
      ("FrozenLake-v1", 0.5420259320004557), ("FrozenLake8x8-v1", 0.4146403617999758),
      ("FrozenLake-v1:map_name=8x8", 0.4146403617999758), ("FrozenLake-v1:is_slippery=false", 0.9509900498999999),
      ("FrozenLake-v1:desc=SFH|SFG,success_rate=3/4", 0.9681805921809896), ("CliffWalking-v1", -12.247897700103202),
      ("CliffWalkingSlippery-v1", -46.35267218165211), ("CliffWalking-v1:is_slippery=True", -46.35267218165211),
      ("Taxi-v3", 6.327464314919367), ("Taxi-v4", 6.327464314919367),
      ("Taxi-v4:is_rainy=true,rainy_probability=0.7", -0.8793085691420248), ("Blackjack-v1", -0.043026189937132905),
      ("Blackjack-v1:sab=false", -0.04646906159035344),
      ("Blackjack-v1:sab=false,natural=true", -0.02564226731297575),
    ])
  func gymnasium(id: String, best: Double) throws {
    let world = try FiniteWorld(describing: "gym:" + id)
    let own = try RewardTable.named("own", in: world)
    // What is never left pays nothing, and the table's own expected rewards are those of the named one.
    #expect(zip(own.expected(in: world.mdp), world.mdp.rewards).allSatisfy { abs($0 - $1) < 1e-12 })
    var values = [Double](repeating: 0, count: world.mdp.stateCount)
    for _ in 0..<4000 {
      let q = world.mdp.actionValues(values, rewards: world.mdp.rewards)
      let next = values.indices.map { state in
        q[state * world.mdp.actionCount..<(state + 1) * world.mdp.actionCount].max()!
      }
      let change = zip(next, values).reduce(0) { max($0, abs($1.0 - $1.1)) }
      values = next
      if change < 1e-13 { break }
    }
    #expect(abs(world.mdp.startMean(values) - best) < 1e-9)
  }

  @Test("a table of Gymnasium's that is misspelt, or set to what it does not have, is refused with the nearest")
  func gymnasiumRefusals() throws {
    for (id, words) in [
      ("FrozenLak-v1", "did you mean FrozenLake-v1"), ("FrozenLake", "did you mean FrozenLake-v1"),
      ("CartPole-v1", "finite there are FrozenLake-v1"), ("FrozenLake-v1:slippery=true", "is_slippery"),
      ("FrozenLake-v1:is_slippery=maybe", "give true or false"), ("FrozenLake-v1:map_name=5x5", "unknown map '5x5'"),
      ("FrozenLake-v1:desc=SF|X", "not equally long"), ("FrozenLake-v1:success_rate=1/0", "success_rate is '1/0'"),
      ("Taxi-v4:fickle_passenger=true", "no part of the state"), ("Taxi-v3:is_rainy=true", "unknown setting"),
      ("Taxi-v4:discount=1.5", "discount"), ("FrozenLake-v1:is_slippery", "write name=value"),
    ] {
      #expect {
        try FiniteWorld(describing: "gym:" + id)
      } throws: { "\($0)".contains(words) && "\($0)".contains("gym:") }
    }
    #expect { try FiniteWorld(describing: "FrozenLake-v1") } throws: { "\($0)".contains("gym:FrozenLake-v1") }
  }

  @Test("rewards by word: states, pairs and transitions by name or number, seeds, zero, minus")
  func named() throws {
    let world = try world(twoStates)
    func values(_ text: String) throws -> [Double] { try RewardTable.named(text, in: world).values }
    #expect(try values("state:storm=2,0=-1") == [-1, 2])
    #expect(try values("action:calm/sail=1") == [0, 1, 0, 0])
    #expect(try values("transition:1/wait/calm=1e2") == [0, 0, 0, 0, 100, 0, 0, 0])
    #expect(try values("minus:here") == [0, -1] && values("zero") == [0, 0])
    #expect(try values("random:3") == values("random:3") && values("random:3") != values("random:4"))
    let grid = try FiniteWorld(describing: "grid")
    #expect(try RewardTable.named("state:0,2=1,8=3", in: grid).values == [0, 0, 1, 0, 0, 0, 0, 0, 3])
    #expect(try RewardTable.named("action:2,2/stay=1", in: grid).values.firstIndex(of: 1) == 40)
  }

  @Test("the grid's published rewards: shaping changes no return difference, and the cliff is where it was")
  func gridRewards() throws {
    let grid = try FiniteWorld(describing: "grid")
    let sparse = try RewardTable.named("sparse_goal", in: grid)
    let dense = try RewardTable.named("dense_goal", in: grid)
    let policies = (0..<5).map { action in TabularPolicy(actions: .init(repeating: action, count: 9), actionCount: 5) }
    func returns(_ table: RewardTable) -> [Double] {
      policies.map { grid.mdp.expectedReturn(of: $0, rewards: table.expected(in: grid.mdp)) }
    }
    let shifts = zip(returns(sparse), returns(dense)).map { $1 - $0 }
    #expect(shifts.allSatisfy { abs($0 - shifts[0]) < 1e-9 })
    #expect(try RewardTable.named("cliff_walk", in: grid)[7, 0, 0] == -4)
  }

  @Test("tables: dense, scaled and shaped, and equal after coding")
  func tables() throws {
    let table = try RewardTable(states: 2, actions: 2, axes: .stateAction, values: [1, 2, 3, 4])
    #expect(table.dense.values == [1, 1, 2, 2, 3, 3, 4, 4] && table.scaled(by: 2, plus: 1).values == [3, 5, 7, 9])
    #expect(table.shaped(by: [1, 3], discount: 0.5)[0, 1, 1] == 2 + 1.5 - 1)
    #expect(try JSONDecoder().decode(RewardTable.self, from: JSONEncoder().encode(table)) == table)
  }
}

@Suite("Bad worlds are refused, and the first fault is named")
struct BadWorldTests {
  private func expect(_ text: String, _ make: () throws -> Void) {
    #expect { try make() } throws: { error in
      let said = (error as? InputError)?.description ?? "another error: \(error)"
      if !said.contains(text) { Issue.record("said: \(said)") }
      return said.contains(text)
    }
  }

  /// A good world with one field's text changed.
  private func expect(_ text: String, changing old: String, to new: String) {
    precondition(twoStates.contains(old), "the test changes what is there")
    expect(text) { _ = try world(twoStates.replacingOccurrences(of: old, with: new)) }
  }

  @Test("JSON")
  func json() {
    expect("transitions[0, 1] sums to 0.95", changing: "[0.25, 0.75]", to: "[0.25, 0.7]")
    expect(
      "transitions[1, 0, 1] is -0.5", changing: "[0.5, 0.5]",
      to: "[1.5, -0.5]".replacingOccurrences(of: "1.5", with: "1"))
    expect("transitions[1, 0, 0] is 1.5", changing: "[0.5, 0.5]", to: "[1.5, -0.5]")
    expect("transitions[1, 0] has 3 entries; give 2", changing: "[0.5, 0.5]", to: "[0.5, 0.5, 0]")
    expect("transitions[0] has 1 entries; give 2", changing: "[[1, 0], [0.25, 0.75]]", to: "[[1, 0]]")
    expect("transitions[0, 0][1] is 'x'", changing: "[1, 0]", to: "[1, \"x\"]")
    expect("the discount is 1.0", changing: "0.9", to: "1")
    expect("the discount is -0.1", changing: "0.9", to: "-0.1")
    expect("discount is '0.9'", changing: "0.9", to: "\"0.9\"")
    expect("unknown state 'clam'; did you mean calm?", changing: "\"start\": \"calm\"", to: "\"start\": \"clam\"")
    expect("start sums to 0.5", changing: "\"start\": \"calm\"", to: "\"start\": [0.5, 0]")
    expect(
      "start[1] is -0.5", changing: "\"start\": \"calm\"",
      to: "\"start\": [1.5, -0.5]".replacingOccurrences(of: "1.5", with: "1"))
    expect("start has 3 entries", changing: "\"start\": \"calm\"", to: "\"start\": [1, 0, 0]")
    expect("two states are called 'calm'", changing: "[\"calm\", \"storm\"]", to: "[\"calm\", \"calm\"]")
    expect("states is 0", changing: "[\"calm\", \"storm\"]", to: "0")
    expect("rewards.here: reward has 3 entries; give 2", changing: "[0, 1], \"pair\"", to: "[0, 1, 2], \"pair\"")
    expect("rewards.pair: reward[1] has 1 entries; give 2", changing: "[3, 4]", to: "[3]")
    expect("reward[0][1] is 'much'", changing: "[1, 2]", to: "[1, \"much\"]")
    expect("sparse[0][2] is 4", changing: "\"sail\", \"storm\", 4", to: "\"sail\", 4, 4")
    expect("sparse[1] has 3 entries; give 4", changing: "[1, 1, 1, -1]", to: "[1, 1, -1]")
    expect("unknown field 'statess'; did you mean states", changing: "\"states\"", to: "\"statess\"")
    expect("there is no field 'discount'", changing: "\"discount\": 0.9, ", to: "")
    expect("not valid JSON", changing: "\"discount\": 0.9", to: "\"discount\": NaN")
    expect(
      "line 1, column 77: 'discount' is given twice", changing: "\"discount\": 0.9",
      to: "\"discount\": 0.9, \"discount\": 0.8")
    expect("line 3, column 121: expected ',' or '}'", changing: "-1]]}}}", to: "-1]]}}")
    expect("w.json: a world's file holds one object") { _ = try world("[]") }
    expect("the horizon is 0", changing: "\"discount\"", to: "\"horizon\": 0, \"discount\"")
    expect("leaves state storm, which is absorbing") {
      _ = try world(
        """
        {"states": ["calm", "storm"], "actions": 1, "discount": 0.5, "absorbing": ["storm"],
         "transitions": {"sparse": [[0, 0, 1, 1], [1, 0, 0, 1]]}}
        """)
    }
    expect("transitions[1, 0] sums to 0.0") {
      _ = try world(
        #"{"states": 2, "actions": 1, "discount": 0.5, "transitions": {"sparse": [[0, 0, 1, 1]]}}"#)
    }
  }

  @Test("arrays")
  func arrays() {
    let good: [(name: String, array: TypedArray)] = [
      ("transitions", TypedArray([1.0, 0, 0, 1, 0.5, 0.5, 0, 1], shape: [2, 2, 2])),
      ("discount", TypedArray([0.5], shape: [])), ("rewards", TypedArray([0.0, 1, 2, 3], shape: [2, 2])),
      ("start", TypedArray([1.0, 0], shape: [2])),
    ]
    func expect(_ text: String, _ name: String, _ array: TypedArray?) {
      let arrays = good.filter { $0.name != name } + (array.map { [(name, $0)] } ?? [])
      self.expect(text) { _ = try FiniteWorld(arrays: NumPyArchive(arrays)) }
    }
    let nan = Double.nan
    expect("transitions[1, 0, 1] is nan", "transitions", TypedArray([1, 0, 0, 1, 0.5, nan, 0, 1], shape: [2, 2, 2]))
    expect("transitions[0, 1, 0] is -1", "transitions", TypedArray([1.0, 0, -1, 2, 1, 0, 0, 1], shape: [2, 2, 2]))
    expect(
      "transitions[1, 1] sums to 0.9", "transitions", TypedArray([1, 0, 0, 1, 0.5, 0.5, 0, 0.9], shape: [2, 2, 2]))
    expect("transitions has the shape [2, 4]", "transitions", TypedArray([1.0, 0, 0, 1, 1, 0, 0, 1], shape: [2, 4]))
    expect("transitions has the shape [2, 2, 1]", "transitions", TypedArray([1.0, 1, 1, 1], shape: [2, 2, 1]))
    expect("there is no array 'transitions'", "transitions", nil)
    expect("there is no array 'discount'", "discount", nil)
    expect("the discount is 1.0", "discount", TypedArray([1.0], shape: []))
    expect("the discount is nan", "discount", TypedArray([nan], shape: []))
    expect("discount has the shape [2]", "discount", TypedArray([0.5, 0.5], shape: [2]))
    expect("a reward has the shape [3]", "rewards", TypedArray([0.0, 1, 2], shape: [3]))
    expect("state 1, action 0: the reward is nan", "rewards", TypedArray([0, 1, nan, 3], shape: [2, 2]))
    expect("start has the shape [1]", "start", TypedArray([1.0], shape: [1]))
    expect("start[0] is nan", "start", TypedArray([nan, 1], shape: [2]))
    expect("unknown array 'reward'", "reward", TypedArray([0.0, 1], shape: [2]))
    let rows: [(name: String, array: TypedArray)] = [
      ("row_starts", TypedArray([0, 1, 2], shape: [3])), ("successors", TypedArray([1, 2], shape: [2])),
      ("probabilities", TypedArray([1.0, 1], shape: [2])), good[1], good[3],
    ]
    self.expect("transitions[1, 0] leads to state 2") { _ = try FiniteWorld(arrays: NumPyArchive(rows)) }
    let longer: [(name: String, array: TypedArray)] = [
      ("successors", TypedArray([1, 1, 1], shape: [3])), ("probabilities", TypedArray([1.0, 1, 1], shape: [3])),
    ]
    self.expect("row_starts ends at 2") {
      _ = try FiniteWorld(arrays: NumPyArchive([rows[0], rows[3], rows[4]] + longer))
    }
  }

  @Test("words")
  func words() throws {
    let world = try world(twoStates)
    for (word, said) in [
      ("her", "did you mean here?"), ("state:calm", "has no value"), ("state:calm=x", "a reward of 'x'"),
      ("state:2=1", "there is no state 2"), ("action:calm=1", "name a state and an action"),
      ("action:calm/fly=1", "unknown action 'fly'"), ("random:x", "the seed is 'x'"), ("nowhere.npy", "no such file"),
      ("nonsense", "state:calm=1"),
    ] {
      expect(said) { _ = try RewardTable.named(word, in: world) }
    }
    for (word, said) in [
      ("grid:rows=0", "rows 0"), ("grid:rows=1.5", "rows is 1.5; give a whole number"),
      ("grid:discount=1", "the discount is 1.0"),
      ("random:seed=-1", "the seed is -1"), ("grid:rows", "'rows' sets nothing"),
      ("nonsense", "give a .json or .npz file"),
      ("two-stat", "did you mean two-state?"), ("pactolus/Delivery-v1", "did you mean pactolus/Delivery-v0"),
    ] {
      expect(said) { _ = try FiniteWorld(describing: word) }
    }
  }
}
