import Compute
import Yams

/// A place in a diagram's file: a YAML node with its line and the path of the field that it belongs to.
struct DiagramNode {
  let node: Yams.Node
  let file: String
  /// "chance.rain.table", for errors.
  let field: String
  let line: Int

  init(_ node: Yams.Node, file: String, field: String, line: Int? = nil) {
    self.node = node
    self.file = file
    self.field = field
    self.line = node.mark?.line ?? line ?? 1
  }

  /// "file:line".
  var place: String { "\(file):\(line)" }

  func refused(_ problem: String, remedy: String) -> InputError {
    InputError("\(field): \(problem)", at: place, remedy: remedy)
  }

  /// The scalar as it is written; nil for lists, mappings and nothing at all.
  var word: String? {
    guard case .scalar(let scalar) = node, !scalar.string.isEmpty else { return nil }
    return scalar.string
  }

  /// Whether there is nothing behind the field's colon.
  var isEmpty: Bool { if case .scalar(let scalar) = node { scalar.string.isEmpty } else { false } }

  func text() throws -> String {
    guard let word else { throw refused("not a single word", remedy: "write '\(field.lastField): word'") }
    return word
  }

  /// A number, or a fraction such as 1/3.
  func number() throws -> Double {
    let word = try text()
    let parts = word.split(separator: "/", omittingEmptySubsequences: false).map { Double($0) }
    if parts.count == 1, let value = parts[0] { return value }
    if parts.count == 2, let above = parts[0], let below = parts[1], below != 0 { return above / below }
    throw refused("'\(word)' is no number", remedy: "write 0.25 or 1/4")
  }

  /// The entries of a list; a single word is a list of one, and nothing at all is a list of none.
  func list() throws -> [DiagramNode] {
    switch node {
    case .sequence(let sequence): return sequence.map { DiagramNode($0, file: file, field: field, line: line) }
    case .scalar: return isEmpty ? [] : [self]
    default: throw refused("not a list", remedy: "write '\(field.lastField): [first, second]'")
    }
  }

  /// Names, or how many outcomes there are: they are then called 0, 1, 2, …
  func outcomes() throws -> [String] {
    guard let word, let count = Int(word) else { return try list().map { try $0.text() } }
    guard (1...100_000).contains(count) else {
      throw refused("\(count) outcomes", remedy: "there are between 1 and 100000, or give their names")
    }
    return (0..<count).map(String.init)
  }

  var isMapping: Bool { if case .mapping = node { true } else { false } }

  /// The entries of a mapping, in the order of the file.
  func entries() throws -> [(key: DiagramNode, value: DiagramNode)] {
    if isEmpty { return [] }
    guard case .mapping(let mapping) = node else {
      throw refused("not 'name: value' lines", remedy: "write one 'name: value' on each line")
    }
    return mapping.map { key, value in
      let keyNode = DiagramNode(key, file: file, field: field, line: line)
      let name = keyNode.word ?? "[…]"
      return (keyNode, DiagramNode(value, file: file, field: "\(field).\(name)", line: keyNode.line))
    }
  }

  static func explained(_ error: YamlError, _ file: String) -> InputError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      InputError("malformed YAML: \(problem)", at: "\(file):\(mark.line)", remedy: "write 'name: value' lines")
    case .duplicatedKeysInMapping(let duplicates, let context):
      InputError(
        "given twice: " + duplicates.map { "'\($0)'" }.joined(separator: ", "), at: "\(file):\(context.mark.line)",
        remedy: "keep one")
    case .reader(let problem, _, _, _): InputError("malformed YAML: \(problem)", at: file)
    default: InputError("malformed YAML: \(error)", at: file)
    }
  }
}

extension String {
  /// What stands after the last dot.
  fileprivate var lastField: String { split(separator: ".").last.map(String.init) ?? self }
}
