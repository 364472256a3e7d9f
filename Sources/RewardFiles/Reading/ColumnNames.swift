/// The usual names of columns.
enum ColumnNames {
  /// Usual names, best first.
  static let aliases: [(ColumnRole, [String])] = [
    (.prompt, ["prompt", "question", "instruction", "query", "conversations", "messages", "input"]),
    (
      .chosen,
      ["chosen", "text_chosen", "chosen_response", "response_chosen", "chosen_messages", "preferred"]
    ),
    (
      .rejected,
      [
        "rejected", "text_rejected", "rejected_response", "response_rejected", "rejected_messages", "dispreferred",
      ]
    ),
    (.scoreChosen, scores("chosen")),
    (.scoreRejected, scores("rejected")),
    (.label, ["label", "preference", "winner"]),
    (.strength, ["strength", "preference_strength", "margin"]),
    (.position, ["chosen_position", "position_chosen", "chosen_first", "position"]),
    (.annotator, ["annotator", "annotator_id", "worker", "worker_id", "rater", "rater_id"]),
    (.domain, ["domain", "subset", "category", "task", "section", "source"]),
    (.split, ["split", "partition", "fold"]),
    (.promptID, ["prompt_id", "promptId", "question_id"]),
    (.id, ["id", "pair_id", "uid", "row_id"]),
    (.system, ["system", "system_prompt"]),
    (.history, ["history"]),
    (.context, ["input", "context", "passage"]),
    (.images, ["images", "image", "pictures"]),
    (.tools, ["tools"]),
  ]

  /// Names of a column that says whether a pair is a tie.
  static let ties = ["tie", "is_tie", "tied"]

  /// The usual names for a role.
  static func usual(_ role: ColumnRole) -> [String] { aliases.first { $0.0 == role }?.1 ?? [] }

  private static func scores(_ side: String) -> [String] {
    ["score", "scores", "reward", "rewards", "rating", "logit"].flatMap { ["\($0)_\(side)", "\(side)_\($0)"] }
      + ["\(side)-score", "\(side)-rating", "r_\(side)"]
  }
}
