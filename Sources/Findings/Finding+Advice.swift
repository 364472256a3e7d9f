import Foundation

extension Finding {
  /// What to do about a claim that fails: a sentence or two, and the next command.
  ///
  /// ```swift
  /// Finding.Advice("Score in float32 and compare: pactolus audit FILES --second RESCORED")
  /// // text: "Score in float32 and compare", command: "pactolus audit FILES --second RESCORED"
  /// ```
  ///
  /// Words in capitals stand for what the reader has to put there; `naming` fills in those that are known.
  public struct Advice: Codable, Sendable, Hashable {
    /// What to do, without a full stop at the end.
    public var text: String
    /// The next command, as it is typed; nil if there is none.
    public var command: String?

    /// Text and command apart.
    public init(text: String, command: String?) {
      self.text = text
      self.command = command
    }

    /// A sentence that ends with its command after a colon: "…: pactolus …".
    public init(_ sentence: String) {
      guard let colon = sentence.range(of: ": pactolus ", options: .backwards) else {
        self.init(text: sentence, command: nil)
        return
      }
      self.init(
        text: String(sentence[..<colon.lowerBound]),
        command: String(sentence[colon.lowerBound...].dropFirst(2)))
    }

    /// The same with words of the command replaced by what they stand for: "FILES" by "pairs.jsonl".
    package func naming(_ words: [String: String]) -> Advice {
      Advice(
        text: text,
        command: command?.split(separator: " ").map { words[String($0)] ?? String($0) }.joined(separator: " "))
    }
  }
}
