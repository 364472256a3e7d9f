import Compute

/// Decompose, answer, distil: a table learns answers to easy questions, and with its help a person who can only take
/// questions apart answers harder ones, which the table learns in turn.
///
/// ```swift
/// let powers = Amplification(of: try PermutationPowers(points: 64, bits: 6, random: source))
/// let record = powers.run(try AmplificationSettings(), random: source)
/// record.accuracy.last             // 1 on every level: six rounds for six bits
/// record.oracleCalls               // 3, for 4,032 questions
/// ```
///
/// Round r teaches the questions of level r. With mistakes, a right answer needs all those right that it rests on, its
/// *support*: the probability is at least (1 − ε)ⁿ for a support of n, and ε is the majority's error where several tables
/// vote. The excess over it is luck: mistakes that cancel, or that do not matter.
/// Source: Christiano, Shlegeris & Amodei 2018 (arXiv 1810.08575), with a table in place of a Transformer.
public struct Amplification<Family: QuestionFamily>: Sendable {
  /// The questions' family.
  public let family: Family
  /// All questions, level by level.
  package let questions: [Family.Question]
  /// Where each level's questions stand among them.
  package let levels: [Range<Int>]
  /// The right answers.
  package let truths: [Family.Answer]
  private let places: [Family.Question: Int]

  /// Amplification of a family; computes all right answers.
  public init(of family: Family) {
    self.family = family
    let byLevel = family.questions
    var start = 0
    levels = byLevel.map { level in
      defer { start += level.count }
      return start..<(start + level.count)
    }
    questions = byLevel.flatMap(\.self)
    truths = questions.map(family.truth(of:))
    places = Dictionary(zip(questions, 0...), uniquingKeysWith: { first, _ in first })
  }

  /// One course of teaching, from facts to the hardest level.
  ///
  /// - Parameters:
  ///   - settings: the mistakes that are made, and what is done against them.
  ///   - random: where the mistakes come from.
  /// - Complexity: one answer for each question and one draw for each question and table.
  public func run(_ settings: AmplificationSettings, random: RandomSource) -> AmplificationRecord {
    var learned = [Family.Answer?](repeating: nil, count: questions.count)
    var demonstrations: [Family.Form: Family.Plan] = [:]
    var record = AmplificationRecord(questions: questions.count)
    for (level, range) in levels.enumerated() {
      let errs = settings.error > 0 && (level == 0 || settings.mistakes == .everyAnswer)
      var mistakes = random.stream("amplification/mistakes", level)
      for place in range {
        let question = questions[place]
        let form = family.form(of: question)
        let plan: Family.Plan
        if settings.followsDemonstrations, let known = demonstrations[form] {
          plan = known
        } else {
          plan = family.demonstration(for: form)
          demonstrations[form] = plan
          record.oracleCalls += 1
        }
        let answer = family.answer(question, following: plan) { part in
          record.partsAsked += 1
          return places[part].flatMap { learned[$0] }
        }
        let wrong =
          errs ? (0..<settings.tables).count { _ in mistakes.bernoulli(settings.error) } : 0
        if let answer, 2 * wrong > settings.tables {
          // The tempting mistake, the same for all tables that make one.
          var temptation = random.stream("amplification/temptation", place)
          learned[place] = family.blunder(on: question, insteadOf: answer, random: &temptation)
        } else {
          learned[place] = answer
        }
      }
      record.accuracy.append(accuracies(of: learned))
    }
    return record
  }

  /// Where a question stands among all; nil for one that is not taught.
  func place(of question: Family.Question) -> Int? { places[question] }

  /// The share of right answers on each level.
  func accuracies(of answers: [Family.Answer?]) -> [Double] {
    levels.map { range in
      range.isEmpty ? 1 : Double(range.count { answers[$0] == truths[$0] }) / Double(range.count)
    }
  }

  /// How many answers each question's answer rests on, itself included, where nobody errs: those of facts, or all.
  ///
  /// - Complexity: for each question, the sum of its parts' supports.
  package func supports(_ mistakes: AmplificationSettings.MistakePlace) -> [Int] {
    var supports = [Set<Int>](repeating: [], count: questions.count)
    for (level, range) in levels.enumerated() {
      for place in range {
        var support: Set<Int> = level == 0 || mistakes == .everyAnswer ? [place] : []
        let plan = family.demonstration(for: family.form(of: questions[place]))
        _ = family.answer(questions[place], following: plan) { part in
          guard let part = places[part] else { return nil }
          support.formUnion(supports[part])
          return truths[part]
        }
        supports[place] = support
      }
    }
    return supports.map(\.count)
  }

  /// The least that can be expected of the share of right answers on each level: the mean of (1 − ε)ⁿ over its questions.
  public func expectedAccuracy(_ settings: AmplificationSettings) -> [Double] {
    expectedAccuracy(settings, supports: supports(settings.mistakes))
  }

  package func expectedAccuracy(_ settings: AmplificationSettings, supports: [Int]) -> [Double] {
    let right = 1 - settings.majorityError
    return levels.map { range in
      range.isEmpty
        ? 1 : range.reduce(0) { $0 + Self.power(right, supports[$1]) } / Double(range.count)
    }
  }

  package static func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { value, _ in value * base }
  }

  /// A table that is told right answers to questions drawn from all levels, and guesses the others by the commonest of the
  /// answers that it was told: the share of right answers on each level.
  ///
  /// - Parameters:
  ///   - labels: how many answers it is told, at most all.
  ///   - random: which questions it is told about.
  public func directSupervision(labels: Int, random: RandomSource) -> [Double] {
    var stream = random.stream("amplification/direct")
    let told = stream.permutation(questions.count).prefix(max(0, labels)).sorted()
    var answers = [Family.Answer?](repeating: commonest(told), count: questions.count)
    for place in told { answers[place] = truths[place] }
    return accuracies(of: answers)
  }

  /// The commonest right answer among these questions, the first of several.
  private func commonest(_ told: [Int]) -> Family.Answer? {
    var counts: [Family.Answer: Int] = [:]
    for place in told { counts[truths[place], default: 0] += 1 }
    let most = counts.values.max()
    return told.first { counts[truths[$0]] == most }.map { truths[$0] }
  }
}

/// What a course of teaching came to.
public struct AmplificationRecord: Sendable, Hashable, Codable {
  /// For each round, the share of right answers on each level after it; a question without an answer counts as wrong.
  public internal(set) var accuracy: [[Double]] = []
  /// How often the person had to take a question apart.
  public internal(set) var oracleCalls = 0
  /// How often the table was asked for the answer to a part.
  public internal(set) var partsAsked = 0
  /// Questions that were taught.
  public internal(set) var questions: Int

  init(questions: Int) { self.questions = questions }
}
