extension ColumnTable {
  /// Appends a row as one line of JSON; missing entries are null.
  ///
  /// Numbers that JSON does not have are spelled `NaN`, `Infinity` and `-Infinity`, as Python does and as
  /// ``JSONScanner`` reads, so that a reader of the row can name the field that is not finite.
  package func appendJSON(row: Int, to output: inout [UInt8]) {
    Self.append(fields, at: row, to: &output)
  }

  /// A row as JSON, without a line end.
  package func jsonRow(_ row: Int) -> String {
    var output: [UInt8] = []
    appendJSON(row: row, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  private static func append(_ fields: [Field], at index: Int, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "{"))
    for (number, field) in fields.enumerated() {
      if number > 0 { output.append(UInt8(ascii: ",")) }
      JSONText.append(string: field.name.utf8, to: &output)
      output.append(UInt8(ascii: ":"))
      append(field.column, at: index, to: &output)
    }
    output.append(UInt8(ascii: "}"))
  }

  private static func append(_ column: Column, at index: Int, to output: inout [UInt8]) {
    guard column.isValid?[index] ?? true else {
      output.append(contentsOf: "null".utf8)
      return
    }
    switch column.values {
    case .bools(let values): output.append(contentsOf: (values[index] ? "true" : "false").utf8)
    case .integers(let values): output.append(contentsOf: String(values[index]).utf8)
    case .floats(let values): JSONText.append(number: values[index], to: &output)
    case .texts(let texts):
      JSONText.append(string: texts.bytes[texts.offsets[index]..<texts.offsets[index + 1]], to: &output)
    case .list(let offsets, let elements):
      output.append(UInt8(ascii: "["))
      for element in offsets[index]..<offsets[index + 1] {
        if element > offsets[index] { output.append(UInt8(ascii: ",")) }
        append(elements, at: element, to: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .structures(let fields, _): append(fields, at: index, to: &output)
    }
  }
}
