import Foundation
import Testing

@Suite("Rollouts are read, sampled and labelled by the command")
struct AuditRolloutsVerbTests {
  /// Forty prompts of three rollouts; the verifier rejects what ends in a full stop. The last line is damaged.
  private static func rollouts(_ scratch: Scratch) throws -> String {
    let rows = (0..<120).map { index in
      #"{"prompt":"\#(index / 3) + 1?","response":"\#(index / 3 + 1)\#(index % 3 == 0 ? "." : "")","#
        + #""reward":\#(index % 3 == 0 ? 0 : 1),"error":null}"#
    }
    let path = scratch.path + "/rows.jsonl"
    try Data((rows + [#"{"prompt":"#]).joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test("what was read is said first, and JSON has the same")
  func reading() throws {
    let scratch = try Scratch()
    let rows = try Self.rollouts(scratch)
    let audit = try Tool.run(["audit", "rollouts", rows])
    #expect(audit.code == 0, "\(audit.complaint)")
    #expect(audit.output.contains("120 in 40 groups, 40 prompts") && audit.output.contains("completion ←"))
    #expect(audit.output.contains("set aside: 1 rows") && audit.output.contains("0 of 120 (0.0 %)"))
    let json = try Tool.run(["audit", "rollouts", rows, "--json", "--threads", "1"])
    #expect(try Tool.run(["audit", "rollouts", rows, "--json", "--threads", "2"]).output == json.output)
    let document = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(Set(document.keys) == ["schema", "summary", "findings", "numbers"])
    let reading = try #require((document["numbers"] as? [String: Any])?["reading"] as? [String: Any])
    #expect(reading["rows"] as? Int == 120 && reading["comparedGroups"] as? Int == 40)
    #expect(abs((reading["meanReward"] as? Double ?? 0) - 2.0 / 3) < 1e-12)
  }

  @Test("what the reader noticed stands under what was read")
  func noted() throws {
    let scratch = try Scratch()
    let file = scratch.path + "/rows.jsonl"
    // Two prompts in one group: the file's groups and its prompts disagree.
    let rows = (0..<8).map {
      #"{"prompt":"\#($0 % 2)?","response":"\#($0)","reward":\#($0 % 2),"group":"\#($0 / 4)"}"#
    }
    try Data(rows.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: file))
    let audit = try Tool.run(["audit", "rollouts", file])
    let lines = audit.output.split(separator: "\n")
    let place = try #require(lines.firstIndex(of: "noted:"), "\(audit.output)")
    #expect(lines[place + 1].hasPrefix("  ") && lines[place + 1].contains("group"))
  }

  @Test("a sheet is drawn blind, filled in, and read back")
  func sheet() throws {
    let scratch = try Scratch()
    let rows = try Self.rollouts(scratch)
    let sheet = scratch.path + "/labels"
    let drawn = try Tool.run(["sample", "rollouts", rows, "--for", "gold", "--n", "20", "--out", sheet])
    #expect(drawn.code == 0, "\(drawn.complaint)")
    #expect(drawn.output.contains("reward 0  10     of 40") && drawn.output.contains("reward 1  10     of 80"))
    let text = try String(contentsOfFile: sheet + ".csv", encoding: .utf8)
    #expect(text.hasPrefix("key,prompt,completion,answer,gold\n") && !text.contains("reward"))
    #expect(
      try Tool.run(["audit", "rollouts", rows, "--gold", sheet + ".csv"]).complaint.contains("no row has a label"))
    let filled = text.replacingOccurrences(of: ",\n", with: ",1\n")
    try Data(filled.utf8).write(to: URL(fileURLWithPath: sheet + ".csv"))
    let audit = try Tool.run(["audit", "rollouts", rows, "--gold", sheet + ".csv"])
    #expect(audit.code == 0 && audit.output.contains("20 with a label of a person"))
  }

  @Test("wrong input is refused with what would have been right")
  func refusals() throws {
    let scratch = try Scratch()
    let rows = try Self.rollouts(scratch)
    let cases: [([String], String)] = [
      (["--strict"], "rows.jsonl:121"), (["--format", "lnies"], "did you mean lines?"),
      (["--map", "totl=reward"], "did you mean total?"), (["--map", "total=rewrd"], "did you mean reward?"),
      (["--map", "total"], "write --map total=score"), (["--weight", "tone=much"], "not a number"),
      (["--gold", scratch.path + "/none.csv"], "no such file"),
    ]
    for (arguments, complaint) in cases {
      let refused = try Tool.run(["audit", "rollouts", rows] + arguments)
      #expect(refused.code == 2 && refused.complaint.contains(complaint), "\(arguments): \(refused.complaint)")
    }
    #expect(try Tool.run(["audit", "rollouts", scratch.path + "/none.jsonl"]).code == 2)
    #expect(try Tool.run(["audit", "rollouts"]).code == 64)
    #expect(try Tool.run(["sample", "rollouts", rows, "--stratify", "verdcit"]).code == 2)
  }
}
