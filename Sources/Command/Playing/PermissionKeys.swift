import Foundation
import Pactolus

/// Asks at the terminal whether a step may be taken: `y` or `n`, within a time limit.
///
/// The question goes to the error stream, so that what is told step by step stays what it is. Where there is no terminal
/// nobody is asked, and nothing is waited for.
package struct PermissionKeys {
  private let space: ActionSpace
  private let seconds: Double
  private let stop: StopFlag
  private let isTerminal: Bool

  /// - Parameters:
  ///   - space: what the actions are called.
  ///   - seconds: in which the answer has to come.
  ///   - stop: raised when the player has had enough.
  package init(_ space: ActionSpace, seconds: Double, stop: StopFlag) {
    (self.space, self.seconds, self.stop) = (space, seconds, stop)
    isTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1
  }

  /// Whether the step may be taken; nil if nobody said so in time, or there is nobody.
  package func ask(_ step: WaitingStep) -> Bool? {
    guard isTerminal, !stop.isRaised else { return nil }
    var before = termios()
    guard tcgetattr(STDIN_FILENO, &before) == 0 else { return nil }
    var raw = before
    // A key counts as it is pressed; Ctrl-C stays a signal, which ends the waiting too.
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(STDIN_FILENO, TCSANOW, &raw)
    // What was typed before the question is no answer to it.
    tcflush(STDIN_FILENO, TCIFLUSH)
    defer { tcsetattr(STDIN_FILENO, TCSANOW, &before) }
    let question = Self.question(
      step.action, instead: step.instead, isUnfamiliar: step.isUnfamiliar, isIrreversible: step.isIrreversible,
      in: space,
      seconds: seconds)
    Screen.write(question, to: STDERR_FILENO)
    let answer = Self.answer(from: STDIN_FILENO, within: seconds, stop: stop)
    Screen.write((answer.map { $0 ? "yes" : "no" } ?? "no answer") + "\n", to: STDERR_FILENO)
    return answer
  }

  /// What is asked.
  package static func question(
    _ action: [Float], instead: [Float], isUnfamiliar: Bool, isIrreversible: Bool, in space: ActionSpace,
    seconds: Double
  ) -> String {
    func name(_ action: [Float]) -> String {
      if case .discrete(let names) = space, let first = action.first, names.indices.contains(Int(first)) {
        return names[Int(first)]
      }
      return action.map { NumberFormat.plain.text(Double($0)) }.joined(separator: " ")
    }
    var causes: [String] = []
    if isIrreversible { causes.append("cannot be undone for sure") }
    if isUnfamiliar { causes.append("is on ground that nobody judged") }
    return "\(name(action)) " + causes.joined(separator: ", and ") + "; otherwise: \(name(instead)). "
      + "Take it? y/n (\(NumberFormat.plain.text(seconds)) s) "
  }

  /// The first `y` or `n` that can be read there in time; nil if none comes, or `stop` is raised.
  package static func answer(from descriptor: Int32, within seconds: Double, stop: StopFlag) -> Bool? {
    let start = ContinuousClock.now
    while !stop.isRaised {
      let left = seconds - (ContinuousClock.now - start) / .seconds(1)
      guard left > 0 else { return nil }
      var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      // In slices, so that a raised flag is seen.
      guard poll(&ready, 1, Int32(min(left * 1000, 100).rounded(.up))) > 0 else { continue }
      var byte: UInt8 = 0
      guard read(descriptor, &byte, 1) == 1 else { return nil }
      switch Character(Unicode.Scalar(byte)) {
      case "y", "Y": return true
      case "n", "N": return false
      default: continue
      }
    }
    return nil
  }
}
