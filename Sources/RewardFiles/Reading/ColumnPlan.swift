import Compute

/// Which column of a file means what, settled before the rows are read: by the user's word, else by the usual names.
struct ColumnPlan: Sendable {
  enum Use: Sendable, Equatable {
    case role(ColumnRole)
    /// Whether the pair is a tie.
    case tie
    /// An ensemble member's score, of the chosen reply or the rejected one.
    case member(Int, chosen: Bool)
    case attribute(Int)
    case ignored
  }

  private(set) var uses: [String: Use] = [:]
  private(set) var mapping: [ColumnRole: String] = [:]
  private(set) var members: [String] = []
  private(set) var attributes: [String] = []
  /// By the hash of the column's name, for the rows.
  private(set) var byHash: [UInt64: Use] = [:]

  static let maximumAttributes = 64

  /// Usual names, best first.
  static let aliases: [(ColumnRole, [String])] = [
    (.prompt, ["prompt", "question", "instruction", "query"]),
    (.chosen, ["chosen", "text_chosen", "chosen_response", "response_chosen", "preferred"]),
    (.rejected, ["rejected", "text_rejected", "rejected_response", "response_rejected", "dispreferred"]),
    (.scoreChosen, scoreNames("chosen")),
    (.scoreRejected, scoreNames("rejected")),
    (.label, ["label", "preference", "winner"]),
    (.strength, ["strength", "preference_strength", "margin"]),
    (.position, ["chosen_position", "position_chosen", "chosen_first", "position"]),
    (.annotator, ["annotator", "annotator_id", "worker", "worker_id", "rater", "rater_id"]),
    (.domain, ["domain", "subset", "category", "task", "section", "source"]),
    (.split, ["split", "partition", "fold"]),
    (.promptID, ["prompt_id", "promptId", "question_id"]),
    (.id, ["id", "pair_id", "uid", "row_id"]),
  ]

  private static func scoreNames(_ side: String) -> [String] {
    ["score", "scores", "reward", "rewards", "rating", "logit"].flatMap { ["\($0)_\(side)", "\(side)_\($0)"] }
      + ["\(side)-score", "\(side)-rating", "r_\(side)"]
  }

  /// A plan for these columns (name, whether its values are short enough to be an attribute).
  init(_ columns: [String], given: [ColumnRole: String], needsTexts: Bool, place: String) throws {
    for (role, name) in given.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      guard columns.contains(name) else { throw InputError.unknown("column", name, among: columns, at: place) }
      assign(name, .role(role))
      mapping[role] = name
    }
    for (role, names) in Self.aliases where mapping[role] == nil {
      guard let name = names.first(where: { columns.contains($0) && uses[$0] == nil }) else { continue }
      assign(name, .role(role))
      mapping[role] = name
    }
    for name in ["tie", "is_tie", "tied"] where columns.contains(name) && uses[name] == nil { assign(name, .tie) }
    findMembers(columns)
    for name in columns.sorted() where uses[name] == nil && attributes.count < Self.maximumAttributes {
      assign(name, .attribute(attributes.count))
      attributes.append(name)
    }
    let needed: [ColumnRole] = needsTexts ? [.chosen, .rejected] : [.scoreChosen, .scoreRejected]
    for role in needed where mapping[role] == nil {
      let usual = Self.aliases.first { $0.0 == role }!.1
      let near = usual.flatMap { nearMisses(of: $0, among: columns.filter { uses[$0] != .role(.prompt) }) }
      let hint = near.first.map { "did you mean '\($0)'? name it with --column \(role.rawValue)=\($0)" }
      throw InputError(
        "no column for \(role.rawValue); the file has " + columns.sorted().prefix(20).joined(separator: ", "),
        at: place,
        remedy: hint ?? "usual names are \(usual.prefix(4).joined(separator: ", ")); "
          + "others are named with --column \(role.rawValue)=NAME")
    }
  }

  /// Pairs of columns such as score_chosen_0 and score_rejected_0, or rm1_score_chosen and rm1_score_rejected.
  private mutating func findMembers(_ columns: [String]) {
    let known = Set(columns)
    for name in columns.sorted() where uses[name] == nil {
      guard let range = name.firstRange(of: "chosen") else { continue }
      let other = name.replacingCharacters(in: range, with: "rejected")
      guard known.contains(other), uses[other] == nil else { continue }
      let stem = name.replacingCharacters(in: range, with: "")
      guard stem.contains(where: { $0.isNumber }) || stem.contains("score") || stem.contains("reward") else { continue }
      assign(name, .member(members.count, chosen: true))
      assign(other, .member(members.count, chosen: false))
      members.append(stem.split(whereSeparator: { "_- ".contains($0) }).joined(separator: "_"))
    }
  }

  private mutating func assign(_ name: String, _ use: Use) {
    uses[name] = use
    byHash[Self.hash(name)] = use
  }

  static func hash(_ name: String) -> UInt64 {
    var name = name
    return name.withUTF8 { TextAnalyzer.hash($0, seed: 1) }
  }

  func use(of name: UnsafeBufferPointer<UInt8>) -> Use { byHash[TextAnalyzer.hash(name, seed: 1)] ?? .ignored }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}
