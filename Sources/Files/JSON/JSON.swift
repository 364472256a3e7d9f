import Foundation

/// The house's one JSON: writes what is `Encodable` and reads what is `Decodable`.
///
/// ```swift
/// let data = try JSON.encode(settings)                    // keys sorted, no spaces: equal values, equal bytes
/// let read = try JSON.decode(Settings.self, from: data)
/// ```
///
/// The bytes are those of Foundation's `JSONEncoder` with `.sortedKeys`, so that files and ledgers of former versions
/// keep their spelling: keys in the order of their UTF-8, numbers in the fewest digits that read back to the same bits
/// of their own type, `Data` as Base64. Reading is stricter than Foundation's: a key given twice, a comma after the last
/// entry and nesting deeper than 64 are refused. Both take time linear in the text, but for the sorting of keys.
package enum JSON {
  /// How values are written.
  package struct Style: Sendable {
    /// One value a line, indented by two spaces.
    package var isPretty = false
    /// `/` as `\/`, as Foundation writes unless told otherwise.
    package var escapesSlashes = false
    /// What stands for numbers that JSON lacks; nil: they are refused.
    package var nonFinite: NonFinite?

    /// On one line; infinities and NaN are refused.
    package static let plain = Style()
    /// What checkpoints are written in.
    package static let snapshot = Style(escapesSlashes: true)
    /// What the ledger is written in.
    package static let canonical = Style(nonFinite: .short)
    /// Results for machines, on one line.
    package static let result = Style(nonFinite: .long)
    /// Results for machines that people read too.
    package static let prettyResult = Style(isPretty: true, nonFinite: .long)
    /// Files that people read too.
    package static let pretty = Style(isPretty: true)
  }

  /// Words for numbers that JSON lacks.
  package struct NonFinite: Sendable {
    package var infinity: String
    package var minusInfinity: String
    package var nan: String

    package static let short = NonFinite(infinity: "inf", minusInfinity: "-inf", nan: "nan")
    package static let long = NonFinite(infinity: "infinity", minusInfinity: "-infinity", nan: "nan")

    func word<Number: BinaryFloatingPoint>(for number: Number) -> String {
      number.isNaN ? nan : number < 0 ? minusInfinity : infinity
    }

    func number<Number: BinaryFloatingPoint>(for word: String) -> Number? {
      switch word {
      case infinity: .infinity
      case minusInfinity: -.infinity
      case nan: .nan
      default: nil
      }
    }
  }

  /// The text of a value.
  ///
  /// - Throws: `EncodingError.invalidValue` for a number that JSON lacks, unless the style has words for it.
  package static func encode(_ value: some Encodable, _ style: Style = .plain) throws -> Data {
    var output: [UInt8] = []
    let encoded = try EncodedJSON(value, nonFinite: style.nonFinite, path: [])
    JSONText.append(encoded, style, indentation: 0, to: &output)
    return Data(output)
  }

  /// The value that a text describes. A byte-order mark before it is passed over.
  ///
  /// - Throws: `DecodingError`; `.dataCorrupted` without a path if the text is not JSON, with line and column.
  package static func decode<Value: Decodable>(
    _ type: Value.Type, from text: some Sequence<UInt8>, nonFinite: NonFinite? = nil
  ) throws -> Value {
    let tree: JSONTree
    do {
      tree = try JSONTree(Array(text))
    } catch {
      throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: error.description))
    }
    return try tree.decode(type, nonFinite: nonFinite)
  }
}
