import Files
import Foundation

extension RolloutFormat {
  /// Results of PrimeIntellect's `verifiers` up to 0.1: `results.jsonl` beside `metadata.json`, and prime-rl's
  /// `step_N/train_rollouts.jsonl` of the same rows. Follows PrimeIntellect-ai/verifiers@a60a606,
  /// `verifiers/legacy/utils/save_utils.py`, and rows of its history (6256d5e, 325f9a5, 0404fcb, ee30ea1).
  ///
  /// Rows are of several shapes: with `metrics`, or with a column of its own for each reward function and counter; with `id`,
  /// which does not always identify the prompt, or `example_id`. Rollouts are grouped by prompt and reference answer; where
  /// the ids say otherwise, that is noted. No file has the weights of the total.
  static let verifiers = RolloutFormat(
    name: "verifiers", title: "results of verifiers up to 0.1",
    recognizes: { fields in
      fields["prompt"] != nil && fields["completion"] != nil && fields["reward"] != nil
        && ["task", "example_id", "generation_ms", "timing"].contains { fields[$0] != nil }
    },
    prepare: { context in
      context.metadata = try context.sibling("metadata.json") ?? [:]
      context.run = context.metadata["model"]?.string
      let folder = context.file.deletingLastPathComponent().lastPathComponent
      if folder.hasPrefix("step_") { context.step = Int32(folder.dropFirst(5)) ?? -1 }
      if case .number(let examples)? = context.metadata["num_examples"],
        case .number(let each)? = context.metadata["rollouts_per_example"], examples * each > 0
      {
        context.expectedRows = Int(exactly: examples * each)
      }
    },
    rows: { (fields, context) throws(RowFault) in
      var row = RolloutRow()
      row.run = context.run
      if row.run != nil { fields.seen.use("metadata.model", .run) }
      row.step = context.step
      var prompt = RolloutText.text(fields.take("prompt", as: .prompt)) ?? ""
      let info = fields.take("info", as: .prompt)?.fields ?? [:]
      if !prompt.isEmpty, let tools = fields.take("tool_defs", "oai_tools", as: .prompt) ?? info["oai_tools"],
        tools != .array([])
      {
        prompt += "\n\n[tools] " + tools.plainText
      }
      row.prompt = Array(prompt.utf8)
      row.completion = RolloutText.text(fields.take("completion", as: .completion)).map { Array($0.utf8) }
      row.total = try fields.number("reward", as: .total)
      row.answer = fields.text("answer", as: .answer)
      let task = fields.text("task", as: .task)
      let environment = context.metadata["env_id"]?.string ?? context.metadata["env"]?.string
      row.task = task == nil || task == "default" ? environment ?? task : task
      if let id = fields.text("example_id", "id", as: .group) {
        row.otherGroup = context.key(id)
        if prompt.isEmpty { row.group = .key(context.key(id)) }
      }
      row.truncated = fields.flag("is_truncated", as: .truncated)
      row.finish = fields.text("stop_condition", as: .finish)
      if let error = fields.take("error", as: .error) {
        row.error = error.fields?["error"]?.answerText ?? error.answerText
      }
      for name in ["error_chain", "long_error_chain"] { _ = fields.take(name, as: .ignore) }
      if let usage = fields.take("token_usage", as: .tokens)?.fields, case .number(let tokens)? = usage["output_tokens"]
      {
        row.tokens = Int32(exactly: tokens) ?? -1
      }
      for name in ["generation_ms", "scoring_ms", "total_ms", "timing", "is_completed", "trajectory"] {
        _ = fields.take(name, as: .ignore)
      }
      let metrics = fields.take("metrics", as: .component)?.fields
      for (name, value) in metrics.map({ $0.sorted { $0.key < $1.key } }) ?? fields.rest {
        guard RolloutNames.isReward(name) else {
          if metrics != nil, !fields.has(name) { row.attributes.append((name, value.plainText)) }
          continue
        }
        switch value {
        case .number, .bool, .null:
          row.components.append(.init(name: name, value: try fields.number(value, name)))
          _ = fields.take(name, as: .component)
        default: break
        }
      }
      fields.finish(&row)
      return [row]
    })
}

/// What fields' names say, where nothing else does.
enum RolloutNames {
  private static let rewards = ["reward", "score", "correct", "success", "accuracy", "grade"]

  /// Whether a number of this name is a part of the reward; otherwise it counts something (turns, calls, milliseconds).
  static func isReward(_ name: String) -> Bool {
    let name = name.lowercased()
    return rewards.contains { name.contains($0) }
  }
}
