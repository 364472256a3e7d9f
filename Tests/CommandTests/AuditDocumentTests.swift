import Foundation
import RewardFiles
import Testing

/// What the audits print for machines: JSON that its schemas describe, SARIF, a badge, and commands that exist.
@Suite("The audits' documents")
struct AuditDocumentTests {
  private static let data = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Examples/data").standardizedFileURL

  /// Sixty pairs with the scores of two models, of which one is right always and the other in every second pair.
  static func models(_ scratch: Scratch) throws -> String {
    let rows = (0..<60).map {
      #"{"prompt":"q \#($0)","chosen":"a \#($0)","rejected":"b","domain":"\#($0 < 20 ? "maths" : "code")","rm_chosen_1":1,"#
        + #""rm_rejected_1":0,"rm_chosen_2":\#($0 % 2),"rm_rejected_2":0.5}"#
    }
    let path = scratch.path + "/models.jsonl"
    try Data(rows.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// Two hundred rollouts, in every tenth of which a wrong completion is accepted by its label.
  static func rollouts(_ scratch: Scratch) throws -> String {
    let rows = (0..<200).map {
      #"{"prompt":"p \#($0 / 4)","completion":"the answer is \#($0)","answer":"1","reward":\#($0 % 2),"#
        + #""gold":\#($0 % 10 == 1 ? 0 : $0 % 2),"task":"\#($0 < 100 ? "a" : "b")","step":\#($0 / 50)}"#
    }
    let path = scratch.path + "/rows.jsonl"
    try Data(rows.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test("each document is one that its schema describes, whatever was audited")
  func schemas() throws {
    let scratch = try Scratch()
    let (models, rollouts) = (try Self.models(scratch), try Self.rollouts(scratch))
    let failing = try AuditVerbTests.pairs(scratch, annotators: true)
    let cases: [(schema: String, arguments: [String])] = [
      ("audit", ["pairs.jsonl"]), ("audit", ["pairs.jsonl", "--second", "other-batch.jsonl"]),
      ("audit", ["--samples", "best-of-n.jsonl"]), ("audit", [failing]), ("audit", [models]),
      ("rollouts", ["rollouts", "rollouts.jsonl"]), ("rollouts", ["rollouts", rollouts, "--format", "lines"]),
      ("models", [models, "--models", "all"]),
    ]
    for (schema, arguments) in cases {
      let result = try Tool.run(["audit"] + arguments + ["--json"], in: Self.data)
      #expect(result.code == 0, "\(result.complaint)")
      let faults = try DocumentSchema("schemas/\(schema)-1.json").faults(of: Data(result.output.utf8))
      #expect(faults.isEmpty, "\(arguments): \(faults.prefix(5))")
    }
  }

  @Test("SARIF has what the standard requires; its results are the failed checks, each with its rule, place and advice")
  func sarif() throws {
    let scratch = try Scratch()
    let rollouts = try Self.rollouts(scratch)
    let file = scratch.path + "/audit.sarif"
    let pairs = try AuditVerbTests.pairs(scratch)
    for arguments in [[pairs], ["rollouts", rollouts, "--format", "lines", "--max-false-positives", "0.01"]] {
      let json = try Tool.run(["audit"] + arguments + ["--json", "--sarif", file])
      #expect(json.code == 0, "\(json.complaint)")
      let document = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
      let findings = document?["findings"] as? [[String: Any]] ?? []
      let failing = findings.filter { $0["verdict"] as? String == "fails" }
      try #require(!failing.isEmpty)

      let data = try Data(contentsOf: URL(fileURLWithPath: file))
      let log = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      #expect(
        log["version"] as? String == "2.1.0" && (log["$schema"] as? String)?.contains("sarif-schema-2.1.0") == true)
      let run = try #require((log["runs"] as? [[String: Any]])?.first)
      let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
      let rules = try #require(driver["rules"] as? [[String: Any]])
      #expect(driver["name"] as? String == "Pactolus")
      #expect(rules.count == (arguments[0] == "rollouts" ? RolloutCheck.standard.count : AuditCheck.standard.count))
      let results = try #require(run["results"] as? [[String: Any]])
      #expect(results.count == failing.count)
      for (result, finding) in zip(results, failing) {
        let index = try #require(result["ruleIndex"] as? Int)
        let id = try #require(result["ruleId"] as? String)
        #expect(rules[index]["id"] as? String == id && (finding["id"] as? String)?.hasSuffix("/" + id) == true)
        #expect(["error", "warning"].contains(result["level"] as? String))
        let text = (result["message"] as? [String: Any])?["text"] as? String ?? ""
        #expect(text.contains(finding["problem"] as? String ?? "?") && text.contains("pactolus "))
        for location in (result["locations"] as? [[String: Any]] ?? []) {
          let place = location["physicalLocation"] as? [String: Any]
          let uri = (place?["artifactLocation"] as? [String: Any])?["uri"] as? String ?? "/"
          #expect(uri == (arguments[0] == "rollouts" ? "rows.jsonl" : "pairs.jsonl"))
          #expect(((place?["region"] as? [String: Any])?["startLine"] as? Int ?? 1) > 0)
        }
      }
    }
  }

  @Test("what is advised can be typed: every option of every command that advice ends with exists")
  func advice() throws {
    var help: [String: String] = [:]
    for verb in ["audit files", "audit rollouts", "sample rollouts", "fit"] {
      help[verb] = try Tool.run(verb.split(separator: " ").map(String.init) + ["--help"]).output
    }
    let all = AuditCheck.standard.map { ($0.id, $0.advice) } + RolloutCheck.standard.map { ($0.id, $0.advice) }
    for (id, sentence) in all {
      let command = try #require(
        sentence.range(of: ": pactolus ", options: .backwards).map { sentence[$0.upperBound...] })
      let words = command.split(separator: " ").map(String.init)
      let verb =
        words.starts(with: ["audit", "rollouts"]) || words[0] == "sample"
        ? words[0] + " rollouts"
        : words[0] == "audit" ? "audit files" : words[0]
      let known = try #require(help[verb], "\(id): \(command)")
      for option in words where option.hasPrefix("--") {
        #expect(known.contains(option), "\(id): \(verb) has no \(option)")
      }
    }
  }

  @Test("advice names the files that were typed, on the screen and in JSON alike; no page has a path of this machine")
  func names() throws {
    let scratch = try Scratch()
    let page = scratch.path + "/page.html"
    let path = try AuditVerbTests.pairs(scratch)
    let elsewhere = try Tool.run(["audit", path])
    #expect(elsewhere.output.contains("pactolus audit \(path) --models OLD,NEW"))
    let json = try Tool.run(["audit", path, "--json"])
    let document = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    let advice = (document?["findings"] as? [[String: Any]] ?? []).compactMap { $0["advice"] as? [String: String] }
    #expect(advice.contains { $0["command"] == "pactolus audit \(path) --models OLD,NEW" })
    let here = try Tool.run(["audit", "pairs.jsonl", "--out", page], in: scratch.url)
    #expect(here.code == 0 && here.output.contains("pactolus audit pairs.jsonl --models OLD,NEW"))
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.contains("pairs.<wbr>jsonl:") && !html.contains(scratch.path))
  }

  @Test("a badge says how many checks fail, or that all pass")
  func badge() throws {
    let scratch = try Scratch()
    let file = scratch.path + "/badge.svg"
    let audit = try Tool.run(["audit", try AuditVerbTests.pairs(scratch), "--badge", file, "--json"])
    #expect(audit.code == 0)
    let document = try JSONSerialization.jsonObject(with: Data(audit.output.utf8)) as? [String: Any]
    let failing = (document?["findings"] as? [[String: Any]] ?? []).count {
      $0["verdict"] as? String == "fails" && $0["bearing"] as? String == "trust"
    }
    let svg = try String(contentsOfFile: file, encoding: .utf8)
    #expect(failing > 0 && svg.hasPrefix("<svg ") && svg.contains("aria-label=\"reward model: \(failing) check"))
  }

  @Test("models side by side have a page; nothing of it can fail a build")
  func models() throws {
    let scratch = try Scratch()
    let (path, page) = (try Self.models(scratch), scratch.path + "/models.html")
    let compared = try Tool.run(["audit", path, "--models", "rm_1,rm_2", "--out", page])
    #expect(compared.code == 0 && compared.output.contains("rm_1 is right more often than rm_2"))
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.contains("Differences on the same pairs") && html.contains(">maths<"))
    #expect(try Tool.run(["audit", path, "--models", "all", "--fail-on", "any"]).code == 2)
  }

