import Compute

/// One statement that a reward is to satisfy, as a person writes it: `reward rises with height while x < 0.5`.
///
/// All else is held equal: what an assertion compares are two transitions that differ in nothing but what it names.
package struct ModelAssertion: Sendable, Hashable {
  /// What is claimed.
  package enum Claim: Sendable, Hashable {
    /// `reward stays between 1 and 2`, `… above 1`, `… below 2`.
    case stays(low: Double?, high: Double?)
    /// `reward rises with height`, `reward falls with …`.
    case monotone(column: Int, rises: Bool)
    /// `never paid more when water = 1 than when water = 0`; `less` turns the sides.
    case ordered(more: [Setting], less: [Setting])
    /// `reward does not depend on noise by more than 0.1`.
    case independent(column: Int)
    /// `no jump above 3 between neighbours`.
    case smooth(jump: Double)
  }

  /// A number that is set, or the action.
  package enum Setting: Sendable, Hashable {
    case number(column: Int, value: Float)
    case action(Int)
  }

  /// Where it is claimed: a number lies between two.
  package struct Condition: Sendable, Hashable {
    package var column: Int
    package var low: Float
    package var high: Float
  }

  package var claim: Claim
  /// All must be met.
  package var conditions: [Condition] = []
  /// The actions for which it is claimed; nil for all.
  package var actions: Set<Int>?
  /// By how much it may be missed.
  package var tolerance = 0.0
  /// As it was written, without what stands around it.
  package var text: String
  /// Where it was written.
  package var line: Int
}
