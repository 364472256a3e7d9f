import Compute
import Foundation
import Runs
import Testing

@Suite("pactolus study")
struct StudyVerbTests {
  /// Four runs of a twentieth of a second, and three for scores.
  static let text = """
    study: small
    settings:
      run: {environment: pactolus/Pendulum-v1, steps: 6144, iterations: 3}
      feedback.comparisons: 30
      evaluation: {episodes: 2, finalEpisodes: 4}
    axes:
      person:
        sure: {person.temperature: 0}
        lost: {person.slips: 0.5}
    seeds: 2
    episodes: 4
    references: 2
    measure: [return, score, headline, answers, steps, seconds]
    tables: [outcomes, rows]
    """

  private static func file(_ scratch: Scratch, _ text: String = text) throws -> String {
    let path = scratch.path + "/small.yaml"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  private static func table(_ directory: String) throws -> String {
    try StudyTable(path: RunLayout(directory).studyTable).export()
  }

  @Test("killed again and again, with any number of workers, a study ends with the table of an undisturbed one")
  func kills() throws {
    let scratch = try Scratch()
    let file = try Self.file(scratch)
    let undisturbed = try Tool.run(["study", "run", file, "--out", scratch.path + "/whole"])
    try #require(undisturbed.code == 0, "\(undisturbed.complaint)")
    let expected = try Self.table(scratch.path + "/whole")
    #expect(expected.split(separator: "\n").count == 7)

    var random = RandomSource(seed: 20_261_128).stream("test/study-kill")
    var kills = 0
    var rounds = 0
    while kills < 12 {
      let directory = scratch.path + "/killed-\(rounds)"
      var patience = 0.02
      while try Tool.runAndKill(
        ["study", "run", file, "--out", directory, "--workers", "\(rounds % 3 + 1)"],
        after: patience * (0.5 + random.uniform()))
      {
        kills += 1
        // What is in the table stays as it is, whatever comes.
        if FileManager.default.fileExists(atPath: RunLayout(directory).studyTable) {
          let lines = Set(try Self.table(directory).split(separator: "\n"))
          #expect(lines.isSubset(of: Set(expected.split(separator: "\n"))))
        }
        patience *= 1.25
      }
      #expect(try Self.table(directory) == expected, "after \(kills) kills")
      rounds += 1
    }
  }

  @Test("Ctrl-C leaves a study that goes on, and status says how far it is")
  func interrupted() throws {
    let scratch = try Scratch()
    let file = try Self.file(scratch)
    let directory = scratch.path + "/s"
    let code = try Tool.runAndInterrupt(["study", "run", file, "--out", directory, "--workers", "1"]) {
      FileManager.default.fileExists(atPath: directory + "/true-reward-Pendulum-v1/seed-0/settings.yaml")
    }
    #expect(code == 130)
    let stopped = try Tool.run(["study", "status", file, "--out", directory])
    #expect(stopped.code == 0 && stopped.output.contains("of 7 trials, stopped"), "\(stopped.output)")
    #expect(stopped.output.contains("go on with:  pactolus study run \(file) --out \(directory)"))
    let finished = try Tool.run(["study", "run", file, "--out", directory])
    #expect(finished.code == 0 && finished.output.contains("report: \(directory)/study.html"), "\(finished)")
    let again = try Tool.run(["study", "run", directory])
    #expect(again.code == 0 && again.output.hasPrefix("nothing to do: all 7 trials are in the table"), "\(again)")
    let status = try Tool.run(["study", "status", directory + "/study.yaml"])
    #expect(status.output.contains("7 of 7 trials, finished"), "\(status)")
  }

  @Test("the report has tables for people, a CSV of every trial, JSON, and a place in a page")
  func report() throws {
    let scratch = try Scratch()
    let file = try Self.file(scratch)
    let directory = scratch.path + "/s"
    let run = try Tool.run(["study", "run", file, "--out", directory, "--json"])
    try #require(run.code == 0, "\(run.complaint)")
    let events = run.output.split(separator: "\n").map { $0.prefix(while: { $0 != "}" }) }
    #expect(events.count { $0.contains("\"event\":\"entered\"") } == 7)
    #expect(run.output.split(separator: "\n").last?.contains("\"event\":\"concluded\"") == true)

    let page = scratch.path + "/page.md"
    let marks = "before\n<!-- table: study small -->\nformer words\n<!-- end of table -->\nafter\n"
    try Data(marks.utf8).write(to: URL(fileURLWithPath: page))
    let report = try Tool.run(["study", "report", file, "--out", directory, "--write", page])
    #expect(report.code == 0 && report.output.contains("demanded"), "\(report)")
    let written = try String(contentsOfFile: page, encoding: .utf8)
    #expect(
      written.hasPrefix("before\n<!-- table: study small -->\n") && written.hasSuffix("<!-- end of table -->\nafter\n"))
    #expect(written.contains("| person | seeds | true return | score |") && !written.contains("former words"))
    let csv = try String(contentsOfFile: directory + "/trials.csv", encoding: .utf8).split(separator: "\n")
    #expect(csv.count == 5 && csv[0].hasPrefix("person,environment,seed,return,") && csv[1].hasPrefix("sure,"))
    try Data("no marks\n".utf8).write(to: URL(fileURLWithPath: page))
    let nowhere = try Tool.run(["study", "report", file, "--out", directory, "--write", page])
    #expect(nowhere.code == 2 && nowhere.complaint.contains("<!-- table: study small -->"), "\(nowhere)")
    // The verb for runs shows the same of a study whose runs differ.
    let other = try Tool.run(["report", directory])
    #expect(other.code == 0 && other.output.contains("true return"), "\(other)")
  }

