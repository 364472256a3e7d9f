import Compute
import Environments
import Foundation
import Recorded
import Rewards
import Testing
import Theory

/// What `express` says of many tasks, and what is refused, word for word.
@Suite("Tasks, word for word")
struct RecordedExpressionTests {
  private static let tasks = [
    #"{"task": "acceptable-policies", "acceptable": ["01", [1, 0]]}"#,
    #"{"task": "acceptable-policies", "acceptable": ["11"], "version": "equal"}"#,
    #"{"task": "acceptable-policies", "acceptable": ["11", "01"], "reward": "transition"}"#,
    #"{"task": "acceptable-policies", "acceptable": ["1-1", "0,1"], "reward": "state", "nonNegative": true}"#,
    #"{"task": "acceptable-policies", "acceptable": ["00", "01", "10", "11"], "version": "range"}"#,
    #"{"task": "acceptable-policies", "acceptable": ["00", "01", "10", "11", "00", "01", "10"]}"#,
    #"{"task": "acceptable-policies", "acceptable": ["00", "01", "10", "11", "00", "01"], "version": "equal"}"#,
    #"{"task": "policy-order", "policies": {"b": "00", "a": [[0.5, 0.5], [1, 0]]}, "relations": ["a > b"]}"#,
    #"{"task": "policy-order", "policies": {"u": "uniform", "v": "11"}, "relations": ["u = v"], "nonNegative": true}"#,
    #"{"task": "policy-order", "relations": ["00 > 11", "11 >= 00"]}"#,
    #"{"task": "policy-order", "relations": ["00 > 11", "11 > 10", "10 > 00", "01 > 11", "00 > 01"]}"#,
    #"{"task": "policy-order", "relations": ["00 > 01", "01 > 00", "10 > 11", "11 > 10"]}"#,
    #"{"task": "policy-order", "relations": ["00 > 01", "01 > 00", "10 > 11", "11 > 10", "00 > 11", "11 > 00"]}"#,
    #"{"task": "policy-order", "relations": ["01 > 10", "00 > 01", "11 > 00"]}"#,
    #"{"task": "policy-order", "relations": ["00 = 01", "01 >= 10"]}"#,
    #"{"task": "policy-order"}"#,
    """
    {"task": "trajectory-order", "trajectories": {"x": {"states": [0, 1, 0], "actions": [1, 0]},
     "y": {"states": [0, 0, 1], "actions": [0, 1]}}, "relations": ["x > y"]}
    """,
    """
    {"task": "trajectory-order", "trajectories": {"x": {"states": [0, 1, 0], "actions": [1, 0]},
     "y": {"states": [0, 0, 1], "actions": [0, 1]}}, "relations": ["x > y"], "discount": 1, "reward": "state"}
    """,
    """
    {"task": "trajectory-order", "trajectories": {"x": {"states": [0, 1, 0], "actions": [1, 0]},
     "y": {"states": [1, 0, 1], "actions": [0, 1]}}, "relations": ["x > y"], "discount": 0, "reward": "transition"}
    """,
    #"{"task": "objective", "rewards": ["state-0", "state-1"], "mixtures": true}"#,
    #"{"task": "objective", "rewards": ["leave-0", "state-1"], "rule": "sum", "mixtures": true}"#,
    #"{"task": "objective", "rewards": ["leave-0", "state-1"], "rule": "lexicographic"}"#,
    #"{"task": "objective", "rewards": ["leave-0", "state-1"], "rule": "threshold", "threshold": 0.5}"#,
  ]

