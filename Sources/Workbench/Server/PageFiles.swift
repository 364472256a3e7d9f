import Compute
import Files
import Foundation

/// The page's own files, read once.
package struct PageFiles: Sendable {
  package struct File: Sendable {
    package var data: Data
    package var type: String
  }

  private let files: [String: File]

  private static let types = [
    "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
  ]

  /// - Throws: `InputError` if they are not beside the program.
  package init() throws {
    guard let folder = Bundle.module.resourceURL?.appendingPathComponent("Page"),
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    else { throw InputError("the workbench's page is missing beside the program", remedy: "build it again") }
    var files: [String: File] = [:]
    for name in names {
      guard let type = Self.types[name.pathEnding] else { continue }
      files[name] = File(data: try Data(contentsOf: folder.appendingPathComponent(name)), type: type)
    }
    self.files = files
  }

  /// `/` and `/assets/NAME`; nothing else is a file.
  package func file(_ path: String) -> File? {
    if path == "/" { return files["page.html"] }
    guard path.hasPrefix("/assets/") else { return nil }
    return files[String(path.dropFirst("/assets/".count))]
  }
}
