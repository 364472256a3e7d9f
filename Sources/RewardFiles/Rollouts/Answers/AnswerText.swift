/// Answers without what does not change their meaning: LaTeX's spacing, sizes and dollars, text commands, units of
/// degrees, spaces and full stops at the end.
package enum AnswerText {
  /// Commands that only space or size.
  private static let dropped: Set<String> = [
    "left", "right", "displaystyle", "quad", "qquad", "big", "Big", "bigl", "bigr", "circ", "degree", "limits",
    "mathstrut",
  ]
  /// Commands whose argument is text.
  private static let unwrapped: Set<String> = [
    "text", "mathrm", "textbf", "mathbf", "mbox", "textrm", "operatorname", "boxed", "mathit", "textit", "fbox",
  ]
  /// Commands with another name for the same.
  private static let renamed: [String: String] = [
    "dfrac": "\\frac", "tfrac": "\\frac", "cfrac": "\\frac", "cdot": "*", "times": "*", "le": "\\leq", "ge": "\\geq",
    "ne": "\\neq", "lbrace": "{", "rbrace": "}", "cup": "\\cup", "infty": "\\infty",
  ]

  /// The normal form: bytes without spaces, except one between a whole number and a fraction, which becomes "+".
  package static func normal(_ text: some Collection<UInt8>) -> [UInt8] {
    let bytes = Array(text)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte & 0xDF) }
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\\"):
        var end = index + 1
        while end < bytes.count, isLetter(bytes[end]) { end += 1 }
        if end == index + 1 {
          // "\{" is a brace that is written, "\%" a percent sign; "\," and the like are spaces.
          if end < bytes.count {
            let escaped = bytes[end]
            if escaped == UInt8(ascii: "{") { result += [0x01] }
            if escaped == UInt8(ascii: "}") { result += [0x02] }
            if escaped == UInt8(ascii: "%") { result.append(escaped) }
          }
          index = min(bytes.count, end + 1)
          continue
        }
        let name = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
        index = end
        if dropped.contains(name) { continue }
        if unwrapped.contains(name), end < bytes.count, bytes[end] == UInt8(ascii: "{") {
          let close = closing(bytes, end)
          result += normal(bytes[(end + 1)..<close])
          index = min(bytes.count, close + 1)
        } else if name == "lbrace" {
          result.append(0x01)
        } else if name == "rbrace" {
          result.append(0x02)
        } else if let other = renamed[name] {
          result += Array(other.utf8)
        } else {
          result += bytes[(index - name.utf8.count - 1)..<index]
        }
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "~"):
        // "1 1/2" is one and a half, "1 \frac12" too; "1 2" stays apart.
        var next = index
        while next < bytes.count, bytes[next] == 32 || bytes[next] == 10 { next += 1 }
        if let last = result.last, isDigit(last), next < bytes.count, isDigit(bytes[next]) {
          let rest = bytes[next...].drop(while: isDigit)
          result.append(rest.first == UInt8(ascii: "/") ? UInt8(ascii: "+") : 32)
        }
        index = max(next, index + 1)
      case UInt8(ascii: "$"), UInt8(ascii: "`"), UInt8(ascii: "\""):
        index += 1
      case UInt8(ascii: "*") where bytes[index...].starts(with: [42, 42]):
        index += 2  // bold
      case 0xC2 where bytes[index...].starts(with: [0xC2, 0xB0]):
        index += 2  // the sign of degrees
      case 0xE2 where bytes[index...].starts(with: [0xE2, 0x88, 0x92]):
        result.append(UInt8(ascii: "-"))  // a true minus
        index += 3
      case UInt8(ascii: "{") where bytes[index...].starts(with: [123, 44, 125]):
        index += 3  // "{,}" between thousands
      default:
        result.append(byte)
        index += 1
      }
    }
    while result.last == UInt8(ascii: ".") || result.last == UInt8(ascii: ",") { result.removeLast() }
    // "^{\circ}" has lost its inside.
    while result.suffix(3) == [94, 123, 125] { result.removeLast(3) }
    while result.last == UInt8(ascii: "^") { result.removeLast() }
    return withoutName(result)
  }

  /// "x=5" names what was asked; 5 is the answer.
  private static func withoutName(_ text: [UInt8]) -> [UInt8] {
    guard text.count > 2, text[1] == UInt8(ascii: "="), (65...90).contains(text[0] & 0xDF),
      !text[2...].contains(UInt8(ascii: "="))
    else { return text }
    return Array(text[2...])
  }

  /// Where the brace that opens here closes; the end if it does not.
  package static func closing(_ bytes: [UInt8], _ open: Int) -> Int {
    var depth = 0
    for index in open..<bytes.count {
      if bytes[index] == UInt8(ascii: "{") { depth += 1 }
      if bytes[index] == UInt8(ascii: "}") {
        depth -= 1
        if depth == 0 { return index }
      }
    }
    return bytes.count
  }
}
