import Compute

/// Files that hold no rows as they are, told by their first bytes, and the line that helps.
package enum UnreadableKind {
  /// The error for a file that begins with these bytes; nil if it may hold rows.
  package static func error(_ first: [UInt8], file: String) -> InputError? {
    func begins(_ bytes: [UInt8]) -> Bool { first.starts(with: bytes) }
    func refuse(_ what: String, _ remedy: String) -> InputError {
      InputError("the file is \(what)", at: file, remedy: remedy)
    }
    let name = file.split(separator: "/").last.map(String.init) ?? file
    if begins(Array("version https://git-lfs".utf8)) {
      return refuse(
        "a pointer of git-lfs: its content was not downloaded", "fetch it: git lfs pull --include '*\(name)'")
    }
    if begins([0xFF, 0xFE]) || begins([0xFE, 0xFF]) || isWide(first) {
      return refuse("UTF-16 text", "convert it: iconv -f UTF-16 -t UTF-8 \(name) > utf8-\(name)")
    }
    if begins([0x50, 0x4B, 0x03, 0x04]) {
      return refuse("a ZIP archive", "unpack it: unzip \(name)")
    }
    if begins(Array("BZh".utf8)) { return refuse("packed with bzip2", "unpack it: bunzip2 \(name)") }
    if begins([0x28, 0xB5, 0x2F, 0xFD]) || begins([0x1F, 0x8B]) { return nil }
    if begins([0x80]), first.count > 1, (2...5).contains(first[1]) {
      return refuse("a Python pickle, which can run any program", "save it as JSON Lines or Parquet, where it was made")
    }
    if begins(Array("SQLite format 3".utf8)) {
      return refuse("an SQLite database", "export a table: sqlite3 -json \(name) 'select * from TABLE' > rows.json")
    }
    if begins(Array("%PDF".utf8)) { return refuse("a PDF", "give the rows as JSON Lines, CSV or Parquet") }
    let text = String(decoding: first.prefix(64), as: UTF8.self).lowercased()
    if text.hasPrefix("<!doctype html") || text.hasPrefix("<html") {
      return refuse("a page (HTML), as a download gives that needs a login", "download the file itself")
    }
    if first.count > 262, first[257..<262].elementsEqual("ustar".utf8) {
      return refuse("a tar archive", "unpack it: tar xf \(name)")
    }
    return nil
  }

  /// Every other byte of the first is zero, as in UTF-16 without a mark.
  private static func isWide(_ first: [UInt8]) -> Bool {
    let head = first.prefix(32)
    guard head.count >= 8, head.count.isMultiple(of: 2) else { return false }
    let even = stride(from: 0, to: head.count, by: 2).allSatisfy { head[$0] == 0 && head[$0 + 1] != 0 }
    let odd = stride(from: 0, to: head.count, by: 2).allSatisfy { head[$0] != 0 && head[$0 + 1] == 0 }
    return even || odd
  }

  /// The error for rows that are spread over lines, or that stand within one object; nil if a line holds a row.
  ///
  /// - Parameter first: the first bytes of the text, without a byte order mark; whole if `isWhole`.
  static func layout(_ first: [UInt8], isWhole: Bool, file: String) -> InputError? {
    let name = file.split(separator: "/").last.map(String.init) ?? file
    guard let start = first.firstIndex(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }), first[start] == 0x7B,
      let end = first[start...].firstIndex(of: 0x0A)
    else { return nil }
    var scanner = JSONScanner(first, in: start..<end)
    // A first line that is a whole value is a row, whatever stands in it; one that ends too early is not.
    do throws(RowFault) {
      try scanner.skip()
      return nil
    } catch {
      guard error.reason.contains("ends too early") || error.reason.contains("expected") else { return nil }
      // It must go on in the next lines; a damaged row among good ones is met when rows are read.
      var whole = JSONScanner(first, in: start..<first.count)
      do throws(RowFault) { try whole.skip() } catch {
        guard !isWhole, error.reason.contains("ends too early") || error.reason.contains("does not end") else {
          return nil
        }
      }
    }
    return InputError(
      "pretty-printed JSON: a row is spread over several lines", at: file,
      remedy:
        "put each row on a line: jq -c . \(name) > rows.jsonl (or jq -c '.[]', or '.data[]', where rows stand within a list)"
    )
  }
}