  @Test("columns of samples are named by --map; one that is not there is refused with near misses")
  func samples() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/samples.csv"
    let rows = (0..<80).map { "\($0 / 8),\($0 % 8),\(7 - $0 % 8)" }
    try Data((["asked,rm,truth"] + rows).joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
    #expect(try Tool.run(["audit", "--samples", path]).code == 2)
    let named = ["audit", "--samples", path, "--map", "prompt=asked", "--map", "proxy=rm"]
    let read = try Tool.run(named + ["--map", "gold=truth", "--json"])
    #expect(read.code == 0, "\(read.complaint)")
    let document = try JSONSerialization.jsonObject(with: Data(read.output.utf8)) as? [String: Any]
    let reading = ((document?["numbers"] as? [String: Any])?["reading"] as? [[String: Any]])?.first
    let columns = (reading?["columns"] as? [[String: String]] ?? []).map { "\($0["role"] ?? "")=\($0["column"] ?? "")" }
    #expect(columns == ["prompt=asked", "proxy=rm", "gold=truth"])
    let missing = try Tool.run(named + ["--map", "gold=trth"])
    #expect(missing.code == 2 && missing.complaint.contains("did you mean truth?"), "\(missing.complaint)")
    #expect(try Tool.run(named + ["--map", "proxi=rm"]).complaint.contains("did you mean proxy?"))
    #expect(try Tool.run(named + ["--map", "gold=truth", "--map", "gold=rm"]).complaint.contains("one column"))
  }
}
