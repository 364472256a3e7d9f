import Files

extension PairFormat {
  /// Several right and several wrong replies to a prompt, as RM-Bench and RewardBench 2 have them.
  ///
  /// A right reply is paired with a wrong one so that each stands in one pair at most, by turns from row to row: in RM-Bench,
  /// whose lists are styles from plain to detailed, every combination of styles comes equally often.
  public static let lists = PairFormat(
    "lists", "a row with lists of chosen and of rejected replies, with lists of scores if there are some",
    source: "RM-Bench (follows README.md of THU-KEG/RM-Bench), RewardBench 2 (follows allenai/reward-bench@05a9005)",
    columns: [
      ("chosen", "one of chosen"), ("rejected", "one of rejected"), ("score-chosen", "its place in the list of scores"),
      ("score-rejected", "its place in the list of scores"),
    ],
    recognises: { $0.isTexts("chosen") && $0.isTexts("rejected") },
    rewrite: { row, number throws(RowFault) in
      guard case .array(let chosen)? = row["chosen"], case .array(let rejected)? = row["rejected"] else {
        throw RowFault("chosen and rejected are not lists of replies")
      }
      let scores = try (Self.scores(row, .scoreChosen, chosen.count), Self.scores(row, .scoreRejected, rejected.count))
      let names = Set(
        ["chosen", "rejected"] + ColumnNames.usual(.scoreChosen) + ColumnNames.usual(.scoreRejected)
          + ["num_correct", "num_incorrect", "total_completions"])
      let isBench = chosen.count == 3 && rejected.count == 3
      return (0..<min(chosen.count, rejected.count)).map { index in
        let other = (index + number) % rejected.count
        var pair = row.filter { !names.contains($0.key) }
        pair["chosen"] = chosen[index]
        pair["rejected"] = rejected[other]
        pair["score_chosen"] = scores.0?[index]
        pair["score_rejected"] = scores.1?[other]
        if isBench { pair["style"] = .string(index < other ? "hard" : index == other ? "normal" : "easy") }
        if let id = row["id"]?.cellText { pair["id"] = .string("\(id)/\(index)") }
        return .pair(pair)
      }
    })

  private static func scores(
    _ row: [String: JSONValue], _ role: ColumnRole, _ count: Int
  ) throws(RowFault) -> [JSONValue]? {
    guard let name = ColumnNames.usual(role).first(where: { row[$0] != nil }), let value = row[name], value != .null
    else { return nil }
    guard case .array(let list) = value, list.count == count else {
      throw RowFault("\(name) is not a list of \(count) scores")
    }
    return list
  }

  /// Rows of steps with a label each, which are no pairs.
  static let stepwise = PairFormat(
    "stepwise", "completions with a label for each step: not pairs, and not read",
    source: "TRL's stepwise supervision (follows docs/source/dataset_formats.md@f2cd577)",
    recognises: { $0.has("completions", "labels") },
    rewrite: { _, _ throws(RowFault) in
      throw RowFault("a label for each step of one reply (TRL's stepwise supervision): no two replies to compare")
    })
}
