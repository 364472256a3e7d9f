import Compute
import Files
import Foundation

extension JudgedExport.Entry {
  /// How far a preference goes, as Llama 2 trained with it: "significantly better" and "better" of its smaller margins
  /// (Touvron et al. 2023, arXiv:2307.09288, table 27).
  static let margins = (plain: 2.0 / 3, strong: 1.0)

  /// Everything that is known, with the texts of a pair and the label of a rollout.
  var whole: JSONValue {
    var fields: [String: JSONValue] = [
      "annotator": .string(stored.person), "role": .string(stored.role), "answer": .string(answer),
      "late": .bool(stored.late), "time": .number(stored.time),
    ]
    if let reason = stored.reason { fields["reason"] = .string(reason) }
    if let milliseconds = stored.milliseconds { fields["milliseconds"] = .number(Double(milliseconds)) }
    switch judged {
    case .pair(let pair, let said):
      fields["row"] = .number(Double(pair.row))
      fields["place"] = .string(pair.place)
      fields["prompt"] = pair.prompt
      for (name, reply) in zip(["first", "second"], pair.replies) {
        fields[name] = reply.value
        if let score = reply.score { fields["score_\(name)"] = .number(score) }
      }
      if let said {
        if let strongly = said.strongly { fields["strongly"] = .bool(strongly) }
        fields["left"] = .string(said.left.rawValue)
      }
    case .rollout(let rollout, _):
      fields["row"] = .number(Double(rollout.row))
      fields["key"] = .string(rollout.key)
      if let reward = rollout.reward { fields["reward"] = .number(reward) }
      if let gold { fields["gold"] = gold }
    }
    return .object(fields)
  }

  /// The label as `audit rollouts --gold` reads it; nil for what was skipped.
  var gold: JSONValue? {
    switch answer {
    case "right": .number(1)
    case "wrong": .number(0)
    case "cannot-tell": .string("unsure")
    default: nil
    }
  }

  /// A row for a trainer: a preference as TRL's reward trainer takes it, a labelled completion as its KTO trainer does
  /// (huggingface.co/docs/trl/dataset_formats). Nil for what decides nothing.
  var trained: JSONValue? {
    switch judged {
    case .pair(let pair, let said?) where said.answer != .tie:
      let chosen = said.answer == .first ? 0 : 1
      var fields = row(of: pair, chosen: chosen)
      let isStrong = said.strongly == true
      fields["strength"] = .number(isStrong ? 2 : 1)
      fields["margin"] = .number(isStrong ? Self.margins.strong : Self.margins.plain)
      fields["chosen_position"] = .string(said.left == said.answer ? "first" : "second")
      return .object(fields)
    case .rollout(let rollout, let said?):
      return .object(row(of: rollout).merging(["label": .bool(said.answer == .right)]) { $1 })
    default: return nil
    }
  }

  /// A row of what was looked at and not decided: a tie, or a completion that somebody could not tell of.
  var undecided: JSONValue? {
    switch judged {
    case .pair(let pair, let said?) where said.answer == .tie:
      return .object(row(of: pair, chosen: 0).merging(["label": .string("tie")]) { $1 })
    case .rollout(let rollout, nil) where answer == "cannot-tell":
      return .object(row(of: rollout).merging(["label": .null]) { $1 })
    default: return nil
    }
  }

  private func row(of pair: TextPair, chosen: Int) -> [String: JSONValue] {
    var fields: [String: JSONValue] = [
      "annotator": .string(stored.person), "row": .number(Double(pair.row)),
    ]
    fields["prompt"] = pair.prompt
    for (name, reply) in [("chosen", pair.replies[chosen]), ("rejected", pair.replies[1 - chosen])] {
      fields[name] = reply.value
      if let score = reply.score { fields["score_\(name)"] = .number(score) }
    }
    return fields
  }

  private func row(of rollout: JudgedRollout) -> [String: JSONValue] {
    var fields: [String: JSONValue] = [
      "prompt": .string(rollout.prompt), "completion": .string(rollout.completion),
      "annotator": .string(stored.person), "row": .number(Double(rollout.row)),
    ]
    if let reward = rollout.reward { fields["reward"] = .number(reward) }
    return fields
  }
}

extension JudgedExport {
  /// A row for each answer, without the texts.
  var table: CSVTable {
    let own =
      kind == .pairs ? ["place", "strongly", "left", "score_first", "score_second"] : ["key", "gold", "reward"]
    let columns = ["row"] + own + ["annotator", "role", "answer", "reason", "milliseconds", "late", "time"]
    var table = CSVTable(header: columns)
    for entry in entries {
      guard case .object(let fields) = entry.whole else { continue }
      table.rows.append(columns.map { fields[$0].map(Self.cell) ?? "" })
    }
    return table
  }

  private static func cell(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): text
    case .bool(let flag): flag ? "true" : "false"
    case .number(let number): Int(exactly: number).map(String.init) ?? "\(number)"
    case .null, .array, .object: ""
    }
  }
}
