import Compute
import Findings
import Foundation

extension CertifiedRun {
  /// Whether the ledger is whole: each answer answers a question that was asked before, none was answered twice, and the
  /// checkpoint is one of its own.
  func ledgerComplete() throws -> Finding {
    let ledger = try Ledger(reading: RunLayout(directory).ledger)
    let rows = try ledger.entries()
    var (asked, answered, problems) = (Set<Int>(), Set<Int>(), [String]())
    func note(_ query: Int, _ sequence: Int) {
      if !asked.contains(query) { problems.append("event \(sequence) answers question \(query), which nobody asked") }
      if !answered.insert(query).inserted { problems.append("event \(sequence) answers question \(query) again") }
    }
    for row in rows {
      switch row.event {
      case .comparisonAsked(let event): asked.insert(event.query)
      case .questionAsked(let event): asked.insert(event.query)
      case .comparisonAnswered(let event): note(event.query, row.sequence)
      case .questionAnswered(let event): note(event.query, row.sequence)
      case .answerTakenBack(let event) where !answered.contains(event.query):
        problems.append("event \(row.sequence) takes back an answer to question \(event.query) that nobody gave")
      default: break
      }
    }
    problems += missing(asked: asked, answered: answered, segments: ledger.nextSegment)
    if record.continuations.isEmpty, rows.last.map({ $0.sequence + 1 }) != rows.count {
      problems.append("of \(rows.last.map { $0.sequence + 1 } ?? 0) events \(rows.count) are there")
    }
    if trained.ledgerPosition > ledger.count {
      problems.append("the checkpoint was written after event \(trained.ledgerPosition), and there are \(ledger.count)")
    }
    return Finding(
      id: "ledger", claim: "The ledger is whole: every answer answers a question, and none is missing or doubled",
      verdict: problems.isEmpty ? .holds : .fails,
      reason: problems.first.map { "\($0.prefix(1).uppercased())\($0.dropFirst())." + Self.more(problems.count - 1) }
        ?? "\(rows.count) events, \(asked.count) questions, \(answered.count) answered.",
      evidence: [
        Evidence("events", Double(rows.count)), Evidence("questions", Double(asked.count)),
        Evidence("answered", Double(answered.count)),
      ],
      assumptions: ["Whoever changed the ledger did not repair all traces of it: a digest tells later changes only."],
      source: "the run's ledger")
  }

  /// What the counts that the run kept say is not there.
  private func missing(asked: Set<Int>, answered: Set<Int>, segments: Int) -> [String] {
    var problems: [String] = []
    if let last = asked.max(), let gap = (0...last).first(where: { !asked.contains($0) }) {
      problems.append("question \(gap) is missing")
    }
    if let number = record.questions.flatMap({ $0.asked.segments + ($0.given?.segments ?? []) })
      .first(where: { !(0..<segments).contains($0) })
    {
      problems.append("clip \(number) is missing")
    }
    let isSimulated = trained.settings.person.answering == .simulated
    if isSimulated, record.finished != nil, let open = asked.subtracting(answered).min() {
      problems.append("question \(open) has no answer")
    }
    if isSimulated, let finished = record.finished, finished.answers != answered.count {
      problems.append("the run counted \(finished.answers) answers, and \(answered.count) are there")
    }
    return problems
  }

  /// Whether the run, run again, writes the same ledger.
  func runRepeats() throws -> Finding {
    let claim = "Run again with its settings, it writes the same ledger and weights bit for bit"
    func finding(_ verdict: Finding.Verdict, _ reason: String) -> Finding {
      Finding(
        id: "run", claim: claim, verdict: verdict, reason: reason,
        assumptions: ["This program and this machine stand for others only as far as their arithmetic is the same."],
        source: "the run itself")
    }
    guard record.finished != nil else { return finding(.unknown, "The run has not finished.") }
    guard let place = settings.recomputeIn else {
      return finding(.unknown, "It was not run again; that takes as long as the run did.")
    }
    guard let again = try recomputed(in: place) else {
      return finding(.notMeasurable, "People answered, and they are not to be had again.")
    }
    let digests = try digests()
    let differing = [("ledger", again.ledger), ("checkpoint", again.checkpoint)].filter { digests[$0.0] != $0.1 }
    guard let first = differing.first else {
      return finding(.holds, "The second ledger and the second checkpoint have the same digests.")
    }
    return finding(.fails, "The second \(first.0) has another digest.")
  }
}
