/// Which parts of a reward are, by their name, the verdict on the answer.
package enum AnswerPartName {
  private static let verdicts: Set<String> = [
    "answer", "correct", "correctness", "accuracy", "accurate", "success", "successful", "solved",
  ]
  /// Words that make it a part about something else, or the reverse of a verdict.
  private static let others: Set<String> = [
    "format", "formatted", "formatting", "length", "len", "tag", "tags", "has", "in", "un", "not", "non", "no", "wrong",
    "penalty", "box", "boxed", "parsed", "extracted", "found",
  ]

  /// Whether whole words of the name say so: "correct_answer" and "exactMatch" do; "incorrect", "answer_format" and
  /// "has_answer" do not.
  package static func isVerdict(_ name: String) -> Bool {
    let words = words(name)
    guard others.isDisjoint(with: words) else { return false }
    return !verdicts.isDisjoint(with: words) || zip(words, words.dropFirst()).contains { $0 == ("exact", "match") }
  }

  /// The words of a name in small letters: split at `_`, `-`, `.`, `/`, spaces and where camel case begins a word.
  private static func words(_ name: String) -> [String] {
    var words = [""]
    let letters = Array(name)
    for (index, letter) in letters.enumerated() {
      if "_-./ ".contains(letter) {
        words.append("")
        continue
      }
      if letter.isUppercase, index > 0 {
        let follows = index + 1 < letters.count && letters[index + 1].isLowercase
        // "correctAnswer" before A; "EMAccuracy" before A, not before M.
        if !letters[index - 1].isUppercase || follows { words.append("") }
      }
      words[words.count - 1] += letter.lowercased()
    }
    return words.filter { !$0.isEmpty }
  }
}
