/// One preference pair in memory: for tables that do not come from a file, such as planted defects.
public struct PreferenceRow: Sendable, Hashable {
  /// What was asked.
  public var prompt: String
  /// The preferred reply.
  public var chosen: String
  /// The other reply.
  public var rejected: String
  /// NaN: no score.
  public var scoreChosen = Double.nan
  /// The reward model's score of the other reply; NaN if there is none.
  public var scoreRejected = Double.nan
  /// +1 chosen is better, 0 tie, −1 rejected is better.
  public var label: Int8 = 1
  /// How much better the preferred reply is, in the file's own units; NaN if it is not said.
  public var strength = Double.nan
  /// +1 the chosen reply stood first, −1 second, 0 unknown.
  public var position: Int8 = 0
  /// Who preferred it.
  public var annotator: String?
  /// The row's domain, if it has one.
  public var domain: String?
  /// The split the row belongs to, if it is said.
  public var split: String?
  /// The prompt's own number, if prompts of equal text are to be told apart.
  public var promptID: String?
  /// Scores (chosen, rejected) of an ensemble's members by name.
  public var members: [String: SIMD2<Double>] = [:]
  /// Further columns by name.
  public var attributes: [String: String] = [:]

  /// A row without scores.
  public init(prompt: String, chosen: String, rejected: String) {
    self.prompt = prompt
    self.chosen = chosen
    self.rejected = rejected
  }

  /// A row with the reward model's scores.
  public init(prompt: String, chosen: String, rejected: String, scoreChosen: Double, scoreRejected: Double) {
    self.init(prompt: prompt, chosen: chosen, rejected: rejected)
    self.scoreChosen = scoreChosen
    self.scoreRejected = scoreRejected
  }
}

extension PreferenceTable {
  /// A table of these rows; their places are lines of a file called "rows".
  public init(_ rows: [PreferenceRow]) {
    self.init()
    places.files = [.init(fileURLWithPath: "rows")]
    var analyzer = TextAnalyzer()
    var numbers: [String: Int32] = [:]
    for (index, row) in rows.enumerated() {
      places.file.append(0)
      places.line.append(UInt32(index + 1))
      places.ordinal.append(UInt32(index))
      places.start.append(0)
      places.size.append(0)
      places.part.append(0)
      prompt.append(analyzer.features(of: row.prompt, signature: true))
      chosen.append(analyzer.features(of: row.chosen))
      rejected.append(analyzer.features(of: row.rejected))
      label.append(row.label)
      position.append(row.position)
      annotator.append(row.annotator)
      domain.append(row.domain)
      split.append(row.split)
      let key = row.promptID.map { "id " + $0 } ?? "text " + row.prompt
      let number = numbers[key] ?? Int32(numbers.count)
      numbers[key] = number
      promptNumber.append(number)
    }
    func numbersOrEmpty(_ column: NumberColumn) -> NumberColumn { column.allSatisfy(\.isNaN) ? [] : column }
    scoreChosen = numbersOrEmpty(rows.map(\.scoreChosen))
    scoreRejected = numbersOrEmpty(rows.map(\.scoreRejected))
    strength = numbersOrEmpty(rows.map(\.strength))
    members = Set(rows.flatMap(\.members.keys)).sorted().map { name in
      Member(
        name: name, chosen: rows.map { $0.members[name]?.x ?? .nan }, rejected: rows.map { $0.members[name]?.y ?? .nan }
      )
    }
    attributes = Set(rows.flatMap(\.attributes.keys)).sorted().map { name in
      Attribute(name: name, values: CategoryColumn(rows.map { $0.attributes[name] }))
    }
  }
}

extension TextAnalyzer {
  package mutating func features(of text: String, signature: Bool = false) -> TextFeatures {
    var text = text
    begin(signature: signature)
    if !text.isEmpty { text.withUTF8 { add($0) } }
    return finish()
  }
}
