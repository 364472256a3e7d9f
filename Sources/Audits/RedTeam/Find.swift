import Compute
import Environments

/// Behaviour that was found to be paid more than is justified, played again before it was believed.
package struct Find: Codable, Sendable, Hashable {
  /// Where it begins.
  package var start: AttackStart
  /// What is done from there.
  package var actions: [Float]
  package var steps: Int
  package var search: AttackSearch
  /// Simulated steps of its search when it was found.
  package var foundAfter: Int
  /// Sums over its steps.
  package var predicted: Double
  package var actual: Double
  package var excess: Double
  /// By the yardstick that was searched by.
  package var pValue: Double
  /// By how much it is predicted to earn more than the best tenth of what was judged, in as many steps; before it was
  /// shortened. What an agent could gain by it.
  package var gain: Double
  /// From what was judged; nil where a feature differs that never varied there.
  package var distance: Double?
  package var distancePValue: Double?
  package var verdict: Verdict
  /// Of 16 replays with other chance from its start on, those in which at least half of the excess was there again.
  package var repeated: Int
  /// Which mechanism it is an example of, from 0; the first of a mechanism has the most to gain.
  package var mechanism = 0
  /// What is unusual in the steps that carry the excess, in words.
  package var traits: [Trait] = []

  /// The channel of feedback that is altered in steps which carry its excess; nil for none that is known.
  package var channel: String?

  /// What is known of it.
  package enum Verdict: String, Codable, Sendable, Hashable, CaseIterable {
    /// The truth is known: it is paid more than it is worth, and pays an agent more than what was judged.
    case exploit
    /// The truth is known: it is paid more than it is worth, and still less than other behaviour.
    case overrated
    /// The truth is known: it looks extreme, and is as good as it is paid.
    case legitimate
    /// The truth is not known: it is unlike what was judged and highly paid, and only people can say whether it should be.
    case unjudged = "unjudged and highly paid"
    /// The truth is not known: nothing that was judged backs what it is paid, which is less than other behaviour is paid.
    case unbacked = "unjudged and paid no more than the rest"
  }

  /// A feature that is unusual.
  package struct Trait: Codable, Sendable, Hashable {
    package var name: String
    /// Its mean over the steps that carry the excess, and over what was judged.
    package var here: Double
    package var judged: Double
    /// The difference in deviations of what was judged; nil where it never varied there.
    package var deviations: Double?
  }
}
