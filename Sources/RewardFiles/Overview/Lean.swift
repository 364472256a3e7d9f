/// How often the model prefers the reply with more of something, and how often people do, on the same pairs; of rollouts, how
/// often a verifier accepts, and how often people find right. A number to look at, without a verdict.
public struct Lean: Codable, Sendable, Hashable {
  /// What it is about.
  public enum Kind: String, Codable, Sendable {
    /// The longer reply, over all pairs.
    case length
    /// The reply with more of a style.
    case style
    /// The reply that stood first.
    case place
    /// The longer reply, in one group of pairs.
    case group
    /// What was accepted and what is right, in some rollouts.
    case acceptance
  }

  /// What it is about.
  public let kind: Kind
  /// What is preferred or accepted: "the longer reply where domain is code".
  public let name: String
  /// People's share.
  public let people: Double
  /// The model's or the verifier's.
  public let model: Double
  /// Where the model's share may lie: people's, what random errors at the model's rate make of it, and five points on either side.
  /// Nil where nothing is stated.
  public let tolerated: ClosedRange<Double>?
  /// Whether the model's share lies outside what is tolerated by more than 3.3 standard errors, so that chance alone puts
  /// one of a thousand there. A mark for the eye: the checks decide, with all corrections.
  public let isOutside: Bool
  /// Pairs that differ in it, or rollouts with a label.
  public let count: Int
}

extension Lean {
  /// Plain shares over the pairs in which a feature differs; nil for fewer than 30.
  init?(_ kind: Kind, _ name: String, _ choices: ChoiceComparison, among members: [Int]? = nil, sign: (Int) -> Int) {
    var (count, people, model, agreement, decided, squares) = (0, 0.0, 0.0, 0.0, 0.0, 0.0)
    func add(_ index: Int) {
      let sign = Double(sign(index).signum())
      guard sign != 0 else { return }
      count += 1
      people += sign * choices.people[index]
      model += sign * choices.model[index]
      agreement += choices.model[index] * choices.people[index]
      squares += (choices.model[index] - choices.people[index]) * (choices.model[index] - choices.people[index])
      if choices.people[index] != 0 { decided += 1 }
    }
    if let members { members.forEach(add) } else { choices.rows.indices.forEach(add) }
    guard count >= Grouping.least else { return nil }
    let (ofPeople, ofModel) = (people / Double(count) / 2, model / Double(count) / 2)
    let explained = (decided > 0 ? max(0, agreement / decided) : 0) * ofPeople
    let tolerated =
      max(
        0, 0.5 + min(ofPeople, explained) - ChoiceGap.limit)...min(
        1, 0.5 + max(ofPeople, explained) + ChoiceGap.limit)
    let difference = ofModel - ofPeople
    // Of the paired difference; two pairs that differ added, so that a few that agree are not certain.
    let error = (max(0, squares / 4 + 1 - Double(count) * difference * difference)).squareRoot() / Double(count)
    let distance = max(tolerated.lowerBound - 0.5 - ofModel, ofModel + 0.5 - tolerated.upperBound)
    self.init(
      kind: kind, name: name, people: 0.5 + ofPeople, model: 0.5 + ofModel, tolerated: tolerated,
      isOutside: distance > 3.3 * error, count: count)
  }
}
