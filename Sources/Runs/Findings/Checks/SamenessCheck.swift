import Audits
import Feedback
import Files

extension RunCheck {
  /// Whether the answers of a kind are all alike. Answers that are clips are left out: there is no telling which are
  /// the same.
  static let sameness = RunCheck("answers/alike") { audited in
    let kinds = audited.records.flatMap { record in
      var said = [(kind: String, answers: [String])]()
      func add(_ kind: String, _ answer: String) {
        if let index = said.firstIndex(where: { $0.kind == kind }) {
          said[index].answers.append(answer)
        } else {
          said.append((kind, [answer]))
        }
      }
      for question in record.questions where question.counts {
        if let answer = question.words { add(question.asked.kind, answer) }
      }
      let whose = audited.records.count > 1 ? ", seed \(record.seed)" : ""
      return said.compactMap { Sameness(kind: $0.kind + whose, answers: $0.answers) }
    }
    return Sameness.finding(kinds).map { [$0] } ?? []
  }
}

extension RunRecord.AskedQuestion {
  /// What was said, in words that are equal for equal answers; nil where nothing was, or clips were made. Of a comparison
  /// the order alone.
  fileprivate var words: String? {
    if let comparisonAnswer { return preference == nil ? nil : comparisonAnswer.answer }
    guard let given, given.segments.isEmpty else { return nil }
    return given.content?.words
  }
}

extension JSONValue {
  /// The value for a reader: without the marks of JSON, keys in order.
  fileprivate var words: String {
    switch self {
    case .null: "nothing"
    case .bool(let value): value ? "yes" : "no"
    case .number(let value): Int(exactly: value).map(String.init) ?? "\(value)"
    case .string(let text): text
    case .array(let values): values.map(\.words).joined(separator: ", ")
    case .object(let values):
      values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.words)" }.joined(separator: ", ")
    }
  }
}
