import Compute
import Foundation
import Testing
import Workbench

@Suite("Members of a workbench")
struct MembershipTests {
  private static let day = 86_400.0

  @Test("an invitation works once, for the name and role that it was made for")
  func invitation() throws {
    try Bench.open { bench in
      let code = try bench.project.store.invite("  Ann ", as: .annotator)
      let wrong = (code.hasPrefix("0") ? "1" : "0") + code.dropFirst()
      #expect(try bench.project.store.join(wrong) == nil)
      let joined = try #require(try bench.project.store.join(code))
      #expect(joined.member.name == "Ann" && joined.member.role == .annotator)
      #expect(try bench.project.store.join(code) == nil)
      #expect(try bench.project.store.member(of: joined.session.text) == joined.member)
      #expect(try bench.project.store.member(of: Secret().text) == nil)
    }
  }

  @Test("a name keeps its role, is trimmed, and has 1 to 60 letters")
  func names() throws {
    try Bench.open { bench in
      try bench.join("Ann")
      #expect(throws: InputError.self) { try bench.project.store.invite("Ann", as: .owner) }
      for name in ["", " \n", String(repeating: "a", count: 61), "a\u{7}b"] {
        #expect(throws: InputError.self, "'\(name)'") { try bench.project.store.invite(name, as: .viewer) }
      }
      #expect(try bench.join(String(repeating: "ä", count: 60), .viewer).name.count == 60)
    }
  }

  @Test("a session ends after a week without use, or thirty days of use")
  func sessions() throws {
    try Bench.open { bench in
      let idle = try #require(try bench.project.store.join(bench.project.store.invite("Idle", as: .viewer))).session
        .text
      let busy = try #require(try bench.project.store.join(bench.project.store.invite("Busy", as: .viewer))).session
        .text
      bench.wait(7 * Self.day - 1)
      #expect(try bench.project.store.member(of: busy) != nil)
      bench.wait(2)
      #expect(try bench.project.store.member(of: idle) == nil)
      for _ in 0..<3 {
        #expect(try bench.project.store.member(of: busy) != nil)
        bench.wait(6 * Self.day)
      }
      #expect(try bench.project.store.member(of: busy) != nil)
      bench.wait(5 * Self.day - 3)
      #expect(try bench.project.store.member(of: busy) != nil)
      bench.wait(3)
      #expect(try bench.project.store.member(of: busy) == nil)
    }
  }

  @Test("who leaves has no session; who is removed has neither session nor invitation, and what they said stays")
  func leaving() throws {
    try Bench.open { bench in
      let olga = try bench.join("Olga", .owner)
      let store = bench.project.store
      let left = try #require(try store.join(store.invite("Ann", as: .annotator))).session.text
      try store.leave(left)
      #expect(try store.member(of: left) == nil)

      let ann = try #require(try store.join(store.invite("Ann", as: .annotator)))
      let unused = try store.invite("Ann", as: .annotator)
      try bench.ask(0..<1)
      #expect(try bench.answer(try #require(try bench.questions(ann.member).first), ann.member).status == 200)
      #expect(try bench.send(.remove, olga, ["name": "Ann"]).status == 200)
      #expect(try store.member(of: ann.session.text) == nil)
      #expect(try store.join(unused) == nil)
      #expect((try bench.send(.export, olga).body as? String)?.contains("\"Ann\"") == true)
      #expect(try bench.send(.remove, olga, ["name": "Nobody"]).status == 400)
      // The last owner cannot be removed; one of two can.
      #expect(try bench.send(.remove, olga, ["name": "Olga"]).status == 400)
      try bench.join("Oskar", .owner)
      #expect(try bench.send(.remove, olga, ["name": "Olga"]).status == 200)
    }
  }

  @Test("the file keeps no code and no session, only their digests")
  func secrets() throws {
    try Bench.open { bench in
      let code = try bench.project.store.invite("Ann", as: .annotator)
      let session = try #require(try bench.project.store.join(code)).session
      var content = Data()
      for name in try FileManager.default.contentsOfDirectory(atPath: bench.directory) {
        content += FileManager.default.contents(atPath: bench.directory + "/" + name) ?? Data()
      }
      #expect(content.range(of: Data(session.digest.utf8)) != nil)
      #expect(content.range(of: Data(session.text.utf8)) == nil)
      #expect(content.range(of: Data(code.utf8)) == nil)
    }
  }
}
