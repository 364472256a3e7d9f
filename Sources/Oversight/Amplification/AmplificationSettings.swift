import Compute

/// Mistakes of those who answer, and what is done against them.
public struct AmplificationSettings: Sendable, Hashable {
  /// Where mistakes are made.
  public enum MistakePlace: String, Sendable, Hashable, Codable, CaseIterable {
    /// In reading facts, at level 0.
    case facts
    /// In every answer that is learned, at every level.
    case everyAnswer
  }

  /// How often an answer that is learned is wrong, independently.
  public var error: Double
  /// Where mistakes are made.
  public var mistakes: MistakePlace
  /// Tables that are learned independently; what they are asked is decided by their majority. Odd.
  public var tables: Int
  /// Whether a demonstration is asked for once for each form and followed by a machine from then on, instead of asking the
  /// person to take every question apart.
  public var followsDemonstrations: Bool

  /// Settings; without arguments nobody errs.
  ///
  /// - Throws: `InputError` if the error is no probability, or the number of tables even or below 1.
  public init(
    error: Double = 0, mistakes: MistakePlace = .facts, tables: Int = 1,
    followsDemonstrations: Bool = true
  ) throws {
    guard error >= 0, error <= 1 else {
      throw InputError(
        "answers are wrong in \(error)", at: "error", remedy: "a probability lies between 0 and 1")
    }
    guard tables > 0, !tables.isMultiple(of: 2) else {
      throw InputError(
        "a majority of \(tables) tables", at: "tables", remedy: "an odd number has no ties")
    }
    self.error = error
    self.mistakes = mistakes
    self.tables = tables
    self.followsDemonstrations = followsDemonstrations
  }

  /// How often the tables' majority is wrong where one of them is in `error`: the upper half of the binomial law.
  ///
  /// Mistakes on the same question are taken to agree, as is so for a tempting one. Mistakes that differ do less harm.
  public var majorityError: Double { Self.majorityError(error, tables: tables) }

  package static func majorityError(_ error: Double, tables: Int) -> Double {
    if tables == 1 || error == 0 || error == 1 { return error }
    // At least (K + 1) ÷ 2 of K are wrong: a tail of the binomial law is an incomplete beta function.
    let half = Double((tables + 1) / 2)
    return SpecialFunctions.incompleteBeta(error, half, Double(tables) - half + 1)
  }
}
