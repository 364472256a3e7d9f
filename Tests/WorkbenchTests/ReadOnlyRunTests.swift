import Compute
import Environments
import Foundation
import PactolusTesting
import Testing
import Workbench

@Suite("A run that may only be read")
struct ReadOnlyRunTests {
  private func files(_ directory: String) throws -> [String: Data] {
    var found: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: directory) where !name.hasSuffix("-shm") {
      found[name] = try Data(contentsOf: URL(fileURLWithPath: directory + "/" + name))
    }
    return found
  }

  private func shown(_ bench: Bench) throws -> WorkbenchProject {
    try WorkbenchProject(
      showing: bench.directory, environment: EnvironmentEntry(RingWorld(), tabular: RingWorld.table()), seed: 9,
      clock: { 1_000_000 })
  }

  @Test("has the page that its owner sees, with every answer; who joins there is in no file and forgotten")
  func page() throws {
    try Bench.open { bench in
      let ann = try bench.join("Ann", .owner)
      try bench.ask(0..<2)
      let question = try #require(try bench.questions(ann).first)
      #expect(try bench.answer(question, ann).status == 200)
      bench.project.readRecord()
      let before = try files(bench.directory)
      let project = try shown(bench)
      for endpoint in [Endpoint.status, .people] {
        guard case .value(let here) = WorkbenchService(project: project).respond(endpoint, ann, body: Data("{}".utf8))
        else {
          Issue.record("\(endpoint) was refused")
          continue
        }
        let there = try #require(bench.send(endpoint, ann).body as? NSObject)
        #expect(try Reply.parsed(here) as? NSObject == there)
      }
      let joined = try project.store.join(project.store.invite("Ben", as: .annotator))
      #expect(joined?.member.name == "Ben")
      #expect(try files(bench.directory) == before)
      // Invited under a name that is taken, he would be refused here.
      #expect(try bench.join("Ben").name == "Ben")
    }
  }

  @Test("without any answers is shown all the same; a file of something else is refused by name")
  func nothing() throws {
    try Bench.open { bench in
      try FileManager.default.removeItem(atPath: bench.directory)
      try FileManager.default.createDirectory(atPath: bench.directory, withIntermediateDirectories: true)
      let project = try shown(bench)
      #expect(try project.store.join(project.store.invite("Ben", as: .annotator))?.member.role == .annotator)
      #expect(try files(bench.directory).isEmpty)
      try Data(
        "no database at all, but longer than a header of one hundred bytes, which is what SQLite reads first…".utf8
      )
      .write(to: URL(fileURLWithPath: bench.directory + "/workbench.sqlite"))
      let error = #expect(throws: InputError.self) { try shown(bench) }
      #expect(error?.place?.hasSuffix("workbench.sqlite") == true)
    }
  }
}
