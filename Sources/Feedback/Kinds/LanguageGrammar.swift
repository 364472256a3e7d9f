import Compute
import Environments

/// The meaning of a sentence about a world's named features.
public enum LanguageMeaning: Codable, Hashable, Sendable {
  /// More of a feature is better, or less.
  case direction(feature: String, more: Bool)
  /// One thing matters so many times as much as another; each is a feature and the direction that is meant.
  case ratio(feature: String, more: Bool, times: Double, other: String, otherMore: Bool)
}

/// A small grammar over the named features of a world.
///
///     prefer pole upright          avoid mud                faster matters twice as much as energy
///     keep the speed low           never enter sheep        more height is better
///
/// A sentence names one feature and a direction, or two and a ratio. Every word must be understood: what is not is
/// refused, with the place of the word, what comes near it, and sentences that work.
public struct LanguageGrammar: Sendable {
  /// What sentences can be about.
  public let features: [NamedFeature]

  /// A grammar over these features.
  public init(_ features: [NamedFeature]) { self.features = features }

  /// Sentences that the grammar understands, made from its own features.
  public var examples: [String] {
    guard let first = features.first else { return [] }
    var sentences = ["prefer \(first.name)", "less \(first.name) is better"]
    if features.count > 1 { sentences.append("\(first.name) matters twice as much as \(features[1].name)") }
    return sentences
  }

  private static let moreWords: Set = [
    "prefer", "want", "like", "keep", "keeping", "reach", "maximise", "maximize", "more", "high", "higher", "good",
    "better", "increase", "collect", "get", "seek", "always",
  ]
  private static let lessWords: Set = [
    "avoid", "never", "less", "low", "lower", "minimise", "minimize", "not", "don't", "no", "bad", "worse", "decrease",
    "reduce", "without",
  ]
  private static let fillers: Set = [
    "the", "a", "an", "please", "is", "be", "it", "of", "to", "enter", "entering", "into", "in", "being", "should", "i",
    "you", "do", "touch", "hit", "any", "and",
  ]
  private static let numbers: [String: Double] = [
    "twice": 2, "thrice": 3, "half": 0.5, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "equally": 1,
  ]

  private enum Token: Equatable {
    case feature(Int, more: Bool?)
    case word(String)
  }

  /// - Throws: `InputError` with the word that is not understood, and its place.
  public func parse(_ sentence: String) throws -> LanguageMeaning {
    let words = sentence.lowercased().split { !($0.isLetter || $0.isNumber || "'./-".contains($0)) }
      .map { $0.hasSuffix(".") ? String($0.dropLast()) : String($0) }.filter { !$0.isEmpty }
    guard !words.isEmpty, words.count <= 40 else {
      throw refusal(words.isEmpty ? "the sentence is empty" : "the sentence has more than 40 words", word: nil)
    }
    let tokens = tokenize(words)
    if let matters = tokens.firstIndex(of: .word("matters")) ?? tokens.firstIndex(of: .word("matter")) {
      return try ratio(tokens, matters: matters)
    }
    return try direction(tokens)
  }

  /// Names of features become one token each, the longest first.
  private func tokenize(_ words: [String]) -> [Token] {
    var names: [(words: [String], feature: Int, more: Bool?)] = []
    for (index, feature) in features.enumerated() {
      for name in [feature.name] + feature.synonyms {
        names.append((name.lowercased().split(separator: " ").map(String.init), index, nil))
      }
      for word in feature.moreWords { names.append(([word], index, true)) }
      for word in feature.lessWords { names.append(([word], index, false)) }
    }
    names.sort { $0.words.count > $1.words.count }
    var tokens: [Token] = []
    var place = 0
    while place < words.count {
      if let name = names.first(where: { words[place...].starts(with: $0.words) }) {
        tokens.append(.feature(name.feature, more: name.more))
        place += name.words.count
      } else {
        tokens.append(.word(words[place]))
        place += 1
      }
    }
    return tokens
  }

  private func direction(_ tokens: [Token]) throws -> LanguageMeaning {
    var feature: (index: Int, more: Bool?)?
    var sign = 1
    var isSaid = false
    for token in tokens {
      switch token {
      case .feature(let index, let more):
        guard feature == nil else {
          throw refusal(
            "the sentence names '\(features[feature?.index ?? 0].name)' and '\(features[index].name)'", word: nil,
            remedy: "say one thing at a time, or how much more one matters than the other")
        }
        feature = (index, more)
      case .word(let word) where Self.moreWords.contains(word): isSaid = true
      case .word(let word) where Self.lessWords.contains(word):
        sign = -sign
        isSaid = true
      case .word(let word) where Self.fillers.contains(word): break
      case .word(let word): throw refusal("'\(word)' is not understood", word: word)
      }
    }
    guard let feature else { throw refusal("the sentence names no feature", word: nil) }
    guard isSaid || feature.more != nil else {
      throw refusal("the sentence does not say whether more or less of it is better", word: nil)
    }
    return .direction(feature: features[feature.index].name, more: (feature.more ?? true) == (sign > 0))
  }

  private func ratio(_ tokens: [Token], matters: Int) throws -> LanguageMeaning {
    func one(_ part: ArraySlice<Token>, _ whose: String) throws -> (index: Int, more: Bool) {
      var found: (Int, Bool)?
      for token in part {
        switch token {
        case .feature(let index, let more):
          guard found == nil else { throw refusal("there are two features \(whose)", word: nil) }
          found = (index, more ?? !features[index].isCost)
        case .word(let word) where Self.fillers.contains(word): break
        case .word(let word): throw refusal("'\(word)' is not understood \(whose)", word: word)
        }
      }
      guard let found else { throw refusal("there is no feature \(whose)", word: nil) }
      return found
    }
    let first = try one(tokens[..<matters], "before 'matters'")
    // "N times as much as", "twice as much as", "as much as", "half as much as"
    var rest = tokens[(matters + 1)...]
    var times = 1.0
    if case .word(let word)? = rest.first, word != "as" {
      guard let number = Self.numbers[word] ?? Double(word), number > 0, number.isFinite, number <= 1000 else {
        throw refusal("'\(word)' is no number of times", word: word)
      }
      times = number
      rest = rest.dropFirst()
      if rest.first == .word("times") { rest = rest.dropFirst() }
    }
    for expected in ["as", "much", "as"] {
      guard rest.first == .word(expected) else {
        throw refusal("'as much as' should stand after 'matters'", word: nil)
      }
      rest = rest.dropFirst()
    }
    let second = try one(rest, "after 'as much as'")
    guard first.index != second.index else { throw refusal("both are the same feature", word: nil) }
    return .ratio(
      feature: features[first.index].name, more: first.more, times: times, other: features[second.index].name,
      otherMore: second.more)
  }

  private func refusal(_ problem: String, word: String?, remedy: String? = nil) -> InputError {
    var hints: [String] = []
    if let word {
      let known =
        features.flatMap { [$0.name] + $0.synonyms + $0.moreWords + $0.lessWords } + Self.moreWords.sorted()
        + Self.lessWords.sorted()
      let near = nearMisses(of: word, among: known)
      if !near.isEmpty { hints.append("did you mean " + near.joined(separator: " or ") + "?") }
    }
    if let remedy { hints.append(remedy) }
    hints.append("such as: " + examples.joined(separator: "; "))
    hints.append("features: " + features.prefix(12).map(\.name).joined(separator: ", "))
    return InputError(problem, at: "answer.text", remedy: hints.joined(separator: "; "))
  }
}
