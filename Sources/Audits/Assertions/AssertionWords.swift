import Compute

/// The words of one line, and how far they have been read.
///
/// A word is what stands between blanks; `=`, `<`, `>`, `<=`, `>=` are words of their own, and so is what stands between
/// quotation marks.
struct AssertionWords {
  let words: [String]
  private(set) var position = 0
  let place: String

  init(_ line: String, place: String) throws {
    self.place = place
    var words: [String] = []
    var word = ""
    var isQuoted = false
    func end() {
      if !word.isEmpty { words.append(word) }
      word = ""
    }
    let letters = Array(line)
    var index = 0
    while index < letters.count {
      let letter = letters[index]
      index += 1
      if letter == "\"" {
        if isQuoted {
          words.append(Self.quote + word)
          word = ""
        } else {
          end()
        }
        isQuoted.toggle()
      } else if isQuoted {
        word.append(letter)
      } else if letter.isWhitespace {
        end()
      } else if letter == "#" {
        break
      } else if "=<>≤≥".contains(letter) {
        end()
        let pair = index < letters.count && letters[index] == "=" && letter != "=" && letter != "≤" && letter != "≥"
        if pair { index += 1 }
        words.append(letter == "≤" ? "<=" : letter == "≥" ? ">=" : pair ? "\(letter)=" : "\(letter)")
      } else {
        word.append(letter)
      }
    }
    if isQuoted { throw InputError("a quotation mark is not closed", at: place, remedy: "close the name with \"") }
    end()
    self.words = words
  }

  /// Marks a word that stood between quotation marks.
  private static let quote = "\""

  var isAtEnd: Bool { position >= words.count }
  var next: String? { isAtEnd ? nil : words[position] }

  /// What is left, as it was written.
  var rest: String {
    words[position...].map { $0.hasPrefix(Self.quote) ? String($0.dropFirst()) : $0 }.joined(separator: " ")
  }

  mutating func advance() { position += 1 }

  /// Takes these words if they come next.
  mutating func take(_ phrase: String) -> Bool {
    let wanted = phrase.split(separator: " ").map(String.init)
    guard position + wanted.count <= words.count,
      zip(wanted, words[position...]).allSatisfy({ $0 == $1.lowercased() })
    else { return false }
    position += wanted.count
    return true
  }

  /// Takes these words, or says that they are missing and what stands there instead.
  mutating func expect(_ phrase: String) throws {
    if take(phrase) { return }
    throw InputError(
      isAtEnd ? "the line ends where '\(phrase)' should come" : "'\(rest)' stands where '\(phrase)' should come",
      at: place, remedy: nearMiss(next ?? "", [phrase]) ?? AssertionFile.forms)
  }

  /// "did you mean 'rises'?"
  func nearMiss(_ word: String, _ known: [String]) -> String? {
    let near = nearMisses(of: word, among: known.compactMap { $0.split(separator: " ").first.map(String.init) })
    return near.first.map { "did you mean '\($0)'?" }
  }

  /// Takes a number: `3`, `.5`, `-1e3`, `−2`.
  mutating func number() throws -> Double {
    guard let word = next else { throw InputError("the line ends where a number should come", at: place) }
    let plain = word.replacing("−", with: "-")
    guard let value = Double(plain), value.isFinite else {
      throw InputError("'\(word)' is not a number", at: place, remedy: "write it as 3, .5 or 1e-3")
    }
    advance()
    return value
  }

  /// Takes the longest of these names that comes next.
  mutating func name(among known: [String], kind: String) throws -> String {
    guard let first = next else { throw InputError("the line ends where a \(kind) should come", at: place) }
    if first.hasPrefix(Self.quote) {
      let name = first.dropFirst().lowercased()
      guard known.contains(name) else { throw InputError.unknown(kind, name, among: known, at: place) }
      advance()
      return name
    }
    for count in stride(from: words.count - position, through: 1, by: -1) {
      let name = words[position..<position + count].joined(separator: " ").lowercased()
      if known.contains(name) {
        position += count
        return name
      }
    }
    throw InputError.unknown(kind, unknownName(), among: known, at: place)
  }

  /// What stands before the next word that cannot belong to a name.
  private func unknownName() -> String {
    let stops: Set<String> = ["=", "<", ">", "<=", ">=", "while", "and", "between", "than", "by", "when", "give"]
    let name = words[position...].prefix { !stops.contains($0.lowercased()) }
    return name.isEmpty ? words[position] : name.joined(separator: " ")
  }
}
