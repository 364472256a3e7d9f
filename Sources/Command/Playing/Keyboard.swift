import Foundation
import Pactolus

/// Keys that choose actions: a step for each key.
///
/// Arrow keys take the actions that are named after them (`up`, `push left`), or move the first two numbers of a
/// continuous action; digits take an action by its index; Enter repeats the last one, space does nothing where there is
/// such an action. `q` and Ctrl-C end the playing.
package final class Keyboard {
  private let space: ActionSpace
  private var last: [Float]
  private var before = termios()

  /// Takes the terminal over until `close`.
  ///
  /// - Throws: `InputError` where there is no terminal.
  init(_ specification: EnvironmentSpecification) throws {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, tcgetattr(STDIN_FILENO, &before) == 0 else {
      throw InputError("there is no keyboard", at: "--keyboard", remedy: "run it in a terminal, or give --actions")
    }
    space = specification.actionSpace
    last = Self.idle(space)
    var raw = before
    // Ctrl-C is a key here: as a signal it would leave the terminal without echo and without a cursor.
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
    tcsetattr(STDIN_FILENO, TCSANOW, &raw)
    Screen.write("\u{1B}[?25l", to: STDOUT_FILENO)
  }

  /// Gives the terminal back as it was.
  func close() {
    tcsetattr(STDIN_FILENO, TCSANOW, &before)
    Screen.write("\u{1B}[?25h", to: STDOUT_FILENO)
  }

  /// Waits for a key that stands for an action; nil when the player has had enough.
  func next() -> [Float]? {
    while let key = Self.key() {
      if key == .letter("q") || key == .letter("\u{3}") { return nil }
      if let action = Self.action(for: key, in: space, last: last) {
        last = action
        return action
      }
    }
    return nil
  }

  /// A key as far as it matters here.
  package enum Key: Hashable {
    /// An arrow key, or Enter.
    case up, down, left, right, enter
    /// Any other character.
    case letter(Character)
  }

  /// What a key does in an action space; nil for one that does nothing.
  package static func action(for key: Key, in space: ActionSpace, last: [Float]) -> [Float]? {
    if key == .enter { return last }
    let word: String? =
      switch key {
      case .up: "up"
      case .down: "down"
      case .left: "left"
      case .right: "right"
      default: nil
      }
    switch space {
    case .discrete(let names):
      if let word {
        return names.firstIndex { $0.lowercased().split(separator: " ").contains(Substring(word)) }.map { [Float($0)] }
      }
      guard case .letter(let letter) = key else { return nil }
      if letter == " " { return idle(space) }
      if let index = letter.wholeNumberValue { return names.indices.contains(index) ? [Float(index)] : nil }
      let matching = names.indices.filter { names[$0].lowercased().hasPrefix(String(letter)) }
      return matching.count == 1 ? [Float(matching[0])] : nil
    case .continuous(let box):
      var action = [Float](repeating: 0, count: box.count)
      func full(_ index: Int, up: Bool) -> Float {
        let bound = up ? box.high[index] : box.low[index]
        return bound.isFinite ? bound : up ? 1 : -1
      }
      switch key {
      case .letter(" "): return action
      case .up: action[0] = full(0, up: true)
      case .down: action[0] = full(0, up: false)
      // With a single number, left and right move it; else they move the second.
      case .left where box.count == 1: action[0] = full(0, up: false)
      case .right where box.count == 1: action[0] = full(0, up: true)
      case .left: action[1] = full(1, up: true)
      case .right: action[1] = full(1, up: false)
      default: return nil
      }
      return action
    }
  }

  /// Doing nothing, as far as an action space can say it.
  private static func idle(_ space: ActionSpace) -> [Float] {
    switch space {
    case .discrete(let names):
      let still = ["noop", "no-op", "nothing", "stay", "wait", "coast", "none"]
      return [
        Float(
          names.firstIndex { name in still.contains { name.lowercased().contains($0) } } ?? 0)
      ]
    case .continuous(let box): return [Float](repeating: 0, count: box.count)
    }
  }

  private static func byte() -> UInt8? {
    var byte: UInt8 = 0
    return read(STDIN_FILENO, &byte, 1) == 1 ? byte : nil
  }

  private static func key() -> Key? {
    guard let first = byte() else { return nil }
    if first == 10 || first == 13 { return .enter }
    guard first == 27 else { return .letter(Character(Unicode.Scalar(first))) }
    // Arrow keys are an escape, a bracket or an O, and a letter.
    guard let second = byte(), second == 91 || second == 79, let third = byte() else { return .letter("\u{1B}") }
    switch third {
    case 65: return .up
    case 66: return .down
    case 67: return .right
    case 68: return .left
    default: return .letter("\u{1B}")
    }
  }
}
