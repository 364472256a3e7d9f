/// Preference pairs, a column at a time: prompt, the reply that was chosen and the one that was rejected, with scores.
///
/// Every column has ``count`` entries or is empty; numbers that a row lacks are NaN. Texts are kept as features only
/// (``TextColumn``), so that a million pairs take some 600 MB; ``ExampleTexts`` reads single rows again.
public struct PreferenceTable: Sendable {
  /// Where each row is in its file.
  public package(set) var places = RowPlaces()
  /// The prompts.
  public package(set) var prompt = TextColumn()
  /// The replies that the file calls chosen.
  public package(set) var chosen = TextColumn()
  /// The replies that the file calls rejected.
  public package(set) var rejected = TextColumn()

  /// The reward model's score of the chosen reply; NaN if the row has none.
  public package(set) var scoreChosen: NumberColumn = []
  /// Scores of the rejected replies; NaN where there is none.
  public package(set) var scoreRejected: NumberColumn = []

  /// The label: +1 the chosen reply is better (rows without a label, too), 0 a tie, −1 the rejected one is.
  public package(set) var label: [Int8] = []
  /// How strong the preference is, in the file's own unit; empty if no row has one.
  public package(set) var strength: NumberColumn = []
  /// Where the chosen reply stood when the pair was shown: +1 first, −1 second, 0 unknown.
  public package(set) var position: [Int8] = []

  /// Who labelled each row.
  public package(set) var annotator = CategoryColumn()
  /// Each row's domain.
  public package(set) var domain = CategoryColumn()
  /// Each row's split.
  public package(set) var split = CategoryColumn()
  /// For each row a number that rows of the same prompt share: by the file's prompt id if it has one, otherwise by the
  /// prompt's exact text.
  public package(set) var promptNumber: [Int32] = []

  /// Scores of an ensemble's members, in the order of the columns.
  public package(set) var members: [Member] = []
  /// Every other column of names or few numbers, by its own name, in alphabetical order.
  public package(set) var attributes: [Attribute] = []
  /// Which column of the (first) file was read as what: role, column; ``readings`` tells it of each file.
  public var mapping: [ColumnRole: String] { mappings.first ?? [:] }
  /// For each file which column was read as what.
  package var mappings: [[ColumnRole: String]] = []
  /// Columns that are neither understood nor fit to be an attribute (too many different values), in alphabetical order.
  public package(set) var ignoredColumns: [String] = []
  /// What was read of each file: how many rows, which column as what.
  public package(set) var readings: [FileReading] = []
  /// A hash of each row's own id, 0 without one; empty if no row has one.
  package var ids: [UInt64] = []
  /// Rows with a score that the file spells as NaN or an infinity, in their order; the score itself is NaN.
  public package(set) var rowsWithoutNumber: [Int] = []
  /// Rows that could not be used.
  public package(set) var setAside = SetAsideRows()
  /// Replies with a verdict each, of files that have no pairs but such replies; those that found a partner are among them.
  public package(set) var verdicts = VerdictTable()

  /// The scores of one member of an ensemble.
  public struct Member: Sendable {
    /// What the member is called.
    public var name: String
    /// Its scores of the chosen replies.
    public var chosen: NumberColumn
    /// Its scores of the rejected replies.
    public var rejected: NumberColumn
  }

  /// A further column of groups.
  public struct Attribute: Sendable {
    /// The column's name.
    public var name: String
    /// Each row's value.
    public var values: CategoryColumn
  }

  /// No rows.
  public init() {}

  /// The number of usable rows.
  public var count: Int { places.count }
  /// Usable rows and those set aside: what embeddings and second files must have.
  public var fileRowCount: Int { count + setAside.count }

  /// Whether the row has a prompt: a text that is not empty, a picture, or what both replies begin with.
  public func hasPrompt(_ row: Int) -> Bool { prompt.turns[row] > 0 }
  /// Whether at least one row has a prompt.
  public var hasPrompts: Bool { prompt.turns.contains { $0 > 0 } }
  /// Whether both replies of a row are the same, byte for byte: nobody can prefer one of them.
  public func hasIdenticalReplies(_ row: Int) -> Bool { chosen.hashes[row] == rejected.hashes[row] }
  /// A key that rows of the same prompt and the same two replies share, in whatever order the replies stand.
  package func pairKey(_ row: Int) -> SIMD2<UInt64> {
    let (a, b) = (chosen.hashes[row], rejected.hashes[row])
    return SIMD2(prompt.hashes[row] &+ (min(a, b) &* 0x9E37_79B9_7F4A_7C15), max(a, b))
  }

  /// Whether at least one row has both scores.
  public var hasScores: Bool { zip(scoreChosen, scoreRejected).contains { !$0.isNaN && !$1.isNaN } }
  /// Score of the chosen minus score of the rejected reply; NaN where one is missing.
  public func margin(_ row: Int) -> Double {
    scoreChosen.isEmpty || scoreRejected.isEmpty ? .nan : scoreChosen[row] - scoreRejected[row]
  }
}

