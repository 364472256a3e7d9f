import Files

extension PairFormat {
  /// Conversations A and B with a winner, as Chatbot Arena publishes them.
  public static let arena = PairFormat(
    "arena", "conversation_a and conversation_b with winner: model_a, model_b, tie",
    source: "lmsys/chatbot_arena_conversations and lmarena-ai/arena-human-preference (follows their dataset cards)",
    columns: [
      ("prompt", "(what both conversations begin with)"), ("chosen", "conversation_a or conversation_b, by winner"),
      ("rejected", "the other"), ("label", "winner"), ("position", "a is first"), ("annotator", "judge"),
    ],
    recognises: { $0.has("conversation_a", "conversation_b", "winner") },
    rewrite: { row, _ throws(RowFault) in
      let replies = try TwoReplies(
        a: row.reply("conversation_a"), b: row.reply("conversation_b"), preference: winner(row["winner"]),
        sides: [("model", row["model_a"], row["model_b"])])
      return [
        .pair(
          replies.pair(
            annotated(row).without(
              "conversation_a", "conversation_b", "full_conversation", "winner", "model_a", "model_b", "judge", "label",
              "position")))
      ]
    })

  /// Responses A and B with a winner, as in the table of Arena's Kaggle competition and in many others.
  public static let arenaResponses = PairFormat(
    "arena-responses", "prompt, response_a, response_b with winner, or winner_model_a, winner_model_b, winner_tie",
    source: "LMSYS's Kaggle table (follows its data page)",
    columns: [
      ("chosen", "response_a or response_b, by the winner"), ("rejected", "the other"), ("position", "a is first"),
    ],
    recognises: { sample in
      sample.has("response_a", "response_b") && (sample.has("winner") || sample.has("winner_model_a"))
    },
    rewrite: { row, _ throws(RowFault) in
      let preference: Double
      if row["winner"] != nil {
        preference = try winner(row["winner"])
      } else {
        func flag(_ name: String) -> Bool { (row[name]?.cellNumber ?? 0) != 0 }
        guard [flag("winner_model_a"), flag("winner_model_b"), flag("winner_tie")].count(where: { $0 }) == 1 else {
          throw RowFault("not one of winner_model_a, winner_model_b and winner_tie is 1")
        }
        preference = flag("winner_model_a") ? 1 : flag("winner_model_b") ? -1 : 0
      }
      let replies = try TwoReplies(
        a: turns(row.reply("response_a"), "assistant"), b: turns(row.reply("response_b"), "assistant"),
        preference: preference, sides: [("model", row["model_a"], row["model_b"])])
      var others = annotated(row).without(
        "response_a", "response_b", "winner", "winner_model_a", "winner_model_b", "winner_tie", "model_a", "model_b",
        "judge", "label", "position")
      if let prompt = row["prompt"] { others["prompt"] = turns(prompt, "user") }
      return [.pair(replies.pair(others))]
    })

  /// A list of turns as messages; anything else as it is.
  private static func turns(_ value: JSONValue, _ role: String) -> JSONValue {
    guard case .array(let turns) = value, turns.allSatisfy({ $0.string != nil || $0 == .null }) else { return value }
    return .array(
      turns.map { .object(["role": .string(role), "content": $0 == .null ? .string("") : $0]) })
  }

  private static func annotated(_ row: [String: JSONValue]) -> [String: JSONValue] {
    var row = row
    if row["annotator"] == nil, let judge = row["judge"] { row["annotator"] = judge }
    return row
  }

  /// More than 0 for A, less for B, 0 for a tie of any kind.
  static func winner(_ value: JSONValue?) throws(RowFault) -> Double {
    switch value?.string?.lowercased() {
    case "model_a", "a", "left", "response_a", "1": return 1
    case "model_b", "b", "right", "response_b", "2": return -1
    case let word? where word.hasPrefix("tie") || word == "both_bad" || word == "bothbad": return 0
    default:
      throw RowFault("winner is \((value ?? .null).kind), not model_a, model_b or tie")
    }
  }
}
