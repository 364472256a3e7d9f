import Compute
import Foundation
import GRDB
import RunFixtures
import Runs
import Testing
import Workbench

@Suite("Deleting a person's data")
struct ErasingTests {
  private static let finishedLedger = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../RunsTests/Fixtures/many/ledger.sqlite").standardizedFileURL.path

  private func tables(_ bench: Bench) throws -> String {
    let file = try DatabaseQueue(path: bench.directory + "/workbench.sqlite")
    return try file.read { db in
      try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'").map { table in
        try Row.fetchAll(db, sql: "SELECT * FROM \(table.quotedDatabaseIdentifier)").map { "\(table): \($0)" }
          .joined(separator: "\n")
      }.joined(separator: "\n")
    }
  }

  private func erase(_ name: String, _ bench: Bench, _ owner: Member) throws -> Reply {
    try bench.send(.erase, owner, ["name": name])
  }

  @Test(
    "name and answers are gone from every table, others' stay, and what was deleted is written down without the name")
  func everything() throws {
    try Bench.open { bench in
      let (olga, ben) = (try bench.join("Olga", .owner), try bench.join("Ben"))
      let joined = try #require(try bench.project.store.join(bench.project.store.invite("Ann", as: .annotator)))
      let unused = try bench.project.store.invite("Ann", as: .annotator)
      #expect(try bench.send(.quality, olga, ["overlap": 2]).status == 200)
      try bench.ask(0..<3)
      for question in try bench.questions(joined.member, count: 3) { _ = try bench.answer(question, joined.member) }
      _ = try bench.send(.undo, joined.member)
      for question in try bench.questions(ben, count: 3) { _ = try bench.answer(question, ben, "second") }
      #expect(try tables(bench).contains("Ann"))
      let reply = try erase("Ann", bench, olga)
      #expect(reply.status == 200 && reply["events"] as? Int == 4 && reply["learned"] as? Int == 0)
      let after = try tables(bench)
      #expect(!after.contains("Ann"))
      #expect(after.contains("erasures: [sequence:1 time:1000000.0 owner:\"Olga\""))
      #expect(try bench.project.store.member(of: joined.session.text) == nil)
      #expect(try bench.project.store.join(unused) == nil)
      let export = try #require(try bench.send(.export, olga).body as? String)
      #expect(export.split(separator: "\n").count == 3)
      // Her places are free: two are wanted for each question, and one has answered.
      #expect(try bench.questions(olga, count: 8).count == 3)
      #expect(try erase("Ann", bench, olga).status == 400 && erase("Olga", bench, olga).status == 400)
    }
  }

  @Test("what people did is append-only as before, also the note of what was deleted")
  func triggers() throws {
    try Bench.open { bench in
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      let ben = try bench.join("Ben")
      try bench.ask(0..<2)
      for member in [ann, ben] { _ = try bench.answer(try #require(try bench.questions(member).first), member) }
      #expect(try erase("Ann", bench, olga).status == 200)
      let file = try DatabaseQueue(path: bench.directory + "/workbench.sqlite")
      for sql in [
        "DELETE FROM events", "UPDATE events SET late = 1", "DELETE FROM questions", "UPDATE questions SET kind = ''",
        "DELETE FROM erasures", "UPDATE erasures SET events = 0",
      ] {
        let error = #expect(throws: DatabaseError.self, "\(sql)") { try file.write { try $0.execute(sql: sql) } }
        #expect(error?.message == "what was said is append-only")
      }
    }
  }

  @Test("while a run that has learned from somebody goes on they cannot be deleted; when it has finished they can")
  func learned() throws {
    try Bench.open { bench in
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      try bench.ask(0..<1)
      _ = try bench.answer(try #require(try bench.questions(ann).first), ann)
      let taken = try bench.project.collect(IntakeRound(iteration: 0, last: 0, firstQuery: 0), stop: StopFlag())
      #expect(taken?.count == 1)
      let refused = try erase("Ann", bench, olga)
      #expect(refused.status == 400 && refused.error.contains("has learned from 1 answers of 'Ann'"))
      try FileManager.default.copyItem(atPath: Self.finishedLedger, toPath: bench.directory + "/ledger.sqlite")
      bench.project.readRecord()
      #expect(try erase("Ann", bench, olga)["learned"] as? Int == 1)
      #expect(try !tables(bench).contains("Ann"))
    }
  }

  @Test("the record of a finished run has another name in place of theirs, and nothing else is changed")
  func record() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/ledger.sqlite"
      try FileManager.default.copyItem(atPath: Self.finishedLedger, toPath: path)
      func payloads() throws -> [String] {
        try DatabaseQueue(path: path).read {
          try String.fetchAll($0, sql: "SELECT payload FROM events ORDER BY sequence")
        }
      }
      let before = try payloads()
      let name = try #require(
        before.lazy.compactMap { $0.firstMatch(of: /"person":"([^"]+)"/)?.1 }.first.map(String.init))
      try Ledger.rename(person: name, to: "former", in: RunLayout(directory))
      let after = try payloads()
      #expect(after.contains { $0.contains("\"person\":\"former\"") })
      #expect(
        after == before.map { $0.replacingOccurrences(of: "\"person\":\"\(name)\"", with: "\"person\":\"former\"") })
      #expect(throws: DatabaseError.self) {
        try DatabaseQueue(path: path).write { try $0.execute(sql: "UPDATE events SET step = 0") }
      }
    }
  }
}
