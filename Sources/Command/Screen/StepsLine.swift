import Foundation

/// How far some work has come: one line redrawn in place on a terminal, a plain line at each tenth when piped.
struct StepsLine {
  let what: String
  let total: Int
  private var saidTenths = 0
  private var drawn = false

  init(_ what: String, total: Int) {
    self.what = what
    self.total = max(1, total)
  }

  mutating func show(_ done: Int) {
    let share = min(1, Double(done) / Double(total))
    let text = "\(what): \(Int(share * 100)) % of \(total) steps"
    if Screen.isInteractive {
      Screen.write("\r\u{1B}[K" + String(text.prefix(Screen.width - 1)), to: STDERR_FILENO)
      drawn = true
    } else if Int(share * 10) > saidTenths {
      saidTenths = Int(share * 10)
      Screen.write(text + "\n", to: STDERR_FILENO)
    }
  }

  /// Takes the redrawn line off the screen.
  mutating func clear() {
    if drawn { Screen.write("\r\u{1B}[K", to: STDERR_FILENO) }
    drawn = false
  }
}
