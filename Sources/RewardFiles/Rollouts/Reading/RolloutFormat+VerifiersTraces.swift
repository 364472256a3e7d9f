import Files

extension RolloutFormat {
  /// Traces of `verifiers` 1: `traces.jsonl`, one episode a line with the traces of its agents, or one trace a line. Follows
  /// PrimeIntellect-ai/verifiers@a60a606, `verifiers/v1/episode.py`, `trace.py`, `graph.py`.
  ///
  /// The total is Σ score · weight of the rewards that are not null. A trace without any is not scored, though the tool counts
  /// it as 0.
  static let verifiersTraces = RolloutFormat(
    name: "verifiers-v1", title: "traces of verifiers 1",
    recognizes: { fields in
      fields["traces"] != nil && fields["task"] != nil || fields["nodes"] != nil && fields["rewards"] != nil
    },
    rows: { (fields, context) throws(RowFault) in
      let episode = fields
      guard let traces = fields.take("traces", as: .completion) else {
        return [try trace(fields.values, in: [:], fields, context)]
      }
      for (name, role): (String, RolloutRole) in [
        ("task", .task), ("env", .task), ("group", .group), ("run", .run), ("errors", .error), ("ok", .error),
        ("id", .id), ("version", .ignore),
      ] { _ = fields.take(name, as: role) }
      let list = traces.cellList ?? []
      var rows: [RolloutRow] = []
      for item in list {
        guard let item = item.fields else { throw RowFault("a trace is not an object") }
        rows.append(try trace(item, in: episode.values, fields, context))
      }
      if list.isEmpty { rows.append(try trace([:], in: episode.values, fields, context)) }
      return rows
    })

  private static func trace(
    _ trace: [String: JSONValue], in episode: [String: JSONValue], _ fields: RolloutFields, _ context: RolloutContext
  ) throws(RowFault) -> RolloutRow {
    var row = RolloutRow()
    let task = (trace["task"] ?? episode["task"])?.fields ?? [:]
    let agent = trace["agent"]?.fields ?? [:]
    let calls = (trace["calls"]?.cellList ?? []).compactMap(\.fields)
    let environment = episode["env"]?.fields
    row.id = (trace["id"] ?? episode["id"])?.answerText
    row.task = environment?["name"]?.answerText ?? environment?["id"]?.answerText ?? task["type"]?.answerText
    let run = episode["run"]?.fields ?? [:]
    let name = run["name"]?.answerText ?? run["id"]?.answerText
    let model = calls.lazy.compactMap { $0["model"]?.answerText }.first
    row.run = run["type"]?.string == "train" ? name : model ?? name
    if case .number(let step)? = run["work"]?.fields?["step"] { row.step = Int32(exactly: step) ?? -1 }
    let agentName = agent["name"]?.answerText ?? ""
    if let group = episode["group"]?.fields?["id"]?.answerText {
      row.group = .key(RolloutTable.hash(group + "\u{1F}" + agentName))
    }
    if !agentName.isEmpty { row.attributes.append(("agent", agentName)) }

    let messages = path(trace["nodes"]?.cellList ?? [])
    let first = messages.firstIndex { $0.isSampled } ?? messages.count
    var prompt = RolloutText.text(messages[..<first].map(\.message))
    let data = task["data"]?.fields ?? [:]
    if prompt.isEmpty { prompt = RolloutText.text(data["prompt"] ?? data["question"]) ?? "" }
    if let tools = trace["tools"]?.cellList, !tools.isEmpty {
      prompt += "\n\n[tools] " + JSONValue.array(tools).plainText
    }
    row.prompt = Array(prompt.utf8)
    if first < messages.count { row.completion = Array(RolloutText.text(messages[first...].map(\.message)).utf8) }
    row.answer = ["answer", "target", "solution", "ground_truth"].lazy.compactMap { data[$0]?.answerText }.first

    for (name, value) in (trace["rewards"]?.fields ?? [:]).sorted(by: { $0.key < $1.key }) {
      var number = RolloutNumber(name: name, value: .nan)
      if let reward = value.fields {
        number.value = try fields.number(reward["score"], name)
        number.weight = reward["weight"] == nil ? 1 : try fields.number(reward["weight"], name)
        row.total = (row.total.isNaN ? 0 : row.total) + number.value * number.weight
      } else if value != .null {
        throw RowFault("reward '\(name)' is not an object of score and weight")
      }
      row.components.append(number)
    }
    if row.total.isNaN {
      fields.seen.note("traces without a reward, which were not scored, though verifiers counts them as 0", 1)
    }
    for (name, value) in trace["metrics"]?.fields ?? [:] where value != .null {
      row.attributes.append((name, value.plainText))
    }
    finish(&row, trace, episode, calls)
    return row
  }

  private static func finish(
    _ row: inout RolloutRow, _ trace: [String: JSONValue], _ episode: [String: JSONValue],
    _ calls: [[String: JSONValue]]
  ) {
    let errors = (trace["errors"]?.cellList ?? []) + (episode["errors"]?.cellList ?? [])
    if trace["ok"] == .bool(false) || trace.isEmpty {
      row.error = errors.last?.fields?["type"]?.answerText ?? "not ok"
    }
    let last = calls.last { $0["error"] == nil || $0["error"] == .null }
    let reason = last?["finish_reason"]?.answerText
    row.finish = trace["stop_condition"]?.answerText ?? reason
    let limits = ["max_turns", "max_input_tokens", "max_output_tokens", "max_total_tokens", "context_length"]
    if row.finish != nil || reason != nil {
      row.truncated = reason == "length" || row.finish.map { limits.contains($0) } == true ? 1 : 0
    }
    var tokens = 0.0
    for call in calls { if case .number(let some)? = call["usage"]?.fields?["completion_tokens"] { tokens += some } }
    if tokens > 0 { row.tokens = Int32(exactly: tokens) ?? -1 }
  }

  /// The messages from the root to the last node, which is a leaf; each with whether the model wrote it.
  private static func path(_ nodes: [JSONValue]) -> [(message: JSONValue, isSampled: Bool)] {
    var path: [(message: JSONValue, isSampled: Bool)] = []
    var next = nodes.indices.last
    while let index = next, let node = nodes[index].fields {
      if let message = node["message"] { path.append((message, node["sampled"] == .bool(true))) }
      // A parent stands before its child: so there is no circle.
      next = nil
      if case .number(let parent)? = node["parent"], let place = Int(exactly: parent), (0..<index).contains(place) {
        next = place
      }
    }
    return path.reversed()
  }
}
