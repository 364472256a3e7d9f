import Files
import Foundation
import Testing
import Workbench

@Suite("Everything that was said, as a table")
struct AnswerTableTests {
  /// Ann answers, takes back and answers again; Ben answers late, and a question about him; Ruth decides.
  static func session(_ bench: Bench) throws -> Member {
    let (olga, ruth) = (try bench.join("Olga", .owner), try bench.join("Ruth", .researcher))
    let (ann, ben) = (try bench.join("=Ann"), try bench.join("Ben"))
    _ = try bench.send(.quality, olga, ["overlap": 2])
    try bench.ask(0..<2, strengths: true)
    func send(_ question: Given, _ member: Member, _ more: [String: Any]) throws {
      let body =
        ["id": UUID().uuidString, "question": question.id, "lease": question.lease, "milliseconds": 1500]
        as [String: Any]
      try #require(try bench.send(.answers, member, body.merging(more) { $1 }).status == 200)
    }
    let hers = try bench.questions(ann, count: 2)
    bench.wait(1.25)
    try send(hers[0], ann, ["content": ["answer": "first", "strongly": true] as [String: Any]])
    try send(hers[1], ann, ["nonAnswer": "skip", "reason": "too \"dark\", both"])
    let again = try #require(try bench.send(.undo, ann)["question"] as? [String: Any])
    try send(Given(again), ann, ["content": ["answer": "tie", "strongly": false] as [String: Any]])
    let his = try bench.questions(ben, count: 2)
    bench.wait(130)
    for question in his {
      try send(question, ben, ["content": ["answer": "second", "strongly": false] as [String: Any]])
    }
    bench.wait(1)
    _ = try bench.send(.role, olga, ["name": "Ben", "role": "researcher"])
    let body: [String: Any] = ["question": 1, "content": ["answer": "second"]]
    try #require(try bench.send(.decide, ruth, body).status == 200)
    return olga
  }

