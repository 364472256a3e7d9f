import Compute
import Files
import Foundation

extension RolloutFormat {
  /// Rollouts of NVIDIA's NeMo Gym: `*rollouts.jsonl`, with `*_materialized_inputs.jsonl` beside it for what the rows leave
  /// out. Follows NVIDIA-NeMo/Gym@07d6b0d, `resources_servers/*/data/example_rollouts.jsonl`.
  ///
  /// A group is what `_ng_task_index` says; where it is missing, one prompt and reference answer. A failure is what stopped
  /// the rollout or its scoring; the reason of a verdict (`failure_reason`) is an attribute. `library_reward`, the verdict
  /// of the symbolic checker before a judge is asked, is a second verdict.
  static let nemoGym = RolloutFormat(
    name: "nemo-gym", title: "rollouts of NeMo Gym",
    recognizes: { $0["responses_create_params"] != nil || $0["mean/reward"] != nil },
    prepare: { context in try context.readInputs() },
    rows: { (fields, context) throws(RowFault) in
      guard fields.values["mean/reward"] == nil else { throw RowFault("statistics of rewards, not a rollout") }
      var row = RolloutRow()
      let parameters = fields.take("responses_create_params", as: .prompt)?.fields ?? [:]
      let response = fields.take("response", as: .completion)?.fields ?? [:]
      let reward = fields.take("reward", as: .total)
      guard !response.isEmpty || reward != nil else { throw RowFault("an input, without a response and a reward") }
      row.total = try fields.number(reward, "reward")

      let task = fields.text("_ng_task_index", as: .group)
      let rollout = fields.text("_ng_rollout_index", as: .id)
      var input: [String: JSONValue] = [:]
      if let task {
        row.group = .key(context.key("task", task))
        if let rollout {
          row.id = [context.file.lastPathComponent, task, rollout].joined(separator: "/")
          input = context.inputs["\(task)/\(rollout)"] ?? [:]
        }
      } else {
        fields.seen.note("rows without a task index, grouped by prompt and reference answer", 1)
        row.id = response["id"]?.answerText
      }
      row.prompt = Array(prompt(parameters).utf8)
      row.completion = response["output"].flatMap { RolloutText.text($0) }.map { Array($0.utf8) }
      row.run = response["model"]?.answerText
      if row.run != nil { fields.seen.use("response.model", .run) }
      let agent = fields.take("agent_ref", as: .task)?.fields
      row.task = fields.text("task_name", as: .task) ?? agent?["name"]?.answerText

      let known = fields.take(answerNames, as: .answer)
      let metadata = input["verifier_metadata"]?.fields ?? [:]
      row.answer =
        known?.answerText
        ?? answerNames.lazy.compactMap { input[$0]?.answerText }.first
        ?? ["ideal", "expected_answer", "answer", "solution"].lazy.compactMap { metadata[$0]?.answerText }.first
      row.extracted = fields.take(extractedNames, as: .extracted)?.answerText
      try components(&row, &fields)
      failure(&row, &fields, response)
      fields.finish(&row)
      return [row]
    })

  private static let answerNames = ["expected_answer", "expected_output", "expected_action", "sql", "answer", "target"]
  private static let extractedNames = [
    "extracted_answer", "predicted_output", "extracted_sql", "extracted_model_code", "extracted_law", "predicted_proof",
    "predicted_calls",
  ]

  /// All that the model saw: instructions, input, tools.
  private static func prompt(_ parameters: [String: JSONValue]) -> String {
    var text = RolloutText.text(parameters["input"]) ?? ""
    if let instructions = parameters["instructions"]?.answerText { text = "[system] \(instructions)\n\n\(text)" }
    if let tools = parameters["tools"]?.cellList, !tools.isEmpty {
      text += "\n\n[tools] " + JSONValue.array(tools).plainText
    }
    return text
  }

