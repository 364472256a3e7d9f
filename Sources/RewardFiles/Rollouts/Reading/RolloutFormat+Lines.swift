import Files

extension RolloutFormat {
  /// Rows of anybody's: JSON lines, an array, a table, Parquet or Arrow, with fields found by their usual names or named with
  /// `--map`. Among them what verl writes into `rollout_data_dir` (`input`, `output`, `gts`, `score`, `step`; follows
  /// volcengine/verl@3d9df73, `verl/trainer/ppo/ray_trainer.py`, `_dump_generations`) and lines of prompt, response and
  /// reward, as OpenRLHF's.
  static let lines = RolloutFormat(
    name: "lines", title: "rows with a field for each fact",
    recognizes: { fields in
      aliases.contains { role, names in
        role == .total && names.contains { fields[$0] != nil }
      } || groups.contains { fields[$0]?.fields != nil }
    },
    rows: { (fields, context) throws(RowFault) in
      var row = RolloutRow()
      for (role, names) in aliases {
        guard let value = fields.take(names, as: role) else { continue }
        try row.set(role, value, names[0], fields)
      }
      if row.completion == nil, row.prompt == nil { row.takeConversation(&fields) }
      for name in groups where fields.values[name]?.fields != nil {
        for (name, value) in (fields.take(name, as: .component)?.fields ?? [:]).sorted(by: { $0.key < $1.key }) {
          try row.set(.component, value, name, fields)
        }
      }
      // A second spelling of the total, as verl's validation has it.
      for name in totals { _ = fields.take(name, as: .ignore) }
      for (name, value) in fields.rest where RolloutNames.isReward(name) {
        switch value {
        case .number, .null:
          try row.set(.component, value, name, fields)
          _ = fields.take(name, as: .component)
        default: break
        }
      }
      fields.finish(&row)
      if row.total.isNaN, !row.components.isEmpty { row.sumComponents(context.options.weights) }
      return [row]
    })

  private static let totals = aliases.first { $0.0 == .total }!.1
  private static let groups = ["components", "rewards", "reward_components"]

  /// Usual names, best first.
  static let aliases: [(RolloutRole, [String])] = [
    (.prompt, ["prompt", "input", "question", "query", "instruction", "problem"]),
    (.completion, ["completion", "response", "output", "generation", "model_output", "completion_text", "text"]),
    (.total, ["reward", "total_reward", "total", "score", "verdict"]),
    (
      .answer,
      [
        "answer", "gts", "gt", "ground_truth", "reference", "reference_answer", "expected_answer", "target", "label",
        "solution",
      ]
    ),
    (.extracted, ["extracted", "extracted_answer", "pred", "prediction", "parsed_answer"]),
    (.step, ["step", "global_step", "training_step"]),
    (.group, ["group", "group_id", "prompt_id"]),
    (.id, ["id", "rollout_id", "uuid", "sample_id", "key", "rollout"]),
    (.run, ["run", "model", "model_name", "checkpoint"]),
    (.task, ["task", "env", "environment", "data_source", "ability", "dataset", "task_name"]),
    (.error, ["error", "error_message", "exception"]),
    (.finish, ["finish", "finish_reason", "stop_reason", "stop_condition"]),
    (.truncated, ["truncated", "is_truncated"]),
    (.tokens, ["tokens", "completion_tokens", "output_tokens", "response_length", "num_tokens"]),
    (.advantage, ["advantage", "advantages"]),
    (.impossible, ["impossible", "is_impossible", "unsolvable"]),
    (.gold, ["gold", "gold_label", "human_label"]),
  ]
}

extension RolloutRow {
  /// A conversation in one list: the prompt ends where the model first speaks.
  fileprivate mutating func takeConversation(_ fields: inout RolloutFields) {
    guard let messages = fields.values["messages"]?.cellList else { return }
    _ = fields.take("messages", as: .completion)
    let first = messages.firstIndex { $0.fields?["role"]?.string == "assistant" } ?? messages.count
    prompt = Array(RolloutText.text(Array(messages[..<first])).utf8)
    if first < messages.count { completion = Array(RolloutText.text(Array(messages[first...])).utf8) }
  }

  /// Sets what a role stands for from a field.
  mutating func set(_ role: RolloutRole, _ value: JSONValue, _ name: String, _ fields: RolloutFields) throws(RowFault) {
    switch role {
    case .run: run = value.answerText
    case .task: task = value.answerText
    case .step: step = Int32(exactly: try fields.number(value, name)) ?? -1
    case .group: group = value.answerText.map { .key(RolloutTable.hash($0)) } ?? .prompt
    case .id: id = value.answerText
    case .prompt: prompt = RolloutText.text(value).map { Array($0.utf8) }
    case .completion: completion = RolloutText.text(value).map { Array($0.utf8) }
    case .total: total = try fields.number(value, name)
    case .component, .second, .rubric:
      var number = RolloutNumber(name: name, value: .nan)
      if let parts = value.fields, parts["score"] != nil {
        number.value = try fields.number(parts["score"], name)
        number.weight = try fields.number(parts["weight"], name)
      } else {
        number.value = try fields.number(value, name)
      }
      if role == .component { components.append(number) }
      if role == .second { second.append(number) }
      if role == .rubric { rubric.append(number) }
    case .error: error = value == .bool(false) ? nil : value.fields?["type"]?.answerText ?? value.answerText
    case .finish: finish = value.answerText
    case .truncated: truncated = RolloutFields.flag(value) ?? -1
    case .tokens: tokens = Int32(exactly: try fields.number(value, name)) ?? -1
    case .advantage: advantage = try fields.number(value, name)
    case .answer: answer = value.answerText
    case .extracted: extracted = value.answerText
    case .impossible: impossible = RolloutFields.flag(value) ?? -1
    case .gold: gold = GoldLabel(value)?.rawValue ?? -1
    case .attribute: attributes.append((name, value.plainText))
    case .ignore: break
    }
  }
}
