/// What values a setting takes, and how text becomes one of them.
public enum SettingKind: Sendable, Hashable {
  /// A whole number within these limits.
  case integer(ClosedRange<Int>)
  /// A finite number within these limits.
  case number(ClosedRange<Double>)
  /// `true` or `false`.
  case boolean
  /// One of these words.
  case choice([String])
  /// Any text but the empty one.
  case text
  /// A list of whole numbers of any length, each within the limits.
  case integers(ClosedRange<Int>)
  /// The same, or `none`.
  indirect case optional(SettingKind)

  /// What may be given, for lists and error messages: "a whole number from 1 to 100".
  public var allowed: String {
    switch self {
    case .integer(let range):
      "a whole number " + Self.limits("\(range.lowerBound)", "\(range.upperBound)", range.upperBound == .max)
    case .number(let range):
      "a number "
        + Self.limits(
          SettingValue.number(range.lowerBound).description, SettingValue.number(range.upperBound).description,
          range.upperBound == .infinity)
    case .boolean: "true or false"
    case .choice(let words): "one of " + words.joined(separator: ", ")
    case .text: "text"
    case .integers(let range): "a list like [32, 32], each from \(range.lowerBound) to \(range.upperBound)"
    case .optional(let kind): kind.allowed + ", or none"
    }
  }

  private static func limits(_ low: String, _ high: String, _ isOpen: Bool) -> String {
    isOpen ? "of at least \(low)" : "from \(low) to \(high)"
  }

  /// The value that a text means; nil if it is none within the limits.
  public func value(of text: String) -> SettingValue? {
    switch self {
    case .integer(let range):
      guard let value = Self.integer(text), range.contains(value) else { return nil }
      return .integer(value)
    case .number(let range):
      guard let value = Double(text.replacing("_", with: "")), value.isFinite, range.contains(value) else { return nil }
      return .number(value)
    case .boolean:
      switch text.lowercased() {
      case "true", "yes", "on": return .boolean(true)
      case "false", "no", "off": return .boolean(false)
      default: return nil
      }
    case .choice(let words): return words.contains(text) ? .text(text) : nil
    case .text: return text.isEmpty ? nil : .text(text)
    case .integers(let range):
      var inner = Substring(text)
      if inner.hasPrefix("["), inner.hasSuffix("]") { inner = inner.dropFirst().dropLast() }
      let parts = inner.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmingWhitespace }
      if parts == [""] { return .integers([]) }
      let values = parts.compactMap(Self.integer)
      guard values.count == parts.count, values.allSatisfy(range.contains) else { return nil }
      return .integers(values)
    case .optional(let kind):
      return ["none", "null", "~"].contains(text.lowercased()) ? SettingValue.none : kind.value(of: text)
    }
  }

  /// `200000`, `200_000`, and `2e5` where that is whole.
  private static func integer(_ text: String) -> Int? {
    let plain = text.replacing("_", with: "")
    if let value = Int(plain) { return value }
    guard plain.contains(where: { "eE".contains($0) }), let value = Double(plain) else { return nil }
    return Int(exactly: value)
  }
}

extension String {
  /// Without white space at both ends.
  package var trimmingWhitespace: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
