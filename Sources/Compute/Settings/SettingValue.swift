/// A setting's value in the one form that files, flags and tables share.
public enum SettingValue: Sendable, Hashable {
  /// A whole number.
  case integer(Int)
  /// A number.
  case number(Double)
  /// `true` or `false`.
  case boolean(Bool)
  /// One of several words, or free text.
  case text(String)
  /// A list of whole numbers.
  case integers([Int])
  /// For settings that may be left off.
  case none

  /// As it is written in YAML and on the command line: `3e-4` reads back as `0.0003`, lists as `[32, 32]`.
  public var description: String {
    switch self {
    case .integer(let value): "\(value)"
    case .number(let value): Self.text(of: value)
    case .boolean(let value): value ? "true" : "false"
    case .text(let value): value
    case .integers(let values): "[" + values.map(String.init).joined(separator: ", ") + "]"
    case .none: "none"
    }
  }

  private static func text(of value: Double) -> String {
    if let whole = Int(exactly: value), abs(whole) < 1_000_000_000_000 { return "\(whole)" }
    return "\(value)"
  }
}

extension SettingValue: CustomStringConvertible {}
