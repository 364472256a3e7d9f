import Compute
import Environments
import Files
import Foundation

/// The page about every environment: tables between the marks of a page of documentation, and pictures beside it.
///
/// A family's table stands between `<!-- table: environments PREFIX -->` and `<!-- end of table -->`. Families that the
/// page has no marks for are left out, and ``unplaced(_:in:)`` names them; those whose engine is not here stay as they are,
/// so that a page can be written anew where not everything is installed.
package enum EnvironmentPage {
  /// Writes the tables into the page at `path` and the pictures into `pictures/environments` beside it.
  ///
  /// - Returns: the prefixes that were left as they were, because what they need is not here.
  /// - Throws: `InputError` if the page has no place for a table, or cannot be read or written.
  package static func write(_ registry: EnvironmentRegistry, into path: String) throws -> [String] {
    let url = URL(fileURLWithPath: path)
    var text = String(decoding: try WholeFile.read(url), as: UTF8.self)
    var written: [EnvironmentTable] = []
    var left: [String] = []
    let own = registry.entries.first?.specification.id.split(separator: "/").first.map { "\($0)/" } ?? ""
    if let range = place(of: own, in: text) {
      let table = try EnvironmentTable(ownOf: registry, pictures: folder)
      text.replaceSubrange(range, with: TableText(table.table).markdown + "\n")
      written.append(table)
    }
    for source in registry.sources {
      guard let range = place(of: source.prefix, in: text) else { continue }
      guard case .ready = source.availability else {
        left.append(source.prefix)
        continue
      }
      let table = try EnvironmentTable(of: source, pictures: folder)
      text.replaceSubrange(range, with: TableText(table.table).markdown + "\n")
      written.append(table)
    }
    guard !written.isEmpty || !left.isEmpty else {
      throw InputError(
        "there is no place for a table of environments", at: path,
        remedy: "put the lines '\(mark(own))' and '\(end)' where it belongs")
    }
    let pictures = url.deletingLastPathComponent().appending(path: folder)
    try FileManager.default.createDirectory(at: pictures, withIntermediateDirectories: true)
    for picture in written.flatMap(\.pictures) {
      try WholeFile.write(Data(picture.svg.utf8), to: pictures.appending(path: picture.name))
    }
    try WholeFile.write(Data(text.utf8), to: url)
    return left
  }

  /// The marks of the families that a page has no place for, so that it says nothing of them.
  ///
  /// - Throws: `InputError` if the page cannot be read.
  package static func unplaced(_ registry: EnvironmentRegistry, in path: String) throws -> [String] {
    let text = String(decoding: try WholeFile.read(URL(fileURLWithPath: path)), as: UTF8.self)
    return registry.sources.map(\.prefix).filter { place(of: $0, in: text) == nil }.map(mark)
  }

  private static let folder = "pictures/environments"
  private static let end = "<!-- end of table -->"
  private static func mark(_ prefix: String) -> String { "<!-- table: environments \(prefix) -->" }

  /// What lies between a family's marks; nil if the page has none.
  private static func place(of prefix: String, in text: String) -> Range<String.Index>? {
    guard let opening = text.range(of: mark(prefix) + "\n"),
      let closing = text.range(of: end, range: opening.upperBound..<text.endIndex)
    else { return nil }
    return opening.upperBound..<closing.lowerBound
  }
}