  @Test("each is judged, with its proof")
  func judged() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    var text = ""
    for world in try [FiniteWorld(describing: "two-state"), FiniteWorld(describing: "path:length=2,slip=0.1")] {
      for json in Self.tasks {
        text += json + "\n"
        text += Recorded.attempt("judged") {
          let file = try ExpressionTaskFile(json: Data(json.utf8), in: world)
          let audit = try ExpressionAudit(file.task, description: file.description, in: world.mdp, domain: file.domain)
          return Recorded.text([audit.finding]) + String(decoding: try encoder.encode(audit.summary), as: UTF8.self)
        }
      }
    }
    try Recorded.check(text, as: "tasks")
  }

  @Test("each that cannot be read is refused")
  func refused() throws {
    let world = try FiniteWorld(describing: "two-state")
    var text = ""
    for json in [
      #"{"task": "acceptable-policies", "acceptable": ["012"]}"#,
      #"{"task": "acceptable-policies", "acceptable": ["02"]}"#,
      #"{"task": "acceptable-policies", "acceptable": ["x1"]}"#,
      #"{"task": "acceptable-policies", "acceptable": ["0--1-2"]}"#,
      #"{"task": "acceptable-policies"}"#, #"{"task": "acceptable-policies", "acceptable": []}"#,
      #"{"task": "acceptable-policies", "acceptable": ["00", [[0.5, 0.5], [1, 0]]]}"#,
      #"{"task": "acceptable-policies", "acceptable": [[0, -1]]}"#,
      #"{"task": "acceptable-policies", "acceptable": [[0, 2]]}"#,
      #"{"task": "acceptable-policies", "acceptable": ["00"], "version": "ranges"}"#,
      #"{"task": "acceptable-policies", "acceptable": ["00"], "reward": "states"}"#,
      #"{"task": "acceptable-policies", "acceptable": [true]}"#,
      #"{"task": "acceptable-policies", "acceptable": "00"}"#,
      #"{"task": "policy-order", "relations": ["00 > 22"]}"#, #"{"task": "policy-order", "relations": ["00 11"]}"#,
      #"{"task": "policy-order", "policies": {"a": [[0.5, 0.4], [1, 0]]}}"#,
      #"{"task": "policy-order", "policies": {"a": [[1.5, -0.5], [1, 0]]}}"#,
      #"{"task": "policy-order", "policies": {"a": [[0.5, 0.5000000001], [1, 0]]}}"#,
      #"{"task": "policy-order", "policies": {"a": [[1, 0]]}}"#,
      #"{"task": "policy-order", "policies": {"a": [[1], [1]]}}"#,
      #"{"task": "trajectory-order", "trajectories": {"x": {"states": [0, 1], "actions": [0]}}}"#,
      #"{"task": "trajectory-order", "trajectories": {"x": {"states": [0], "actions": [0]}}}"#,
      #"{"task": "trajectory-order", "trajectories": {"x": {"states": [0, 2], "actions": [0]}}}"#,
      #"{"task": "trajectory-order", "trajectories": {"x": {"states": [-1, 0], "actions": [0]}}}"#,
      #"{"task": "trajectory-order", "trajectories": {"x": {"states": [0, 0], "actions": [2]}}}"#,
      #"{"task": "trajectory-order", "trajectories": {"x": {"states": [0, 0], "actions": [0]}}, "discount": 1.1}"#,
      #"{"task": "trajectory-order", "trajectories": {"x": {"states": [0, 0], "actions": [0]}}, "discount": -0.1}"#,
      #"{"task": "objective", "rewards": []}"#, #"{"task": "objective"}"#,
      #"{"task": "objective", "rewards": ["leave-0"], "rule": "maximum"}"#,
      #"{"task": "objective", "rewards": ["leave-0"], "rule": "threshold"}"#, #"{"task": "nonsense"}"#,
      #"{"tusk": "x"}"#,
      #"{"acceptable": []}"#, "[1]", "{", "3", #"{"task": 3}"#, #"{"task": null}"#,
    ] {
      text += Recorded.attempt(json) {
        let file = try ExpressionTaskFile(json: Data(json.utf8), in: world, place: "here")
        return try ExpressionAudit(file.task, description: file.description, in: world.mdp, domain: file.domain).finding
          .verdict
      }
    }
    let ending = try FiniteWorld(describing: "tree:depth=1,branching=2")
    for (states, actions) in [([0, 1], [0]), ([0, 1, 1], [0, 0]), ([1, 1], [0]), ([0, 2], [0])] {
      text += Recorded.attempt("\(states) \(actions)") {
        try StateActionPath(states: states, actions: actions).validate(in: ending.mdp, name: "p")
      }
    }
    let grid = try FiniteWorld(describing: "grid:rows=2,columns=2")
    for (policies, mixtures) in [(64, true), (65, true), (65, false)] {
      let named = (0..<policies).map { #""p\#($0)": [\#($0 % 5), \#($0 / 5 % 5), \#($0 / 25), 0]"# }.joined(
        separator: ", ")
      let json =
        #"{"task": "objective", "rewards": ["state:0,0=1"], "mixtures": \#(mixtures), "policies": {\#(named)}}"#
      text += Recorded.attempt("\(policies) policies, mixtures \(mixtures)") {
        try ExpressionTaskFile(json: Data(json.utf8), in: grid).description
      }
    }
    let mdp = world.mdp
    text += Recorded.attempt("undiscounted") {
      try ExpressionTask.policyOrder([], []).program(in: mdp.with(rewards: mdp.rewards, discount: 1)).relationCount
    }
    text += Recorded.attempt("nothing acceptable") {
      try ExpressionTask.acceptable([], areEqual: false).program(in: mdp).relationCount
    }
    for limit in [0, 1, 2] {
      text += Recorded.attempt("a fringe of at most \(limit)") {
        try PolicyFringe(of: [TabularPolicy(actions: [0, 0], actionCount: 2)], in: mdp, limit: limit).fringe.map(
          \.policy.actions)
      }
    }
    try Recorded.check(text, as: "tasks-refused")
  }

  @Test("programs: the fewest wishes to drop, groups, and the heaviest terms first")
  func programs() throws {
    var text = ""
    var program = ExpressibilityProgram(width: 2)
    let things = [[1.0, 0], [0, 1], [0.5, 0.5], [0.25, 0.75], [2, 2]].enumerated().map { program.add("t\($0)", $1) }
    program.require([things[2], things[3]], above: [things[0], things[1]])
    program.require([], above: [things[0]])
    program.require([things[0]], above: [])
    program.require(things[4], .notBelow, things[0])
    text += "\(program.names) \(program.relationCount) \(try program.solve())\n"
    for limit in 0...3 { text += "\(try program.fewestToDrop(limit: limit) ?? [-1])\n" }
    program.isNonNegative = true
    text += "\(try program.solve())\n"
    var circle = ExpressibilityProgram(width: 1)
    let ends = [circle.add("a", [1]), circle.add("b", [2]), circle.add("c", [4])]
    circle.require(ends[0], .above, ends[1])
    circle.require(ends[1], .above, ends[2])
    circle.require(ends[2], .above, ends[0])
    text += "\(try circle.solve())\n"
    for limit in 0...2 { text += "\(try circle.fewestToDrop(limit: limit) ?? [-1])\n" }
    if case .impossible(let proof) = try circle.solve() { text += proof.text + "\n" }
    var loose = ExpressibilityProgram(width: 2)
    let pair = (loose.add("x", [1, 2]), loose.add("y", [2, 1]))
    loose.require(pair.0, .equal, pair.1)
    text += "\(try loose.solve())\n"
    loose.require(pair.0, .above, pair.1)
    text += "\(try loose.solve())\n"
    try Recorded.check(text, as: "programs")
  }

  @Test("rules and attitudes by hand")
  func rules() {
    let returns = [[1.0, 5], [2, 4], [2, 4 + 1e-12], [0, 9]]
    #expect(ObjectiveRule.sum.scores(returns) == [6, 6, 6 + 1e-12, 9])
    #expect(ObjectiveRule.maximin.scores(returns) == [1, 2, 2, 0])
    #expect(ObjectiveRule.lexicographic.scores(returns) == [5, 8, 8, 2])
    #expect(ObjectiveRule.threshold(2).scores([[2, 2 + 1e-6], [2 - 1e-12, 2 - 1e-10], [3, 1]]) == [2, 1, 1])
    #expect(ObjectiveRule.threshold(-4).scores([[-4 - 1e-12], [-4 - 1e-10]]) == [1, 0])
    #expect(RiskAttitude.neutral.utility(-3) == -3)
    #expect(RiskAttitude.squareRoot.utility(-3) == 0 && RiskAttitude.squareRoot.utility(9) == 3)
    #expect(RiskAttitude.exponential(0).utility(1.5) == 1.5)
    #expect(abs(RiskAttitude.exponential(2).utility(1) - 0.43233235838169365) < 1e-15)
    #expect(abs(RiskAttitude.exponential(-1).utility(1) - 1.718281828459045) < 1e-15)
    #expect(RiskAttitude.neutral.score([(2, 0.25), (-4, 0.75)]) == -2.5)
  }
}
