import Compute
import Foundation

/// Reading and writing files as a whole, with errors that a user can act on.
package enum WholeFile {
  /// All bytes of a file.
  package static func read(_ url: URL) throws -> [UInt8] {
    do {
      return Array(try Data(contentsOf: url))
    } catch {
      throw InputError("cannot read the file: \(reason(error))", at: url.path, remedy: remedy(error))
    }
  }

  /// Writes as ``DurableFile`` does: the old file or the new one is there, never half of one.
  package static func write(_ data: Data, to url: URL) throws { try DurableFile.write(data, to: url.path) }

  private static func reason(_ error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileReadNoSuchFile, .fileNoSuchFile: "there is no such file"
    case .fileReadNoPermission: "permission denied"
    default: error.localizedDescription
    }
  }

  private static func remedy(_ error: any Error) -> String? {
    switch (error as? CocoaError)?.code {
    case .fileReadNoSuchFile, .fileNoSuchFile: "check the path"
    case .fileReadNoPermission: "check who may use the file"
    default: nil
    }
  }
}
