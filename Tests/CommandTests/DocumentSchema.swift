import Foundation

/// A JSON schema of the documentation, and what it says against a document. It knows the words that our schemas use, and a
/// key that the schema does not know is a fault as well.
struct DocumentSchema {
  private let root: [String: Any]

  /// A schema by its path in the documentation: "schemas/audit-1.json".
  init(_ path: String) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Documentation/" + path)
    root = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any] ?? [:]
  }

  /// Why a document is not what the schema, or its definition of this name, describes.
  func faults(of document: Data, by name: String? = nil) throws -> [String] {
    let value = try JSONSerialization.jsonObject(with: document)
    guard let name else { return faults(of: value, by: root, at: "document") }
    return faults(of: value, by: ["$ref": "#/$defs/" + name], at: name)
  }

  private func faults(of value: Any, by schema: [String: Any], at place: String) -> [String] {
    if let name = (schema["$ref"] as? String)?.split(separator: "/").last {
      guard let target = (root["$defs"] as? [String: Any])?[String(name)] as? [String: Any] else {
        return ["\(place): no definition '\(name)'"]
      }
      return faults(of: value, by: target, at: place)
    }
    if let choices = schema["anyOf"] as? [[String: Any]] {
      return choices.contains { faults(of: value, by: $0, at: place).isEmpty } ? [] : ["\(place): none of the forms"]
    }
    if let words = schema["enum"] as? [String] {
      return (value as? String).map(words.contains) == true ? [] : ["\(place): \(value) is none of \(words)"]
    }
    if let constant = schema["const"] as? Int { return value as? Int == constant ? [] : ["\(place): not \(constant)"] }
    switch schema["type"] as? String {
    case "null": return value is NSNull ? [] : ["\(place): not null"]
    case "string":
      guard let text = value as? String else { return ["\(place): no text"] }
      guard let pattern = schema["pattern"] as? String else { return [] }
      return text.range(of: pattern, options: .regularExpression) != nil ? [] : ["\(place): '\(text)' is no \(pattern)"]
    case "boolean": return value is Bool ? [] : ["\(place): not true or false"]
    case "number": return Self.isNumber(value) ? limits(of: value, by: schema, at: place) : ["\(place): no number"]
    case "integer":
      guard Self.isNumber(value), let number = (value as? NSNumber)?.doubleValue, number == number.rounded() else {
        return ["\(place): no whole number"]
      }
      return limits(of: value, by: schema, at: place)
    case "array":
      guard let items = value as? [Any] else { return ["\(place): no list"] }
      guard let each = schema["items"] as? [String: Any] else { return [] }
      return items.enumerated().flatMap { faults(of: $0.element, by: each, at: "\(place)[\($0.offset)]") }
    case "object": return faults(ofObject: value, by: schema, at: place)
    default: return ["\(place): the schema says nothing"]
    }
  }

  private func faults(ofObject value: Any, by schema: [String: Any], at place: String) -> [String] {
    guard let fields = value as? [String: Any] else { return ["\(place): no object"] }
    let known = schema["properties"] as? [String: Any] ?? [:]
    let missing = (schema["required"] as? [String] ?? []).filter { fields[$0] == nil }.map { "\(place): no '\($0)'" }
    return missing
      + fields.flatMap { name, field -> [String] in
        guard let each = known[name] as? [String: Any] else { return ["\(place): unknown key '\(name)'"] }
        return faults(of: field, by: each, at: "\(place).\(name)")
      }
  }

  private static func isNumber(_ value: Any) -> Bool { value is NSNumber && !(value is String) }

  private func limits(of value: Any, by schema: [String: Any], at place: String) -> [String] {
    let number = (value as? NSNumber)?.doubleValue ?? .nan
    func limit(_ name: String) -> Double? { (schema[name] as? NSNumber)?.doubleValue }
    let isWithin =
      number >= limit("minimum") ?? -.infinity && number <= limit("maximum") ?? .infinity
      && number > limit("exclusiveMinimum") ?? -.infinity && number < limit("exclusiveMaximum") ?? .infinity
    return isWithin ? [] : ["\(place): \(number) is out of its limits"]
  }
}
