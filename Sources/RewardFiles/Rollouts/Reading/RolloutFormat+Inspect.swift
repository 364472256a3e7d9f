import Files

extension RolloutFormat {
  /// Logs of Inspect: `.eval` (an archive) and `.json`. Follows UKGovernmentBEIS/inspect_ai@499e615, `src/inspect_ai/log`.
  ///
  /// A group is a sample with its epochs. The total is the value of the first scorer that the log names; all scorers are
  /// components. "C" is 1, "P" 0.5, "I" and "N" 0, as Inspect's `value_to_float`; NaN is not scored.
  static let inspect = RolloutFormat(
    name: "inspect", title: "logs of Inspect", list: "samples",
    skipped: ["events", "store", "timelines", "transcript", "reductions", "stats", "plan"],
    recognizes: { $0["eval"] != nil && $0["version"] != nil },
    prepare: { context in
      let evaluation = context.head["eval"]?.fields ?? [:]
      context.run = evaluation["model"]?.answerText
      let status = context.head["status"]?.answerText ?? "unknown"
      if status != "success" { context.notes.append("the evaluation's status is '\(status)'") }
    },
    rows: { (fields, context) throws(RowFault) in
      var row = RolloutRow()
      let evaluation = context.head["eval"]?.fields ?? [:]
      let attachments = fields.take("attachments", as: .ignore)?.fields ?? [:]
      row.run = context.run
      row.task = evaluation["task"]?.answerText
      fields.seen.use("eval.model", .run)
      fields.seen.use("eval.task", .task)
      let id = fields.text("id", as: .group) ?? ""
      let epoch = fields.text("epoch", as: .id) ?? ""
      row.group = .key(context.key(id))
      row.id = fields.text("uuid", as: .id) ?? [context.file.lastPathComponent, id, epoch].joined(separator: "/")

      let messages = attached(fields.take("messages", as: .completion), attachments)?.cellList ?? []
      let input = attached(fields.take("input", as: .prompt), attachments)
      let first = messages.firstIndex { $0.fields?["role"] == .string("assistant") } ?? messages.count
      var prompt = RolloutText.text(Array(messages[..<first]))
      if prompt.isEmpty { prompt = RolloutText.text(input) ?? "" }
      row.prompt = Array(prompt.utf8)
      let output = attached(fields.take("output", as: .completion), attachments)?.fields ?? [:]
      let choice = output["choices"]?.cellList?.first?.fields
      if first < messages.count {
        row.completion = Array(RolloutText.text(Array(messages[first...])).utf8)
      } else {
        row.completion = RolloutText.text(choice?["message"]).map { Array($0.utf8) }
      }
      let target = fields.take("target", as: .answer)
      row.answer = target?.cellList.map { $0.map(\.plainText).joined(separator: "\n") } ?? target?.answerText
      row.answer = row.answer.map { String($0.drop { $0 == " " }) }
      try score(&row, &fields, attachments, evaluation)

      // Logs leave the field out where there was no error.
      fields.seen.use("error", .error)
      row.error = fields.take("error", as: .error).map { $0.fields?["message"]?.answerText ?? $0.plainText }
      let limit = fields.take("limit", as: .truncated)?.fields?["type"]?.answerText
      let reason = choice?["stop_reason"]?.answerText
      row.finish = limit.map { "\($0) limit" } ?? reason
      if row.finish != nil { row.truncated = limit != nil || ["max_tokens", "model_length"].contains(reason) ? 1 : 0 }
      if case .number(let tokens)? = output["usage"]?.fields?["output_tokens"] {
        row.tokens = Int32(exactly: tokens) ?? -1
      }
      for (name, value) in fields.take("metadata", as: .attribute)?.fields ?? [:] {
        if case .string(let text) = value, text.utf8.count <= 64 { row.attributes.append((name, text)) }
      }
      return [row]
    })

  private static func score(
    _ row: inout RolloutRow, _ fields: inout RolloutFields, _ attachments: [String: JSONValue],
    _ evaluation: [String: JSONValue]
  ) throws(RowFault) {
    let scores = fields.take("scores", as: .component)?.fields ?? [:]
    let named = (evaluation["scorers"]?.cellList ?? []).compactMap { $0.fields?["name"]?.answerText }
    for name in scores.keys.sorted() {
      let score = scores[name]?.fields ?? [:]
      switch score["value"] {
      case .object(let parts)?:
        for (part, value) in parts.sorted(by: { $0.key < $1.key }) {
          row.components.append(.init(name: "\(name)/\(part)", value: try number(value, name, fields)))
        }
      case .array(let parts)?:
        for (index, value) in parts.enumerated() {
          row.components.append(.init(name: "\(name)/\(index + 1)", value: try number(value, name, fields)))
        }
      case let value: row.components.append(.init(name: name, value: try number(value, name, fields)))
      }
    }
    let first = named.first { scores[$0] != nil } ?? scores.keys.sorted().first
    guard let first else { return fields.seen.note("samples without a score", 1) }
    row.total = row.components.first { $0.name == first || $0.name.hasPrefix(first + "/") }?.value ?? .nan
    if scores.count > 1 { fields.seen.note("samples with several scorers, of which '\(first)' is the total", 1) }
    row.extracted = attached(scores[first]?.fields?["answer"], attachments)?.answerText
  }

  /// As Inspect's `value_to_float`.
  private static func number(_ value: JSONValue?, _ name: String, _ fields: RolloutFields) throws(RowFault) -> Double {
    guard case .string(let text)? = value else { return try fields.number(value, name) }
    switch text {
    case "C": return 1
    case "P": return 0.5
    case "I", "N": return 0
    default:
      switch text.lowercased() {
      case "yes", "true": return 1
      case "no", "false": return 0
      default: return Double(text) ?? .nan
      }
    }
  }

  /// The value with long texts put back that the log keeps apart, as `attachment://hash`.
  private static func attached(_ value: JSONValue?, _ attachments: [String: JSONValue]) -> JSONValue? {
    guard let value, !attachments.isEmpty else { return value }
    func restored(_ value: JSONValue) -> JSONValue {
      switch value {
      case .string(let text) where text.hasPrefix("attachment://"): attachments[String(text.dropFirst(13))] ?? value
      case .array(let items): .array(items.map(restored))
      case .object(let fields): .object(fields.mapValues(restored))
      default: value
      }
    }
    return restored(value)
  }
}
