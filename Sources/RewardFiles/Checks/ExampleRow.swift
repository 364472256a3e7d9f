/// A row that shows what a check means.
public struct ExampleRow: Codable, Sendable, Hashable {
  /// Of the table, from 0.
  public var row: Int
  /// `file:line`.
  public var place: String
  /// Why it is here: "scores 4.1 and −0.3".
  public var why: String
  /// A few words of the text, if the files were read for it.
  public var text: String?
  /// What there is to read, with the scores: of a pair "prompt", "preferred" and "other"; of a rollout "prompt",
  /// "completion" and "reference". Empty if the files were not read for it.
  public var parts: [Part] = []

  /// One text of a row.
  public struct Part: Codable, Sendable, Hashable {
    /// What it is: "prompt", "preferred", "other", "completion", "reference".
    public var name: String
    /// The text; "…" stands for what is left out of a very long one.
    public var text: String
    /// What it was scored; nil if it was not.
    public var score: Double?

    /// A text and its score.
    public init(_ name: String, _ text: String, score: Double? = nil) {
      self.name = name
      self.text = text
      self.score = score.flatMap { $0.isNaN ? nil : $0 }
    }
  }

  /// - Parameters:
  ///   - row: the row's number in what was read.
  ///   - place: where a user finds it.
  ///   - why: "scores 4.1 and −0.3".
  public init(_ row: Int, _ place: String, _ why: String) {
    self.row = row
    self.place = place
    self.why = why
  }
}
