/// Text on its way into HTML or SVG. Whatever comes from a run passes through ``escape(_:)``.
enum Markup {
  /// Safe inside elements and inside double-quoted attributes. Control characters that HTML forbids become U+FFFD.
  static func escape(_ text: String) -> String {
    var out = ""
    out.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      case "\n", "\t": out.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": out += "\u{FFFD}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// Escaped, and a line may break after marks that join words: in names of files and columns, nowhere else in a word.
  static func breakable(_ text: String) -> String {
    var out = ""
    for character in text {
      out += escape(String(character))
      if "_./-:=,".contains(character) { out += "<wbr>" }
    }
    return out
  }

  /// Escaped, and never broken between a number and its unit.
  static func together(_ text: String) -> String { escape(text).replacing(" ", with: "\u{A0}") }

  /// Letters, digits and hyphens only, for element ids.
  static func identifier(_ text: String) -> String {
    String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
  }

  /// A coordinate with at most `decimals` decimals and no noise: "12", "12.5", "-0.25".
  static func number(_ value: Double, decimals: Int = 1) -> String {
    guard value.isFinite else { return "0" }
    let scale = (0..<decimals).reduce(1) { power, _ in power * 10 }
    let scaled = (value * Double(scale)).rounded()
    guard abs(scaled) < 1e15 else { return value < 0 ? "-1e12" : "1e12" }
    let (whole, rest) = Int(abs(scaled)).quotientAndRemainder(dividingBy: scale)
    var fraction = String(rest)
    fraction = String(repeating: "0", count: decimals - fraction.utf8.count) + fraction
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return (scaled < 0 ? "-" : "") + String(whole) + (fraction.isEmpty ? "" : "." + fraction)
  }
}
