import Foundation

/// The screen of whoever runs the server: whoever is connected is told that something went wrong, and here stands what.
package enum HostScreen {
  package static func complain(_ message: String) {
    // The screen may have been closed; the request is answered all the same.
    try? FileHandle.standardError.write(contentsOf: Data("pactolus: \(message)\n".utf8))
  }
}
