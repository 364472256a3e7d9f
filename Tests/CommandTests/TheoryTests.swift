import Foundation
import Testing

/// The verbs of theory through the command itself: their answers on worlds worked out by hand, and what they refuse.
@Suite("Theory on the command line")
struct TheoryTests {
  private func expect(
    _ arguments: [String], code: Int32 = 0, says words: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try Tool.run(arguments)
    #expect(result.code == code, "\(result.complaint)", sourceLocation: sourceLocation)
    for word in words {
      #expect(
        (result.output + result.complaint).contains(word), "said: \(result.output)\(result.complaint)",
        sourceLocation: sourceLocation)
    }
  }

  @Test("each verb answers on the two-state world")
  func answers() throws {
    try expect(["compare", "two-state", "action-1", "leave-0"], says: ["1.051", "1.107", "1.088"])
    try expect(["hackable", "two-state", "action-1", "leave-0"], says: ["from policy 11 to 10"])
    try expect(["goodhart", "two-state", "action-1", "leave-0"], says: ["65.9°"])
    try expect(["identify", "two-state", "action-1", "--data", "optimal-policies"], says: ["open"])
    try expect(
      ["misspecify", "two-state", "--believed", "boltzmann", "--actual", "boltzmann:temperature=2"], says: ["holds"])
    try expect(["irl", "two-state", "--demonstrations", "20", "--truth", "state-1"], says: ["20 demonstrations"])
    try expect(["safe-data", "two-state", "action-1", "--error", "0.1"], says: ["16.7 %"])
    try expect(["reproduce", "two-state-orders"], says: ["12.0000", "25.0000"])
    try expect(["worlds", "two-state"], says: ["state-1"])
  }

  @Test("Gymnasium's tables are worlds for every verb, and one command writes them to a file")
  func gymnasium() throws {
    let scratch = try Scratch()
    let file = scratch.path + "/lake.json"
    try expect(["worlds", "--from", "gym:FrozenLake-v1", "--save", file], says: ["left down right up", "0.542"])
    try expect(["worlds", file], says: ["0.542"])
    try expect(["compare", "gym:FrozenLake-v1", "own", "state:3,3=1"], says: ["VAL-2-2"])
    try expect(["worlds"], says: ["gym:Taxi-v4:is_rainy=false"])
    try expect(["worlds", "gym:FrozenLak-v1"], code: 2, says: ["did you mean FrozenLake-v1"])
    try expect(["worlds", "grid", "--from", "grid"], code: 64, says: ["once"])
  }

  @Test("a base policy, weights and a horizon of one's own")
  func ownGeometry() throws {
    let words = ["compare", "two-state", "action-1", "leave-0"]
    try expect(words + ["--policy", "00"], says: ["0.765"])
    try expect(words + ["--policy", "optimal:state-0", "--weights", "10,20,30,40"], says: ["0.919"])
    try expect(words + ["--weights", "1,0,1,1"], code: 2, says: ["would hide differences"])
    try expect(words + ["--weights", "policy:01,10"], code: 2, says: ["2 policies"])
    try expect(words + ["--horizon", "3", "--discount", "1"], says: ["83.3 %"])
    try expect(words + ["--discount", "1"], code: 2, says: ["--horizon"])
    try expect(words + ["--horizon", "0"], code: 2, says: ["at least 1 step"])
    try expect(["hackable", "two-state", "action-1", "leave-0", "--horizon", "2", "--discount", "1"], says: ["policy"])
  }

  @Test("ratings stand in for the truth, and stop the proxy where they can no longer vouch for it")
  func ratings() throws {
    let scratch = try Scratch()
    let file = scratch.path + "/ratings.csv"
    let rows = (0..<400).flatMap { _ in ["0,to 0,1", "0,to 1,5", "1,to 0,1", "1,to 1,5"] }
    try (["state,action,rating"] + rows).joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
    let words = ["goodhart", "two-state"]
    try expect(words + ["action-1", "--ratings", file, "--scale", "1,5"], says: ["to the proxy's optimum"])
    try expect(words + ["action-1", "--ratings", file], code: 2, says: ["--scale 1,5"])
    try expect(words + ["leave-0", "action-1", "--ratings", "40"], says: ["times as many ratings"])
    try expect(words + ["leave-0", "action-1", "--ratings", file, "--scale", "1,5"], code: 64, says: ["the proxy"])
    try expect(words + ["action-1"], code: 64, says: ["the true reward and the proxy"])
    try expect(words + ["leave-0", "action-1", "--policy", "01"], code: 64, says: ["--policy is for --ratings"])
  }

  @Test("safe data with a penalty, in a world of one state")
  func penalty() throws {
    let scratch = try Scratch()
    let file = scratch.path + "/prompt.json"
    try """
    {"states": 1, "actions": ["a", "b", "c", "d"], "discount": 0, "transitions": [[[1], [1], [1], [1]]],
     "rewards": {"quality": [[0, 0.2, 0.9, 1]]}}
    """.write(toFile: file, atomically: true, encoding: .utf8)
    let reference = scratch.path + "/base.json"
    try "[[[0.4, 0.3, 0.2, 0.1]]]".write(toFile: reference, atomically: true, encoding: .utf8)
    let words = ["safe-data", file, "quality", "--coverage", "1,2,3,4", "--error", "0.05", "--regularizer"]
    try expect(words + ["kl", "--strength", "0.2", "--reference", reference], says: ["8.6 %", "KL(π ‖ reference)"])
    try expect(words + ["l1", "--strength", "0.2"], says: ["‖π − reference‖₁"])
    try expect(words + ["kll", "--strength", "0.2"], code: 2, says: ["did you mean kl"])
    try expect(words + ["kl"], code: 2, says: ["--strength"])
    try expect(["safe-data", "two-state", "action-1", "--strength", "1"], code: 2, says: ["--regularizer kl"])
    try expect(
      ["safe-data", "two-state", "action-1", "--regularizer", "kl", "--strength", "1"], code: 2,
      says: ["2 states in which something is chosen"])
  }

  @Test("numbers on states and actions come from a file as well as from the line")
  func coverageFile() throws {
    let scratch = try Scratch()
    let file = scratch.path + "/counts.json"
    try "[[1, 2], [3, 4]]".write(toFile: file, atomically: true, encoding: .utf8)
    let words = ["safe-data", "two-state", "action-1", "--error", "0.1", "--json", "--coverage"]
    let written = try Tool.run(words + ["1,2,3,4"])
    #expect(written.code == 0 && !written.output.isEmpty, "\(written.complaint)")
    #expect(try Tool.run(words + [file]).output == written.output)
    try "[1, 2]".write(toFile: file, atomically: true, encoding: .utf8)
    try expect(words + [file], code: 2, says: ["one for each state and action"])
  }

  @Test("a reward of weighted features has a weight for each column of the file")
  func features() throws {
    let scratch = try Scratch()
    let file = scratch.path + "/features.npy"
    // Two states, three features each; NumPy's own form, written by hand.
    var header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }"
    header += String(repeating: " ", count: 128 - 10 - header.utf8.count - 1) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
    for value in [1.0, 0, 2, 0, 1, -1] {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += Array($0) }
    }
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    try expect(
      ["irl", "two-state", "--demonstrations", "20", "--on", "state", "--features", file], says: ["20 demonstrations"])
    try expect(
      ["irl", "two-state", "--demonstrations", "20", "--on", "stateAction", "--features", file], code: 2,
      says: ["features"])
  }

  @Test("compare shows the worst case of every pair for three to twelve rewards")
  func everyPair() throws {
    func names(_ rewards: [String]) throws -> [String]? {
      let result = try Tool.run(["compare", "two-state"] + rewards + ["--json"])
      let document = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
      let numbers = try #require(document?["numbers"] as? [String: Any])
      return (numbers["worstCaseRegrets"] as? [String: Any])?["names"] as? [String]
    }
    let two = ["action-1", "leave-0"]
    let many = (0..<6).flatMap { _ in two }
    #expect(try names(two) == nil)
    #expect(try names(two + ["state-1"]) == two + ["state-1"])
    #expect(try names(many) == many)
    #expect(try names(many + ["state-1"]) == nil)
  }

  @Test("compare shows both policies of the worst case in twenty states, and says in how many more they differ")
  func witness() throws {
    func compared(_ count: Int) throws -> (shown: Int, more: String?, differing: Int) {
      let call = ["compare", "grid:rows=\(count),columns=5", "state:0,0=1", "state:\(count - 1),4=1"]
      let text = try Tool.run(call).output
      let lines = text.components(separatedBy: "    in state")[1].components(separatedBy: "\n\n")[0]
        .split(separator: "\n").map(String.init)
      let json = try JSONSerialization.jsonObject(with: Data(Tool.run(call + ["--json"]).output.utf8)) as? [String: Any]
      let pairs = (json?["numbers"] as? [String: Any])?["pairs"] as? [[String: Any]]
      let forward = try #require((pairs?.first?["worstCase"] as? [String: Any])?["forward"] as? [String: Any])
      func policy(_ name: String) throws -> [Double] {
        try #require((forward[name] as? [String: Any])?["probabilities"] as? [Double])
      }
      let (left, taken) = (try policy("left"), try policy("taken"))
      let differing = (0..<5 * count).count { state in
        (0..<5).contains { abs(left[5 * state + $0] - taken[5 * state + $0]) > 1e-6 }
      }
      let shown = lines.count { $0.wholeMatch(of: #/    [0-9],[0-9] .*/#) != nil }
      return (shown, lines.last { $0.contains("more states") }, differing)
    }
    let (small, large) = (try compared(4), try compared(5))
    #expect(small.shown == small.differing && small.more == nil)
    #expect(large.shown == 20 && large.differing > 20)
    #expect(large.more == "    and in \(large.differing - 20) more states, which --json has")
  }

  @Test("compare fails a build by the findings that are named, and by no others")
  func failOn() throws {
    let words = ["compare", "two-state", "action-1", "leave-0"]
    try expect(words + ["--fail-on", "same-order"], code: 3, says: ["One reward cannot stand for the other"])
    try expect(words + ["--fail-on", "any"], code: 3, says: [])
    try expect(words + ["--fail-on", "worst-case-regret/forward", "--acceptable", "1"], says: [])
    try expect(["compare", "two-state", "action-1", "action-1", "--fail-on", "any"], says: ["≈ 0"])
    try expect(words + ["--fail-on", "same-ordr"], code: 2, says: ["did you mean same-order?"])
  }

  @Test("rewards at the end of what a double holds are answered, and a missing array is called missing")
  func extremes() throws {
    let scratch = try Scratch()
    let file = scratch.path + "/huge.json"
    let transitions = "[[[1, 0], [0, 1]], [[0.5, 0.5], [0, 1]]]"
    try """
    {"states": 2, "actions": 2, "discount": 0.9, "transitions": \(transitions),
     "rewards": {"a": [[0, 1e308], [-1e308, 0]], "b": [1, 0], "small": [[0, 1e-300], [-1e-300, 0]]}}
    """.write(toFile: file, atomically: true, encoding: .utf8)
    try expect(["worlds", file], says: ["·10³⁰⁸", "·10⁻³⁰⁰"])
    for verb in ["compare", "hackable", "goodhart"] {
      let huge = try Tool.run([verb, file, "a", "b", "--json"])
      let small = try Tool.run([verb, file, "small", "b", "--json"])
      #expect(huge.code == 0 && small.code == 0, "\(verb): \(huge.complaint)\(small.complaint)")
      #expect(!huge.output.contains("infinity"), "\(verb)")
      func verdicts(_ text: String) throws -> [String] {
        let document = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        return (document?["findings"] as? [[String: Any]] ?? []).map { "\($0["id"] ?? "") \($0["verdict"] ?? "")" }
      }
      #expect(try verdicts(huge.output) == verdicts(small.output), "\(verb)")
    }
    try expect(["safe-data", file, "a", "--error", "0.1"], says: ["claim"])
    try expect(["identify", file, "a", "--data", "lotteries"], says: ["stay open"])
    try expect(
      ["misspecify", file, "--believed", "boltzmann:temperature=1e300", "--actual", "boltzmann", "--reward", "a"],
      says: ["claim"])
  }

  @Test("JSON is one document with its findings")
  func json() throws {
    for verb in [
      ["compare", "two-state", "action-1", "leave-0"], ["hackable", "two-state", "action-1", "leave-0"],
      ["goodhart", "two-state", "action-1", "leave-0"], ["irl", "two-state", "--demonstrations", "20"],
      ["express", "two-state", Self.contradiction],
    ] {
      let result = try Tool.run(verb + ["--json"])
      let document = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
      #expect((document?["findings"] as? [Any])?.isEmpty == false)
      #expect(Set(document?.keys.map { $0 } ?? []) == ["schema", "summary", "findings", "numbers"])
    }
  }

  /// Staying is to be better than going and going better than staying.
  private static let contradiction =
    #"{"task": "policy-order", "policies": {"stay": "00", "go": "11"}, "relations": ["go > stay", "stay > go"]}"#

  @Test("each verb sums its findings up in its own words, the same on the page")
  func headlines() throws {
    try expect(["express", "two-state", Self.contradiction], says: ["No reward of this kind expresses the task"])
    try expect(["hackable", "two-state", "action-1", "leave-0"], says: ["Optimising the proxy is not safe"])
    try expect(["compare", "two-state", "action-1", "leave-0"], says: ["One reward cannot stand for the other"])
    let scratch = try Scratch()
    let page = scratch.path + "/report.html"
    try expect(["express", "two-state", Self.contradiction, "--out", page], says: [page])
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.contains("No reward of this kind expresses the task") && !html.contains("relied on"))
  }

  @Test("unknown rewards, sources, models and worlds are refused with the nearest right ones")
  func unknown() throws {
    try expect(["compare", "two-state", "action-1", "leave-2"], code: 2, says: ["leave-0"])
    try expect(["compare", "two-sate", "action-1", "leave-0"], code: 2, says: ["two-state"])
    try expect(["identify", "two-state", "action-1", "--data", "optimal-policy"], code: 2, says: ["optimal-policies"])
    try expect(["reproduce", "strac"], code: 2, says: ["starc"])
    try expect(["compare", "two-state", "action-1"], code: 64, says: ["at least two rewards"])
  }

  @Test("a bad world file is refused with the first offending place, and writes nothing")
  func badWorld() throws {
    let scratch = try Scratch()
    let file = scratch.path + "/world.json"
    let report = scratch.path + "/report.html"
    try Data(
      """
      {"discount": 0.9, "start": [1, 0], "rewards": {"r": {"state": [0, 1]}},
       "transitions": [[[0.5, 0.4], [0, 1]], [[1, 0], [0, 1]]]}
      """.utf8
    ).write(to: URL(fileURLWithPath: file))
    try expect(["compare", file, "r", "zero", "--out", report], code: 2, says: ["world.json"])
    #expect(!FileManager.default.fileExists(atPath: report))
  }
}
