import Foundation
import Testing

/// What `fit` says of files from which nothing, or nothing certain, can be learned.
@Suite("What a fit is worth")
struct FitVerdictTests {
  private static func file(_ scratch: Scratch, _ rows: [[String: String]]) throws -> String {
    let path = scratch.path + "/pairs.jsonl"
    let lines = try rows.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// Replies that say nothing of which is preferred.
  private static func noise(_ count: Int) -> [[String: String]] {
    var state: UInt64 = 11
    func words() -> String {
      (0..<6).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return ["river", "gold", "king", "bread", "table", "garden", "winter", "paper"][Int(state >> 61)]
      }.joined(separator: " ")
    }
    return (0..<count).map { ["prompt": "Question \($0)", "chosen": words(), "rejected": words()] }
  }

  @Test("on noise it says that chance lies in the interval and that no temperature is identified, and exits with 3")
  func noise() throws {
    let scratch = try Scratch()
    let head = scratch.path + "/head.safetensors"
    let path = try Self.file(scratch, Self.noise(120))
    let fit = try Tool.run(["fit", path, "--width", "64", "--members", "2", "--out", head])
    #expect(fit.code == 3, "\(fit.complaint)")
    #expect(fit.output.contains("verdict  unknown: not shown to be better than chance"), "\(fit.output)")
    #expect(fit.output.contains("temperature not identified"), "\(fit.output)")
    #expect(FileManager.default.fileExists(atPath: head))
    let json = try Tool.run(["fit", path, "--width", "64", "--members", "2", "--json"])
    #expect(json.code == 3 && json.output.contains(#""verdict":"unknown""#))
    #expect(json.output.contains(#""temperatureIdentified":false"#) && json.output.contains(#""upper":"infinity""#))
  }

  @Test("where the words decide it says that the claim holds, and exits with 0")
  func signal() throws {
    let scratch = try Scratch()
    var rows = Self.noise(120)
    for row in rows.indices { rows[row]["chosen"]? += " thank you" }
    let fit = try Tool.run(["fit", try Self.file(scratch, rows), "--width", "64", "--members", "2"])
    #expect(fit.code == 0 && fit.output.contains("verdict  holds: "), "\(fit.output)\(fit.complaint)")
  }

  @Test(
    "empty or identical replies are refused with what, where and what to do, and nothing is written",
    arguments: [
      ("same", "same", "the two replies are the same in all 30 pairs"),
      ("", "", "the replies of all 30 pairs are empty"), (" ", "\n", "the replies of all 30 pairs are empty"),
      ("", "text", "the chosen reply is empty in all 30 pairs"),
      ("text", " ", "the rejected reply is empty in all 30 pairs"),
    ])
  func refused(chosen: String, rejected: String, problem: String) throws {
    for head in ["linear", "mlp"] {
      let scratch = try Scratch()
      let rows = (0..<30).map { number in
        ["prompt": "q \(number)"].merging([
          "chosen": chosen == "text" ? "reply \(number)" : chosen,
          "rejected": rejected == "text" ? "reply \(number)" : rejected,
        ]) { first, _ in first }
      }
      let path = try Self.file(scratch, rows)
      let out = scratch.path + "/head.safetensors"
      let fit = try Tool.run(["fit", path, "--head", head, "--out", out])
      #expect(fit.code == 2 && fit.complaint.contains(problem), "\(fit.output)\(fit.complaint)")
      #expect(fit.complaint.contains("pairs.jsonl") && fit.complaint.contains("--map chosen="))
      #expect(!FileManager.default.fileExists(atPath: out))
    }
  }

  @Test("pairs with the same reply twice are left out and counted")
  func partly() throws {
    let scratch = try Scratch()
    var rows = Self.noise(60)
    for row in 0..<7 { rows[row]["rejected"] = rows[row]["chosen"] }
    for row in 7..<10 { rows[row]["rejected"] = "" }
    let fit = try Tool.run(["fit", try Self.file(scratch, rows), "--width", "64", "--members", "1"])
    #expect(fit.output.contains("53 pairs of 53 prompts"), "\(fit.output)\(fit.complaint)")
    #expect(fit.output.contains("7 pairs left out, whose replies are the same; 3 replies are empty"), "\(fit.output)")
  }
}
