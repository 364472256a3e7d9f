import Foundation
import Pactolus
import Synchronization

/// Shows a study while it goes on: one line redrawn in place on a terminal, plain lines when piped, JSON lines for
/// machines.
package final class StudyScreen: Sendable {
  private struct Seen {
    var saidTenths = -1
    var drawn = false
  }

  private let manner: ProgressScreen.Manner
  private let seen = Mutex(Seen())

  init(json: Bool) { manner = json ? .json : Screen.isInteractive ? .terminal : .lines }

  private struct Line: Encodable {
    var event: String
    var trial: String?
    var reason: String?
    var progress: StudyProgress?
  }

  func take(_ event: StudyEvent) {
    let line: Line =
      switch event {
      case .started(let progress): Line(event: "started", progress: progress)
      case .progress(let progress): Line(event: "progress", progress: progress)
      case .entered(let trial, let progress): Line(event: "entered", trial: trial, progress: progress)
      case .failed(let trial, let reason): Line(event: "failed", trial: trial, reason: reason)
      }
    seen.withLock { seen in
      if manner == .json {
        // Of every iteration there would be too many to read.
        if case .progress = event { return }
        do { try JSONLine.print(line) } catch { Screen.complain("could not write a line of JSON: \(error)") }
        return
      }
      if let reason = line.reason { return say("not finished: \(line.trial ?? ""): \(reason)", &seen) }
      if let progress = line.progress { show(progress, &seen) }
    }
  }

  /// Takes the redrawn line off the screen, so that what follows starts on a clean one.
  func clear() {
    seen.withLock { seen in
      if seen.drawn { Screen.write("\r\u{1B}[K", to: STDERR_FILENO) }
      seen.drawn = false
    }
  }

  private func say(_ line: String, _ seen: inout Seen) {
    Screen.write((seen.drawn ? "\r\u{1B}[K" : "") + line + "\n", to: STDERR_FILENO)
    seen.drawn = false
  }

  private func show(_ progress: StudyProgress, _ seen: inout Seen) {
    guard progress.entered < progress.trials || seen.saidTenths >= 0 else { return }
    let text = Self.text(progress)
    let tenths = Int(progress.share * 10)
    let isNewTenth = tenths > seen.saidTenths
    seen.saidTenths = max(seen.saidTenths, tenths)
    if manner == .terminal {
      let filled = min(20, max(0, Int((progress.share * 20).rounded())))
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled) + " "
      Screen.write("\r\u{1B}[K" + String((bar + text).prefix(Screen.width - 1)), to: STDERR_FILENO)
      seen.drawn = true
    } else if isNewTenth {
      say(text, &seen)
    }
  }

  /// "34 % · 12 of 40 trials · 310k of 900k steps · 120k steps/s · 4 min left"
  package static func text(_ progress: StudyProgress) -> String {
    var text = "\(Int(progress.share * 100)) % · \(progress.entered) of \(progress.trials) trials · "
    text += "\(ProgressScreen.short(progress.steps)) of \(ProgressScreen.short(progress.totalSteps)) steps"
    guard progress.stepsPerSecond > 0 else { return text }
    text += " · \(ProgressScreen.short(Int(min(progress.stepsPerSecond, 1e12)))) steps/s"
    return text + " · \(ProgressScreen.duration(progress.secondsLeft)) left"
  }
}
