import Foundation
import Pactolus
import Synchronization

/// Where words go: standard output for results, standard error for complaints and progress.
package enum Screen {
  /// Whether standard error is a terminal, so that a progress line can be redrawn in place.
  package static let isInteractive = isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"

  /// Whether results go to a terminal that shows colours (https://no-color.org is respected).
  static let hasColor =
    isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty
    && ProcessInfo.processInfo.environment["TERM"] != "dumb"

  /// The terminal's width in columns; 80 where unknown.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 || ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0,
      size.ws_col > 0
    else { return 80 }
    return Int(size.ws_col)
  }

  /// Whether something that was meant for standard output did not get there.
  private static let isOutputLost = Atomic<Bool>(false)

  /// A sentence if results did not get where they were to go: the disk is full, the other end has gone.
  ///
  /// Looked at once, at the end: what a run has learned is not given up because nobody can be told.
  static var outputProblem: InputError? {
    // What a verb of one's own printed may still be on its way.
    if fflush(nil) != 0 { isOutputLost.store(true, ordering: .relaxed) }
    guard isOutputLost.load(ordering: .relaxed) else { return nil }
    return InputError(
      "the results could not be written", at: "standard output", remedy: "make room, or write them elsewhere")
  }

  package static func complain(_ message: String) { write("pactolus: \(message)\n", to: STDERR_FILENO) }

  /// Writes at once, past any buffer, so that lines of a run that is killed are not lost.
  package static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        if descriptor == STDOUT_FILENO { isOutputLost.store(true, ordering: .relaxed) }
        return
      }
      bytes = bytes.dropFirst(written)
    }
  }

  /// Columns aligned for people: two spaces between, numbers as given.
  static func table(_ rows: [[String]]) -> String {
    guard let columns = rows.map(\.count).max() else { return "" }
    let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        line += cell
        if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
      }
      return line
    }.joined(separator: "\n")
  }
}

/// `print` of this command's own: at once, and a result that cannot be written is noticed (``Screen/outputProblem``).
package func print(_ text: String = "", terminator: String = "\n") {
  Screen.write(text + terminator, to: STDOUT_FILENO)
}
