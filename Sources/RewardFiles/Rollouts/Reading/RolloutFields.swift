import Files

/// The fields of one row while an adapter takes them: what is left over afterwards becomes an attribute or is named as not
/// used.
struct RolloutFields {
  private(set) var values: [String: JSONValue]
  let seen: RolloutSeen

  init(_ values: [String: JSONValue], seen: RolloutSeen) {
    self.values = values
    self.seen = seen
  }

  /// Whether there is a value that is not null.
  func has(_ name: String) -> Bool { values[name].map { $0 != .null } ?? false }

  /// The first of these fields that is there and not null; its name is remembered under the role.
  mutating func take(_ names: String..., as role: RolloutRole) -> JSONValue? { take(names, as: role) }

  mutating func take(_ names: [String], as role: RolloutRole) -> JSONValue? {
    for name in names {
      guard let value = values[name] else { continue }
      values.removeValue(forKey: name)
      seen.use(name, role)
      if value != .null { return value }
    }
    return nil
  }

  mutating func text(_ names: String..., as role: RolloutRole) -> String? {
    take(names, as: role)?.answerText
  }

  mutating func number(_ names: String..., as role: RolloutRole) throws(RowFault) -> Double {
    guard let value = take(names, as: role) else { return .nan }
    return try number(value, names[0])
  }

  mutating func whole(_ names: String..., as role: RolloutRole) -> Int32 {
    guard case .number(let value)? = take(names, as: role), value >= 0, value < 0x1p31 else { return -1 }
    return Int32(value)
  }

  /// 1 for true, 0 for false, −1 for none or anything else.
  mutating func flag(_ names: String..., as role: RolloutRole) -> Int8 {
    take(names, as: role).flatMap { Self.flag($0) } ?? -1
  }

  static func flag(_ value: JSONValue) -> Int8? {
    switch value {
    case .bool(let flag): flag ? 1 : 0
    case .number(1): 1
    case .number(0): 0
    case .string(let text): ["true", "1", "yes"].contains(text.lowercased()) ? 1 : 0
    default: nil
    }
  }

  /// A number, a truth value, or one in a text, which is noted; NaN for null.
  func number(_ value: JSONValue?, _ name: String) throws(RowFault) -> Double {
    switch value {
    case nil, .null: return .nan
    case .number(let number): return number
    case .bool(let flag): return flag ? 1 : 0
    case .array(let items) where items.count == 1: return try number(items[0], name)
    case .string(let text):
      let word = text.trimmingPrefix { $0 == " " }.lowercased()
      let known: [String: Double] = [
        "true": 1, "false": 0, "nan": .nan, "inf": .infinity, "-inf": -.infinity, "": .nan,
      ]
      guard let number = known[word] ?? Double(word) else {
        throw RowFault("'\(name)' is the text '\(text.prefix(24))', not a number")
      }
      seen.note("rows where '\(name)' is a text that spells a number or a truth value", 1)
      return number
    default: throw RowFault("'\(name)' is not a number")
    }
  }

  /// The fields that are left.
  var rest: [(key: String, value: JSONValue)] { values.sorted { $0.key < $1.key } }

  /// Makes attributes of the short values that are left, and names the others as not used.
  mutating func finish(_ row: inout RolloutRow) {
    for (name, value) in values {
      switch value {
      case .string(let text) where text.utf8.count <= 64: row.attributes.append((name, text))
      case .number, .bool: row.attributes.append((name, value.plainText))
      case .null: continue
      default:
        if !seen.reachedInto.contains(name) { seen.use(name, .ignore) }
        continue
      }
      seen.use(name, .attribute)
    }
  }
}

/// What fields were used as in some rows, and how often something was met that the reader should know.
final class RolloutSeen {
  private(set) var uses: [String: RolloutRole] = [:]
  private(set) var notes: [String: Int] = [:]
  /// Objects of which a part was taken.
  var reachedInto: Set<String> = []

  /// A field's first use counts; one that was of use once is not called unused later.
  func use(_ name: String, _ role: RolloutRole) {
    if uses[name] == nil || uses[name] == .ignore && role != .ignore { uses[name] = role }
  }

  func note(_ sentence: String, _ count: Int) { notes[sentence, default: 0] += count }
}
