/// What is counted in a text: signs of form and manner that a reward may like for their own sake.
///
/// The counts come from fixed word lists and marks (``TextColumn/count(_:_:)``), English only where words are meant.
/// They are crude on purpose: cheap enough for a million texts, and the same for every file.
public enum TextStyle: Int, CaseIterable, Sendable, Codable {
  /// Lines that begin with a dash, star, bullet, or a number and a dot or bracket.
  case listItems
  /// Spans between two double stars.
  case bold
  /// Lines that begin with one to six number signs and a space.
  case headings
  /// Fences of three backticks (two for each block).
  case codeFences
  /// Question marks.
  case questionMarks
  /// Exclamation marks.
  case exclamationMarks
  /// Code points of the pictograph blocks.
  case emoji
  /// "perhaps", "it depends", "I think" and the like.
  case hedges
  /// "I cannot", "as an AI" and the like.
  case refusals
  /// "great question", "you're absolutely right" and the like.
  case praise
  /// Words of apology.
  case apologies
  /// Links.
  case links
  /// Code points outside ASCII, emoji included: a rough sign of another language.
  case nonASCII
  /// Digits of ASCII.
  case digits
  /// Paragraphs.
  case paragraphs
  /// Capital letters of ASCII.
  case capitals
}
