/// Other scores of the same pairs, row for row: by another batch size, order, precision, perturbation or reward model.
public struct SecondScoring: Sendable {
  /// What the file is called in reports.
  public var name: String
  /// As many as the preference table has rows; NaN where the second file lacks the row.
  public var scoreChosen: NumberColumn
  public var scoreRejected: NumberColumn
  public var setAside = SetAsideRows()

  public init(name: String, scoreChosen: NumberColumn, scoreRejected: NumberColumn) {
    self.name = name
    self.scoreChosen = scoreChosen
    self.scoreRejected = scoreRejected
  }
}
