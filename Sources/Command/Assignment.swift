import Foundation
import Pactolus

/// What options such as `--map role=column` and `--weight name=number` are made of.
package enum Assignment {
  /// Both sides of the first "=".
  ///
  /// - Parameters:
  ///   - entry: as typed.
  ///   - option: where it was typed: "--map".
  ///   - example: what would be right: "total=score".
  /// - Throws: `InputError` if a side is empty.
  package static func parts(of entry: String, option: String, example: String) throws -> (name: String, value: String) {
    guard let mark = entry.firstIndex(of: "="), mark != entry.startIndex, entry.index(after: mark) != entry.endIndex
    else {
      throw InputError("'\(entry)' has no name before and after '='", at: option, remedy: "write \(option) \(example)")
    }
    return (String(entry[..<mark]), String(entry[entry.index(after: mark)...]))
  }
}
