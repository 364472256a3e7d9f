import Compute
import Foundation
import Workbench

/// What an owner tells those who judge, from a file.
enum Instructions {
  /// - Throws: `InputError` for a file that cannot be read, is no text, or is too long.
  static func read(_ path: String) throws -> String {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw InputError("the instructions cannot be read", at: path, remedy: "name a file with text in Markdown")
    }
    defer { try? file.close() }  // Only read: closing cannot lose anything.
    let longest = GuideSettings.longest
    // One byte more than is taken, so that a longer file shows without being read whole.
    let data = try file.read(upToCount: longest + 1) ?? Data()
    guard data.count <= longest else {
      throw InputError("instructions of more than \(longest) bytes", at: path, remedy: "shorten them")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw InputError("the instructions are no text in UTF-8", at: path)
    }
    return text
  }
}
