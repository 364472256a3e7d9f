import Foundation

/// Page's cumulative sum: S ← max(0, S + x − allowance), an alarm where S passes the limit.
///
/// For standardised numbers (mean 0 and variance 1 while nothing changes) the allowance is half of the shift that
/// matters. How often it is wrong is known only for independent normal numbers of known mean and variance;
/// ``ExchangeabilityBets`` needs no such thing and is slower for it.
///
/// Source: Page, "Continuous inspection schemes", Biometrika 41 (1954); run lengths by Brook and Evans, Biometrika 59
/// (1972).
public struct CumulativeSum: Sendable, Hashable, Codable {
  /// Taken off each number.
  public let allowance: Double
  /// The sum at which there is an alarm.
  public let limit: Double
  /// The sum now.
  public private(set) var sum = 0.0
  /// Numbers taken.
  public private(set) var count = 0
  /// After how many numbers the sum first passed the limit; nil while it has not.
  public private(set) var alarm: Int?
  /// When the sum was last 0: the change, if there was one, came after this many numbers.
  public private(set) var changeAfter = 0

  /// - Throws: `InputError` for an allowance that is negative or a limit that is not positive.
  public init(allowance: Double = 0.5, limit: Double = 5) throws {
    guard allowance >= 0, allowance.isFinite else {
      throw InputError("the allowance is \(allowance)", at: "allowance", remedy: "use half of the shift that matters")
    }
    guard limit > 0, limit.isFinite else {
      throw InputError("the limit is \(limit)", at: "limit", remedy: "use a positive number, such as 5")
    }
    (self.allowance, self.limit) = (allowance, limit)
  }

  /// Takes the next number; what is not finite counts as an alarm, as it can be no number of the quiet time.
  ///
  /// - Returns: whether the limit is passed.
  @discardableResult
  public mutating func take(_ value: Double) -> Bool {
    count += 1
    sum = value.isFinite ? max(0, sum + value - allowance) : value == -.infinity ? 0 : .infinity
    if sum == 0 { changeAfter = count }
    if sum > limit, alarm == nil { alarm = count }
    return sum > limit
  }

  /// The probability of an alarm within `count` independent normal numbers of this mean and variance 1.
  ///
  /// By a chain of `states` intervals of the sum; an error of the order of 1 / states².
  public func alarmProbability(within count: Int, mean: Double = 0, states: Int = 101) -> Double {
    let moves = chain(mean: mean, states: states)
    var now = [Double](repeating: 0, count: states)
    now[0] = 1
    for _ in 0..<count {
      var next = [Double](repeating: 0, count: states)
      for from in 0..<states where now[from] > 0 {
        for to in 0..<states { next[to] += now[from] * moves[from, to] }
      }
      now = next
    }
    return 1 - now.reduce(0, +)
  }

  /// The mean number of independent normal numbers of this mean and variance 1 up to an alarm.
  ///
  /// - Throws: `InputError` where an alarm is so rare that the mean is beyond a double's precision.
  public func averageRunLength(mean: Double = 0, states: Int = 101) throws -> Double {
    let rest = Matrix.identity(states) - chain(mean: mean, states: states)
    return try LinearAlgebra.solve(rest, [Double](repeating: 1, count: states))[0]
  }

  /// The least limit, to 1 / 1000, with which an alarm within `count` such numbers has at most this probability.
  public static func limit(
    falseAlarm level: Double, within count: Int, allowance: Double = 0.5
  ) throws -> Double {
    var (low, high) = (0.0, 1.0)
    while try CumulativeSum(allowance: allowance, limit: high).alarmProbability(within: count) > level { high *= 2 }
    while high - low > 1e-3 {
      let middle = (low + high) / 2
      let probability = try CumulativeSum(allowance: allowance, limit: middle).alarmProbability(within: count)
      if probability > level { low = middle } else { high = middle }
    }
    return high
  }

  /// Where the sum goes in a step, in intervals around 0, w, 2w, …; what passes the limit leaves the chain.
  private func chain(mean: Double, states: Int) -> Matrix {
    precondition(states > 1, "a chain of several states")
    let width = 2 * limit / Double(2 * states - 1)
    let shift = mean - allowance
    var moves = Matrix(rows: states, columns: states)
    for from in 0..<states {
      for to in 0..<states {
        let upper = SpecialFunctions.normalDistribution(Double(to - from) * width + width / 2 - shift)
        let lower = to == 0 ? 0 : SpecialFunctions.normalDistribution(Double(to - from) * width - width / 2 - shift)
        moves[from, to] = upper - lower
      }
    }
    return moves
  }
}
