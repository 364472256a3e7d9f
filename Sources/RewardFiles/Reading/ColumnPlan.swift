import Compute

/// Which column of a file means what: by the user's word, else by the usual names.
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
  private(set) var tie: String?
  private(set) var members: [String] = []
  private(set) var attributes: [String] = []
  /// Columns of one side of a score whose other side is missing.
  private(set) var withoutPartner: [String] = []
  /// By the hash of the column's name, for the rows; what is not there was not among the columns.
  private(set) var byHash: [UInt64: Use] = [:]

  static let maximumAttributes = 64

  /// A plan for these columns.
  ///
  /// - Parameters:
  ///   - columns: all of the file's, in any order.
  ///   - given: what the user said; names that this file lacks are left to the usual names.
  ///   - needsTexts: whether the file must have replies; otherwise it must have scores.
  /// - Throws: `InputError` with the near misses if a column that is needed is missing, or a score has no partner.
  init(_ columns: [String], given: [ColumnRole: String], needsTexts: Bool, place: String) throws {
    for (role, name) in given.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where columns.contains(name) {
      assign(name, .role(role))
      mapping[role] = name
    }
    for (role, names) in ColumnNames.aliases where mapping[role] == nil {
      guard let name = names.first(where: { columns.contains($0) && uses[$0] == nil }) else { continue }
      assign(name, .role(role))
      mapping[role] = name
    }
    for name in ColumnNames.ties where columns.contains(name) && uses[name] == nil {
      assign(name, .tie)
      tie = tie ?? name
    }
    findMembers(columns)
    for name in columns.sorted() where uses[name] == nil {
      guard attributes.count < Self.maximumAttributes else {
        assign(name, .ignored)
        continue
      }
      assign(name, .attribute(attributes.count))
      attributes.append(name)
    }
    let needed: [ColumnRole] = needsTexts ? [.chosen, .rejected] : [.scoreChosen, .scoreRejected]
    for role in needed where mapping[role] == nil { throw missing(role, columns, place) }
    try checkScores(columns, place)
  }

  private func missing(_ role: ColumnRole, _ columns: [String], _ place: String) -> InputError {
    let free = columns.filter { name in
      if case .attribute? = uses[name] { true } else { uses[name] == .ignored }
    }
    let usual = ColumnNames.usual(role)
    let near = usual.flatMap { nearMisses(of: $0, among: free) }
    let hint = near.first.map { "did you mean '\($0)'? name it with --map \(role.rawValue)=\($0)" }
    return InputError(
      "no column for \(role.rawValue); the file has " + columns.sorted().prefix(20).joined(separator: ", "),
      at: place,
      remedy: hint ?? "usual names are \(usual.prefix(4).joined(separator: ", ")); "
        + "others are named with --map \(role.rawValue)=COLUMN, and other shapes of rows with --format")
  }

  /// One score of two is a mistake: nothing could be said with it, and nobody would notice.
  private func checkScores(_ columns: [String], _ place: String) throws {
    for (have, lack) in [(ColumnRole.scoreChosen, ColumnRole.scoreRejected), (.scoreRejected, .scoreChosen)] {
      guard let name = mapping[have], mapping[lack] == nil else { continue }
      let (side, other) = have == .scoreChosen ? ("chosen", "rejected") : ("rejected", "chosen")
      let wanted = name.firstRange(of: side).map { name.replacingCharacters(in: $0, with: other) } ?? "\(other)_\(name)"
      let free = columns.filter { if case .attribute? = uses[$0] { true } else { false } }
      let near = nearMisses(of: wanted, among: free)
      throw InputError(
        "column '\(name)' has the scores of the \(side) replies, and no column has those of the \(other) ones",
        at: place,
        remedy: near.first.map { "did you mean '\($0)'? name it with --map \(lack.rawValue)=\($0)" }
          ?? "name it with --map \(lack.rawValue)=COLUMN; the usual name is '\(wanted)'")
    }
  }

  /// Pairs of columns such as score_chosen_0 and score_rejected_0, or rm1_score_chosen and rm1_score_rejected.
  private mutating func findMembers(_ columns: [String]) {
    let known = Set(columns)
    for name in columns.sorted() where uses[name] == nil {
      for (side, opposite) in [("chosen", "rejected"), ("rejected", "chosen")] {
        guard let range = name.firstRange(of: side) else { continue }
        let other = name.replacingCharacters(in: range, with: opposite)
        let stem = name.replacingCharacters(in: range, with: "")
        guard stem.contains(where: { $0.isNumber }) || stem.contains("score") || stem.contains("reward") else {
          continue
        }
        guard known.contains(other), uses[other] == nil else {
          if uses[other] == nil { withoutPartner.append(name) }
          continue
        }
        guard side == "chosen" else { continue }
        assign(name, .member(members.count, chosen: true))
        assign(other, .member(members.count, chosen: false))
        members.append(stem.split(whereSeparator: { "_- ".contains($0) }).joined(separator: "_"))
      }
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

  /// nil for a column that the plan does not know.
  func use(of name: UnsafeBufferPointer<UInt8>) -> Use? { byHash[TextAnalyzer.hash(name, seed: 1)] }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}
