/// Other scores of the same pairs, row for row: by another batch size, order, precision, perturbation or reward model.
public struct SecondScoring: Sendable {
  /// What the file is called in reports.
  public var name: String
  /// As many as the preference table has rows; NaN where the second file lacks the row.
  public var scoreChosen: NumberColumn
  /// Scores of the rejected replies, likewise.
  public var scoreRejected: NumberColumn
  /// Rows that could not be used.
  public var setAside = SetAsideRows()
  /// How its rows were found to belong to the table's, and how many did; nil if it was not read from a file.
  public var matching: RowMatching?

  /// What was read of its file; nil if it was not read from one.
  public var reading: FileReading?

  /// Scores that belong to a table's rows, in their order.
  public init(name: String, scoreChosen: NumberColumn, scoreRejected: NumberColumn) {
    self.name = name
    self.scoreChosen = scoreChosen
    self.scoreRejected = scoreRejected
  }
}
