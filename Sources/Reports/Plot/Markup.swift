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

  /// Letters, digits and hyphens only, for element ids.
  static func identifier(_ text: String) -> String {
    String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
  }

  /// A coordinate with at most `decimals` decimals and no noise: "12", "12.5", "-0.25".
  static func number(_ value: Double, decimals: Int = 1) -> String {
    guard value.isFinite else { return "0" }
    let scale = decimals == 0 ? 1.0 : decimals == 1 ? 10 : decimals == 2 ? 100 : 1000
    let scaled = (value * scale).rounded()
    guard abs(scaled) < 1e15 else { return value < 0 ? "-1e12" : "1e12" }
    let units = Int(scaled)
    let whole = abs(units) / Int(scale)
    var fraction = String(abs(units) % Int(scale))
    if units == 0 { return "0" }
    let sign = units < 0 ? "-" : ""
    if scale == 1 || fraction == "0" { return sign + String(whole) }
    while fraction.utf8.count < min(3, decimals) { fraction = "0" + fraction }
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return sign + String(whole) + "." + fraction
  }
}