  private static func components(_ row: inout RolloutRow, _ fields: inout RolloutFields) throws(RowFault) {
    for (name, value) in (fields.take("reward_components", as: .component)?.fields ?? [:]).sorted(by: {
      $0.key < $1.key
    }) {
      row.components.append(.init(name: name, value: try fields.number(value, name)))
      _ = fields.take(name, as: .component)  // the same again
    }
    if fields.has("library_reward") {
      row.second.append(.init(name: "library_reward", value: try fields.number("library_reward", as: .second)))
    }
    let followed = fields.take("follow_instruction_list", as: .rubric)?.cellList ?? []
    let names = fields.take("instruction_id_list", as: .rubric)?.cellList ?? []
    for (index, value) in followed.enumerated() {
      let name = names.indices.contains(index) ? names[index].plainText : "instruction \(index + 1)"
      guard !row.rubric.contains(where: { $0.name == name }) else { continue }
      row.rubric.append(.init(name: name, value: try fields.number(value, name)))
    }
    let verdicts = (fields.take("judge_evaluations", as: .attribute)?.cellList ?? []).compactMap(\.fields).map {
      judgment in
      judgment["verdict_label"]?.answerText ?? verdict(judgment["response"]) ?? "none"
    }
    if !verdicts.isEmpty { row.attributes.append(("judge_evaluations", verdicts.joined(separator: " "))) }
  }

  /// The last `[[…]]` that a judge wrote.
  private static func verdict(_ response: JSONValue?) -> String? {
    let text = RolloutText.text(response?.fields?["output"]) ?? ""
    guard let start = text.ranges(of: "[[").last, let end = text[start.upperBound...].firstRange(of: "]]") else {
      return nil
    }
    return String(text[start.lowerBound..<end.upperBound].prefix(24))
  }

  private static func failure(
    _ row: inout RolloutRow, _ fields: inout RolloutFields, _ response: [String: JSONValue]
  ) {
    let incomplete = response["incomplete_details"]?.fields?["reason"]?.answerText
    let flag = fields.flag("truncated", as: .truncated)
    row.truncated = incomplete != nil || flag == 1 ? 1 : response["incomplete_details"] != nil || flag == 0 ? 0 : -1
    row.finish = incomplete ?? (flag == 1 ? "truncated" : response["status"]?.answerText)
    if case .number(let tokens)? = response["usage"]?.fields?["output_tokens"], tokens > 0 {
      row.tokens = Int32(exactly: tokens) ?? -1
    }
    if response["error"] != nil { fields.seen.use("response.error", .error) }
    var reasons = [response["error"]?.fields?["code"]?.answerText ?? response["error"]?.answerText]
    for name in ["error", "error_mode", "exception_type", "evaluation_error"] {
      reasons.append(fields.text(name, as: .error))
    }
    if fields.flag("mask_sample", as: .error) == 1 { reasons.append("masked") }
    row.error = reasons.lazy.compactMap(\.self).first { !["none", "no_error"].contains($0.lowercased()) }
  }
}

extension RolloutContext {
  /// Reads the inputs that NeMo Gym writes beside rollouts, and refuses to take inputs or statistics for rollouts.
  fileprivate mutating func readInputs() throws {
    let name = file.lastPathComponent
    for kind in ["_materialized_inputs", "_reward_profiling", "_aggregate_metrics"] where name.contains(kind) {
      throw NoRollouts(
        reason: kind == "_materialized_inputs"
          ? "inputs of rollouts, which are read with the file of the rollouts" : "statistics of rewards, no rollouts")
    }
    let stem = name.prefix { $0 != "." }
    let inputs = file.deletingLastPathComponent().appendingPathComponent(
      stem + "_materialized_inputs" + name.dropFirst(stem.count))
    guard FileManager.default.fileExists(atPath: inputs.path) else { return }
    var reader = try RecordReader(inputs, limit: options.maximumFileBytes, maximumRecord: options.maximumRowBytes)
    while let batch = try reader.next() {
      for record in batch.records {
        do throws(RowFault) {
          let fields = try JSONScanner.fields(batch.bytes, in: record.range, skipping: ["responses_create_params"])
          guard let task = fields["_ng_task_index"]?.answerText, let rollout = fields["_ng_rollout_index"]?.answerText
          else { continue }
          self.inputs["\(task)/\(rollout)"] = fields
        } catch {
          throw InputError(error.reason, at: "\(inputs.path):\(record.line)", remedy: "mend the file, or move it away")
        }
      }
    }
    notes.append("\(inputs.lastPathComponent) gives \(self.inputs.count) rollouts what they leave out")
  }
}
