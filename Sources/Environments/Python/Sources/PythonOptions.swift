import Compute
import Files

/// The options behind an id of a Python source: those that are ours, and arguments for whoever makes the environment.
struct PythonOptions {
  /// The id without its options.
  let name: String
  /// The time limit that was asked for.
  let limit: Int?
  /// All others, as Python's values: `true`, `12`, `0.5`, `none`, and everything else as text.
  let arguments: [String: JSONValue]

  /// Takes apart what stands behind a prefix. Names may hold colons (`module:Env-v0`); options are the last part, and
  /// hold an equals sign.
  init(_ text: Substring, id: String) throws {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let hasOptions = parts.count > 1 && parts[parts.count - 1].contains("=")
    name = parts.dropLast(hasOptions ? 1 : 0).joined(separator: ":")
    guard !name.isEmpty else { throw InputError("there is no name in '\(id)'") }
    var values = hasOptions ? try EnvironmentOptions(id: "id:" + parts[parts.count - 1]).values : [:]
    if let text = values.removeValue(forKey: "max_episode_steps") {
      guard let number = Int(text), number > 0 else {
        throw InputError("'\(text)' is no number of steps", at: id, remedy: "write max_episode_steps=1000")
      }
      limit = number
    } else {
      limit = nil
    }
    if values["render_mode"] != nil {
      throw InputError("render_mode is not to be chosen", at: id, remedy: "pictures are drawn when they are asked for")
    }
    arguments = values.mapValues(Self.value)
  }

  private static func value(_ text: String) -> JSONValue {
    switch text.lowercased() {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "none", "null": return .null
    default:
      // Only digits: Double would take "nan" and "inf".
      let isNumber = text.contains { $0.isASCII && $0.isNumber } && text.allSatisfy { "0123456789+-.eE".contains($0) }
      return isNumber ? Double(text).map(JSONValue.number) ?? .string(text) : .string(text)
    }
  }
}
