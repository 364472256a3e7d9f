import Compute
import Foundation

/// What is asked of an estimator: a data set, and perhaps a place at which it is to say what it minimises.
public struct EstimatorQuestion: Sendable, Hashable, Codable {
  /// Its number.
  public var id: Int
  /// The numbers.
  public var data: [Double]
  /// The level of the interval that is wanted.
  public var level: Double
  /// Where the objective and its gradient are wanted; nil where an estimate is.
  public var at: Double?

  /// A question of these parts.
  public init(id: Int, data: [Double], level: Double, at: Double? = nil) {
    (self.id, self.data, self.level, self.at) = (id, data, level, at)
  }
}

/// What an estimator says to a question.
public struct EstimatorAnswer: Sendable, Hashable, Codable {
  /// The question's number.
  public var id: Int
  /// Its estimate; nil for none.
  public var estimate: Double?
  /// Between what it says that the truth lies; nil for nothing.
  public var lower: Double?
  /// See ``lower``.
  public var upper: Double?
  /// Draws from the posterior; nil for an estimator that has none.
  public var draws: [Double]?
  /// What it minimises or maximises, at the place of the question.
  public var objective: Double?
  /// The derivative of that.
  public var gradient: Double?

  /// An answer of these parts.
  public init(
    id: Int, estimate: Double? = nil, lower: Double? = nil, upper: Double? = nil, draws: [Double]? = nil,
    objective: Double? = nil, gradient: Double? = nil
  ) {
    (self.id, self.estimate, self.lower, self.upper) = (id, estimate, lower, upper)
    (self.draws, self.objective, self.gradient) = (draws, objective, gradient)
  }
}

/// Something that estimates: a function of many questions, so that a program is started once for all.
public struct Estimator: Sendable {
  /// As it is named.
  public let name: String
  /// Answers, in any order.
  public let answer: @Sendable ([EstimatorQuestion]) throws -> [EstimatorAnswer]

  /// An estimator by its function.
  public init(_ name: String, answer: @escaping @Sendable ([EstimatorQuestion]) throws -> [EstimatorAnswer]) {
    (self.name, self.answer) = (name, answer)
  }

  /// One that looks at one question at a time.
  ///
  /// - Parameters:
  ///   - name: as it is named.
  ///   - one: the estimate and its interval.
  public init(
    _ name: String, one: @escaping @Sendable (_ question: EstimatorQuestion) -> (estimate: Double?, interval: Interval?)
  ) {
    self.init(name) { questions in
      questions.map { question in
        let (estimate, interval) = one(question)
        return EstimatorAnswer(id: question.id, estimate: estimate, lower: interval?.lower, upper: interval?.upper)
      }
    }
  }

  /// Ours, for a problem whose numbers lie in this range.
  public static func ours(range: ClosedRange<Double>?) -> [Estimator] {
    [
      Estimator("student") { (Statistics.mean($0.data), Statistics.meanInterval($0.data, level: $0.level)) },
      Estimator("bootstrap") { question in
        (
          Statistics.mean(question.data),
          Statistics.bootstrapInterval(
            question.data, statistic: Statistics.mean, level: question.level, resamples: 500,
            random: RandomSource(seed: 0))
        )
      },
      Estimator("betting") { question in
        guard let range, range.lowerBound < range.upperBound else { return (Statistics.mean(question.data), nil) }
        let width = range.upperBound - range.lowerBound
        var sequence = BoundedMeanSequence(level: question.level, points: 500)
        for value in question.data { sequence.observe(min(1, max(0, (value - range.lowerBound) / width))) }
        // The truth may lie between two means that were bet against.
        let found = sequence.interval
        return (
          Statistics.mean(question.data),
          Interval(
            lower: range.lowerBound + width * max(0, found.lower - 0.002),
            upper: range.lowerBound + width * min(1, found.upper + 0.002), level: question.level)
        )
      },
      share("exact") { Statistics.proportionInterval(successes: $0, of: $1, level: $2) },
      share("wilson") { Statistics.wilsonInterval(successes: $0, of: $1, level: $2) },
      normalPosterior,
    ]
  }

  /// The share of ones, with an interval.
  private static func share(_ name: String, _ interval: @escaping @Sendable (Int, Int, Double) -> Interval?)
    -> Estimator
  {
    Estimator(name) { question in
      guard !question.data.isEmpty, question.data.allSatisfy({ $0 == 0 || $0 == 1 }) else { return (nil, nil) }
      let ones = question.data.count { $0 == 1 }
      return (Double(ones) / Double(question.data.count), interval(ones, question.data.count, question.level))
    }
  }

  /// The posterior of `normal-mean`: N(n·x̄/(n + 1), 1/(n + 1)), with draws, and its negative log-density at a place.
  private static let normalPosterior = Estimator("normal-posterior") { questions in
    questions.map { question in
      let weight = Double(question.data.count) + 1
      let (mean, deviation) = (question.data.reduce(0, +) / weight, (1 / weight).squareRoot())
      if let place = question.at {
        return EstimatorAnswer(
          id: question.id, objective: (place - mean) * (place - mean) * weight / 2, gradient: (place - mean) * weight)
      }
      let reach = SpecialFunctions.normalQuantile((1 + question.level) / 2) * deviation
      // Chance that follows from the data alone: the same question gets the same draws.
      var random = RandomSource(seed: mean.bitPattern).stream("posterior")
      return EstimatorAnswer(
        id: question.id, estimate: mean, lower: mean - reach, upper: mean + reach,
        draws: (0..<99).map { _ in mean + deviation * random.normal() })
    }
  }

  /// The one of ours that is called so.
  ///
  /// - Parameters:
  ///   - name: as it is named.
  ///   - range: of the problem's numbers.
  /// - Throws: `InputError` with near misses for a name that is not known.
  public static func named(_ name: String, range: ClosedRange<Double>?) throws -> Estimator {
    let known = ours(range: range)
    guard let estimator = known.first(where: { $0.name == name }) else {
      throw InputError.unknown("estimator", name, among: known.map(\.name))
    }
    return estimator
  }
}
