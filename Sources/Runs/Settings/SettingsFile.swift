import Compute
import Files
import Foundation
import Yams

/// A YAML file of settings: nested (`ppo: {epochs: 4}`), dotted (`ppo.epochs: 4`), or both.
///
/// Only the form is checked here, names and values in ``ResolvedSettings``. Each entry keeps its line.
public struct SettingsFile: Sendable, Hashable {
  /// What errors call it.
  public let path: String
  /// In the order of the file.
  public private(set) var entries: [Entry] = []

  /// One setting as written in the file.
  public struct Entry: Sendable, Hashable {
    /// The full name: `ppo.epochs`.
    public var name: String
    /// As it is written, without quotes; lists in one line: `[32, 32]`.
    public var value: String
    /// Its line, from 1.
    public var line: Int
  }

  /// Reads a file.
  /// - Throws: `InputError` with the line.
  public init(path: String) throws {
    let data: [UInt8]
    do { data = try WholeFile.read(URL(fileURLWithPath: path)) } catch var error as InputError {
      error.place = path
      throw error
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw InputError("the settings file is not text (UTF-8)", at: path)
    }
    try self.init(text: text, path: path)
  }

  /// Reads text; `path` is what errors call it.
  public init(text: String, path: String) throws {
    self.path = path
    do {
      guard let root = try Yams.compose(yaml: text) else { return }
      if case .scalar(let scalar) = root, scalar.string.isEmpty { return }
      guard case .mapping(let mapping) = root else {
        throw InputError("settings are 'name: value' lines", at: "\(path):\(root.mark?.line ?? 1)")
      }
      try read(mapping, prefix: "")
    } catch let error as YamlError {
      throw Self.explained(error, path)
    }
    try refuseRepetition()
  }

  /// The settings in a part of another file.
  init(_ mapping: Node.Mapping, path: String) throws {
    self.path = path
    try read(mapping, prefix: "")
    try refuseRepetition()
  }

  /// Entries that were read already; of several of one setting the last counts.
  init(_ entries: [Entry], path: String) {
    self.path = path
    self.entries = entries
  }

  private func refuseRepetition() throws {
    var seen: [String: Int] = [:]
    for entry in entries {
      if let first = seen[entry.name] {
        throw InputError(
          "the setting '\(entry.name)' is given twice", at: "\(path):\(entry.line)",
          remedy: "line \(first) has it already; keep one")
      }
      seen[entry.name] = entry.line
    }
  }

  private mutating func read(_ mapping: Node.Mapping, prefix: String) throws {
    for (key, value) in mapping {
      let line = key.mark?.line ?? value.mark?.line ?? 1
      guard case .scalar(let name) = key, !name.string.isEmpty else {
        throw InputError("a setting's name is a word", at: "\(path):\(line)")
      }
      let full = prefix + name.string
      switch value {
      case .mapping(let inner): try read(inner, prefix: full + ".")
      case .scalar(let scalar): entries.append(Entry(name: full, value: scalar.string, line: line))
      case .sequence(let sequence):
        let items = try sequence.map { item in
          guard case .scalar(let scalar) = item else {
            throw InputError("\(full): lists hold plain values", at: "\(path):\(item.mark?.line ?? line)")
          }
          return scalar.string
        }
        entries.append(Entry(name: full, value: "[" + items.joined(separator: ", ") + "]", line: line))
      case .alias:
        throw InputError(
          "\(full): aliases are not used in settings", at: "\(path):\(line)", remedy: "write the value out")
      }
    }
  }

  static func explained(_ error: YamlError, _ path: String) -> InputError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return InputError("malformed YAML: \(problem)", at: "\(path):\(mark.line)", remedy: "write 'name: value' lines")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.map { "'\($0)'" }.joined(separator: ", ")
      return InputError("given twice: \(names)", at: "\(path):\(context.mark.line)", remedy: "keep one")
    case .reader(let problem, _, _, _):
      return InputError("malformed YAML: \(problem)", at: path)
    default:
      return InputError("malformed YAML: \(error)", at: path)
    }
  }
}

extension ResolvedSettings {
  /// The settings as a YAML file that reads back as the same settings, each line saying where its value came from.
  public func yaml(header: String) -> String {
    var text = header.split(separator: "\n").map { "# \($0)\n" }.joined()
    var section = ""
    for description in settings.descriptions {
      if description.section != section {
        section = description.section
        text += "\n\(section):\n"
      }
      let key = description.name.dropFirst(section.count + 1)
      let line = "  \(key): \(Self.quoted(description.value(in: settings)))"
      let origin = origin(of: description.name)
      text += origin == .standard ? line + "\n" : line + "  # \(origin.description.replacing("\n", with: " "))\n"
    }
    return text
  }

  private static func quoted(_ value: SettingValue) -> String {
    guard case .text(let text) = value else { return value.description }
    let plain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/-_.".contains($0)) }
    let ambiguous = ["none", "null", "true", "false", "yes", "no", "on", "off", "~"].contains(text.lowercased())
    if plain, !ambiguous, text.first?.isLetter == true { return text }
    return "'" + text.replacing("'", with: "''") + "'"
  }
}
