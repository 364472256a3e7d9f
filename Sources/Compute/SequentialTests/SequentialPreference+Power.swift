extension SequentialPreference {
  /// How likely a preference is found within a number of answers, and how many are used on average.
  public struct Power: Sendable, Hashable, Codable {
    /// The chance that the test is settled by then; without a preference, how often it errs.
    public var chance: Double
    /// The mean number of answers until it is settled or the answers are used up.
    public var meanAnswers: Double
  }

  /// What a fresh test of this error and plan does at a true preference, computed exactly over all sequences of answers.
  ///
  /// Quadratic in the number of answers.
  ///
  /// - Parameters:
  ///   - preference: the chance that the first of the two is preferred, in 0 … 1.
  ///   - answers: how many there are at most.
  public func power(at preference: Double, answers: Int) -> Power {
    precondition(preference >= 0 && preference <= 1 && answers >= 0, "a probability, and a number of answers")
    var chances = [Double](repeating: 0, count: answers + 2)
    chances[0] = 1
    var power = Power(chance: 0, meanAnswers: 0)
    for count in 1..<max(1, answers + 1) {
      power.meanAnswers += chances.reduce(0, +)
      for wins in stride(from: count, through: 0, by: -1) {
        chances[wins] = chances[wins] * (1 - preference) + (wins > 0 ? chances[wins - 1] * preference : 0)
      }
      // Evidence rises with the wins.
      for wins in stride(from: count, through: 0, by: -1) {
        guard chances[wins] > 0 else { continue }
        guard settles(logEvidence(wins: wins, of: count)) else { break }
        power.chance += chances[wins]
        chances[wins] = 0
      }
    }
    return power
  }

  /// How many answers the ordinary exact test, which is looked at once, needs to find a preference with this power.
  ///
  /// Nil if a million do not suffice.
  public static func fixedAnswers(error: Double, preference: Double, power: Double) -> Int? {
    precondition(preference > 0.5 && preference <= 1, "a preference lies above one half")
    return (1...1_000_000).first { count in
      guard let wins = criticalWins(of: count, error: error) else { return false }
      return tail(wins, of: count, preference: preference) >= power
    }
  }
}
