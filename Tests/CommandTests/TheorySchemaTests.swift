import Foundation
import Testing

/// What theory's verbs print as JSON has a schema in the documentation, and the schema knows every key.
@Suite("The schema of theory's JSON")
struct TheorySchemaTests {
  nonisolated(unsafe) private static let schema: [String: Any] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Documentation/theory.schema.json")
    let data = (try? Data(contentsOf: file)) ?? Data()
    return (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] ?? [:]
  }()

  @Test("so is what compare says of runs")
  func runs() throws {
    let scratch = try Scratch()
    let run = scratch.path + "/tiny"
    let learned = try Tool.run(["learn", "pactolus/Pendulum-v1", "--out", run] + CompareRunsTests.tiny)
    try #require(learned.code == 0, "\(learned.complaint)")
    let result = try Tool.run(["compare", "--runs", run, "--json", "--transitions", "64", "--discount", "0.5"])
    #expect(result.code == 0, "\(result.complaint)")
    let document = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    let definition = try #require((Self.schema["$defs"] as? [String: Any])?["compare"] as? [String: Any])
    let faults = Self.faults(of: document, by: definition, at: "compare")
    #expect(faults.isEmpty, "\(faults.prefix(5))")
  }

  @Test(
    "each verb's document is one that its definition describes",
    arguments: [
      ["compare", "two-state", "action-1", "leave-0", "state-1"], ["compare", "two-state", "zero", "state-1"],
      ["goodhart", "two-state", "action-1", "leave-0"], ["goodhart", "two-state", "zero", "leave-0"],
      ["hackable", "two-state", "action-1", "leave-0", "--near", "uniform"],
      ["hackable", "two-state", "action-1", "leave-0", "--policies", "all"],
      ["identify", "two-state", "leave-0", "--data", "boltzmann-policy"],
      ["identify", "grid:rows=6,columns=6", "state:5,5=1", "--data", "lotteries"],
      ["irl", "two-state", "--demonstrations", "20", "--truth", "state-1"],
      ["irl", "two-state", "--demonstrations", "5", "--posterior", "--draws", "20"],
      ["misspecify", "two-state", "--believed", "boltzmann:discount=0.8", "--actual", "boltzmann"],
      ["safe-data", "two-state", "action-1", "--error", "0.1"], ["safe-data", "two-state", "zero"],
      ["express", "two-state", #"{"task": "acceptable-policies", "acceptable": ["01", "10"]}"#],
      ["express", "two-state", #"{"task": "acceptable-policies", "acceptable": ["11"]}"#],
      ["worlds", "two-state"], ["worlds", "--from", "gym:CliffWalking-v1"],
      ["goodhart", "two-state", "action-1", "leave-0", "--ratings", "500", "--policy", "optimal:state-0"],
      ["compare", "two-state", "action-1", "leave-0", "--policy", "01", "--weights", "1,2,3,4"],
      ["compare", "two-state", "action-1", "next-1", "--horizon", "3", "--discount", "1"],
      ["hackable", "two-state", "action-1", "leave-0", "--horizon", "2"],
    ])
  func verbs(arguments: [String]) throws {
    let result = try Tool.run(arguments + ["--json"])
    #expect(result.code == 0, "\(result.complaint)")
    let document = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    let definitions = try #require(Self.schema["$defs"] as? [String: Any])
    let definition = try #require(definitions[arguments[0]] as? [String: Any])
    let faults = Self.faults(of: document, by: definition, at: arguments[0])
    #expect(faults.isEmpty, "\(faults.prefix(5))")
  }

  /// Why a value is not what the schema describes; a key that the schema does not know is a fault as well.
  private static func faults(of value: Any, by schema: [String: Any], at place: String) -> [String] {
    if let name = (schema["$ref"] as? String)?.split(separator: "/").last {
      guard let target = (Self.schema["$defs"] as? [String: Any])?[String(name)] as? [String: Any] else {
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
    case "string": return value is String ? [] : ["\(place): no text"]
    case "boolean": return value is Bool ? [] : ["\(place): not true or false"]
    case "number": return value is NSNumber && !(value is String) ? [] : ["\(place): no number"]
    case "integer":
      return (value as? NSNumber).map { $0.doubleValue == $0.doubleValue.rounded() } == true
        ? [] : ["\(place): no whole number"]
    case "array":
      guard let items = value as? [Any] else { return ["\(place): no list"] }
      guard let each = schema["items"] as? [String: Any] else { return [] }
      return items.enumerated().flatMap { faults(of: $0.element, by: each, at: "\(place)[\($0.offset)]") }
    case "object":
      guard let fields = value as? [String: Any] else { return ["\(place): no object"] }
      let known = schema["properties"] as? [String: Any] ?? [:]
      let missing = (schema["required"] as? [String] ?? []).filter { fields[$0] == nil }.map { "\(place): no '\($0)'" }
      return missing
        + fields.flatMap { name, field -> [String] in
          guard let each = known[name] as? [String: Any] else { return ["\(place): unknown key '\(name)'"] }
          return faults(of: field, by: each, at: "\(place).\(name)")
        }
    default: return ["\(place): the schema says nothing"]
    }
  }
}
