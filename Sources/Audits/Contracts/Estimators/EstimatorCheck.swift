import Compute
import Findings
import Foundation

/// Whether an estimator does what it says, by data sets whose truth is known: coverage, bias, calibration,
/// repeatability, and its
/// gradient where it has one.
///
/// ```swift
/// let problem = try EstimatorProblem.named("proportion")
/// let check = try EstimatorCheck(.named("wilson", range: problem.range), on: problem)
/// check.findings
/// ```
///
/// Simulation-based calibration: the truth is drawn, then data, then the posterior; the truth's rank among draws of a
/// right
/// posterior is uniform (Cook, Gelman & Rubin 2006; Talts et al. 2018, arXiv 1804.06788). Its test is by the
/// inequality of
/// Dvoretzky, Kiefer and Wolfowitz with Massart's constant, which needs no large numbers.
public struct EstimatorCheck: Sendable {
  /// How much is tried.
  public struct Settings: Sendable, Hashable {
    /// Data sets.
    public var sets = 2000
    /// Of the intervals.
    public var level = 0.95
    /// Of all chance.
    public var seed = 0
    /// How much less often than at its level an interval may hold the truth, and still hold.
    public var margin = 0.02
    /// Whether its gradient is asked for.
    public var gradients = false

    /// The defaults.
    public init() {}
  }

  /// How often each verdict *fails* may be wrong.
  public static let error = 0.01

  /// The estimator's name, and the problem's.
  public let estimator: String
  /// See ``estimator``.
  public let problem: String
  /// In the order in which they are shown.
  public let findings: [Finding]
  /// What was counted.
  public let measured: Measured

  /// What was counted and measured on the way.
  public struct Measured: Sendable, Hashable, Codable {
    /// Data sets.
    public var sets = 0
    /// Those that got an estimate, and an interval.
    public var estimated = 0
    /// See ``estimated``.
    public var intervals = 0
    /// Intervals that hold the truth.
    public var covered = 0
    /// The mean of their widths.
    public var meanWidth: Double?
    /// The mean of estimate minus truth.
    public var bias: Double?
    /// The standard deviation of that.
    public var spread: Double?
    /// How far the ranks' shares lie from uniform at most.
    public var rankDistance: Double?
    /// Places at which a gradient was compared.
    public var gradients = 0
  }

  /// The words in which the findings are summed up.
  public static let headline = Headline(
    holds: "The estimator does what it says, on this problem", fails: "The estimator does not do what it says",
    mixed: "Nothing wrong was seen, but not all is settled", unknown: "Nothing could be told of the estimator")

  /// Draws data sets, has them estimated, and compares.
  ///
  /// - Throws: `InputError` for settings out of their ranges and answers that do not fit the questions, and what the
  ///   estimator throws.
  public init(_ estimator: Estimator, on problem: EstimatorProblem, settings: Settings = Settings()) throws {
    try Self.validate(settings)
    (self.estimator, self.problem) = (estimator.name, problem.name)
    let random = RandomSource(seed: UInt64(settings.seed)).child("contracts/estimator")
    let sets = (0..<settings.sets).map { problem.draw(random, $0) }
    let questions = sets.enumerated().map {
      EstimatorQuestion(id: $0, data: $1.data, level: settings.level)
    }
    let answers = try Self.answers(estimator, questions)
    var tried = TriedEstimator(settings, truths: sets.map(\.truth), answers: answers)
    let some = questions.prefix(min(questions.count, 200))
    // In another order, so that what is kept from one data set to the next shows.
    tried.repeated(try Self.answers(estimator, some.reversed()))
    tried.ranks(random: random)
    if settings.gradients {
      try tried.gradients(of: estimator, at: Array(some.prefix(50)), sets.map(\.truth), Self.answers)
    }
    (findings, measured) = (tried.findings, tried.measured)
  }

  private static func validate(_ settings: Settings) throws {
    guard (50...1_000_000).contains(settings.sets) else {
      throw InputError("\(settings.sets) data sets", at: "sets", remedy: "give 50 to 1000000")
    }
    guard settings.level > 0, settings.level < 1 else {
      throw InputError(
        "a level of \(settings.level)", at: "level", remedy: "give a number between 0 and 1, such as 0.95")
    }
    guard settings.margin > 0, settings.margin < 1 else {
      throw InputError(
        "a margin of \(settings.margin)", at: "margin", remedy: "give a number between 0 and 1, such as 0.02")
    }
    guard settings.seed >= 0 else {
      throw InputError("a seed of \(settings.seed)", at: "seed", remedy: "give one from 0")
    }
  }

  /// By the questions' numbers, one for each.
  static func answers(_ estimator: Estimator, _ questions: [EstimatorQuestion]) throws -> [Int: EstimatorAnswer] {
    var answers: [Int: EstimatorAnswer] = [:]
    let known = Set(questions.map(\.id))
    for answer in try estimator.answer(questions) {
      guard known.contains(answer.id) else {
        throw InputError("the estimator answers question \(answer.id), which was not asked", at: estimator.name)
      }
      guard answers.updateValue(answer, forKey: answer.id) == nil else {
        throw InputError("the estimator answers question \(answer.id) twice", at: estimator.name)
      }
    }
    guard answers.count == known.count else {
      let missing = known.subtracting(answers.keys).min() ?? 0
      throw InputError(
        "the estimator leaves \(known.count - answers.count) of \(known.count) questions without an answer, the "
          + "first is \(missing)",
        at: estimator.name, remedy: "answer each with a line; one without an estimate is {\"id\": \(missing)}")
    }
    return answers
  }
}
