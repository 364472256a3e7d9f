import Foundation
import Testing

@Suite("A record that cannot be read")
struct UnreadableRecordTests {
  @Test("the page says so, instead of showing an old state as the newest")
  func said() throws {
    try Bench.open { bench in
      let ann = try bench.join("Ann")
      let before = try bench.send(.status, ann)["message"] as? String
      #expect(before?.contains("cannot be read") == false)
      try Data("no ledger".utf8).write(to: URL(fileURLWithPath: bench.directory + "/ledger.sqlite"))
      bench.project.readRecord()
      let after = try bench.send(.status, ann)["message"] as? String
      #expect(after?.contains("cannot be read") == true)
    }
  }
}
