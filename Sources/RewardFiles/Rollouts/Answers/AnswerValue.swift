/// What an answer means, as far as its form is plain.
package enum AnswerValue: Sendable, Hashable {
  case number(AnswerNumber)
  /// A letter of a multiple choice.
  case choice(UInt8)
  /// Yes or no, true or false.
  case truth(Bool)
  /// Several values; the bracket is "{", "(", "[" or a space for none. Only braces are without order.
  case list([AnswerValue], bracket: UInt8)
  case text([UInt8])

  /// Reads a normal form.
  package init(_ text: [UInt8]) {
    self =
      AnswerNumber(text).map(Self.number) ?? Self.choice(in: text) ?? Self.truth(in: text) ?? Self.list(in: text)
      ?? .text(text)
  }

  private static func choice(in text: [UInt8]) -> AnswerValue? {
    var letters = text[...]
    if letters.first == UInt8(ascii: "("), letters.last == UInt8(ascii: ")") {
      letters = letters.dropFirst().dropLast()
    }
    if letters.count == 2, letters.last == UInt8(ascii: ")") || letters.last == UInt8(ascii: ".") {
      letters.removeLast()
    }
    for word in ["option", "Option", "choice"] where letters.starts(with: word.utf8) {
      letters = letters.dropFirst(word.utf8.count)
    }
    guard letters.count == 1, let letter = letters.first, (65...74).contains(letter) else { return nil }
    return .choice(letter)
  }

  private static func truth(in text: [UInt8]) -> AnswerValue? {
    switch String(decoding: text, as: UTF8.self).lowercased() {
    case "yes", "true": .truth(true)
    case "no", "false": .truth(false)
    default: nil
    }
  }

  private static func list(in text: [UInt8]) -> AnswerValue? {
    let brackets: [UInt8: UInt8] = [0x01: 0x02, 40: 41, 91: 93, 123: 125]
    var (inside, bracket) = (text[...], UInt8(ascii: " "))
    if let first = text.first, let last = brackets[first], text.last == last {
      inside = text[1..<(text.count - 1)]
      bracket = first == 0x01 ? UInt8(ascii: "{") : first
    }
    var (parts, depth, start) = ([[UInt8]](), 0, inside.startIndex)
    for index in inside.indices {
      switch inside[index] {
      case 0x01, 40, 91, 123: depth += 1
      case 0x02, 41, 93, 125: depth -= 1
      case UInt8(ascii: ",") where depth == 0, UInt8(ascii: ";") where depth == 0:
        parts.append(Array(inside[start..<index]))
        start = index + 1
      default: break
      }
      if depth < 0 { return nil }
    }
    parts.append(Array(inside[start...]))
    guard parts.count > 1 || (bracket == UInt8(ascii: "{") && !inside.isEmpty), parts.allSatisfy({ !$0.isEmpty }) else {
      return nil
    }
    return .list(parts.map { AnswerValue($0) }, bracket: bracket)
  }

  /// Whether two answers mean the same, as far as their forms are plain.
  package func compare(_ other: AnswerValue) -> AnswerOpinion {
    switch (self, other) {
    case (.number(let a), .number(let b)): return a.compare(b)
    case (.choice(let a), .choice(let b)): return a == b ? .equal : .different
    case (.truth(let a), .truth(let b)): return a == b ? .equal : .different
    case (.list(let a, let first), .list(let b, let second)): return Self.compare(a, first, b, second)
    case (.text(let a), .text(let b)):
      let words = a.allSatisfy { (65...90).contains($0 & 0xDF) } && a.count > 1
      return words && Self.lower(a) == Self.lower(b) ? .equal : .unsure
    case (.text(let words), .choice(let letter)), (.choice(let letter), .text(let words)):
      // "C: the text of the choice".
      let isNamed = words.count > 2 && words[0] == letter && [UInt8(ascii: ":"), 41, 46].contains(words[1])
      return isNamed ? .equal : .unsure
    default: return .unsure
    }
  }

  private static func lower(_ text: [UInt8]) -> [UInt8] { text.map { (65...90).contains($0) ? $0 + 32 : $0 } }

  private static func compare(_ a: [AnswerValue], _ first: UInt8, _ b: [AnswerValue], _ second: UInt8) -> AnswerOpinion
  {
    let (brace, none) = (UInt8(ascii: "{"), UInt8(ascii: " "))
    let opinions = a.map { x in b.map { x.compare($0) } }
    let isSet = first == brace || second == brace
    guard isSet || first == second || first == none || second == none else { return .unsure }
    if a.count == b.count {
      let inOrder = a.indices.map { opinions[$0][$0] }
      if inOrder.allSatisfy({ $0 == .equal }) { return .equal }
      if !isSet, first != none, second != none, inOrder.contains(.different) { return .different }
      let matched = a.indices.allSatisfy { opinions[$0].contains(.equal) }
      let reached = b.indices.allSatisfy { place in opinions.contains { $0[place] == .equal } }
      // Without brackets, the order may or may not matter.
      if matched, reached { return isSet ? .equal : .unsure }
    }
    // A value that equals none of the others.
    let stranger = opinions.contains { $0.allSatisfy { $0 == .different } }
    return stranger ? .different : .unsure
  }
}
