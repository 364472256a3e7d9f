import Foundation

/// The value with some of its stored fields set to others, by way of JSON: what is measured can be put exactly on a limit.
func altered<T: Codable>(_ value: T, _ fields: [String: Any]) throws -> T {
  let data = try JSONEncoder().encode(value)
  var object = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
  for (name, field) in fields { object[name] = field }
  return try JSONDecoder().decode(T.self, from: JSONSerialization.data(withJSONObject: object))
}

/// An interval's fields, for ``altered(_:_:)``.
func ends(_ lower: Double, _ upper: Double) -> [String: Any] { ["lower": lower, "upper": upper, "level": 0.95] }
