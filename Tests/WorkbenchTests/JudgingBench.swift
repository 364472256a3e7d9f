import Compute
import Files
import Foundation
import Synchronization
import Workbench

/// A workbench over the texts of a file, without sockets.
struct JudgingBench {
  let folder: String
  let directory: String
  let record: JudgingRecord
  let project: WorkbenchProject
  let service: WorkbenchService

  /// Runs a test in a folder of its own, removed afterwards.
  static func inFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let memory = "/dev/shm"
    let parent = FileManager.default.isWritableFile(atPath: memory) ? memory + "/" : NSTemporaryDirectory()
    let path = parent + "pactolus-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }

  /// Runs a test on a project that is made of these rows.
  static func open<Result>(
    _ rows: [[String: Any]], trusted: [[String: Any]]? = nil, named name: String = "pairs.jsonl",
    _ change: (inout JudgingSource) -> Void = { _ in }, _ body: (JudgingBench) throws -> Result
  ) throws -> Result {
    try inFolder { folder in
      var source = JudgingSource(try write(rows, to: folder + "/" + name))
      if let trusted { source.trusted = try write(trusted, to: folder + "/trusted.jsonl") }
      change(&source)
      return try body(JudgingBench(folder, source))
    }
  }

  init(_ folder: String, _ source: JudgingSource) throws {
    self.folder = folder
    directory = folder + "/judging"
    record = try JudgingDirectory.create(directory, of: source)
    project = try WorkbenchProject(judging: directory)
    service = WorkbenchService(project: project)
  }

  @discardableResult
  static func write(_ rows: [[String: Any]], to path: String) throws -> URL {
    var data = Data()
    for row in rows {
      data += try JSONSerialization.data(withJSONObject: row, options: .sortedKeys) + Data("\n".utf8)
    }
    let url = URL(fileURLWithPath: path)
    try data.write(to: url)
    return url
  }

  @discardableResult
  func join(_ name: String, _ role: Role = .annotator) throws -> Member {
    guard let joined = try project.store.join(project.store.invite(name, as: role)) else {
      throw InputError("the invitation was refused")
    }
    return joined.member
  }

  /// The bytes that a server would send, and their meaning.
  func send(_ endpoint: Endpoint, _ member: Member, _ body: [String: Any] = [:]) throws -> (text: String, reply: Reply)
  {
    let data = try JSONSerialization.data(withJSONObject: body)
    func reply(_ status: Int, _ value: any Encodable) throws -> (String, Reply) {
      (try CanonicalJSON.encode(value), Reply(status: status, body: try Reply.parsed(value)))
    }
    switch service.respond(endpoint, member, body: data) {
    case .value(let value): return try reply(200, value)
    case .file(let data, let name, _):
      let text = String(decoding: data, as: UTF8.self)
      return (name + "\n" + text, Reply(status: 200, body: text))
    case .refused(let status, let problem): return try reply(status, problem)
    }
  }

  func questions(_ member: Member, count: Int = 1, hold: [String] = []) throws -> [TextQuestion] {
    let reply = try send(.questions, member, ["count": count, "hold": hold]).reply
    guard reply.status == 200 else { throw InputError("the questions were refused: \(reply.error)") }
    return (reply["questions"] as? [[String: Any]] ?? []).map(TextQuestion.init)
  }

  /// Answers everything that somebody is asked.
  ///
  /// - Parameter say: what the page says of a question; nil for "can't tell".
  /// - Returns: the questions.
  @discardableResult
  func answerAll(_ member: Member, _ say: (TextQuestion) -> [String: Any]?) throws -> [TextQuestion] {
    var seen: [TextQuestion] = []
    while let question = try questions(member).first {
      let reply = try answer(question, member, say(question))
      guard reply.status == 200 else { throw InputError("the answer was refused: \(reply.error)") }
      seen.append(question)
    }
    return seen
  }

  @discardableResult
  func answer(_ question: TextQuestion, _ member: Member, _ content: [String: Any]?) throws -> Reply {
    var body: [String: Any] = [
      "id": UUID().uuidString, "question": question.id, "lease": question.lease, "milliseconds": 500,
    ]
    if let content { body["content"] = content } else { body["nonAnswer"] = "cannot-tell" }
    return try send(.answers, member, body).reply
  }

  /// The lines of an export.
  func exported(_ endpoint: Endpoint, _ member: Member) throws -> [[String: Any]] {
    let text = try send(endpoint, member).reply.body as? String ?? ""
    return try text.split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
    }
  }
}

/// A question about texts as a page sees it.
struct TextQuestion {
  var fields: [String: Any]
  var id: String { fields["id"] as? String ?? "" }
  var lease: String { fields["lease"] as? String ?? "" }
  var texts: [String: Any] { fields["texts"] as? [String: Any] ?? [:] }
  var prompt: String { texts["prompt"] as? String ?? "" }
  var replies: [String] { texts["replies"] as? [String] ?? [] }

  init(_ fields: [String: Any]) { self.fields = fields }

  /// The answer that prefers the reply with this in it.
  func preferring(_ word: String, strongly: Bool = false) -> [String: Any] {
    ["answer": replies[0].contains(word) ? "first" : "second", "strongly": strongly]
  }
}
