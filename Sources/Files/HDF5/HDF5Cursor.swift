import Compute

/// Bytes of an HDF5 file read from front to back; little-endian, every read bounds-checked.
struct HDF5Cursor {
  let bytes: [UInt8]
  let file: String
  private(set) var position: Int
  let end: Int

  /// The bytes of `range`, which may be any: a range outside the file is an error.
  init(_ bytes: [UInt8], file: String, at start: Int, count: Int? = nil) throws {
    let (end, overflow) = start.addingReportingOverflow(count ?? 0)
    guard start >= 0, start <= bytes.count, count ?? 0 >= 0, !overflow, end <= bytes.count else {
      throw InputError(
        "an address outside the file: \(start)", at: file, remedy: "the file is truncated or damaged; copy it again")
    }
    self.bytes = bytes
    self.file = file
    position = start
    self.end = count == nil ? bytes.count : end
  }

  var remaining: Int { end - position }
  var place: String { "\(file), byte \(position)" }

  func damaged(_ what: String) -> InputError {
    InputError(what, at: place, remedy: "the file is truncated or damaged; copy it again")
  }

  mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else {
      throw damaged("\(count) bytes wanted and \(remaining) left")
    }
    defer { position += count }
    return bytes[position..<position + count]
  }

  mutating func skip(_ count: Int) throws { _ = try take(count) }

  mutating func byte() throws -> Int { Int(try take(1).first!) }

  mutating func integer(_ size: Int) throws -> Int {
    var value: UInt64 = 0
    for byte in try take(size).reversed() { value = value << 8 | UInt64(byte) }
    // All ones is "undefined" for an address, "unlimited" for a dimension.
    if value == .max { return -1 }
    guard let result = Int(exactly: value) else { throw damaged("the number \(value) is too large") }
    return result
  }

  mutating func expect(_ signature: String) throws {
    let wanted = Array(signature.utf8)
    guard remaining >= wanted.count, Array(bytes[position..<position + wanted.count]) == wanted else {
      throw damaged("'\(signature)' is missing here")
    }
    position += wanted.count
  }

  mutating func expect(version: Int, of what: String) throws {
    let place = place
    let found = try byte()
    guard found == version else {
      throw InputError(
        "version \(found) of \(what) is not read", at: place, remedy: HDF5File.convert)
    }
  }
}
