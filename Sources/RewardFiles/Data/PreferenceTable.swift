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
  /// Which column of the file was read as what: role, column.
  public package(set) var mapping: [ColumnRole: String] = [:]
  /// Columns that are neither understood nor fit to be an attribute (too many different values), in alphabetical order.
  public package(set) var ignoredColumns: [String] = []
  /// A hash of each row's own id, 0 without one; empty if no row has one.
  package var ids: [UInt64] = []
  /// Rows that could not be used.
  public package(set) var setAside = SetAsideRows()

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

  /// Whether at least one row has both scores.
  public var hasScores: Bool { zip(scoreChosen, scoreRejected).contains { !$0.isNaN && !$1.isNaN } }
  /// Score of the chosen minus score of the rejected reply; NaN where one is missing.
  public func margin(_ row: Int) -> Double {
    scoreChosen.isEmpty ? .nan : scoreChosen[row] - scoreRejected[row]
  }
}

/// What a column of a preference file can be.
public enum ColumnRole: String, CaseIterable, Sendable, Codable {
  /// What both replies answer.
  case prompt
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
}

extension PreferenceTable {
  /// More different values than this make a column an identifier or a text, not an attribute.
  package static let maximumAttributeValues = 1000

  /// Appends the rows of another table that was read by the same plan.
  package mutating func append(contentsOf other: PreferenceTable) {
    places.file += other.places.file
    places.line += other.places.line
    places.ordinal += other.places.ordinal
    places.start += other.places.start
    places.size += other.places.size
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
  }
}
