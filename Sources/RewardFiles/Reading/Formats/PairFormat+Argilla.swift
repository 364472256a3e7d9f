import Files

extension PairFormat {
  /// Argilla's records as JSON: fields, and responses to questions that rank or choose among them.
  public static let argillaRecords = PairFormat(
    "argilla-records", "records with fields and responses, whose values rank or choose among the fields",
    source: "Argilla's records.to_json and FeedbackDataset (follows docs.argilla.io)",
    columns: [
      ("prompt", "fields.prompt or alike"), ("chosen", "a reply of fields, by responses"), ("rejected", "another"),
      ("annotator", "user_id"),
    ],
    recognises: { $0.has("fields", "responses") },
    rewrite: { row, number throws(RowFault) in
      guard let fields = row["fields"]?.fields else { throw RowFault("a record without fields") }
      return try pieces(fields, answers(row["responses"]), row)
    })

  /// Argilla's data sets on the hub: fields and, for each question, a list of answers.
  public static let argilla = PairFormat(
    "argilla", "fields as columns, and columns of answers: a list of {user_id, value}, or NAME.responses",
    source:
      "Argilla's to_datasets and push_to_hub (follows the card of nataliaElv/oasst_response_comparison and docs.argilla.io)",
    columns: [
      ("prompt", "prompt or alike"), ("chosen", "a column of replies, by the answers"), ("rejected", "another"),
      ("annotator", "user_id"),
    ],
    recognises: { sample in
      sample.names.contains { $0.hasSuffix(".responses") || sample.isObjects($0, with: "user_id") }
        && sample.rows.contains { NamedReplies($0) != nil }
    },
    rewrite: { row, number throws(RowFault) in
      var answers: [Answer] = []
      for name in row.keys.sorted() {
        guard case .array(let items)? = row[name] else { continue }
        if name.hasSuffix(".responses") {
          let users = row[name + ".users"]?.cellList ?? []
          let status = row[name + ".status"]?.cellList ?? []
          for (index, value) in items.enumerated() {
            let state = index < status.count ? status[index].string : nil
            guard state == nil || state == "submitted" else { continue }
            answers.append(Answer(user: index < users.count ? users[index] : nil, value: value))
          }
        } else {
          for case .object(let item) in items where item["user_id"] != nil {
            answers += Answer(item).map { [$0] } ?? []
          }
        }
      }
      return try pieces(row, answers, row)
    })

  private struct Answer {
    var user: JSONValue?
    var value: JSONValue

    init(user: JSONValue?, value: JSONValue) {
      self.user = user
      self.value = value
    }

    /// nil for answers that were not submitted.
    init?(_ item: [String: JSONValue]) {
      guard let value = item["value"], value != .null else { return nil }
      if let status = item["status"]?.string, status != "submitted" { return nil }
      self.init(user: item["user_id"], value: value)
    }
  }

  /// Responses of either version: a list of people with their values, or for each question a list of answers.
  private static func answers(_ responses: JSONValue?) -> [Answer] {
    switch responses {
    case .array(let people)?:
      return people.flatMap { person -> [Answer] in
        guard let fields = person.fields, let values = fields["values"]?.fields,
          (fields["status"]?.string ?? "submitted") == "submitted"
        else { return [] }
        return values.keys.sorted().compactMap { question in
          values[question]?.fields?["value"].map { Answer(user: fields["user_id"], value: $0) }
        }
      }
    case .object(let questions)?:
      return questions.keys.sorted().flatMap { question in
        (questions[question]?.cellList ?? []).compactMap { $0.fields.flatMap { Answer($0) } }
      }
    default: return []
    }
  }

  private static func pieces(
    _ fields: [String: JSONValue], _ answers: [Answer], _ row: [String: JSONValue]
  ) throws(RowFault) -> [PairPiece] {
    guard let replies = NamedReplies(fields) else { throw RowFault("no two replies among the fields") }
    let pieces = answers.compactMap { answer -> PairPiece? in
      if let choice = answer.value.string.flatMap(replies.choice) {
        guard replies.names.count == 2 else { return nil }
        return pair(fields, replies, choice, person: answer.user, id: row["id"])
      }
      guard let order = ranking(answer.value, replies), let first = order.first, let last = order.last else {
        return nil
      }
      // Of a longer ranking the best and the worst: one pair for each person.
      let two = TwoReplies(
        a: fields[replies.names[first.place]] ?? .null, b: fields[replies.names[last.place]] ?? .null,
        preference: last.rank - first.rank, isShownInOrder: false)
      return .pair(
        two.pair([
          "annotator": answer.user ?? .null, "prompt": replies.prompt.flatMap { fields[$0] } ?? .null,
        ]))
    }
    guard !pieces.isEmpty else { throw RowFault("no submitted answer ranks or chooses among the replies") }
    return pieces
  }

  /// Places of replies with their ranks, best first: from a list of {rank, value}, a record of two lists, or a list of
  /// names in order.
  private static func ranking(_ value: JSONValue, _ replies: NamedReplies) -> [(place: Int, rank: Double)]? {
    var pairs: [(place: Int, rank: Double)] = []
    switch value {
    case .object(let lists):
      let names = lists["value"]?.cellList ?? []
      let ranks = lists["rank"]?.cellList ?? []
      for (index, name) in names.enumerated() {
        guard let place = name.string.flatMap(replies.choice), place >= 0 else { return nil }
        pairs.append((place, index < ranks.count ? ranks[index].cellNumber ?? Double(index) : Double(index)))
      }
    case .array(let items):
      for (index, item) in items.enumerated() {
        let name = item.string ?? item.fields?["value"]?.string
        guard let place = name.flatMap(replies.choice), place >= 0 else { return nil }
        pairs.append((place, item.fields?["rank"]?.cellNumber ?? Double(index)))
      }
    default: return nil
    }
    guard pairs.count > 1 else { return nil }
    return pairs.sorted { ($0.rank, $0.place) < ($1.rank, $1.place) }
  }
}
