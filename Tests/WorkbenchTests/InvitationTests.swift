import Compute
import Foundation
import GRDB
import Testing
import Workbench

@Suite("Invitations and sessions of a workbench")
struct InvitationTests {
  private static let (hour, day) = (3600.0, 86_400.0)

  private func list(_ bench: Bench, _ endpoint: Endpoint, _ member: Member) throws -> [[String: Any]] {
    try #require(try bench.send(endpoint, member).body as? [[String: Any]])
  }

  @Test(
    "a link runs out: an owner's after an hour, a researcher's after a day, all others' after a week",
    arguments: zip([Role.owner, .researcher, .annotator, .viewer], [hour, day, 7 * day, 7 * day]))
  func expiry(role: Role, seconds: Double) throws {
    try Bench.open { bench in
      let store = bench.project.store
      let (early, late) = (try store.invite("Early", as: role), try store.invite("Late", as: role))
      bench.wait(seconds - 1)
      #expect(try store.join(early)?.member.role == role)
      bench.wait(1)
      #expect(try store.join(late) == nil)
    }
  }

  @Test("a start of the workbench ends the links of earlier starts, and no other")
  func starts() throws {
    try Bench.open { bench in
      let store = bench.project.store
      func code(_ link: String) -> String { String(link.dropFirst("/#join=".count)) }
      let first = code(try bench.project.ownerLink())
      let invited = try store.invite("Olga", as: .owner)
      let renamed = code(try bench.project.ownerLink(named: "Oskar"))
      #expect(try store.join(first) == nil)
      #expect(try store.join(invited)?.member.name == "Olga")
      let last = code(try bench.project.ownerLink(named: "Oskar"))
      #expect(try store.join(renamed) == nil)
      let oskar = try #require(try store.join(last)).member
      #expect(oskar.name == "Oskar" && oskar.role == .owner)
    }
  }

  @Test("there is one unused link for a name, and one that was made for another role lets nobody in")
  func oneForAName() throws {
    try Bench.open { bench in
      let store = bench.project.store
      let asViewer = try store.invite("Ann", as: .viewer)
      let asOwner = try store.invite("Ann", as: .owner)
      #expect(try store.join(asViewer) == nil)
      let ann = try #require(try store.join(asOwner)).member
      #expect(ann.role == .owner)
      // As it stands after the role was changed, by a later version or by hand.
      try bench.join("Ben", .viewer)
      let link = try store.invite("Ben", as: .viewer)
      let file = try DatabaseQueue(path: bench.directory + "/workbench.sqlite")
      try file.write { try $0.execute(sql: "UPDATE people SET role = 'owner' WHERE name = 'Ben'") }
      #expect(try store.join(link) == nil)
    }
  }

