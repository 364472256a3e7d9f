import Foundation

/// The words after the verb: `--name value` pairs and, before them, plain words.
struct Options {
  private(set) var words: [String] = []
  private var values: [String: String] = [:]

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("--") else {
        words.append(word)
        continue
      }
      guard let value = rest.popFirst() else { throw Complaint(text: "\(word) needs a value") }
      values[String(word.dropFirst(2))] = value
    }
  }

  func number(_ name: String, default standard: Double) throws -> Double {
    guard let text = values[name] else { return standard }
    guard let value = Double(text) else { throw Complaint(text: "--\(name) needs a number, not \(text)") }
    return value
  }

  func count(_ name: String, default standard: Int) throws -> Int {
    Int(try number(name, default: Double(standard)))
  }

  func word(_ name: String, default standard: String) -> String { values[name] ?? standard }
}

struct Complaint: Error, CustomStringConvertible {
  var text: String
  var description: String { text }
}