/// What a column of a preference file can be.
public enum ColumnRole: String, CaseIterable, Sendable, Codable {
  /// What both replies answer.
  case prompt
  /// A system prompt, which belongs to the prompt.
  case system
  /// Earlier turns of the conversation, which belong to the prompt.
  case history
  /// Further input of the prompt: a passage, a table, Alpaca's input.
  case context
  /// Pictures that the prompt shows.
  case images
  /// Tools that the model could call.
  case tools
  /// The reply that was preferred.
  case chosen
  /// The reply that was not.
  case rejected
  /// The score of the chosen reply.
  case scoreChosen = "score-chosen"
  /// The score of the rejected reply.
  case scoreRejected = "score-rejected"
  /// Which of the replies is better, or that they tie.
  case label
  /// How strong the preference is, in the file's own unit.
  case strength
  /// Where the chosen reply stood when the pair was shown.
  case position
  /// Who labelled the row.
  case annotator
  /// What kind of prompt it is.
  case domain
  /// Which part of the data the row belongs to: training, test.
  case split
  /// Which prompt the row belongs to, where texts are left out.
  case promptID = "prompt-id"
  /// The row's own name.
  case id

  static let count = allCases.count

  /// A small number of its own.
  var number: Int {
    switch self {
    case .prompt: 0
    case .system: 1
    case .history: 2
    case .context: 3
    case .images: 4
    case .tools: 5
    case .chosen: 6
    case .rejected: 7
    case .scoreChosen: 8
    case .scoreRejected: 9
    case .label: 10
    case .strength: 11
    case .position: 12
    case .annotator: 13
    case .domain: 14
    case .split: 15
    case .promptID: 16
    case .id: 17
    }
  }
}

extension PreferenceTable {
  /// More different values than this make a column an identifier or a text, not an attribute.
  package static let maximumAttributeValues = 1000

  /// Makes room for so many rows, so that a large file's columns are not copied while they grow.
  mutating func reserve(_ rows: Int) {
    places.reserve(rows)
    prompt.reserve(rows, signatures: true)
    chosen.reserve(rows, signatures: false)
    rejected.reserve(rows, signatures: false)
    scoreChosen.reserveCapacity(rows)
    scoreRejected.reserveCapacity(rows)
    label.reserveCapacity(rows)
    strength.reserveCapacity(rows)
    position.reserveCapacity(rows)
    for column in [\PreferenceTable.annotator, \.domain, \.split] { self[keyPath: column].reserve(rows) }
    ids.reserveCapacity(rows)
  }

  /// Appends the rows of another table that was read by the same plan.
  package mutating func append(contentsOf other: PreferenceTable) {
    rowsWithoutNumber += other.rowsWithoutNumber.map { $0 + count }
    places.file += other.places.file
    places.line += other.places.line
    places.ordinal += other.places.ordinal
    places.start += other.places.start
    places.size += other.places.size
    places.part += other.places.part
    prompt.append(contentsOf: other.prompt)
    chosen.append(contentsOf: other.chosen)
    rejected.append(contentsOf: other.rejected)
    scoreChosen += other.scoreChosen
    scoreRejected += other.scoreRejected
    label += other.label
    strength += other.strength
    position += other.position
    annotator.append(contentsOf: other.annotator)
    domain.append(contentsOf: other.domain)
    split.append(contentsOf: other.split)
    if members.isEmpty, count == other.count {
      members = other.members
    } else {
      for index in members.indices {
        members[index].chosen += other.members[index].chosen
        members[index].rejected += other.members[index].rejected
      }
    }
    setAside.append(contentsOf: other.setAside)
    ids += other.ids
    verdicts.append(contentsOf: other.verdicts)
  }

  /// Appends the rows of another file, whose further columns may be others: what a file lacks is missing in its rows.
  package mutating func append(file other: PreferenceTable) {
    let (before, after) = (count, other.count)
    func missing(_ count: Int) -> NumberColumn { NumberColumn(repeating: .nan, count: count) }
    var other = other
    other.members = Self.named(members.map(\.name), other.members.map(\.name)).map { name in
      let own = other.members.first { $0.name == name }
      return Member(name: name, chosen: own?.chosen ?? missing(after), rejected: own?.rejected ?? missing(after))
    }
    members = other.members.map { member in
      members.first { $0.name == member.name }
        ?? Member(name: member.name, chosen: missing(before), rejected: missing(before))
    }
    // In place: a thousand files must not copy the first one a thousand times.
    for index in attributes.indices {
      if let own = other.attributes.first(where: { $0.name == attributes[index].name }) {
        attributes[index].values.append(contentsOf: own.values)
      } else {
        attributes[index].values.append(missing: after)
      }
    }
    for own in other.attributes where !attributes.contains(where: { $0.name == own.name }) {
      var values = CategoryColumn()
      values.append(missing: before)
      values.append(contentsOf: own.values)
      attributes.append(Attribute(name: own.name, values: values))
    }
    append(contentsOf: other)
    readings += other.readings
    mappings += other.mappings
  }

  private static func named(_ first: [String], _ second: [String]) -> [String] {
    first + second.filter { !first.contains($0) }
  }
}
