import Files

extension PairFormat {
  /// A row for each reply with a verdict, good or bad, as KTO's trainers take them. A good and a bad reply to one prompt
  /// are a pair; the others wait for a partner, and are set aside if none comes, unless hardly any reply has one: then all are
  /// audited one by one (``VerdictTable``).
  public static let kto = PairFormat(
    "kto",
    "a reply with a label, true or false, in each row: prompt and completion, messages, or instruction and output",
    source:
      "TRL's unpaired preferences (follows docs/source/dataset_formats.md@f2cd577), LLaMA-Factory's KTO (follows data/kto_en_demo.json@ff6d4d1)",
    columns: [
      ("chosen", "a reply whose label is true"), ("rejected", "one to the same prompt whose label is false"),
      ("score-chosen", "reward or score, if there"), ("score-rejected", "the same"),
    ],
    recognises: { sample in
      let isLabelled = sample.has("label") || sample.has("kto_tag")
      return isLabelled
        && (sample.has("prompt", "completion") || sample.has("instruction", "output") || sample.has("messages")
          || sample.has("conversations"))
    },
    rewrite: { row, _ throws(RowFault) in
      guard let label = row.first("label", "kto_tag"), let isGood = verdict(label) else {
        throw RowFault("the label is \((row.first("label", "kto_tag") ?? .null).kind), not true or false")
      }
      let (prompt, text) = try promptAndReply(row)
      return [
        .reply(
          GradedReply(
            prompt: prompt, text: text, grade: isGood ? 1 : 0, score: row.first("reward", "score", "reward_score"),
            allowsTies: false,
            others: row.filter {
              ["split", "domain", "subset", "source", "annotator", "system", "tools"].contains($0.key)
            }))
      ]
    })

  private static func verdict(_ label: JSONValue) -> Bool? {
    switch label {
    case .bool(let flag): flag
    case .number(1): true
    case .number(0): false
    case .string(let word) where ["true", "1", "desirable"].contains(word.lowercased()): true
    case .string(let word) where ["false", "0", "undesirable"].contains(word.lowercased()): false
    default: nil
    }
  }

  private static func promptAndReply(
    _ row: [String: JSONValue]
  ) throws(RowFault) -> (prompt: JSONValue, reply: JSONValue) {
    if case .array(let messages)? = row.first("messages", "conversations") {
      guard messages.count > 1, let last = messages.last else { throw RowFault("fewer than two messages") }
      return (.array(Array(messages.dropLast())), last)
    }
    if let output = row["output"], let instruction = row["instruction"]?.string {
      let parts = [row["system"]?.string, instruction, row["input"]?.string]
      return (.string(parts.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: "\n\n")), output)
    }
    return (try row.reply("prompt"), try row.reply("completion"))
  }
}
