import Foundation
import Testing
import Workbench

@Suite("Roles, and what is written down of what people do")
struct MembersTests {
  @Test("an owner gives another role, which holds from the next request on; the last owner stays one")
  func roles() throws {
    try Bench.open { bench in
      let store = bench.project.store
      let olga = try bench.join("Olga", .owner)
      let ann = try #require(try store.join(store.invite("Ann", as: .annotator)))
      let unused = try store.invite("Ann", as: .annotator)
      #expect(try bench.send(.role, olga, ["name": "Ann", "role": "researcher"]).status == 200)
      #expect(try store.member(of: ann.session.text)?.role == .researcher)
      // A link for an annotator does not let a researcher in.
      #expect(try store.join(unused) == nil)
      let refused = try bench.send(.role, olga, ["name": "Olga", "role": "viewer"])
      #expect(refused.status == 400 && refused.error.contains("'Olga' is the only owner"))
      #expect(try bench.send(.role, olga, ["name": "Ann", "role": "owner"]).status == 200)
      #expect(try bench.send(.role, olga, ["name": "Olga", "role": "viewer"]).status == 200)
      #expect(try bench.send(.role, olga, ["name": "Ann", "role": "viewer"]).error.contains("only owner"))
      for body: [String: Any] in [
        ["name": "Nobody", "role": "viewer"], ["name": "Olga", "role": "king"], ["name": "Olga"],
      ] {
        #expect(try bench.send(.role, olga, body).status == 400)
      }
      #expect(Endpoint.role.roles == [.owner])
    }
  }

  @Test("who judges no more holds no question back")
  func leases() throws {
    try Bench.open { bench in
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      try bench.ask(0..<1)
      #expect(try bench.questions(ann).count == 1)
      #expect(try bench.questions(olga).isEmpty)
      _ = try bench.send(.role, olga, ["name": "Ann", "role": "viewer"])
      #expect(try bench.questions(olga).count == 1)
    }
  }

  @Test("who invited, joined, was removed, changed a role or settings, paused, exported, decided: newest first")
  func audit() throws {
    try Bench.open { bench in
      _ = try bench.project.ownerLink(named: "Olga")
      let (olga, ann) = (try bench.join("Olga", .owner), try bench.join("Ann"))
      try bench.ask(0..<1)
      _ = try bench.answer(try #require(try bench.questions(ann).first), ann)
      bench.wait(5)
      for (endpoint, body) in [
        (Endpoint.invites, ["name": "Ben", "role": "viewer"]), (.role, ["name": "Ann", "role": "researcher"]),
        (.role, ["name": "Ann", "role": "researcher"]), (.quality, ["overlap": 2, "gold": 0.25]), (.quality, [:]),
        (.pause, ["paused": true]), (.pause, ["paused": false]), (.exportCSV, [:]), (.export, [:]),
        (.decide, ["question": 1, "content": ["answer": "tie"]]), (.decide, ["question": 1, "content": NSNull()]),
        (.remove, ["name": "Ann"]),
      ] as [(Endpoint, [String: Any])] {
        try #require(try bench.send(endpoint, olga, body).status == 200)
      }
      // What was refused was not done.
      #expect(try bench.send(.remove, olga, ["name": "Olga"]).status == 400)
      let entries = try bench.send(.audit, olga).body as? [[String: Any]] ?? []
      let shown = entries.reversed().map { entry in
        ["person", "action", "subject", "details"].map { entry[$0] as? String ?? "-" }.joined(separator: "|")
      }
      #expect(
        shown == [
          "-|invited|Olga|as owner", "Olga|joined|-|-", "Ann|joined|-|-", "Olga|invited|Ben|as viewer",
          "Olga|role changed|Ann|annotator → researcher", "Olga|settings changed|-|overlap 1 → 2, gold 0.0 → 0.25",
          "Olga|paused|-|-", "Olga|resumed|-|-", "Olga|exported|answers.csv|-",
          "Olga|exported|answers-and-clips.jsonl|-",
          "Olga|decided|question 1|counts in the place of the answers", "Olga|decision withdrawn|question 1|-",
          "Olga|removed|Ann|-",
        ])
      #expect(entries.first?["time"] as? Int == 1_000_005_000)
    }
  }

  @Test("what the run wants is counted in questions, what people gave in answers, and one's own apart")
  func counts() throws {
    try Bench.open { bench in
      let (olga, ann, ben) = (try bench.join("Olga", .owner), try bench.join("Ann"), try bench.join("Ben"))
      _ = try bench.send(.quality, olga, ["overlap": 2])
      try bench.ask(0..<5)
      for (member, count) in [(ann, 5), (ben, 3), (olga, 1)] {
        for question in try bench.questions(member, count: count) { _ = try bench.answer(question, member) }
      }
      let status = try bench.send(.status, olga)
      let counted = ["questions", "answers", "people", "own", "open"].map { status[$0] as? Int }
      #expect(counted == [4, 9, 3, 1, 1])
      #expect(try bench.send(.status, ann)["answers"] as? Int == 5)
    }
  }
}
