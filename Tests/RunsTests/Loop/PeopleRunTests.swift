import Audits
import Compute
import Feedback
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Runs with several people")
struct PeopleRunTests {
  /// Four people of whom the last presses any key; everybody answers half of the questions.
  static let crowd = [
    "feedback.comparisons": "320", "feedback.initialShare": "0.5", "feedback.selection": "random",
    "person.kind": "rational", "person.count": "4", "person.flawed": "1", "person.lazy": "1", "person.overlap": "0.5",
    "person.requiredAccuracy": "0.75",
  ]

  @Test("the one who does not look is deferred, a finding says so, and they are not asked again")
  func deferral() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try TinyRun.create(directory, Self.crowd).run()
      let record = try RunRecord(directory: directory)
      let finding = try #require(record.findings.first { $0.id == DeferredPerson.prefix + "4" })
      #expect(finding.verdict == .fails && finding.reason.contains("not asked any more"))
      #expect(!record.findings.contains { $0.id.hasPrefix(DeferredPerson.prefix) && $0.id != finding.id })
      let noticed = try #require(finding.evidence.last?.value)
      let people = Dictionary(grouping: record.comparisons) { $0.person ?? "" }
      #expect(Set(people.keys) == Set((1...4).map { "simulated/rational/\($0)" }))
      let last = people["simulated/rational/4"]!.map(\.query).max()!
      #expect(Double(last) < noticed && record.comparisons.count == 320)
      // The same question to several people is a query each about the same clips.
      let shared = Dictionary(grouping: record.comparisons) { $0.first }.values.filter { $0.count > 1 }
      #expect(shared.allSatisfy { Set($0.map(\.person)).count == $0.count } && shared.count > 20)
    }
  }

  /// A run that is stopped at each of its first checkpoints and resumed has the same bytes as one that was not.
  private static func expectSameWhenStopped(
    _ settings: [String: String], in directory: String, as whole: TinyRun.Remains
  ) throws {
    for attempt in 0..<3 {
      let stop = StopFlag()
      let run = try attempt == 0 ? TinyRun.create(directory, settings) : TinyRun.resume(directory)
      run.beforeCheckpoint = { stop.raise() }
      try run.run(stop: stop)
    }
    try TinyRun.resume(directory).run()
    let remains = try TinyRun.Remains(directory)
    #expect(remains.ledger == whole.ledger)
    #expect(remains.final == whole.final)
  }

  @Test("a run with several people is stopped and resumed exactly, also after a deferral")
  func resume() throws {
    let whole = try TinyRun.reference(Self.crowd)
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try Self.expectSameWhenStopped(Self.crowd, in: directory, as: whole)
    }
  }

  @Test("answers of a person who was deferred are in the ledger, and neither counted nor exported unless asked for")
  func setAside() throws {
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      let run = try TinyRun.create(directory, Self.crowd)
      try run.run()
      let aside = try run.ledger.entries().flatMap { entry -> [Int] in
        if case .answersSetAside(let event) = entry.event { event.queries } else { [] }
      }
      let record = try RunRecord(directory: directory)
      let theirs = record.questions.filter { $0.given?.person == "simulated/rational/4" }.map(\.asked.query)
      #expect(aside == theirs.sorted() && aside.count > 20)
      #expect(record.answerCount == 320 - aside.count)
      let exported = try record.feedbackRecords()
      #expect(exported.count == 320 - aside.count && exported.allSatisfy { $0.person != "simulated/rational/4" })
      #expect(try record.feedbackRecords(includesSetAside: true).count == 320)
    }
  }

  /// The last of four looks at first, and soon no more.
  private static let tired = [
    "feedback.comparisons": "1600", "feedback.initialShare": "0.4", "feedback.selection": "random",
    "person.kind": "rational", "person.count": "4", "person.flawed": "1", "person.drift": "6",
    "person.overlap": "0.6", "person.driftAlarm": "500",
  ]

  @Test("the one who tires is noticed, and what they said before goes on counting; stopped and resumed, the same bytes")
  func drift() throws {
    let whole = try TinyRun.reference(Self.tired)
    try withTemporaryDirectory { parent in
      let directory = parent + "/run"
      try Self.expectSameWhenStopped(Self.tired, in: directory, as: whole)
      let record = try RunRecord(directory: directory)
      let finding = try #require(record.findings.first { $0.id == DriftedPerson.prefix + "4" })
      #expect(finding.verdict == .fails && finding.reason.contains("not asked any more"))
      #expect(!record.findings.contains { $0.id.hasPrefix(DriftedPerson.prefix) && $0.id != finding.id })
      let theirs = record.questions.filter { $0.given?.person == "simulated/rational/4" }
      let counted = theirs.filter { !$0.setAside }.map(\.asked.query)
      let aside = theirs.filter(\.setAside).map(\.asked.query)
      #expect(Double(counted.count) == finding.evidence.last?.value && !aside.isEmpty)
      #expect(counted.max() ?? 0 < aside.min() ?? 0)
      #expect(!record.questions.contains { $0.setAside && $0.given?.person != "simulated/rational/4" })
    }
  }

  @Test("settings of several people that cannot work are refused")
  func refusals() {
    for (settings, problem) in [
      (["person.requiredAccuracy": "0.7"], "nothing tells who errs"),
      (["person.driftAlarm": "1000"], "nothing tells who has changed"),
      (["person.flawed": "2"], "more people have flaws"),
      (["person.kind": "equal", "person.sideBias": "1"], "no biases"),
      (["person.lazyKey": "second"], "lazyKey"),
    ] as [([String: String], String)] {
      do {
        _ = try TinyRun.settings(settings)
        Issue.record("\(settings) was accepted")
      } catch { #expect("\(error)".contains(problem)) }
    }
  }
}
