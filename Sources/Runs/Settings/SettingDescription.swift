import Compute

/// One setting: its name, meaning, source and limits, and how it is read from and written to ``LearnSettings``.
///
/// The table ``all`` drives everything: files, flags, `pactolus settings`, the settings file of a run.
public struct SettingDescription: Sendable {
  /// `ppo.learningRate`: the same in the library, in files, on the command line and in reports.
  public let name: String
  /// One sentence, in the words of somebody who uses it.
  public let meaning: String
  /// Where the default or the idea comes from.
  public let source: String
  public let kind: Kind

  let read: @Sendable (LearnSettings) -> SettingValue
  let write: @Sendable (inout LearnSettings, SettingValue) -> Void

  public enum Kind: Sendable, Hashable {
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case boolean
    case choice([String])
    case text
    /// As many as one likes, each within the range.
    case integers(ClosedRange<Int>)
    /// The same, or `none`.
    indirect case optional(Kind)
  }

  /// The section before the dot.
  public var section: String { String(name.prefix { $0 != "." }) }

  public func value(in settings: LearnSettings) -> SettingValue { read(settings) }

  /// The value where nothing and nobody says otherwise.
  public var defaultValue: SettingValue { read(LearnSettings()) }

  /// What may be given, for lists: "a whole number from 1 to 100".
  public var allowed: String { Self.allowed(kind) }

  private static func allowed(_ kind: Kind) -> String {
    switch kind {
    case .integer(let range):
      "a whole number " + limits("\(range.lowerBound)", "\(range.upperBound)", range.upperBound == .max)
    case .number(let range):
      "a number "
        + limits(
          SettingValue.number(range.lowerBound).description, SettingValue.number(range.upperBound).description,
          range.upperBound == .infinity)
    case .boolean: "true or false"
    case .choice(let words): "one of " + words.joined(separator: ", ")
    case .text: "text"
    case .integers(let range): "a list like [32, 32], each from \(range.lowerBound) to \(range.upperBound)"
    case .optional(let kind): allowed(kind) + ", or none"
    }
  }

  private static func limits(_ low: String, _ high: String, _ open: Bool) -> String {
    open ? "of at least \(low)" : "from \(low) to \(high)"
  }

  /// The value that a text means, checked against the limits.
  ///
  /// - Throws: `InputError` that names the setting and says what may be given.
  public func parse(_ text: String, at place: String) throws -> SettingValue {
    let trimmed = text.trimmingWhitespace
    guard let value = Self.parse(trimmed, as: kind) else {
      if case .choice(let words) = kind {
        let error = InputError.unknown("value", trimmed, among: words)
        throw InputError("\(name): \(error.problem)", at: place, remedy: error.remedy ?? "use \(allowed)")
      }
      throw InputError("\(name): '\(trimmed)' is not usable", at: place, remedy: "use \(allowed)")
    }
    return value
  }

  private static func parse(_ text: String, as kind: Kind) -> SettingValue? {
    switch kind {
    case .integer(let range):
      guard let value = integer(text), range.contains(value) else { return nil }
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
      let values = parts.compactMap(integer)
      guard values.count == parts.count, values.allSatisfy(range.contains) else { return nil }
      return .integers(values)
    case .optional(let kind):
      return ["none", "null", "~"].contains(text.lowercased()) ? SettingValue.none : parse(text, as: kind)
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
  var trimmingWhitespace: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