  @Test("what cannot be run is said with file, line and what would have been right, and leaves nothing behind")
  func faults() throws {
    let scratch = try Scratch()
    let file = try Self.file(scratch, Self.text.replacing("feedback.comparisons", with: "feedback.comparison"))
    let unknown = try Tool.run(["study", "run", file, "--out", scratch.path + "/s"])
    #expect(unknown.code == 2 && unknown.complaint.contains("small.yaml:4: "), "\(unknown.complaint)")
    #expect(unknown.complaint.contains("feedback.comparisons"))
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/s"))
    let missing = try Tool.run(["study", "run", scratch.path + "/none.yaml"])
    #expect(missing.code == 2 && missing.complaint.contains("none.yaml"))
    let early = try Tool.run(["study", "report", try Self.file(scratch), "--out", scratch.path + "/s"])
    #expect(early.code == 2 && early.complaint.contains("has not been begun"), "\(early.complaint)")
  }

  @Test("another file, form or number than a study was begun with is refused")
  func other() throws {
    let scratch = try Scratch()
    let text = "study: one\nsettings: {run.steps: 2048, run.iterations: 1, feedback.comparisons: 20}\nseeds: 1\n"
    let file = try Self.file(scratch, text)
    let directory = scratch.path + "/s"
    let begun = try Tool.run(["study", "run", file, "--out", directory, "--number", "7"])
    #expect(begun.code == 0, "\(begun)")
    #expect(begun.output.contains("1 seed drawn from the number 7"), "\(begun)")
    for arguments in [["--number", "8"], [], ["--quick", "--number", "7"]] {
      let refused = try Tool.run(["study", "run", file, "--out", directory] + arguments)
      #expect(refused.code == 2 && refused.complaint.contains("with the number 7"), "\(refused)")
    }
    let changed = try Self.file(scratch, text.replacing("seeds: 1", with: "seeds: 2"))
    let refused = try Tool.run(["study", "run", changed, "--out", directory, "--number", "7"])
    #expect(refused.code == 2 && refused.complaint.contains("small.yaml:3"), "\(refused)")
  }

  @Test("several seeds of 'learn' are a study: its file runs again, its status and table are a study's")
  func seeds() throws {
    let scratch = try Scratch()
    let directory = scratch.path + "/l"
    let flags = ["--run.steps", "2048", "--run.iterations", "1", "--feedback.comparisons", "20"]
    let learned = try Tool.run(
      ["learn", "pactolus/Pendulum-v1", "--seeds", "2", "--seed", "3", "--out", directory] + flags)
    try #require(learned.code == 0, "\(learned.complaint)")
    let status = try Tool.run(["study", "status", directory])
    #expect(status.output.contains("Pendulum-v1 in \(directory): 2 of 2 trials, finished"), "\(status)")
    let copy = scratch.path + "/copy.yaml"
    try FileManager.default.copyItem(atPath: directory + "/study.yaml", toPath: copy)
    let again = try Tool.run(["study", "run", copy, "--out", scratch.path + "/again"])
    #expect(again.code == 0, "\(again)")
    #expect(try Self.table(scratch.path + "/again") == Self.table(directory))
    #expect(try RunBytes(scratch.path + "/again/seed-4") == RunBytes(directory + "/seed-4"))
  }
}