  private static func rows(_ text: Any) throws -> [[String: Any]] {
    try (text as? String ?? "").split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test("a row for each answer, retraction and decision, in milliseconds since 1970")
  func lines() throws {
    try Bench.open { bench in
      let rows = try Self.rows(bench.send(.exportJSONL, Self.session(bench)).body)
      func column<Value>(_ name: String, _: Value.Type) -> [Value?] { rows.map { $0[name] as? Value } }
      #expect(
        column("row", String.self) == ["answer", "answer", "retraction", "answer", "answer", "answer", "decision"])
      #expect(column("event", Int.self) == [1, 2, 3, 4, 5, 6, 1])
      #expect(column("question", Int.self) == [1, 2, 2, 2, 1, 2, 1] && column("number", Int.self).first == 0)
      #expect(column("person", String.self) == ["=Ann", "=Ann", "=Ann", "=Ann", "Ben", "Ben", "Ruth"])
      // Ben was an annotator when he answered.
      #expect(column("role", String.self).suffix(3) == ["annotator", "annotator", "researcher"])
      #expect(column("time_ms", Int.self).first == 1_000_001_250 && column("took_ms", Int.self)[1] == 1500)
      #expect(column("late", Bool.self) == [false, false, nil, false, true, true, nil])
      #expect(column("side", String.self) == ["first", nil, nil, "tie", "second", "second", "second"])
      #expect(column("strongly", Bool.self).prefix(4) == [true, nil, nil, false])
      #expect(
        column("skipped", String.self)[1] == "skipped" && column("reason", String.self)[1] == "too \"dark\", both")
      #expect(column("stands", Bool.self) == [true, false, false, true, true, true, true])
      // The decision stands in the place of the answers to question 1.
      #expect(column("counts", Bool.self) == [false, false, false, true, false, true, true])
      #expect(column("takes_back", Int.self)[2] == 2 && column("taken_back_by", Int.self)[1] == 3)
      #expect(column("taken_in_round", Int.self).allSatisfy { $0 == nil })
      #expect(column("clip_lengths", [Int].self).allSatisfy { $0 == [4, 4] })
      #expect(column("clip_batches", [String].self)[0] == ["test/0", "test/0"])
    }
  }

  @Test("questions about a person join under the question that they were made from, and say how they went")
  func checks() throws {
    try Bench.open { bench in
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      _ = try bench.send(.quality, olga, ["mirrored": 0.5])
      try bench.ask(0..<12)
      while let question = try bench.questions(ann).first { _ = try bench.answer(question, ann) }
      let rows = try Self.rows(bench.send(.exportJSONL, olga).body)
      let checks = rows.filter { $0["check"] as? String == "mirrored" }
      #expect(!checks.isEmpty && rows.count == 12 + checks.count)
      for row in checks {
        let item = row["item"] as? Int
        #expect(item != row["question"] as? Int && row["number"] as? Int == nil && row["counts"] as? Bool == false)
        let asked = rows.first { $0["question"] as? Int == item }
        #expect(asked?["clip_episodes"] as? [Int] == (row["clip_episodes"] as? [Int])?.reversed())
        // Whoever always says "first" says otherwise of the same two clips.
        #expect(row["check_passed"] as? Bool == false)
      }
    }
  }

  @Test("a spreadsheet takes nothing that people typed for a formula, and quotes and line ends survive")
  func csv() throws {
    try Bench.open { bench in
      let text = try bench.send(.exportCSV, Self.session(bench)).body as? String ?? ""
      let table = try CSVTable(Array(text.utf8), place: "answers.csv")
      let (person, reason) = (
        try #require(table.header.firstIndex(of: "person")), table.header.firstIndex(of: "reason")!
      )
      #expect(
        table.rows.count == 7 && table.rows[0][person] == "'=Ann" && table.rows[1][reason] == "too \"dark\", both")
      #expect(table.rows[0][table.header.firstIndex(of: "clip_lengths")!] == "[4,4]")
      #expect(table.rows[0][table.header.firstIndex(of: "reason")!] == "")
    }
  }

  @Test("the three forms have the same rows")
  func forms() throws {
    try Bench.open { bench in
      let olga = try Self.session(bench)
      let table = try bench.project.store.answerTable()
      let file = try ParquetFile(RandomAccessFile(Array(table.data(.parquet)), place: "answers.parquet"))
      let read = try file.read(columns: table.table.fields.map(\.name))
      let lines = try bench.send(.exportJSONL, olga).body as? String ?? ""
      #expect(lines.split(separator: "\n").map(String.init) == (0..<read.rowCount).map(read.jsonRow))
    }
  }

  @Test("the documentation names every column, and no other")
  func documented() throws {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../Documentation/workbench-export.md").standardizedFileURL
    let text = try String(contentsOf: page, encoding: .utf8)
    let named = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.flatMap { line in
      line.split(separator: "|")[0].split(separator: ",").map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " `"))
      }
    }
    try Bench.open { bench in
      let columns = try bench.project.store.answerTable().table.fields.map(\.name)
      #expect(named == columns)
    }
  }

  @Test("pyarrow, polars and pandas read the same rows, and join them across annotators", .enabled(if: Peers.areThere))
  func peers() throws {
    try Bench.open { bench in
      _ = try Self.session(bench)
      let table = try bench.project.store.answerTable()
      for form in AnswerTable.Form.allCases {
        try table.data(form).write(to: URL(fileURLWithPath: bench.directory + "/" + form.fileName))
      }
      #expect(try Peers.compare(in: bench.directory) == "7 rows, the same; question 2: =Ann tie, Ben second\n")
    }
  }
}

/// The Python on the search path, if it has the packages; `.ci/peers` requires them.
enum Peers {
  static let areThere =
    ProcessInfo.processInfo.environment["PACTOLUS_PEERS"] == "required"
    || (try? run("import pyarrow, polars, pandas", [])) != nil

  static func compare(in folder: String) throws -> String {
    try run(
      """
      import sys, json, os, pyarrow.parquet, polars, pandas
      os.chdir(sys.argv[1])
      truth = [json.loads(line) for line in open('answers.jsonl')]
      arrow = pyarrow.parquet.read_table('answers.parquet')
      arrow.validate(full=True)
      assert arrow.to_pylist() == truth
      frame = polars.read_parquet('answers.parquet')
      assert frame.to_dicts() == truth
      csv = pandas.read_csv('answers.csv', keep_default_na=False)
      assert list(csv.columns) == list(truth[0])
      def text(value):
          if value is None: return ''
          if isinstance(value, bool): return 'true' if value else 'false'
          if isinstance(value, list): return json.dumps(value, separators=(',', ':'))
          return "'" + value if isinstance(value, str) and value[:1] == '=' else str(value)
      cells = pandas.read_csv('answers.csv', keep_default_na=False, dtype=str)
      assert cells.to_dict('records') == [{k: text(v) for k, v in row.items()} for row in truth]
      # What two people said about the same pair of clips, side by side.
      said = frame.filter((polars.col('row') == 'answer') & polars.col('stands'))
      both = said.join(said, on='item', suffix='_other').filter(polars.col('person') < polars.col('person_other'))
      two = both.filter(polars.col('item') == 2).row(0, named=True)
      print(f"{len(truth)} rows, the same; question 2: {two['person']} {two['side']}, {two['person_other']} {two['side_other']}")
      """, [folder])
  }

  private static func run(_ program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program] + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    return String(decoding: printed, as: UTF8.self)
  }
}
