/// How far inputs may be moved before a decision can turn.
///
/// ```swift
/// let reach = FlipReach.search(largest: 1, margin: margin, at: row, scale: deviations, search: BoxSearch(), random: &random)
/// reach.certified       // no move within this many scales turns it
/// reach.flip            // this many do; at `witness`
/// ```
///
/// A decision stands while its margin is above 0. Both ends are found by halving: the largest reach at which the margin
/// is proved to stay above 0, and the smallest at which a row was found where it does not.
package struct FlipReach: Sendable, Hashable {
  /// No move of every number by at most this many of its scales turns the decision; 0 if not even that is proved.
  package var certified: Double
  /// A move by this many does; nil if none was found up to the largest reach.
  package var flip: Double?
  /// Where to.
  package var witness: [Float]?

  /// The reach of one decision.
  ///
  /// - Parameters:
  ///   - largest: the reach beyond which nobody asks, above 0.
  ///   - margin: above 0 while the decision stands.
  ///   - row: where it stands.
  ///   - scale: of each number, not negative; 0 for one that is held fast.
  ///   - limits: where inputs must lie, if not everywhere.
  ///   - rounds: halvings of each end.
  ///   - search: the budget of each proof.
  ///   - random: where ascents start.
  package static func search(
    largest: Double, margin: some BoundedFunction, at row: [Float], scale: [Float], limits: InputBox? = nil,
    rounds: Int = 8, search: BoxSearch = BoxSearch(), random: inout RandomStream
  ) -> FlipReach {
    precondition(largest > 0 && row.count == margin.inputs && scale.count == row.count, "a row and its scales")
    if margin.value(at: row) <= 0 { return FlipReach(certified: 0, flip: 0, witness: row) }
    func box(_ reach: Double) -> InputBox {
      let around = InputBox(around: row, reach: scale.map { Float(Double($0) * reach) })
      guard let limits else { return around }
      // What lies outside of the limits already stays where it is.
      return InputBox(
        lower: row.indices.map { min(row[$0], max(around.lower[$0], limits.lower[$0])) },
        upper: row.indices.map { max(row[$0], min(around.upper[$0], limits.upper[$0])) })
    }
    let negated = Negated(margin)
    func attack(_ reach: Double) -> BoxSearch.Largest {
      // The margin is not above 0 where its negative is above the largest number below 0.
      search.maximum(of: negated, over: box(reach), limit: (0.0).nextDown, random: &random)
    }
    var (certified, open) = (0.0, largest)
    var result = FlipReach(certified: 0, flip: nil, witness: nil)
    for round in 0...rounds {
      let reach = round == 0 ? largest : (certified + open) / 2
      let outcome = attack(reach)
      switch outcome.decision((0.0).nextDown) {
      case .proved:
        certified = reach
        if round == 0 { return FlipReach(certified: largest, flip: nil, witness: nil) }
      case .refuted:
        open = reach
        if reach < result.flip ?? .infinity { (result.flip, result.witness) = (reach, outcome.witness) }
      case .undecided: open = reach
      }
    }
    result.certified = certified
    // Between what is proved and where it was found, undecided reaches may hide smaller moves.
    var (below, above) = (certified, result.flip ?? largest)
    for _ in 0..<rounds where result.flip != nil {
      let reach = (below + above) / 2
      let outcome = attack(reach)
      if outcome.found > (0.0).nextDown {
        (above, result.flip, result.witness) = (reach, reach, outcome.witness)
      } else {
        below = reach
      }
    }
    return result
  }
}
