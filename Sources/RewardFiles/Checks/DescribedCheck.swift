/// What every check of an audit of files says of itself, whatever it looks at.
package protocol DescribedCheck: Sendable {
  var id: String { get }
  var title: String { get }
  var problem: String { get }
  var explanation: String { get }
  var assumptions: String { get }
  /// What to do if the claim fails, with the next command.
  var advice: String { get }
  var source: String { get }
  /// What the files must have, for people.
  var needed: [String] { get }
}

extension AuditCheck: DescribedCheck {
  package var needed: [String] { needs.map(\.words) }
}

extension RolloutCheck: DescribedCheck {
  package var needed: [String] { needs.map(\.words) }
}
