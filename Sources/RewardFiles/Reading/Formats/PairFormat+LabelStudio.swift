import Files

extension PairFormat {
  /// Label Studio's export (JSON): tasks with annotations of two texts, by its tags Pairwise or Choices.
  ///
  /// E-mail addresses of annotators are not taken over; people are told apart by their numbers.
  public static let labelStudio = PairFormat(
    "label-studio", "tasks with data and annotations, whose results choose between two texts",
    source:
      "follows HumanSignal/label-studio-sdk@97fcff1 (tests/custom/converter/data) and the tag Pairwise (labelstud.io/tags/pairwise)",
    columns: [
      ("prompt", "data.prompt or alike"), ("chosen", "one of the texts of data, by annotations[].result"),
      ("rejected", "the other"), ("annotator", "annotations[].completed_by, without addresses"),
    ],
    recognises: { $0.has("annotations", "data") },
    rewrite: { row, _ throws(RowFault) in
      guard let data = row["data"]?.fields else { throw RowFault("a task without data") }
      guard let replies = NamedReplies(data) else { throw RowFault("data has no two texts to choose between") }
      guard case .array(let annotations)? = row["annotations"] else { throw RowFault("a task without annotations") }
      var pieces: [PairPiece] = []
      for case .object(let annotation) in annotations where annotation["was_cancelled"] != .bool(true) {
        guard case .array(let results)? = annotation["result"] else { continue }
        for case .object(let result) in results {
          guard let choice = choice(result, replies) else { continue }
          let person = person(annotation["completed_by"])
          pieces.append(pair(data, replies, choice, person: person, id: row["id"]))
          break
        }
      }
      guard !pieces.isEmpty else { throw RowFault("no annotation chooses between two texts") }
      return pieces
    })

  /// Label Studio's short export (JSON-MIN, CSV): the texts and the answer side by side.
  public static let labelStudioMin = PairFormat(
    "label-studio-min", "a task's texts with annotation_id, annotator and the answer",
    source: "follows HumanSignal/label-studio-sdk@97fcff1 (tests/custom/converter/data)",
    columns: [
      ("prompt", "prompt or alike"), ("chosen", "one of the texts, by the answer"), ("rejected", "the other"),
      ("annotator", "annotator, without addresses"),
    ],
    recognises: { sample in
      sample.has("annotation_id", "annotator") && sample.rows.contains { NamedReplies($0) != nil }
    },
    rewrite: { row, _ throws(RowFault) in
      guard let replies = NamedReplies(row) else { throw RowFault("no two texts to choose between") }
      let own = Set(replies.names + [replies.prompt ?? ""])
      let answers = row.keys.sorted().filter { !own.contains($0) }.compactMap { name -> Int? in
        (row[name]?.string ?? row[name]?.fields?["selected"]?.string).flatMap(replies.choice)
      }
      guard let choice = answers.first else { throw RowFault("no column says which text is better") }
      return [pair(row, replies, choice, person: person(row["annotator"]), id: row["id"])]
    })

  private static func choice(_ result: [String: JSONValue], _ replies: NamedReplies) -> Int? {
    guard let value = result["value"]?.fields else { return nil }
    if let side = value["selected"]?.string {
      // Left is the first of the names that the tag lists.
      let shown = (result["to_name"]?.string ?? "").split(separator: ",").map(String.init)
      guard side == "left" || side == "right" else { return side == "none" ? -1 : nil }
      let place = side == "left" ? 0 : 1
      return shown.count == 2 ? replies.names.firstIndex(of: shown[place]) ?? place : place
    }
    guard case .array(let choices)? = value["choices"], choices.count == 1 else { return nil }
    return choices[0].string.flatMap(replies.choice)
  }

  static func pair(
    _ fields: [String: JSONValue], _ replies: NamedReplies, _ choice: Int, person: JSONValue?, id: JSONValue?
  ) -> PairPiece {
    let better = max(0, choice)
    let other = better == 0 ? 1 : 0
    let two = TwoReplies(
      a: fields[replies.names[min(better, other)]] ?? .null, b: fields[replies.names[max(better, other)]] ?? .null,
      preference: choice < 0 ? 0 : better < other ? 1 : -1)
    var others: [String: JSONValue] = ["annotator": person ?? .null]
    if let id = id?.cellText { others["task_id"] = .string(id) }
    others["prompt"] = replies.prompt.flatMap { fields[$0] } ?? .null
    return .pair(two.pair(others))
  }

  /// A person's number, never an address.
  private static func person(_ value: JSONValue?) -> JSONValue? {
    switch value {
    case .object(let fields)?: fields["id"]?.cellText.map { .string("person \($0)") }
    case .number?: value?.cellText.map { .string("person \($0)") }
    case .string(let name)?:
      // Told apart, but not to be read.
      name.contains("@") ? .string("person \(String(ColumnPlan.hash(name) & 0xFFFF_FFFF, radix: 16))") : .string(name)
    default: nil
    }
  }
}
