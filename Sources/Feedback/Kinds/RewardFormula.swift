import Compute
import Environments

/// A linear formula over named features, as a person writes it: `2 · upright − 0.1 · speed`.
///
///     upright                       -speed + 3 height            0.5*energy - 2*pole angle
///
/// Terms with signs between them; a term is a feature, or a number and a feature with or without a sign of
/// multiplication (`·`, `*`, `×`). A feature that is named twice has the sum of its weights. Everything must be
/// understood: what is not is refused, with its place and what comes near it.
public struct RewardFormula: Sendable, Hashable {
  /// One for each of the features, in their order; not all zero.
  public let weights: [Double]

  /// The longest text that is read, in characters.
  public static let longest = 300
  private static let heaviest = 1e6

  /// - Parameters:
  ///   - text: the formula.
  ///   - features: what it can be about, by names and synonyms.
  /// - Throws: `InputError` with the part that is not understood, and its place.
  /// - Complexity: O(text · features).
  public init(_ text: String, over features: [NamedFeature]) throws {
    guard text.count <= Self.longest else {
      throw InputError("the formula has more than \(Self.longest) characters", remedy: "use fewer terms")
    }
    var reader = Reader(text)
    var weights = [Double](repeating: 0, count: features.count)
    guard !reader.isAtEnd else {
      throw InputError("the formula is empty", remedy: "write \(features.first?.name ?? "a feature"), say")
    }
    var isFirst = true
    while !reader.isAtEnd {
      let sign = try reader.sign(required: !isFirst)
      isFirst = false
      let size = try reader.number(atMost: Self.heaviest)
      let feature = try reader.feature(among: features)
      weights[feature] += sign * (size ?? 1)
    }
    guard weights.contains(where: { $0 != 0 }) else {
      throw InputError("everything in the formula cancels out", remedy: "leave one of the terms out")
    }
    self.weights = weights
  }
}

/// Takes a formula apart from left to right.
private struct Reader {
  private let characters: [Character]
  private var place = 0

  init(_ text: String) {
    characters = Array(text.lowercased())
    skipSpaces()
  }

  var isAtEnd: Bool { place == characters.count }

  private var next: Character? { isAtEnd ? nil : characters[place] }

  private mutating func skipSpaces() {
    while let next, next.isWhitespace { place += 1 }
  }

  private mutating func take() {
    place += 1
    skipSpaces()
  }

  /// 1 or −1.
  mutating func sign(required: Bool) throws -> Double {
    switch next {
    case "+":
      take()
      return 1
    case "-", "−", "–":
      take()
      return -1
    default:
      guard !required else {
        throw InputError("\(here()): a + or − is missing between two terms", remedy: "put one there")
      }
      return 1
    }
  }

  /// A number and the sign of multiplication after it, if there is one.
  mutating func number(atMost heaviest: Double) throws -> Double? {
    let begin = place
    while let next, next.isASCII, next.isNumber || next == "." { place += 1 }
    guard place > begin else { return nil }
    let text = String(characters[begin..<place])
    guard let value = Double(text), value <= heaviest else {
      place = begin
      throw InputError(
        "\(here()): '\(text)' is no number that can be used", remedy: "use one such as 0.5, at most \(Int(heaviest))")
    }
    skipSpaces()
    if next == "·" || next == "*" || next == "×" { take() }
    return value
  }

  /// The feature with the longest name that stands here.
  mutating func feature(among features: [NamedFeature]) throws -> Int {
    var found: (feature: Int, end: Int)?
    for (index, feature) in features.enumerated() {
      for name in [feature.name] + feature.synonyms {
        let letters = Array(name.lowercased())
        let end = place + letters.count
        guard !letters.isEmpty, end <= characters.count, end > found?.end ?? 0,
          characters[place..<end].elementsEqual(letters),
          end == characters.count || !(characters[end].isLetter || characters[end].isNumber)
        else { continue }
        found = (index, end)
      }
    }
    guard let found else {
      let word = String(characters[place...].prefix { !"+−–*·×".contains($0) }).trimmed
      let known = features.map(\.name)
      guard !word.isEmpty else {
        throw InputError("\(here()): a feature is missing", remedy: "known: " + known.joined(separator: ", "))
      }
      var error = InputError.unknown("feature", word, among: known)
      error.problem = "\(here()): \(error.problem)"
      throw error
    }
    place = found.end
    skipSpaces()
    return found.feature
  }

  private func here() -> String { isAtEnd ? "at the end" : "at character \(place + 1)" }
}

extension String {
  fileprivate var trimmed: String {
    var text = Substring(self)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