  @Test("a link for a member lets the same person in elsewhere, and their other sessions stay")
  func elsewhere() throws {
    try Bench.open { bench in
      let store = bench.project.store
      let here = try #require(try store.join(store.invite("Ann", as: .annotator)))
      let there = try #require(try store.join(store.invite("Ann", as: .annotator)))
      #expect(here.member == there.member)
      for session in [here.session, there.session] { #expect(try store.member(of: session.text) == here.member) }
    }
  }

  @Test("an owner sees all invitations, with neither code nor digest, and ends those that were not used")
  func listing() throws {
    try Bench.open { bench in
      let olga = try bench.join("Olga", .owner)
      bench.wait(5)
      let code = try bench.project.store.invite("Ann", as: .annotator)
      let listed = try list(bench, .invitations, olga)
      #expect(listed.map { $0["name"] as? String } == ["Ann", "Olga"])
      #expect(listed[0]["role"] as? String == "annotator" && listed[0]["used"] == nil)
      #expect(listed[0]["created"] as? Double == 1_000_005)
      #expect(listed[0]["expires"] as? Double == 1_000_005 + 7 * Self.day)
      #expect(listed[1]["used"] as? Double == 1_000_000)
      #expect(Set(listed.flatMap { Array($0.keys) }) == ["id", "name", "role", "created", "expires", "used"])
      let ids = listed.compactMap { $0["id"] as? String }
      #expect(Set(ids).count == 2 && ids.allSatisfy { $0.count == 16 && !code.contains($0) })
      #expect(try bench.send(.revoke, olga, ["id": ids[0]]).status == 200)
      #expect(try bench.project.store.join(code) == nil)
      #expect(try list(bench, .invitations, olga).count == 1)
      // Neither twice, nor one that was used.
      for id in ids { #expect(try bench.send(.revoke, olga, ["id": id]).status == 400) }
      #expect(try bench.send(.revoke, olga, [:]).status == 400)
    }
  }

  @Test("an owner sees and ends all sessions; everybody else their own")
  func sessions() throws {
    try Bench.open { bench in
      let store = bench.project.store
      func enter(_ name: String, _ role: Role) throws -> (Member, String) {
        let joined = try #require(try store.join(store.invite(name, as: role)))
        bench.wait(1)
        return (joined.member, joined.session.text)
      }
      let (olga, hers) = try enter("Olga", .owner)
      let (ann, first) = try enter("Ann", .annotator)
      let (_, second) = try enter("Ann", .annotator)
      let all = try list(bench, .sessions, olga)
      #expect(all.map { $0["person"] as? String } == ["Ann", "Ann", "Olga"])
      #expect(Set(all.flatMap { Array($0.keys) }) == ["id", "person", "created", "seen"])
      let own = try list(bench, .sessions, ann)
      #expect(own.count == 2 && own.allSatisfy { $0["person"] as? String == "Ann" })
      let ids = all.compactMap { $0["id"] as? String }
      #expect(try bench.send(.endSession, ann, ["id": ids[2]]).status == 400)
      #expect(try store.member(of: hers) == olga)
      #expect(try bench.send(.endSession, ann, ["id": ids[0]]).status == 200)
      #expect(try store.member(of: second) == nil && store.member(of: first) == ann)
      #expect(try bench.send(.endSession, olga, ["id": ids[1]]).status == 200)
      #expect(try store.member(of: first) == nil)
      #expect(try list(bench, .sessions, ann).isEmpty)
      // One that has run out is listed no more.
      bench.wait(7 * Self.day)
      #expect(try list(bench, .sessions, olga).isEmpty)
    }
  }

  @Test("a page that only listens does not keep its session alive")
  func listening() throws {
    try Bench.open { bench in
      let store = bench.project.store
      let session = try #require(try store.join(store.invite("Ann", as: .viewer))).session.text
      for _ in 0..<6 {
        bench.wait(Self.day)
        #expect(try store.listener(of: session) != nil)
      }
      bench.wait(Self.day)
      #expect(try store.listener(of: session) == nil && store.member(of: session) == nil)
    }
  }

  @Test("a file of an earlier version: its links and sessions get what they lack, and old owners' links have run out")
  func earlierFile() throws {
    try Bench.open { bench in
      let path = bench.directory + "/older.sqlite"
      let file = try DatabaseQueue(path: path)
      try file.write { db in
        try db.execute(
          sql: """
            CREATE TABLE people (name TEXT PRIMARY KEY, role TEXT, active INTEGER, created REAL);
            CREATE TABLE invites (hash TEXT PRIMARY KEY, name TEXT, role TEXT, created REAL, used REAL);
            CREATE TABLE sessions (hash TEXT PRIMARY KEY, person TEXT, created REAL, seen REAL);
            CREATE TABLE questions (id INTEGER PRIMARY KEY, person TEXT);
            INSERT INTO invites VALUES ('a', 'Olga', 'owner', 1000, NULL), ('b', 'Ann', 'annotator', 1000, 2000);
            INSERT INTO sessions VALUES ('c', 'Ann', 2000, 2000);
            """)
      }
      try file.writeWithoutTransaction { try StoreAddition.makeMissing(in: $0) }
      try file.read { db in
        let expiry = try Double.fetchAll(db, sql: "SELECT expires - created FROM invites ORDER BY hash")
        #expect(expiry == [Self.hour, 7 * Self.day])
        let ids = try String.fetchAll(db, sql: "SELECT id FROM invites UNION SELECT id FROM sessions")
        #expect(ids.count == 3 && ids.allSatisfy { $0.count == 16 })
      }
    }
  }
}
