import Foundation
import Pactolus

/// A folder for what is thrown away again, by ``remove()``.
struct ScratchFolder {
  let path: String

  /// - Throws: `InputError` where none can be made.
  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("pactolus-\(UUID().uuidString)").path
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw InputError("no folder can be made there", at: path, remedy: "set TMPDIR to a folder that can be written")
    }
  }

  /// The folder with all that is in it is gone.
  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
