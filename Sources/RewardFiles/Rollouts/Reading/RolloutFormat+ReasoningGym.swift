import Files

extension RolloutFormat {
  /// Results of reasoning-gym's evaluation: one JSON document a task, with all completions of each prompt. Follows
  /// open-thought/reasoning-gym-eval@5f09fec. `best_model_answer` and its kin repeat one of the completions.
  static let reasoningGym = RolloutFormat(
    name: "reasoning-gym", title: "results of reasoning-gym's evaluation", list: "results",
    recognizes: { $0["results"] != nil && ($0["completions_per_prompt"] != nil || $0["average_best_score"] != nil) },
    prepare: { context in
      var folder = context.file.deletingLastPathComponent()
      if folder.lastPathComponent == context.head["category"]?.string { folder = folder.deletingLastPathComponent() }
      context.run = context.head["model"]?.answerText ?? folder.lastPathComponent
    },
    rows: { (fields, context) throws(RowFault) in
      let question = fields.text("question", as: .prompt) ?? ""
      let system = context.head["system_prompt"]?.answerText
      let prompt = Array((system.map { "[system] \($0)\n\n[user] \(question)" } ?? question).utf8)
      let answer = fields.text("expected_answer", as: .answer)
      var rows: [RolloutRow] = []
      for item in fields.take("completions", as: .completion)?.cellList ?? [] {
        guard let completion = item.fields else { throw RowFault("a completion is not an object") }
        var row = RolloutRow()
        (row.prompt, row.answer, row.run) = (prompt, answer, context.run)
        row.task = context.head["name"]?.answerText
        row.completion = completion["full_model_response"].flatMap { RolloutText.text($0) }.map { Array($0.utf8) }
        row.extracted = completion["model_answer"]?.answerText
        row.error = completion["error"]?.answerText
        row.total = try fields.number(completion["score"], "score")
        rows.append(row)
      }
      for name in ["best_model_answer", "best_full_model_response", "best_score", "mean_score"] {
        _ = fields.take(name, as: .ignore)
      }
      return rows
    })

  /// Graded mathematics as Qwen's evaluation writes it: `code` has the completions of a question, `pred` what was extracted,
  /// `score` whether it was accepted, `report` what went wrong in grading. Follows open-thought/reasoning-gym-eval@5f09fec,
  /// `math-evals`.
  static let mathEvaluation = RolloutFormat(
    name: "math-eval", title: "graded mathematics of Qwen's evaluation",
    recognizes: { fields in ["gt", "code", "pred", "score"].allSatisfy { fields[$0] != nil } },
    prepare: { context in
      context.run = context.file.deletingLastPathComponent().lastPathComponent
    },
    rows: { (fields, context) throws(RowFault) in
      let prompt = fields.text("question", as: .prompt).map { Array($0.utf8) }
      let answer = fields.text("gt", as: .answer)
      let completions = fields.take("code", as: .completion)?.cellList ?? []
      let predicted = fields.take("pred", as: .extracted)?.cellList ?? []
      let reports = fields.take("report", as: .error)?.cellList ?? []
      let scores = fields.take("score", as: .total)?.cellList ?? []
      guard completions.count == scores.count else {
        throw RowFault("\(completions.count) completions and \(scores.count) scores")
      }
      var rows: [RolloutRow] = []
      for index in completions.indices {
        var row = RolloutRow()
        (row.prompt, row.answer, row.run) = (prompt, answer, context.run)
        row.task = context.file.lastPathComponent.split(separator: ".").first.map(String.init)
        row.completion = RolloutText.text(completions[index]).map { Array($0.utf8) }
        row.extracted = predicted.indices.contains(index) ? predicted[index].answerText : nil
        row.error = reports.indices.contains(index) ? reports[index].answerText : nil
        row.total = try fields.number(scores[index], "score")
        rows.append(row)
      }
      return rows
    })
}
