import Foundation
import Testing

/// What theory's verbs print as JSON has a schema in the documentation, and the schema knows every key.
@Suite("The schema of theory's JSON")
struct TheorySchemaTests {
  @Test("so is what compare says of runs")
  func runs() throws {
    let scratch = try Scratch()
    let run = scratch.path + "/tiny"
    let learned = try Tool.run(["learn", "pactolus/Pendulum-v1", "--out", run] + CompareRunsTests.tiny)
    try #require(learned.code == 0, "\(learned.complaint)")
    let result = try Tool.run(["compare", "--runs", run, "--json", "--transitions", "64", "--discount", "0.5"])
    #expect(result.code == 0, "\(result.complaint)")
    let faults = try DocumentSchema("theory.schema.json").faults(of: Data(result.output.utf8), by: "compare")
    #expect(faults.isEmpty, "\(faults.prefix(5))")
  }

  @Test(
    "each verb's document is one that its definition describes",
    arguments: [
      ["compare", "two-state", "action-1", "leave-0", "state-1"], ["compare", "two-state", "zero", "state-1"],
      ["goodhart", "two-state", "action-1", "leave-0"], ["goodhart", "two-state", "zero", "leave-0"],
      ["hackable", "two-state", "action-1", "leave-0", "--near", "uniform"],
      ["hackable", "two-state", "action-1", "leave-0", "--policies", "all"],
      ["identify", "two-state", "leave-0", "--data", "boltzmann-policy"],
      ["identify", "grid:rows=6,columns=6", "state:5,5=1", "--data", "lotteries"],
      ["irl", "two-state", "--demonstrations", "20", "--truth", "state-1"],
      ["irl", "two-state", "--demonstrations", "5", "--posterior", "--draws", "20"],
      ["misspecify", "two-state", "--believed", "boltzmann:discount=0.8", "--actual", "boltzmann"],
      ["safe-data", "two-state", "action-1", "--error", "0.1"], ["safe-data", "two-state", "zero"],
      ["express", "two-state", #"{"task": "acceptable-policies", "acceptable": ["01", "10"]}"#],
      ["express", "two-state", #"{"task": "acceptable-policies", "acceptable": ["11"]}"#],
      ["worlds", "two-state"], ["worlds", "--from", "gym:CliffWalking-v1"],
      ["goodhart", "two-state", "action-1", "leave-0", "--ratings", "500", "--policy", "optimal:state-0"],
      ["compare", "two-state", "action-1", "leave-0", "--policy", "01", "--weights", "1,2,3,4"],
      ["compare", "two-state", "action-1", "next-1", "--horizon", "3", "--discount", "1"],
      ["hackable", "two-state", "action-1", "leave-0", "--horizon", "2"],
    ])
  func verbs(arguments: [String]) throws {
    let result = try Tool.run(arguments + ["--json"])
    #expect(result.code == 0, "\(result.complaint)")
    let faults = try DocumentSchema("theory.schema.json").faults(of: Data(result.output.utf8), by: arguments[0])
    #expect(faults.isEmpty, "\(faults.prefix(5))")
  }
}
