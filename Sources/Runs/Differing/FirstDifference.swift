import Files
import Foundation

/// The first place in which two JSON values differ, keys in order.
struct FirstDifference: Sendable, Hashable {
  /// `statistics.ppo/entropy`, `trueReturns[3]`.
  var path: String
  /// What stands there; nil where nothing does.
  var first: JSONValue?
  var second: JSONValue?
  /// In how many places they differ in all.
  var places: Int

  init?(_ first: JSONValue, _ second: JSONValue) {
    var found: [(String, JSONValue?, JSONValue?)] = []
    Self.collect(first, second, "", into: &found)
    guard let place = found.first else { return nil }
    (path, self.first, self.second, places) = (place.0, place.1, place.2, found.count)
  }

  private static func collect(
    _ first: JSONValue?, _ second: JSONValue?, _ path: String, into found: inout [(String, JSONValue?, JSONValue?)]
  ) {
    guard first != second else { return }
    switch (first, second) {
    case (.object(let one), .object(let other)):
      for key in Set(one.keys).union(other.keys).sorted() {
        collect(one[key], other[key], path.isEmpty ? key : "\(path).\(key)", into: &found)
      }
    case (.array(let one), .array(let other)):
      for index in 0..<max(one.count, other.count) {
        collect(
          index < one.count ? one[index] : nil, index < other.count ? other[index] : nil, "\(path)[\(index)]",
          into: &found)
      }
    default: found.append((path, first, second))
    }
  }

  /// Steps of double precision between the two, where both are numbers.
  var ulps: UInt64? {
    guard case .number(let one)? = first, case .number(let other)? = second else { return nil }
    return Ulps.between(one, other)
  }

  /// "0.25 against 0.75", what is not there "nothing".
  var values: (first: String, second: String) { (Self.text(first), Self.text(second)) }

  static func text(_ value: JSONValue?) -> String {
    guard let value else { return "nothing" }
    if case .string(let text) = value { return text }
    guard let data = try? JSON.encode(value, .canonical) else { return "something that is no JSON" }
    let text = String(decoding: data, as: UTF8.self)
    return text.count > 120 ? text.prefix(117) + "…" : text
  }
}

/// How many numbers lie between two, so that arithmetic that is off by its last digit shows as 1 whatever the scale.
enum Ulps {
  static func between(_ first: Double, _ second: Double) -> UInt64? {
    guard first.isFinite, second.isFinite else { return nil }
    let (one, other) = (place(first), place(second))
    return one > other ? UInt64(bitPattern: one &- other) : UInt64(bitPattern: other &- one)
  }

  static func between(_ first: Float, _ second: Float) -> UInt64? {
    guard first.isFinite, second.isFinite else { return nil }
    func place(_ value: Float) -> Int64 {
      let bits = Int64(value.bitPattern & 0x7FFF_FFFF)
      return value.sign == .minus ? -bits : bits
    }
    return place(first).distance(to: place(second)).magnitude.asUInt64
  }

  /// Its place among all numbers in order; both zeros have one.
  private static func place(_ value: Double) -> Int64 {
    let bits = Int64(bitPattern: value.bitPattern & 0x7FFF_FFFF_FFFF_FFFF)
    return value.sign == .minus ? -bits : bits
  }
}

extension UInt {
  fileprivate var asUInt64: UInt64 { UInt64(self) }
}
