import Command
import Foundation
import Recorded
import Testing

/// What the command prints for the data of the examples and for small worlds: exit code, output and complaint.
@Suite("What the command prints, word for word")
struct RecordedOutputTests {
  private static let task =
    #"{"task": "policy-order", "policies": {"stay": "00", "go": "11"}, "relations": ["go > stay"]}"#
  private static let contradiction =
    #"{"task": "policy-order", "policies": {"stay": "00", "go": "11"}, "relations": ["go > stay", "stay > go"]}"#
  private static let two = ["two-state", "action-1", "leave-0"]

  /// Each is run as it stands and, where a verb has it, with `--json`.
  static let cases: [(name: String, arguments: [String])] = [
    ("worlds", ["worlds"]), ("worlds-two-state", ["worlds", "two-state"]),
    ("worlds-delivery", ["worlds", "pactolus/Delivery-v0"]), ("worlds-none", ["worlds", "--save", "x.json"]),
    ("compare", ["compare"] + two), ("compare-grounds", ["compare"] + two + ["--grounds", "--acceptable", "0.9"]),
    ("hackable", ["hackable"] + two),
    ("hackable-near", ["hackable"] + two + ["--near", "11", "--radius", "0.5", "--most-loss", "0.2"]),
    ("hackable-these", ["hackable"] + two + ["--policies", "00,01,11"]),
    ("hackable-radius", ["hackable"] + two + ["--radius", "0.5"]),
    ("hackable-loss", ["hackable"] + two + ["--most-loss", "1.5"]), ("goodhart", ["goodhart"] + two),
    ("goodhart-points", ["goodhart"] + two + ["--points", "2"]),
    ("identify", ["identify", "two-state", "action-1", "--data", "optimal-policies"]),
    (
      "identify-changed", ["identify", "two-state", "action-1", "--data", "optimal-policies", "--changed", "two-state"]
    ),
    ("misspecify-seed", ["misspecify", "two-state", "--believed", "boltzmann", "--actual", "optimal", "--seed", "2"]),
    ("irl", ["irl", "two-state", "--demonstrations", "20", "--truth", "state-1"]),
    (
      "irl-posterior",
      ["irl", "two-state", "--demonstrations", "20", "--posterior", "--draws", "40", "--on", "stateAction"]
    ),
    ("safe-data", ["safe-data", "two-state", "action-1", "--error", "0.1"]),
    ("safe-data-policy", ["safe-data", "two-state", "action-1", "--coverage", "policy:01", "--squared-error", "0.04"]),
    ("safe-data-counts", ["safe-data", "two-state", "action-1", "--coverage", "1,2,3,4", "--regret", "0.2"]),
    ("safe-data-few", ["safe-data", "two-state", "action-1", "--coverage", "1,2,3"]),
    ("safe-data-both", ["safe-data", "two-state", "action-1", "--error", "0.1", "--squared-error", "0.1"]),
    ("safe-data-negative", ["safe-data", "two-state", "action-1", "--squared-error", "-1"]),
    ("express", ["express", "two-state", task]), ("express-not", ["express", "two-state", contradiction]),
    ("environments", ["environments"]), ("environments-one", ["environments", "pactolus/Delivery-v0"]),
    ("kinds", ["kinds"]), ("kinds-one", ["kinds", "comparison", "--environment", "pactolus/Delivery-v0"]),
    ("settings", ["settings"]), ("settings-ppo", ["settings", "ppo"]), ("settings-one", ["settings", "ppo.epochs"]),
    ("reproduce", ["reproduce"]), ("reproduce-orders", ["reproduce", "two-state-orders"]),
    ("audit", ["audit", "pairs.jsonl"]),
    ("audit-samples", ["audit", "--samples", "best-of-n.jsonl"]),
    ("audit-orphan", ["audit", "--second", "other-batch.jsonl"]), ("explain", ["audit", "explain"]),
    ("explain-one", ["audit", "explain", "length-bias"]),
    ("import", ["import", "pairs.jsonl", "--as", "trl"]), ("import-none", ["import", "none.jsonl", "--as", "jsonl"]),
    ("runs-none", ["runs", "."]), ("answers-none", ["answers", "none"]),
  ]

  private static let printsJSON: Set = [
    "worlds", "compare", "hackable", "goodhart", "identify", "misspecify", "irl", "safe-data", "express",
    "environments",
    "kinds", "settings", "reproduce", "audit", "import",
  ]

  @Test("as it was recorded", arguments: cases.map(\.name))
  func recorded(name: String) throws {
    let arguments = try #require(Self.cases.first { $0.name == name }).arguments
    let data = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Examples/data").standardizedFileURL
    var calls = [arguments]
    if Self.printsJSON.contains(arguments[0]), arguments.dropFirst().first != "explain" {
      calls.append(arguments + ["--json"])
    }
    let text = try calls.map { call in
      // The same on every machine: without the engines that may be there.
      let none = ["PACTOLUS_ENGINES": "/nowhere", "PACTOLUS_PYTHON": "/nowhere/python"]
      let result = try Tool.run(call, in: data, with: none)
      return "$ pactolus \(call.joined(separator: " "))\n\(result.output)\(result.complaint)code \(result.code)\n"
    }
    try Recorded.check(text.joined(separator: "\n"), as: name)
  }

  /// Verbs about runs and files; the others are those of theory and lists.
  private static let working = [
    "learn", "resume", "evaluate", "report", "export", "import", "fit", "imitate", "answers", "runs", "audit",
    "study",
  ]

  private static func help(_ calls: [[String]]) throws -> String {
    try calls.map { "$ pactolus \($0.joined(separator: " "))\n" + (try Tool.run($0).output) }.joined(separator: "\n")
  }

  @Test("the help of every verb, with the defaults of its options")
  func help() throws {
    let study = ["run", "status", "report"].map { ["study", $0, "--help"] }
    let working = Self.working.map { [$0, "--help"] } + study + [["--help"], ["--version"]]
    try Recorded.check(Self.help(working), as: "help")
    let others = Parts.standard.verbs.flatMap { $0.verbs }.filter { !($0 is any VerbElsewhere.Type) }
      .compactMap { $0.configuration.commandName }.filter { !Self.working.contains($0) }
    try Recorded.check(Self.help(others.map { [$0, "--help"] }), as: "help-others")
  }
}
