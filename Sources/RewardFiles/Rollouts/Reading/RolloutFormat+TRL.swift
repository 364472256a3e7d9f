import Files

extension RolloutFormat {
  /// What TRL's `GRPOTrainer` writes with `log_completions`: `completions/completions_00005.parquet`, one file each logging
  /// step. Follows huggingface/trl@f2cd577, `trl/trainer/grpo_trainer.py`: `step`, `prompt`, `completion` (texts or
  /// messages), one column for each reward function, further columns, `advantage`.
  ///
  /// Neither total nor weights are written: the total is the weighted sum of the components that are there, as the trainer's
  /// `nansum`, with weight 1 unless ``RolloutOptions/weights`` says otherwise. A reward that is null or NaN abstained.
  static let trl = RolloutFormat(
    name: "trl", title: "completions logged by TRL's GRPO",
    recognizes: { fields in
      fields["prompt"] != nil && fields["completion"] != nil && (fields["advantage"] != nil || fields["step"] != nil)
        && fields["generation_ms"] == nil && fields["reward"] == nil
    },
    rows: { (fields, context) throws(RowFault) in
      var row = RolloutRow()
      row.step = fields.whole("step", as: .step)
      row.prompt = RolloutText.text(fields.take("prompt", as: .prompt)).map { Array($0.utf8) }
      row.completion = RolloutText.text(fields.take("completion", as: .completion)).map { Array($0.utf8) }
      row.advantage = try fields.number("advantage", as: .advantage)
      row.answer = fields.text("answer", "solution", "ground_truth", "target", as: .answer)
      row.task = fields.text("task", "data_source", "environment", as: .task)
      for (name, value) in fields.rest {
        switch value {
        case .number, .null, .bool:
          row.components.append(.init(name: name, value: try fields.number(value, name)))
          if value != .null { _ = fields.take(name, as: .component) }
        default: break
        }
      }
      fields.finish(&row)
      row.sumComponents(context.options.weights)
      return [row]
    })
}

extension RolloutRow {
  /// The total as the weighted sum of the components that did not abstain; NaN if all did.
  mutating func sumComponents(_ weights: [String: Double]) {
    var sum = 0.0
    var counted = 0
    for index in components.indices {
      let weight = weights[components[index].name]
      if let weight { components[index].weight = weight }
      guard !components[index].value.isNaN else { continue }
      sum += (weight ?? 1) * components[index].value
      counted += 1
    }
    total = counted > 0 ? sum : .nan
  }
}
