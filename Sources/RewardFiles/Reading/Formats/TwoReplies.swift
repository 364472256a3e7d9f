import Compute
import Files

/// Two replies of a row, A and B, and which of them is better: what many shapes have, each under its own names.
struct TwoReplies {
  var a: JSONValue
  var b: JSONValue
  /// More than 0 where A is better, less where B is; 0 a tie.
  var preference: Double
  /// Whether A was shown first.
  var isShownInOrder = true
  var scores: (a: JSONValue?, b: JSONValue?) = (nil, nil)
  /// Columns of which each reply has one, by the name that they get: ("model", A's, B's).
  var sides: [(name: String, a: JSONValue?, b: JSONValue?)] = []

  /// The pair as a row, with what else the row says.
  func pair(_ others: [String: JSONValue]) -> [String: JSONValue] {
    var pair = others
    let prefersA = preference >= 0
    pair["chosen"] = prefersA ? a : b
    pair["rejected"] = prefersA ? b : a
    pair["score_chosen"] = prefersA ? scores.a : scores.b
    pair["score_rejected"] = prefersA ? scores.b : scores.a
    if preference == 0 { pair["label"] = .string("tie") }
    if isShownInOrder, preference != 0 { pair["position"] = .string(prefersA ? "first" : "second") }
    for side in sides {
      pair["chosen_\(side.name)"] = prefersA ? side.a : side.b
      pair["rejected_\(side.name)"] = prefersA ? side.b : side.a
    }
    return pair
  }
}

extension [String: JSONValue] {
  /// A reply that must be there.
  func reply(_ name: String) throws(RowFault) -> JSONValue {
    guard let value = self[name], value.isReply else { throw RowFault("no text in '\(name)'") }
    return value
  }

  /// The first of these fields that is there and not null.
  func first(_ names: String...) -> JSONValue? { names.lazy.compactMap { self[$0] }.first { $0 != .null } }

  /// All fields but these.
  func without(_ names: String...) -> [String: JSONValue] { filter { !names.contains($0.key) } }
}
