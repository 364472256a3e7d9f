/// A section of settings: one type, with the table of its settings beside it.
///
/// Files, flags, the list of settings, a run's settings file and its comparison on resuming are all made from
/// ``settings``, so that adding a setting is a property and a row, in one file. A setting added later has its default
/// where a file or a stored run does not name it.
public protocol SettingsSection: Hashable, Sendable {
  /// The word before the dot in every name: `ppo`.
  static var section: String { get }
  /// In the order in which they are listed.
  static var settings: [Setting<Self>] { get }
  /// All defaults.
  init()
  /// Refuses combinations within the section that cannot work.
  ///
  /// - Throws: `InputError` whose place is the full name of a setting.
  func validate() throws
}

extension SettingsSection {
  public func validate() throws {}

  /// Every value by its full name, as a settings file spells it.
  public var values: [String: String] {
    Dictionary(uniqueKeysWithValues: Self.settings.map { ("\(Self.section).\($0.name)", $0.read(self).description) })
  }
}

extension SettingsSection where Self: Decodable {
  /// Reads what was encoded property by property under the settings' own names. A setting that is missing keeps its
  /// default: what was written before it existed can still be read.
  public init(from decoder: any Decoder) throws {
    self.init()
    let container = try decoder.container(keyedBy: SettingKey.self)
    for setting in Self.settings {
      let key = SettingKey(setting.name)
      guard container.contains(key) else { continue }
      setting.write(&self, try container.decode(setting.kind, key))
    }
  }
}

private struct SettingKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }
  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension KeyedDecodingContainer where Key == SettingKey {
  fileprivate func decode(_ kind: SettingKind, _ key: SettingKey) throws -> SettingValue {
    switch kind {
    case .integer: .integer(try decode(Int.self, forKey: key))
    case .number: .number(try decode(Double.self, forKey: key))
    case .boolean: .boolean(try decode(Bool.self, forKey: key))
    case .choice, .text: .text(try decode(String.self, forKey: key))
    case .integers: .integers(try decode([Int].self, forKey: key))
    case .optional(let kind): try decodeNil(forKey: key) ? .none : decode(kind, key)
    }
  }
}

/// A section of settings of some type.
public struct AnySettingsSection: Sendable, Hashable {
  /// The section itself.
  public var content: any SettingsSection

  /// Wraps a section.
  public init(_ content: any SettingsSection) { self.content = content }

  public static func == (a: Self, b: Self) -> Bool {
    func equal<Section: SettingsSection>(_ a: Section) -> Bool { a == b.content as? Section }
    return equal(a.content)
  }

  public func hash(into hasher: inout Hasher) { content.hash(into: &hasher) }
}
