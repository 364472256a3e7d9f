import Compute
import Environments
import Findings
import Foundation
import Rewards
import Testing
import Theory

@Suite("Tasks as files")
struct ExpressionTaskFileTests {
  func finding(_ json: String) throws -> Finding {
    let world = try FiniteWorld(describing: "two-state")
    let file = try ExpressionTaskFile(json: Data(json.utf8), in: world)
    return try ExpressionAudit(file.task, description: file.description, in: world.mdp, domain: file.domain).finding
  }

  @Test("each kind of task is read, and judged")
  func kinds() throws {
    #expect(try finding(#"{"task": "acceptable-policies", "acceptable": ["01", [1, 0]]}"#).verdict == .fails)
    #expect(
      try finding(#"{"task": "acceptable-policies", "acceptable": ["11"], "version": "equal"}"#).verdict == .holds)
    #expect(
      try finding(
        #"{"task": "policy-order", "policies": {"a": "00", "b": [[0.5, 0.5], [1, 0]]}, "relations": ["a > b"]}"#
      ).verdict == .holds)
    #expect(try finding(#"{"task": "policy-order", "relations": ["00 > 11", "11 >= 00"]}"#).verdict == .fails)
    #expect(
      try finding(
        """
        {"task": "trajectory-order", "trajectories": {"x": {"states": [0, 1], "actions": [1]},
         "y": {"states": [0, 0], "actions": [0]}}, "relations": ["x > y"]}
        """
      ).verdict == .holds)
    let objective = #"{"task": "objective", "rewards": ["state-0", "state-1"], "rule": "maximin", "mixtures": true}"#
    #expect(try finding(objective).verdict == .fails)
    let sum = #"{"task": "objective", "rewards": ["leave-0", "state-1"], "rule": "sum", "mixtures": true}"#
    #expect(try finding(sum).verdict == .holds)
  }

  @Test("what cannot be read is refused, with where and what would have been right")
  func badInput() throws {
    for (json, word) in [
      (#"{"task": "acceptable-policies", "acceptable": ["012"]}"#, "3 actions"),
      (#"{"task": "acceptable-policies", "acceptable": ["02"]}"#, "action 2"),
      (#"{"task": "acceptable-policies", "acceptable": ["x1"]}"#, "no policy"),
      (#"{"task": "acceptable-policies"}"#, "no policy is acceptable"),
      (#"{"task": "acceptable-policies", "acceptable": [[[0.5, 0.5], [1, 0]]]}"#, "draws its actions"),
      (#"{"task": "policy-order", "relations": ["00 > 22"]}"#, "unknown name '22'"),
      (#"{"task": "policy-order", "relations": ["00 11"]}"#, "no relation"),
      (#"{"task": "policy-order", "policies": {"a": [[0.5, 0.4], [1, 0]]}}"#, "no distribution"),
      (#"{"task": "trajectory-order", "trajectories": {"x": {"states": [0, 1], "actions": [0]}}}"#, "leads from"),
      (#"{"task": "trajectory-order", "trajectories": {"x": {"states": [0], "actions": [0]}}}"#, "1 states"),
      (#"{"task": "objective", "rewards": ["leave-0"], "rule": "maximum"}"#, "unknown rule"),
      (#"{"task": "nonsense"}"#, "unknown task"), (#"{"tusk": "x"}"#, "did you mean task"),
      (#"{"acceptable": []}"#, "no field 'task'"), (#"[1]"#, "one object"), (#"{"#, "not valid JSON"),
    ] {
      #expect("\(json) is refused") {
        _ = try finding(json)
      } throws: {
        "\($0)".contains(word)
      }
    }
  }
}
