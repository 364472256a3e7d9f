/// Writes the tokens of JSON as bytes.
package enum JSONText {
  private static let digits = Array("0123456789abcdef".utf8)

  /// A string in quotes. Escaped are quotes, backslashes and control characters; everything else stays UTF-8.
  package static func append(string: some Sequence<UInt8>, escapingSlashes: Bool = false, to output: inout [UInt8]) {
    output.append(0x22)
    for byte in string {
      switch byte {
      case 0x22, 0x5C: output.append(contentsOf: [0x5C, byte])
      case 0x2F where escapingSlashes: output.append(contentsOf: [0x5C, byte])
      case 0x08: output.append(contentsOf: #"\b"#.utf8)
      case 0x09: output.append(contentsOf: #"\t"#.utf8)
      case 0x0A: output.append(contentsOf: #"\n"#.utf8)
      case 0x0C: output.append(contentsOf: #"\f"#.utf8)
      case 0x0D: output.append(contentsOf: #"\r"#.utf8)
      case 0..<0x20:
        output.append(contentsOf: #"\u00"#.utf8)
        output.append(digits[Int(byte >> 4)])
        output.append(digits[Int(byte & 15)])
      default: output.append(byte)
      }
    }
    output.append(0x22)
  }

  /// A number in the fewest digits that read back to the same bits; those that JSON lacks as Python spells them.
  package static func append(number: Double, to output: inout [UInt8]) {
    let text =
      number.isNaN ? "NaN" : number.isInfinite ? (number < 0 ? "-Infinity" : "Infinity") : number.description
    output.append(contentsOf: text.utf8)
  }

  /// A value, with its parts; `indentation` counts the levels around it.
  static func append(_ value: EncodedJSON, _ style: JSON.Style, indentation: Int, to output: inout [UInt8]) {
    switch value {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): output.append(contentsOf: String(value).utf8)
    case .unsigned(let value): output.append(contentsOf: String(value).utf8)
    case .float(let value): append(fraction: value.description, to: &output)
    case .double(let value): append(fraction: value.description, to: &output)
    case .string(let value): append(string: value.utf8, escapingSlashes: style.escapesSlashes, to: &output)
    case .list(let list):
      append(list.items, between: ("[", "]"), style, indentation, to: &output) { item, output in
        append(item, style, indentation: indentation + 1, to: &output)
      }
    case .fields(let fields):
      let sorted = fields.items.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      append(sorted, between: ("{", "}"), style, indentation, to: &output) { item, output in
        append(string: item.key.utf8, escapingSlashes: style.escapesSlashes, to: &output)
        output.append(contentsOf: (style.isPretty ? " : " : ":").utf8)
        append(item.value, style, indentation: indentation + 1, to: &output)
      }
    }
  }

  /// Numbers that are whole lose their ".0".
  private static func append(fraction text: String, to output: inout [UInt8]) {
    output.append(contentsOf: text.hasSuffix(".0") ? text.utf8.dropLast(2) : text.utf8.dropLast(0))
  }

  private static func append<Item>(
    _ items: [Item], between marks: (open: Character, close: Character), _ style: JSON.Style, _ indentation: Int,
    to output: inout [UInt8], _ write: (Item, inout [UInt8]) -> Void
  ) {
    func newLine(_ levels: Int, _ output: inout [UInt8]) {
      output.append(0x0A)
      output.append(contentsOf: repeatElement(0x20, count: 2 * levels))
    }
    output.append(marks.open.asciiValue!)
    if style.isPretty { output.append(0x0A) }
    for (number, item) in items.enumerated() {
      if number > 0 { output.append(contentsOf: style.isPretty ? [0x2C, 0x0A] : [0x2C]) }
      if style.isPretty { output.append(contentsOf: repeatElement(0x20, count: 2 * (indentation + 1))) }
      write(item, &output)
    }
    if style.isPretty { newLine(indentation, &output) }
    output.append(marks.close.asciiValue!)
  }
}
