import Foundation
import Pactolus
import Synchronization

/// Shows a run while it goes on: one line redrawn in place on a terminal, plain lines when piped, JSON lines for
/// machines. With several seeds the line shows them together.
package final class ProgressScreen: ProgressSink {
  enum Manner: Sendable { case terminal, lines, json }

  private struct Seen: Sendable {
    var latest: [Int: RunProgress] = [:]
    var saidTenths = -1
    var drawn = false
    var toldOfRepeatability = false
  }

  private let manner: Manner
  private let seeds: Int
  private let seen = Mutex(Seen())

  package init(json: Bool, seeds: Int) {
    manner = json ? .json : Screen.isInteractive ? .terminal : .lines
    self.seeds = seeds
  }

  package func report(_ event: ProgressEvent) {
    if manner == .json { return reportJSON(event) }
    switch event {
    case .started(let environment, let seed, let directory, let resumedAt):
      let from = resumedAt.map { ", resumed at iteration \($0)" } ?? ""
      say("\(environment), seed \(seed), in \(directory)\(from)")
      if let caution = repeatability(of: environment) { say(caution) }
    case .iteration(let progress):
      for notice in progress.notices ?? [] { say(seeds > 1 ? "seed \(progress.seed), \(notice)" : notice) }
      show(progress)
    case .finished: break
    }
  }

  /// Takes the redrawn line off the screen, so that what follows starts on a clean one.
  func clear() {
    seen.withLock { seen in
      if seen.drawn { Screen.write("\r\u{1B}[K", to: STDERR_FILENO) }
      seen.drawn = false
    }
  }

  /// Tried and told once for all seeds.
  private func repeatability(of environment: String) -> String? {
    let isFirst = seen.withLock { seen in
      defer { seen.toldOfRepeatability = true }
      return !seen.toldOfRepeatability
    }
    return isFirst ? RepeatabilityLine.caution(about: environment) : nil
  }

  private func say(_ line: String) {
    seen.withLock { seen in
      Screen.write((seen.drawn ? "\r\u{1B}[K" : "") + line + "\n", to: STDERR_FILENO)
      seen.drawn = false
    }
  }

  private func show(_ progress: RunProgress) {
    seen.withLock { seen in
      seen.latest[progress.seed] = progress
      let line = summary(seen.latest)
      if manner == .terminal {
        Screen.write("\r\u{1B}[K" + String(line.text.prefix(Screen.width - 1)), to: STDERR_FILENO)
        seen.drawn = true
      } else if Int(line.share * 10) > seen.saidTenths {
        seen.saidTenths = Int(line.share * 10)
        Screen.write(line.text + "\n", to: STDERR_FILENO)
      }
    }
  }

  private func summary(_ latest: [Int: RunProgress]) -> (share: Double, text: String) {
    let all = latest.keys.sorted().compactMap { latest[$0] }
    let done = all.reduce(0) { $0 + $1.agentSteps }
    let total = max(1, (all.first?.totalAgentSteps ?? 0) * seeds)
    let share = Double(done) / Double(total)
    let rate = all.reduce(0) { $0 + $1.stepsPerSecond }
    let answers = all.reduce(0) { $0 + $1.answers }
    let allAnswers = (all.first?.totalAnswers ?? 0) * seeds
    let left = all.map(\.secondsLeft).max() ?? 0
    let filled = Int((share * 20).rounded())
    var text =
      manner == .terminal
      ? String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled) + " " : ""
    text += "\(Int(share * 100)) % · \(Self.short(done)) of \(Self.short(total)) steps · "
    // Several people may answer each question: their answers are not a part of the number of questions.
    text +=
      all.contains { $0.secondsWaited != nil }
      ? "\(answers) answers, \(allAnswers) questions in all" : "\(answers) of \(allAnswers) answers"
    text += " · \(Self.short(Int(rate))) steps/s · \(Self.duration(left)) left"
    let returns = all.compactMap(\.trueReturn)
    if !returns.isEmpty {
      text += " · true return " + String(format: "%.1f", returns.reduce(0, +) / Double(returns.count))
    }
    return (share, text)
  }

  /// "9999", "120k", "12M"
  package static func short(_ count: Int) -> String {
    count < 10_000 ? "\(count)" : count < 10_000_000 ? "\(count / 1000)k" : "\(count / 1_000_000)M"
  }

  /// "99 s", "4 min", "2 h 5 min": begun seconds, whole minutes.
  package static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    if whole < 100 { return "\(whole) s" }
    if whole < 6000 { return "\(whole / 60) min" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }

  // MARK: JSON lines

  private struct Line: Encodable {
    var event: String
    var environment: String?
    var seed: Int?
    var directory: String?
    var resumedAt: Int?
    /// What has to be known of a world whose episodes cannot be had again; left out where they can.
    var repeatability: String?
    var progress: RunProgress?
    var outcome: RunOutcome?
  }

  private func reportJSON(_ event: ProgressEvent) {
    let line: Line =
      switch event {
      case .started(let environment, let seed, let directory, let resumedAt):
        Line(
          event: "started", environment: environment, seed: seed, directory: directory, resumedAt: resumedAt,
          repeatability: repeatability(of: environment))
      case .iteration(let progress): Line(event: "iteration", seed: progress.seed, progress: progress)
      case .finished(let outcome): Line(event: "finished", seed: outcome.seed, outcome: outcome)
      }
    seen.withLock { _ in
      do { try JSONLine.print(line) } catch { Screen.complain("could not write a line of JSON: \(error)") }
    }
  }
}
