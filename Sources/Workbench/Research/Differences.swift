import Files
import GRDB

/// The questions on which people differ most.
struct DifferenceReport: Codable, Sendable {
  struct Said: Codable, Sendable {
    var content: JSONValue
    var count: Int
  }

  struct Question: Codable, Sendable {
    var id: Int
    var number: Int
    var round: Int
    var kind: String
    /// How many people answered it.
    var answers: Int
    /// The mean over all two of them: 0 the same, 1 different; a tie and a preference are half as different as two
    /// preferences.
    var difference: Double
    /// What was said, most often first.
    var said: [Said]
    var decided: Bool
  }

  /// The most different first; of equals, those with more answers, then the older.
  var questions: [Question]
  /// How many questions were answered by two people or more.
  var shared: Int

  static let mostQuestions = 50
  /// How many answers are looked at, the latest.
  static let mostAnswers = 20_000
}

extension WorkbenchStore {
  /// Where people differ, among the kinds of questions that are answered by one of a few choices.
  ///
  /// - Parameter isChoice: of a kind, whether an answer is one of a few.
  func differences(_ isChoice: (String) -> Bool) throws -> DifferenceReport {
    try reports.differences.value(at: [changes.value]) {
      let (rows, decided) = try read { db in
        (
          try Row.fetchAll(
            db,
            sql: """
              SELECT q.id, q.number, q.iteration, q.kind, s.content FROM standing s JOIN questions q ON q.id = s.question
              WHERE q.number IS NOT NULL AND s.content IS NOT NULL ORDER BY s.sequence DESC LIMIT ?
              """, arguments: [DifferenceReport.mostAnswers]),
          try Set(Int.fetchAll(db, sql: "SELECT question FROM decided WHERE content IS NOT NULL"))
        )
      }
      let shared = Dictionary(grouping: rows, by: { $0["id"] as Int }).filter { $0.value.count > 1 }
      let questions = try shared.compactMap { id, rows -> DifferenceReport.Question? in
        let kind: String = rows[0]["kind"]
        guard isChoice(kind) else { return nil }
        let texts = rows.map { $0["content"] as String }
        let difference = try Self.difference(texts, isComparison: kind == "comparison")
        guard difference > 0 else { return nil }
        let said = Dictionary(grouping: texts, by: { $0 }).map { ($0, $1.count) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
        return DifferenceReport.Question(
          id: id, number: rows[0]["number"], round: rows[0]["iteration"], kind: kind, answers: rows.count,
          difference: difference,
          said: try said.map { .init(content: try JSONText.value($0.0), count: $0.1) }, decided: decided.contains(id))
      }
      let sorted = questions.sorted { ($1.difference, $1.answers, $0.number) < ($0.difference, $0.answers, $1.number) }
      return DifferenceReport(
        questions: Array(sorted.prefix(DifferenceReport.mostQuestions)), shared: shared.count)
    }
  }

  private static func difference(_ texts: [String], isComparison: Bool) throws -> Double {
    var words = ContentWords()
    let sides = isComparison ? try texts.map { Judgment.side(try words.word($0)) } : []
    var sum = 0.0
    for first in texts.indices {
      for second in texts.indices where second > first {
        if isComparison, let a = sides[first], let b = sides[second] {
          sum += abs(a - b) / 2
        } else if texts[first] != texts[second] {
          sum += 1
        }
      }
    }
    return sum / (Double(texts.count) * Double(texts.count - 1) / 2)
  }
}
