import Foundation
import Pactolus

/// What `--actions` says: the actions of an episode, one after the other.
///
/// Of a discrete action space an index or a name each, of a continuous one its numbers: `0,1,1`, `up,left`,
/// `0.5:-1,0:0`. Letters without separators, one for each action, stand for the actions that begin with them: `uurd`.
/// A file (`@actions.txt`) holds the same, over any number of lines.
package struct ActionList {
  /// An action row for each.
  package var actions: [[Float]]

  /// - Throws: `InputError` with the place in the list and what would have been right.
  package init(_ text: String, in space: ActionSpace) throws {
    var (text, place) = (text, "--actions")
    if text.hasPrefix("@") {
      place = String(text.dropFirst())
      guard let data = FileManager.default.contents(atPath: place) else {
        throw InputError("cannot be read", at: place, remedy: "name a text file after the @")
      }
      text = String(decoding: data, as: UTF8.self)
    }
    let words = text.split { $0 == "," || $0.isWhitespace }.map(String.init)
    guard !words.isEmpty else { throw InputError("no actions", at: place, remedy: "write some, such as 0,1,1") }
    switch space {
    case .discrete(let names):
      if words.count == 1, let letters = Self.letters(words[0], names) {
        actions = letters
        return
      }
      actions = try words.enumerated().map { index, word in
        if let number = Int(word), names.indices.contains(number) { return [Float(number)] }
        guard let index = names.firstIndex(where: { $0.lowercased() == word.lowercased() }) else {
          throw InputError.unknown(
            "action", word, among: names, at: "\(place), action \(index + 1)")
        }
        return [Float(index)]
      }
    case .continuous(let box):
      actions = try words.enumerated().map { index, word in
        let numbers = word.split(separator: ":").compactMap { Float($0) }
        guard numbers.count == box.count, numbers.allSatisfy(\.isFinite) else {
          throw InputError(
            "'\(word)' is not an action of \(box.count) number" + (box.count == 1 ? "" : "s"),
            at: "\(place), action \(index + 1)",
            remedy: "write " + (0..<box.count).map { _ in "0.5" }.joined(separator: ":"))
        }
        return numbers
      }
    }
  }

  /// One letter for each action; nil unless all of them begin exactly one name.
  private static func letters(_ word: String, _ names: [String]) -> [[Float]]? {
    guard word.count > 1, !names.contains(where: { $0.lowercased() == word.lowercased() }) else { return nil }
    var actions: [[Float]] = []
    for letter in word.lowercased() {
      let matching = names.indices.filter { names[$0].lowercased().hasPrefix(String(letter)) }
      guard matching.count == 1 else { return nil }
      actions.append([Float(matching[0])])
    }
    return actions
  }
}
