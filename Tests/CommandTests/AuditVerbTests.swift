import Foundation
import Testing

@Suite("A reward model's files are audited by the command")
struct AuditVerbTests {
  /// Three hundred pairs whose scores credit the length of a reply beyond what people do; the last line is damaged.
  static func pairs(_ scratch: Scratch, annotators: Bool = false) throws -> String {
    var lines: [String] = []
    var state: UInt64 = 7
    func next(_ bound: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % bound)
    }
    for index in 0..<300 {
      let words = (5 + next(60), 5 + next(60))
      let quality = (Double(next(1000)) / 250 - 2, Double(next(1000)) / 250 - 2)
      let firstWins = Double(next(1000)) / 1000 < 1 / (1 + exp(2 * (quality.1 - quality.0)))
      func reply(_ count: Int, _ name: String) -> String { (0..<count).map { "\(name)\($0)" }.joined(separator: " ") }
      let replies = [
        (reply(words.0, "a\(index)w"), 2 * quality.0 + 4 * log(Double(words.0))),
        (reply(words.1, "b\(index)w"), 2 * quality.1 + 4 * log(Double(words.1))),
      ]
      let (win, lose) = firstWins ? (replies[0], replies[1]) : (replies[1], replies[0])
      lines.append(
        #"{"prompt":"question \#(index)","chosen":"\#(win.0)","rejected":"\#(lose.0)","#
          + #""score_chosen":\#(win.1),"score_rejected":\#(lose.1)"#
          + (annotators ? #","annotator":"\#(index.isMultiple(of: 3) ? "Ada" : "Bob")"}"# : "}"))
    }
    lines.append(#"{"prompt":"question 300","chosen":"only one reply"}"#)
    let path = scratch.path + "/pairs.jsonl"
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test("what fails is said with its rows, a guarded check ends with 3, a bad row is counted and located")
  func findings() throws {
    let scratch = try Scratch()
    let pairs = try Self.pairs(scratch)
    let page = scratch.path + "/report.html"
    let audit = try Tool.run(["audit", pairs, "--out", page])
    #expect(audit.code == 0, "\(audit.complaint)")
    #expect(audit.output.contains("The model does not credit length as people do"))
    #expect(audit.output.contains("set aside: 1 rows") && audit.output.contains("pairs.jsonl:301"))
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.contains("<h4>preferred <b>scores ") && !html.contains("src=\"http"))
    #expect(try Tool.run(["audit", pairs, "--fail-on", "length-bias"]).code == 3)
    // A variable that was not set must not open the gate.
    #expect(try Tool.run(["audit", pairs, "--fail-on", ""]).code == 2)
    #expect(try Tool.run(["audit", pairs, "--fail-on", "leakage,ties"]).code == 0)

    let json = try Tool.run(["audit", pairs, "--json"])
    let document = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect(Set(document?.keys.map { $0 } ?? []) == ["schema", "summary", "findings", "numbers"])
    #expect(try Tool.run(["audit", pairs, "--json"]).output == json.output)
  }

  @Test("what was read is said first and in JSON; columns and shapes are named; models are compared side by side")
  func reading() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/odd.jsonl"
    let rows = (0..<30).map {
      #"{"ask":"q \#($0)","good":"a \#($0)","bad":"b","rm_chosen_1":1,"rm_rejected_1":0,"rm_chosen_2":\#($0 % 3),"rm_rejected_2":1}"#
    }
    try Data(rows.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
    let refused = try Tool.run(["audit", path])
    #expect(refused.code == 2 && refused.complaint.contains("--map chosen=COLUMN"))
    let named = ["audit", path, "--map", "prompt=ask", "--map", "chosen=good", "--map", "rejected=bad"]
    let read = try Tool.run(named)
    #expect(
      read.code == 0 && read.output.hasPrefix("read odd.jsonl: 30 rows (pairs, format pairs)\n  prompt=ask chosen=good")
    )
    let json = try Tool.run(named + ["--json"])
    let document = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    let reading = ((document?["numbers"] as? [String: Any])?["reading"] as? [[String: Any]])?.first
    #expect(reading?["rows"] as? Int == 30 && reading?["members"] as? [String] == ["rm_1", "rm_2"])
    let models = try Tool.run(named + ["--models", "rm_1,rm_2"])
    #expect(models.output.contains("rm_1 less rm_2") && models.output.contains("alone right 20 and 0"))
    #expect(try Tool.run(named + ["--models", "rm_3"]).complaint.contains("did you mean"))
    for (words, near) in [
      (["--map", "promt=ask"], "did you mean prompt"), (["--map", "ask"], "write --map prompt=question"),
      (["--format", "arean"], "did you mean arena"), (["--map", "domain=asks"], "did you mean ask"),
    ] {
      let wrong = try Tool.run(["audit", path] + words + ["--map", "chosen=good", "--map", "rejected=bad"])
      #expect(wrong.code == 2 && wrong.complaint.contains(near), "\(wrong.complaint)")
    }
    let fit = try Tool.run([
      "fit", path, "--map", "prompt=ask", "--map", "chosen=good", "--map", "rejected=bad", "--width", "64", "--json",
    ])
    #expect(fit.code == 0 && fit.output.contains(#""reading":[{"#) && fit.output.contains(#""accuracy""#))
  }

  @Test("wrong input is refused: strictly a bad row, an unknown check with near misses, a file that is not there")
  func refusals() throws {
    let scratch = try Scratch()
    let pairs = try Self.pairs(scratch)
    let strict = try Tool.run(["audit", pairs, "--strict"])
    #expect(strict.code == 2 && strict.complaint.contains("pairs.jsonl:301"))
    let unknown = try Tool.run(["audit", pairs, "--fail-on", "lenght-bias"])
    #expect(unknown.code == 2 && unknown.complaint.contains("length-bias"))
    #expect(try Tool.run(["audit", scratch.path + "/none.jsonl"]).code == 2)
    #expect(try Tool.run(["audit"]).code == 64)
    #expect(try Tool.run(["audit", "explain", "length-bias"]).output.contains("source:"))
    #expect(try Tool.run(["audit", "explain", "nothing"]).code == 2)
  }

  @Test("a head is fitted once to a file, the same bytes again, and never over another file")
  func fit() throws {
    let scratch = try Scratch()
    let pairs = try Self.pairs(scratch)
    let heads = ["/a.safetensors", "/b.safetensors"].map { scratch.path + $0 }
    for head in heads {
      let fit = try Tool.run(["fit", pairs, "--out", head, "--width", "64", "--members", "2"])
      // These replies are words at random: the head is written, and the code says what it is worth.
      #expect(fit.code == 3, "\(fit.complaint)")
      #expect(fit.output.contains("accuracy") && fit.output.contains("1 rows set aside"))
    }
    #expect(FileManager.default.contentsEqual(atPath: heads[0], andPath: heads[1]))
    #expect(try Tool.run(["fit", pairs, "--out", heads[0]]).code == 2)
    #expect(try Tool.run(["fit", pairs, "--embed", "bert"]).complaint.contains("hash"))
    #expect(try Tool.run(["fit", pairs, "--folds", "1"]).code == 64)
    let passes = try Tool.run(["fit", pairs, "--epochs", "3"])
    #expect(passes.code == 64 && passes.complaint.contains("--epochs is of --head mlp"))
  }

  private struct Fitted: Decodable {
    struct Ends: Decodable { var lower, upper: Double }
    struct Share: Decodable {
      var value: Double
      var interval: Ends
    }
    struct Annotator: Decodable {
      var name: String
      var answers: Int
      var rationality: Double
      var interval: Ends
    }
    var pairs, folds: Int
    var accuracy: Share
    var prompts: Int
    var verdict: String
    var temperatureIdentified: Bool
    var logLoss, calibratedLogLoss, calibrationError, calibratedError, temperature: Double
    var ridge: Double?
    var annotators: [Annotator]
  }

  @Test("what a fit says of itself, line by line, are the numbers of its JSON to three decimals")
  func fitWords() throws {
    let scratch = try Scratch()
    let pairs = try Self.pairs(scratch, annotators: true)
    func three(_ value: Double) -> String { String(format: "%.3f", value) }
    for more in [
      ["--width", "64", "--members", "2"], ["--width", "8", "--head", "mlp", "--epochs", "2", "--folds", "3"],
    ] {
      let said = try Tool.run(["fit", pairs] + more).output
      let json = try Tool.run(["fit", pairs, "--json"] + more).output
      let fit = try JSONDecoder().decode(Fitted.self, from: Data(json.utf8))
      #expect(
        fit.pairs == 300 && fit.folds == (more.contains("mlp") ? 3 : 5) && fit.annotators.map(\.answers) == [100, 200])
      var lines = [
        "\(fit.pairs) pairs of \(fit.prompts) prompts, \(fit.folds) folds; all figures out of fold; 1 rows set aside",
        "accuracy  \(three(fit.accuracy.value)) [\(three(fit.accuracy.interval.lower)), \(three(fit.accuracy.interval.upper))]",
        "verdict  \(fit.verdict): ",
        "log loss  \(three(fit.logLoss)) as trained, \(three(fit.calibratedLogLoss)) calibrated (chance 0.693)",
        "calibration error  \(three(fit.calibrationError)) as trained, \(three(fit.calibratedError)) calibrated by temperature "
          + (fit.temperatureIdentified ? three(fit.temperature) : "not identified (95 % interval: "),
      ]
      // Only a linear head has a ridge.
      #expect((fit.ridge == nil) == more.contains("mlp"))
      if fit.ridge != nil { lines.append("ridge  a pair's logit has deviation ") }
      lines.append("unlike the training replies  told when served, with false alarms of 0.007 ")
      lines.append("annotators (rationality 1 as the others, 0 at random):")
      for one in fit.annotators {
        let ends = "[\(three(one.interval.lower)), \(three(one.interval.upper))]"
        lines.append("  \(one.name)  \(one.answers) answers  \(three(one.rationality)) " + ends)
      }
      // What was read of the file stands first, in two lines.
      let all = said.split(separator: "\n").map(String.init)
      #expect(all[0].hasPrefix("read pairs.jsonl: 300 rows") && all[1].contains("chosen=chosen"))
      let found = Array(all.dropFirst(2))
      #expect(found.count == lines.count, "\(said)")
      for (line, wanted) in zip(found, lines) { #expect(line.hasPrefix(wanted), "\(line)") }
    }
  }
}
