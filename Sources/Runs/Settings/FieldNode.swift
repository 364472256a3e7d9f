import Compute
import Yams

/// A place in a study file, or in one of claims: a YAML node that knows its file, its line and the field that it belongs to.
struct FieldNode {
  let node: Node
  let path: String
  /// The field's name, for errors.
  let field: String
  let line: Int

  /// "file:line".
  var place: String { "\(path):\(line)" }

  init(_ node: Node, path: String, field: String, line: Int? = nil) {
    self.node = node
    self.path = path
    self.field = field
    self.line = line ?? node.mark?.line ?? 1
  }

  /// Whether there is nothing behind the field's colon.
  var isEmpty: Bool {
    if case .scalar(let scalar) = node { scalar.string.isEmpty } else { false }
  }

  func refused(_ problem: String, remedy: String) -> InputError {
    InputError("\(field): \(problem)", at: place, remedy: remedy)
  }

  /// The entries of a mapping, in the order of the file.
  func entries(_ remedy: String) throws -> [(name: String, value: FieldNode)] {
    if isEmpty { return [] }
    guard case .mapping(let mapping) = node else { throw refused("not 'name: value' lines", remedy: remedy) }
    return try mapping.map { key, value in
      guard case .scalar(let name) = key, !name.string.isEmpty else {
        throw refused("a name is a word", remedy: remedy)
      }
      return (name.string, FieldNode(value, path: path, field: name.string, line: key.mark?.line ?? line))
    }
  }

  /// A single value as it is written.
  func text() throws -> String {
    guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
      throw refused("not a single value", remedy: "write '\(field): value'")
    }
    return scalar.string
  }

  func integer(_ range: ClosedRange<Int>) throws -> Int {
    guard case .integer(let value)? = SettingKind.integer(range).value(of: try text()) else {
      throw refused("'\(try text())' is not usable", remedy: "use \(SettingKind.integer(range).allowed)")
    }
    return value
  }

  func number(_ range: ClosedRange<Double>) throws -> Double {
    guard case .number(let value)? = SettingKind.number(range).value(of: try text()) else {
      throw refused("'\(try text())' is not usable", remedy: "use \(SettingKind.number(range).allowed)")
    }
    return value
  }

  func boolean() throws -> Bool {
    guard case .boolean(let value)? = SettingKind.boolean.value(of: try text()) else {
      throw refused("'\(try text())' is not usable", remedy: "use true or false")
    }
    return value
  }

  /// The elements of a list; a single value is a list of one.
  func list() throws -> [FieldNode] {
    switch node {
    case .sequence(let sequence):
      return sequence.map { FieldNode($0, path: path, field: field, line: $0.mark?.line ?? line) }
    case .scalar where !isEmpty: return [self]
    default: throw refused("not a list", remedy: "write '\(field): [first, second]'")
    }
  }

  /// Words of an enumeration, each at most once.
  func words<Word: RawRepresentable & CaseIterable & Hashable>(_ kind: String) throws -> [Word]
  where Word.RawValue == String {
    var found: [Word] = []
    for element in try list() {
      let text = try element.text()
      guard let word = Word(rawValue: text) else {
        throw InputError.unknown(kind, text, among: Word.allCases.map(\.rawValue), at: element.place)
      }
      guard !found.contains(word) else { throw element.refused("'\(text)' is given twice", remedy: "keep one") }
      found.append(word)
    }
    return found
  }

  /// The settings in a mapping, nested or dotted.
  func settings() throws -> [SettingsFile.Entry] {
    if isEmpty { return [] }
    guard case .mapping(let mapping) = node else {
      throw refused("not settings", remedy: "write 'name: value' lines, or {} for none")
    }
    return try SettingsFile(mapping, path: path).entries
  }
}
