import Findings

extension SampledDistance {
  /// "0.31 [0.28, 0.35]"; "≈ 0" where nothing but the precision of rewards parts the two.
  public var text: String {
    guard let value else { return "undefined" }
    if isZero { return "≈ 0" }
    return Numbers.plain(value)
      + (interval.map { " [\(Numbers.plain($0.lower)), \(Numbers.plain($0.upper))]" } ?? ", no interval")
  }
}

extension SampledComparison: CustomStringConvertible {
  /// What was sampled and how much it covers, in sentences.
  public var description: String {
    var text =
      "\(environment): \(Numbers.count(transitions, "transition")) of \(behaviors.joined(separator: ", "))"
      + (behaviors.count > 1 ? ", each with the same share" : "")
      + ", in \(blocks) independent blocks; discount \(discount)."
    text += " Intervals are 95 %. Of other transitions nothing is said."
    for reach in reaches {
      text += "\nThe sample covers \(Numbers.percent(reach.share)) of what \(reach.behavior) meets."
    }
    if let coveredPairs {
      text += "\nIt has \(Numbers.percent(coveredPairs)) of the world's reachable states and actions."
    }
    if !hasExactValues, let most = shapingLeft.compactMap({ $0 }).max() {
      text +=
        "\nValues are fitted: a STARC distance up to \(Numbers.plain(most)) can be shaping that they do not take out."
    }
    return text
  }
}
