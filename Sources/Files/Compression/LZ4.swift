/// LZ4's block and frame formats (github.com/lz4/lz4, doc/lz4_Block_format.md and lz4_Frame_format.md). Checksums of
/// frames are not verified: sizes are, and content is checked by its readers.
enum LZ4 {
  /// Exactly `size` bytes; nil if the block is damaged, longer or shorter.
  static func unpackBlock(_ input: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
    var output = UnpackedBlock(size: size)
    return append(input, to: &output) ? output.whole : nil
  }

  private static func append(_ input: ArraySlice<UInt8>, to output: inout UnpackedBlock) -> Bool {
    var position = input.startIndex
    func length(_ nibble: Int) -> Int? {
      guard nibble == 15 else { return nibble }
      var total = 15
      while position < input.endIndex {
        let byte = Int(input[position])
        position += 1
        total += byte
        if byte < 255 { return total }
      }
      return nil
    }
    while position < input.endIndex {
      let token = Int(input[position])
      position += 1
      guard let literals = length(token >> 4), literals <= input.endIndex - position,
        output.append(input[position..<position + literals])
      else { return false }
      position += literals
      if position == input.endIndex { return true }
      guard input.endIndex - position >= 2 else { return false }
      let offset = Int(input[position]) | Int(input[position + 1]) << 8
      position += 2
      guard let match = length(token & 15), output.copy(offset: offset, length: match + 4) else { return false }
    }
    return true
  }

  /// The same for frames, one or several.
  static func unpackFrame(_ input: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
    var output = UnpackedBlock(size: size)
    var position = input.startIndex
    func word() -> UInt32? {
      guard input.endIndex - position >= 4 else { return nil }
      defer { position += 4 }
      return (0..<4).reduce(0) { $0 | UInt32(input[position + $1]) << (8 * UInt32($1)) }
    }
    while position < input.endIndex {
      guard word() == 0x184D_2204, input.endIndex - position >= 3 else { return nil }
      let flags = input[position]
      // Version 1; frames that need a dictionary are refused.
      guard flags >> 6 == 1, flags & 1 == 0 else { return nil }
      position += 2 + (flags & 8 != 0 ? 8 : 0) + 1
      while true {
        guard position <= input.endIndex, let head = word() else { return nil }
        if head == 0 { break }
        let count = Int(head & 0x7FFF_FFFF)
        guard count <= input.endIndex - position else { return nil }
        let block = input[position..<position + count]
        position += count + (flags & 0x10 != 0 ? 4 : 0)
        guard head >> 31 == 1 ? output.append(block) : append(block, to: &output) else { return nil }
      }
      position += flags & 4 != 0 ? 4 : 0
    }
    return output.whole
  }
}
