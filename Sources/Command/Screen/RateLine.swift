import Foundation

/// How far some work of known length has come, how fast it goes and how long it will take: one line redrawn in place on a
/// terminal, a plain line at each tenth when piped.
package struct RateLine {
  private let what: String
  private let unit: String
  private let isInteractive: Bool
  private let width: Int
  private let write: (String) -> Void
  private let now: () -> Double
  private var start: Double?
  private var saidTenths = -1
  private var drawn = false

  /// On standard error, by the time that passes.
  init(_ what: String, _ unit: String) {
    self.init(
      what, unit, isInteractive: Screen.isInteractive, width: Screen.width,
      now: { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }, write: { Screen.write($0, to: STDERR_FILENO) })
  }

  /// Of what, in which unit; `now` is a clock in seconds.
  package init(
    _ what: String, _ unit: String, isInteractive: Bool, width: Int, now: @escaping () -> Double,
    write: @escaping (String) -> Void
  ) {
    (self.what, self.unit, self.isInteractive, self.width) = (what, unit, isInteractive, width)
    (self.now, self.write) = (now, write)
  }

  /// The first call starts the clock.
  package mutating func show(_ done: Int, of all: Int) {
    guard all > 0 else { return }
    let time = now()
    let seconds = time - (start ?? time)
    if start == nil { start = time }
    let share = min(1, Double(done) / Double(all))
    var text = "\(what): \(Int(share * 100)) % of \(all) \(unit)"
    if done > 0, seconds > 0 {
      let rate = Double(done) / seconds
      text += " · " + (rate < 10 ? String(format: "%.1f", rate) : ProgressScreen.short(Int(rate))) + " \(unit)/s"
      text += " · \(ProgressScreen.duration(Double(all - done) / rate)) left"
    }
    if isInteractive {
      write("\r\u{1B}[K" + String(text.prefix(width - 1)))
      drawn = true
    } else if Int(share * 10) > saidTenths {
      saidTenths = Int(share * 10)
      write(text + "\n")
    }
  }

  /// Takes the redrawn line off the screen.
  package mutating func clear() {
    if drawn { write("\r\u{1B}[K") }
    drawn = false
  }
}
