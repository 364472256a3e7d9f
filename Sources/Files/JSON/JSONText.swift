/// Writes the tokens of JSON as bytes.
enum JSONText {
  /// A string in quotes. Escaped are quotes, backslashes and control characters; everything else stays UTF-8.
  static func append(string: some Sequence<UInt8>, to output: inout [UInt8]) {
    output.append(0x22)
    for byte in string {
      switch byte {
      case 0x22, 0x5C:
        output.append(0x5C)
        output.append(byte)
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        output.append(contentsOf: "\\u00".utf8)
        output.append(digits[Int(byte >> 4)])
        output.append(digits[Int(byte & 15)])
      default: output.append(byte)
      }
    }
    output.append(0x22)
  }

  /// A number in the fewest digits that read back to the same bits; those that JSON lacks as Python spells them.
  static func append(number: Double, to output: inout [UInt8]) {
    let text =
      number.isNaN ? "NaN" : number.isInfinite ? (number < 0 ? "-Infinity" : "Infinity") : number.description
    output.append(contentsOf: text.utf8)
  }
}
