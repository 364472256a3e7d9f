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
