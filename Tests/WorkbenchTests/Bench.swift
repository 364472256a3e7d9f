import Compute
import Environments
import Feedback
import Foundation
import GRDB
import PactolusTesting
import Runs
import Synchronization
import Workbench

/// A workbench over a ring of five places, without sockets; time moves only when a test says so.
struct Bench {
  let directory: String
  let project: WorkbenchProject
  let service: WorkbenchService
  private let now: Now

  private final class Now: Sendable {
    let seconds = Mutex(1_000_000.0)
  }

  /// Runs a test on a workbench in a directory of its own, removed afterwards.
  static func open<Result>(
    kinds: FeedbackRegistry = .standard, environment: EnvironmentEntry? = nil, _ body: (Bench) throws -> Result
  ) throws -> Result {
    let memory = "/dev/shm"
    let parent = FileManager.default.isWritableFile(atPath: memory) ? memory + "/" : NSTemporaryDirectory()
    let path = parent + "pactolus-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(Bench(path, kinds: kinds, environment: environment))
  }

  init(_ directory: String, kinds: FeedbackRegistry = .standard, environment: EnvironmentEntry? = nil) throws {
    let now = Now()
    (self.directory, self.now) = (directory, now)
    project = try WorkbenchProject(
      directory: directory, environment: environment ?? EnvironmentEntry(RingWorld(), tabular: try RingWorld.table()),
      seed: 9, kinds: kinds, clock: { now.seconds.withLock { $0 } })
    service = WorkbenchService(project: project)
  }

  /// The number of a question, from the name that pages know.
  func number(_ question: Given) -> Int { project.store.names.number(of: question.id) ?? -1 }

  /// Runs SQL on the store's file, beside the store.
  func execute(_ sql: String) throws {
    try DatabaseQueue(path: directory + "/workbench.sqlite").write { try $0.execute(sql: sql) }
  }

  func wait(_ seconds: Double) { now.seconds.withLock { $0 += seconds } }

  /// Puts comparisons with these numbers before people.
  func ask(_ numbers: Range<Int>, iteration: Int = 0, strengths: Bool = false) throws {
    let source = RandomSource(seed: 9).child("test", 0)
    let clips = EnvironmentEntry(RingWorld()).randomClips(2 * numbers.upperBound, steps: 4, random: source)
    try project.ask(
      numbers.map { number in
        let pair = Array(clips[2 * number..<2 * number + 2])
        return PosedQuestion(
          number: number, iteration: iteration, kind: "comparison",
          question: Question(pair, details: .object(["strengths": .bool(strengths)])),
          clips: pair.map { StoredSegment($0, leadingActions: [], source: "test", sourceIndex: 0) })
      })
  }

  /// Invites somebody, who joins.
  @discardableResult
  func join(_ name: String, _ role: Role = .annotator) throws -> Member {
    guard let joined = try project.store.join(project.store.invite(name, as: role)) else {
      throw InputError("the invitation was refused")
    }
    return joined.member
  }

  func send(_ endpoint: Endpoint, _ member: Member, _ body: [String: Any] = [:]) throws -> Reply {
    let data = try JSONSerialization.data(withJSONObject: body)
    switch service.respond(endpoint, member, body: data) {
    case .value(let value): return Reply(status: 200, body: try Reply.parsed(value))
    case .file(let data, _, _): return Reply(status: 200, body: String(decoding: data, as: UTF8.self))
    case .refused(let status, let problem): return Reply(status: status, body: try Reply.parsed(problem))
    }
  }

  /// The questions that somebody gets.
  func questions(_ member: Member, count: Int = 1, hold: [String] = []) throws -> [Given] {
    let reply = try send(.questions, member, ["count": count, "hold": hold])
    guard reply.status == 200 else { throw InputError("the questions were refused: \(reply.error)") }
    return (reply["questions"] as? [[String: Any]] ?? []).map(Given.init)
  }

  /// What a page does with a question.
  func answer(
    _ question: Given, _ member: Member, _ word: String = "first", id: String = UUID().uuidString
  ) throws -> Reply {
    try send(
      .answers, member,
      ["id": id, "question": question.id, "lease": question.lease, "content": ["answer": word], "milliseconds": 500])
  }
}

/// What came back, with the status that a server would send.
struct Reply {
  var status: Int
  var body: Any

  subscript(key: String) -> Any? { (body as? [String: Any])?[key] }
  var error: String { self["error"] as? String ?? "" }

  static func parsed(_ value: any Encodable) throws -> Any {
    try JSONSerialization.jsonObject(with: JSONEncoder().encode(value), options: .fragmentsAllowed)
  }
}

/// A question as a page sees it.
struct Given {
  var fields: [String: Any]
  var id: String { fields["id"] as? String ?? "" }
  var lease: String { fields["lease"] as? String ?? "" }

  init(_ fields: [String: Any]) { self.fields = fields }
}
