import Compute

/// What do the values of all words sum to that match a pattern? Each word of two letters has +1 or −1; a pattern leaves
/// some letters open, and is split at the first of them.
public struct WildcardSums: QuestionFamily {
  /// A pattern, written with one number for each letter.
  public struct Question: Hashable, Sendable {
    /// 0, 1, or 2 for an open letter.
    public var letters: [UInt8]
  }

  /// How a pattern is taken apart.
  public enum Plan: Hashable, Sendable {
    /// A word's value is a fact.
    case readOff
    /// The sum over both letters at this place.
    case split(Int)
  }

  public let name = "wildcard sums"
  public let questions: [[Question]]
  /// +1 or −1 for each word; the first letter is the highest bit.
  private let values: [Int]

  /// Values that are drawn at random.
  ///
  /// - Parameters:
  ///   - letters: letters of a word, 1 … 8.
  ///   - random: which values.
  /// - Throws: `InputError` outside these sizes.
  public init(letters: Int = 6, random: RandomSource) throws {
    try InputError.check(letters, "letters", 1...8)
    var stream = random.stream("family/wildcards")
    values = (0..<(1 << letters)).map { _ in stream.bernoulli(0.5) ? 1 : -1 }
    var patterns: [[UInt8]] = [[]]
    for _ in 0..<letters { patterns = patterns.flatMap { pattern in (0..<3).map { pattern + [UInt8($0)] } } }
    questions = (0...letters).map { open in
      patterns.filter { pattern in pattern.count { $0 == 2 } == open }.map { Question(letters: $0) }
    }
  }

  public func form(of question: Question) -> Int? { question.letters.firstIndex(of: 2) }

  public func demonstration(for form: Int?) -> Plan { form.map { .split($0) } ?? .readOff }

  public func answer(_ question: Question, following plan: Plan, asking ask: (Question) -> Int?) -> Int? {
    guard case .split(let place) = plan else {
      return values[question.letters.reduce(0) { $0 << 1 | Int($1) }]
    }
    var part = question
    part.letters[place] = 0
    guard let first = ask(part) else { return nil }
    part.letters[place] = 1
    guard let second = ask(part) else { return nil }
    return first + second
  }

  /// A word is taken for its contrary; a sum is off by two, which is the least that it can be.
  public func blunder(on question: Question, insteadOf answer: Int, random: inout RandomStream) -> Int {
    question.letters.contains(2) ? answer + (random.bernoulli(0.5) ? 2 : -2) : -answer
  }

  /// All words, one after the other.
  public func truth(of question: Question) -> Int {
    let count = question.letters.count
    return values.indices.reduce(0) { sum, word in
      let matches = question.letters.indices.allSatisfy { place in
        question.letters[place] == 2 || Int(question.letters[place]) == word >> (count - 1 - place) & 1
      }
      return matches ? sum + values[word] : sum
    }
  }
}
