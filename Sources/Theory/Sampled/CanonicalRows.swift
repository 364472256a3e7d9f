import Compute

/// A reward in canonical form on the transitions of a sample, with what it would be if a part of the sample were
/// missing.
///
/// `first` and `second` are the same where nothing is left to chance. Elsewhere each stands for the canonical reward with
/// noise of its own: the mean of a product x · y over transitions is taken as that of (x₁y₂ + x₂y₁)/2, in which the
/// noise has mean 0. The plain mean of x² would contain the noise's variance, so that a reward would lie apart from
/// itself shaped.
package struct CanonicalRows: Sendable {
  /// [transitions], two independent stand-ins.
  package struct Values: Sendable {
    package var first: [Double]
    package var second: [Double]

    package init(_ first: [Double], _ second: [Double]? = nil) {
      self.first = first
      self.second = second ?? first
    }
  }

  package var whole: Values
  /// Without each block in turn; empty if a block's own transitions are all that it decides.
  package var withoutBlock: [Values] = []
  /// Without each group of queries (pairs, actions) in turn; empty if nothing was drawn for them.
  package var withoutQueries: [Values] = []
  /// The size of the numbers that it was computed from, of which single precision keeps seven digits.
  package var scale: Double

  package init(_ whole: Values, scale: Double) {
    self.whole = whole
    self.scale = scale
  }
}

extension WorldSample {
  /// EPIC's canonical reward but for its constant, which no correlation sees:
  /// R(s, a, s′) + E[γR(s′, A, S′) − R(s, A, S′)], with the pairs (A, S′) shared by all transitions and rewards, so that
  /// shaping cancels exactly however few they are.
  package func epic(_ reward: ComparedReward) throws -> CanonicalRows {
    let evaluator = reward.evaluator()
    let own = try evaluator.values(transitions)
    let groups = pairs.groups
    let count = pairs.nextObservations.count / transitions.specification.observationSpace.count
    let perGroup = count / groups
    precondition(perGroup * groups == count && count > 0, "groups of pairs of one size")
    // [transitions × groups]: E over the group's pairs of γR(s′, A, S′) − R(s, A, S′).
    var means = [Double](repeating: 0, count: transitions.count * groups)
    var scale = Vectors.largest(own)
    let chunk = 16
    func queries(_ states: Int) -> SampledRows {
      SampledRows(
        transitions.specification, states: states, actions: pairs.actions, nextObservations: pairs.nextObservations)
    }
    var asked = queries(min(chunk, transitions.count))
    for start in stride(from: 0, to: transitions.count, by: chunk) {
      let rows = start..<min(start + chunk, transitions.count)
      if asked.count != rows.count * count { asked = queries(rows.count) }
      for (isNext, factor) in [(false, -1.0), (true, discount)] {
        for (place, row) in rows.enumerated() {
          asked.setObservation(
            place * count..<(place + 1) * count,
            to: isNext ? transitions.nextObservation(row) : transitions.observation(row))
        }
        let paid = isNext ? pairs.ownNext : pairs.ownHere
        if !paid.isEmpty { asked.setRewards(paid[rows.lowerBound * count..<rows.upperBound * count]) }
        let values = try evaluator.values(asked)
        scale = max(scale, Vectors.largest(values))
        for (place, row) in rows.enumerated() {
          for group in 0..<groups {
            var sum = 0.0
            for pair in group * perGroup..<(group + 1) * perGroup { sum += values[place * count + pair] }
            means[row * groups + group] += factor * sum / Double(perGroup)
          }
        }
      }
    }
    return Self.leavingOut(own, [means, means], groups, areDrawn: groups > 1, scale: scale)
  }

  /// DARD's canonical reward: R(s, a, s′) + E[γR(s′, A, S″) − R(s, A, S′) − γR(S′, A, S″)], S′ ~ τ(s, A),
  /// S″ ~ τ(s′, A). The same draws stand in all terms, so shaping cancels exactly.
  package func dard(_ reward: ComparedReward) throws -> CanonicalRows {
    let evaluator = reward.evaluator()
    let own = try evaluator.values(transitions)
    var scale = Vectors.largest(own)
    func means(_ fans: Fans) throws -> [Double] {
      var means = [Double](repeating: 0, count: transitions.count * fans.actions)
      let (next, here, across) = (
        try evaluator.values(fans.fromNext), try evaluator.values(fans.fromHere), try evaluator.values(fans.across)
      )
      scale = [scale, Vectors.largest(next), Vectors.largest(here), Vectors.largest(across)].max() ?? scale
      for k in fans.index.indices {
        means[fans.index[k] * fans.actions + fans.action[k]] +=
          fans.weight[k] * (discount * (next[k] - across[k]) - here[k])
      }
      return means
    }
    let first = try means(fans.0)
    let second = try fans.1.map(means) ?? first
    return Self.leavingOut(own, [first, second], fans.0.actions, areDrawn: fans.0.areDrawn, scale: scale)
  }

  /// own + the mean over groups of `means` ([transitions × groups], two stand-ins), and that without each group.
  private static func leavingOut(
    _ own: [Double], _ means: [[Double]], _ groups: Int, areDrawn: Bool, scale: Double
  ) -> CanonicalRows {
    func values(without left: Int?) -> CanonicalRows.Values {
      let counted = (0..<groups).filter { $0 != left }
      let sums = means.map { means in
        own.indices.map { row in
          var sum = 0.0
          for group in counted { sum += means[row * groups + group] }
          return own[row] + sum / Double(counted.count)
        }
      }
      return CanonicalRows.Values(sums[0], sums[1])
    }
    var rows = CanonicalRows(values(without: nil), scale: scale)
    if areDrawn { rows.withoutQueries = (0..<groups).map(values) }
    return rows
  }
}
