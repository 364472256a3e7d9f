import Compute
import Foundation
import Testing
import Workbench

@Suite("What a project about texts is made of")
struct JudgingSourceTests {
  @Test("a file that has changed since is said; the questions stay")
  func changes() throws {
    try JudgingBench.open(TextJudgingTests.pairs(0..<3)) { bench in
      #expect(try JudgingRecord(directory: bench.directory).changes() == [])
      let file = bench.folder + "/pairs.jsonl"
      try JudgingBench.write(TextJudgingTests.pairs(0..<2), to: file)
      let changed = try JudgingRecord(directory: bench.directory).changes()
      #expect(changed.count == 1 && changed[0].hasPrefix("pairs.jsonl has changed"))
      #expect(try !JudgingDirectory.continues(bench.directory, JudgingSource(URL(fileURLWithPath: file))))
      try FileManager.default.removeItem(atPath: file)
      #expect(try JudgingRecord(directory: bench.directory).changes()[0].contains("is not where it was"))
      let again = WorkbenchService(project: try WorkbenchProject(judging: bench.directory))
      let ann = try bench.join("Ann")
      guard case .value(let asked) = again.respond(.questions, ann, body: Data(#"{"count": 8}"#.utf8)) else {
        throw InputError("no questions")
      }
      let questions = (try Reply.parsed(asked) as? [String: Any])?["questions"] as? [Any]
      #expect(questions?.count == 3)
    }
  }

  @Test("the digest is the file's SHA-256, as sha256sum prints it")
  func digest() throws {
    try JudgingBench.inFolder { folder in
      let file = URL(fileURLWithPath: folder + "/abc")
      try Data("abc".utf8).write(to: file)
      let source = try JudgingRecord.Source(file)
      // FIPS 180-4's example.
      #expect(source.digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" && source.bytes == 3)
    }
  }

  @Test("rows are drawn by the seed, each once")
  func draws() throws {
    func rows(_ seed: UInt32) throws -> [String] {
      try JudgingBench.open(TextJudgingTests.pairs(0..<50)) { source in
        (source.count, source.seed) = (12, seed)
      } _: { bench in
        #expect(bench.record.questions == 12 && bench.record.drawn == 12)
        return try bench.answerAll(try bench.join("Ann")) { _ in ["answer": "tie"] }.map(\.prompt)
      }
    }
    let (first, again, other) = (try rows(1), try rows(1), try rows(2))
    #expect(first == again && first != other && Set(first).count == 12)
  }

  @Test("equal replies, and texts beyond the page's room, are left out and counted")
  func leftOut() throws {
    var rows = TextJudgingTests.pairs(0..<4)
    rows[1]["rejected"] = rows[1]["chosen"]
    rows[2]["chosen"] = String(repeating: "x", count: JudgingLimits.longestText + 1)
    try JudgingBench.open(rows) { bench in
      #expect(bench.record.questions == 2)
      #expect(bench.record.notes.contains { $0 == "rows left out, as both replies are the same: 1" })
      #expect(bench.record.notes.contains { $0 == "rows left out, as a text has more than 200000 bytes: 1" })
    }
  }

  @Test("what cannot be judged is refused, and leaves no directory")
  func refusals() throws {
    try JudgingBench.inFolder { folder in
      func refusal(_ name: String, _ bytes: String) throws -> InputError {
        let file = URL(fileURLWithPath: folder + "/" + name)
        try Data(bytes.utf8).write(to: file)
        let error = #expect(throws: InputError.self) {
          try JudgingDirectory.create(folder + "/judging", of: JudgingSource(file))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).allSatisfy { !$0.hasPrefix("judging") })
        return try #require(error)
      }
      _ = try refusal("empty.jsonl", "")
      _ = try refusal("numbers.jsonl", #"{"a": 1}"# + "\n")
      _ = try refusal("picture.png", "\u{89}PNG")
      let absent = #expect(throws: InputError.self) {
        try JudgingDirectory.create(
          folder + "/judging", of: JudgingSource(URL(fileURLWithPath: folder + "/nothing.jsonl")))
      }
      #expect(absent?.problem == "there is no such file")
      let label = try refusal("sheet.csv", "key,prompt,completion,answer,gold\na,p,c,1,perhaps so\n")
      #expect(label.problem.contains("is no label"))
      try FileManager.default.createDirectory(atPath: folder + "/taken", withIntermediateDirectories: true)
      let file = try JudgingBench.write(TextJudgingTests.pairs(0..<1), to: folder + "/pairs.jsonl")
      let taken = #expect(throws: InputError.self) {
        try JudgingDirectory.create(folder + "/taken", of: JudgingSource(file))
      }
      #expect(taken?.problem.contains("there already") == true)
    }
  }

  @Test("the directory is for nobody else's eyes")
  func permissions() throws {
    try JudgingBench.open(TextJudgingTests.pairs(0..<1)) { bench in
      let attributes = try FileManager.default.attributesOfItem(atPath: bench.directory)
      #expect((attributes[.posixPermissions] as? Int).map { $0 & 0o077 } == 0)
    }
  }
}
