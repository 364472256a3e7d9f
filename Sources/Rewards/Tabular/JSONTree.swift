import Compute
import Foundation

/// JSON as a tree, with words for what was expected where.
indirect enum JSONTree {
  case number(Double)
  case string(String)
  case array([JSONTree])
  case object([String: JSONTree])
  case other(String)

  init(_ data: Data, place: String) throws {
    do {
      self = Self.convert(try JSONSerialization.jsonObject(with: data, options: [.fragmentsAllowed]))
    } catch {
      let detail = (error as NSError).userInfo["NSDebugDescription"].map { ": \($0)" } ?? ""
      throw InputError("not valid JSON\(detail)", at: place)
    }
  }

  private static func convert(_ value: Any) -> JSONTree {
    switch value {
    case let value as [Any]: .array(value.map(convert))
    case let value as [String: Any]: .object(value.mapValues(convert))
    case let value as String: .string(value)
    case let value as NSNumber: isBoolean(value) ? .other("true or false") : .number(value.doubleValue)
    default: .other("null")
    }
  }

  private static func isBoolean(_ value: NSNumber) -> Bool { String(cString: value.objCType) == "c" || String(cString: value.objCType) == "B" }

  /// What it is, for errors.
  var kind: String {
    switch self {
    case .number(let value): "\(value)"
    case .string(let text): "'\(text)'"
    case .array(let items): "a list of \(items.count)"
    case .object: "an object"
    case .other(let text): text
    }
  }

  func wrong(_ name: String, _ place: String, wants remedy: String) -> InputError {
    InputError("\(name) is \(kind)", at: place, remedy: remedy)
  }

  func number(_ name: String, _ place: String) throws -> Double {
    guard case .number(let value) = self else { throw wrong(name, place, wants: "give a number") }
    return value
  }

  func integer(_ name: String, _ place: String) throws -> Int {
    guard case .number(let value) = self, let whole = Int(exactly: value) else {
      throw wrong(name, place, wants: "give a whole number")
    }
    return whole
  }

  func list(_ name: String, _ place: String, count: Int? = nil) throws -> [JSONTree] {
    guard case .array(let items) = self else {
      throw wrong(name, place, wants: "give a list" + (count.map { " of \($0)" } ?? ""))
    }
    if let count, items.count != count {
      throw InputError("\(name) has \(items.count) entries", at: place, remedy: "give \(count)")
    }
    return items
  }

  func numbers(_ name: String, _ place: String, count: Int) throws -> [Double] {
    try list(name, place, count: count).enumerated().map { try $1.number("\(name)[\($0)]", place) }
  }

  /// A state or an action: by its number or its name.
  func index(_ names: [String], _ kind: String, _ name: String, _ place: String) throws -> Int {
    switch self {
    case .string(let text): return try FiniteWorld.index(of: text, in: names, kind, "\(place), \(name)")
    case .number:
      let index = try integer(name, place)
      guard names.indices.contains(index) else {
        throw InputError("\(name) is \(index)", at: place, remedy: "\(kind)s are 0 to \(names.count - 1)")
      }
      return index
    default: throw wrong(name, place, wants: "give a \(kind)'s name or number")
    }
  }
}
