import Compute
import Files
import Foundation
import RewardFiles
import Testing

@Suite("Reading rollouts")
struct RolloutReadingTests {
  let files: TemporaryFiles

  init() throws { files = try TemporaryFiles() }

  private func lines(_ count: Int) -> String {
    (0..<count).map { index in
      let extra = index >= count / 2 ? #","late_reward":\#(Double(index % 5) / 4)"# : ""
      return
        #"{"prompt":"p \#(index % 97)","response":"r \#(index)","reward":\#(index % 3),"step":\#(index % 4)\#(extra)}"#
    }.joined(separator: "\n")
  }

  @Test("the table does not depend on the number of threads, and a component that comes late is not lost")
  func threads() throws {
    let file = try files.write(lines(3000), "rows.jsonl")
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.threadCount = before }
    let tables = try [1, 2, 4].map { count in
      ThreadPool.shared.threadCount = count
      return try RolloutFile.read([file])
    }
    for table in tables {
      #expect(table.count == 3000 && table.prompts.count == 97 && table.groupCount == 97 * 4)
      #expect(table.group == tables[0].group && table.prompt == tables[0].prompt)
      #expect(table.completions.bytes == tables[0].completions.bytes && table.total == tables[0].total)
      #expect(table.keys() == tables[0].keys() && table.fields == tables[0].fields && table.notes == tables[0].notes)
    }
    let late = try #require(tables[0].components.first { $0.name == "late_reward" })
    #expect(late.values[..<1500].allSatisfy(\.isNaN) && late.values[1999] == 1)
  }

  @Test("damaged rows are set aside with their line, or are an error")
  func damage() throws {
    let file = try files.write(
      #"{"prompt":"p","response":"a","reward":1}"# + "\n{\"prompt\":\n"
        + #"{"prompt":"p","response":"b","reward":"good"}"# + "\n" + #"{"prompt":"p","response":"c","reward":0}"#,
      "rows.jsonl")
    let table = try RolloutFile.read([file])
    #expect(table.total == [1, 0] && table.places.line == [1, 4])
    #expect(table.setAside.rows.map { String($0.place.suffix(2)) } == [":2", ":3"])
    #expect(table.setAside.rows[1].reason == "'reward' is the text 'good', not a number")
    #expect(throws: InputError.self) { try RolloutFile.read([file], options: RolloutOptions(isStrict: true)) }
  }

  @Test("what is no file of rollouts is named as what it is")
  func strangers() throws {
    func problem(_ bytes: [UInt8], _ name: String, _ options: RolloutOptions = .init()) throws -> String {
      let file = try files.write(bytes, name)
      do {
        _ = try RolloutFile.read([file], options: options)
        return "none"
      } catch let error as InputError {
        return error.problem + "; " + (error.remedy ?? "")
      }
    }
    #expect(
      try problem(Array("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n".utf8), "a.jsonl")
        .contains("git lfs pull --include '*a.jsonl'"))
    #expect(try problem([0xFF, 0xFE, 0x7B, 0x00], "b.jsonl").contains("UTF-16"))
    #expect(try problem(Array("<PLACEHOLDER ROW>\n<PLACEHOLDER ROW>\n".utf8), "c.jsonl").contains("stand-in"))
    #expect(try problem([], "d.jsonl").contains("empty"))
    #expect(try problem(Array(#"{"prompt":"p","text":"t","scre":1}"#.utf8), "e.jsonl").contains("--map total=scre"))
    #expect(
      try problem(Array("{\(RolloutFixtures.inspectHead),\"samples\":[]}".utf8), "f.json").contains("without samples"))
    var options = RolloutOptions()
    options.fields = [(.total, "rewrad")]
    #expect(try problem(Array(#"{"prompt":"p","reward":1}"#.utf8), "g.jsonl", options).contains("did you mean reward?"))
    options = RolloutOptions()
    options.format = "tlr"
    #expect(try problem([0x7B], "h.jsonl", options).contains("did you mean trl?"))
  }

  @Test("a folder stands for its files in the order of their names; what has no rollouts is passed over and noted")
  func folder() throws {
    let folder = files.folder.appendingPathComponent("run")
    for step in ["step_2", "step_10"] {
      let inner = folder.appendingPathComponent(step)
      try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
      _ = try files.write(RolloutFixtures.verifiers[1], "run/\(step)/train_rollouts.jsonl")
    }
    _ = try files.write(#"{"model":"m"}"#, "run/settings.json")
    let table = try RolloutFile.read([folder])
    #expect(table.count == 2 && table.step == [10, 2] && table.group == [0, 1])
    #expect(table.notes.contains("passed over settings.json: no known format"))
  }

  @Test("a damaged file is read, in part, or refused; it never ends the process")
  func mutations() throws {
    let lines = [RolloutFixtures.verifiers, RolloutFixtures.traces, RolloutFixtures.nemoGym, RolloutFixtures.verl]
    let samples = [
      RolloutFixtures.inspectSample(1, epoch: 1, value: "\"C\""),
      RolloutFixtures.inspectSample(2, epoch: 1, value: "NaN"),
    ]
    let log = "{\(RolloutFixtures.inspectHead),\"samples\":[\(samples.joined(separator: ","))]}"
    let archive = ZipFixture.archive([
      .stored("header.json", "{\(RolloutFixtures.inspectHead)}"), .stored("samples/1_epoch_1.json", samples[0]),
    ])
    let whole =
      lines.map { Array($0.joined(separator: "\n").utf8) }
      + [
        Array(log.utf8), Array(RolloutFixtures.reasoningGym.utf8), archive,
        try RolloutFixtures.trl(step: 1, asMessages: true),
      ]
    var stream = RandomSource(seed: 9).stream("mutations")
    var (read, refused) = (0, 0)
    for original in whole {
      for _ in 0..<30 {
        var bytes = original
        for _ in 0...stream.below(3) {
          let place = stream.below(bytes.count)
          switch stream.below(3) {
          case 0: bytes[place] = UInt8(truncatingIfNeeded: stream.next())
          case 1: bytes.remove(at: place)
          default: bytes = Array(bytes[..<max(1, place)])
          }
        }
        let file = try files.write(bytes, "damaged")
        do {
          _ = try RolloutFile.read([file])
          read += 1
        } catch is InputError {
          refused += 1
        }
      }
    }
    #expect(read > 25 && refused > 25)
  }

  @Test("equal prompts are one, whatever their number, and rows without a prompt are compared with none")
  func prompts() throws {
    let table = try RolloutFile.read([
      files.write(
        [
          #"{"prompt":"p","response":"a","reward":1}"#, #"{"response":"b","reward":1}"#,
          #"{"response":"b","reward":0}"#,
        ]
        .joined(separator: "\n"), "rows.jsonl")
    ])
    #expect(table.prompt == [0, -1, -1] && table.group == [0, 1, 2])
  }

  @Test("the mean's interval takes groups as independent, not rollouts")
  func summary() throws {
    let rows = (0..<40).map { #"{"prompt":"p \#($0 / 4)","response":"r \#($0)","reward":\#($0 / 4 % 2)}"# }
    let summary = RolloutSummary(try RolloutFile.read([files.write(rows.joined(separator: "\n"), "rows.jsonl")]))
    #expect(summary.meanReward == 0.5 && summary.comparedGroups == 10 && summary.flatGroups == 10)
    // Ten groups of equal rewards are ten observations of 0 or 1: sd 0.527, t(9) 2.262.
    let interval = try #require(summary.meanRewardInterval)
    #expect(abs(interval.upper - 0.5 - 2.262157 * 0.5270463 / 10.0.squareRoot()) < 1e-4)
    #expect(summary.errors == nil && summary.truncated == nil)
  }
}
