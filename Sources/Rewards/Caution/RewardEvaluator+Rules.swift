import Compute

extension RewardEvaluator {
  /// What a rule makes of the members' rewards in one unit, and how far those are apart where `disagreement` is given.
  func evaluate<Rule: MemberRule>(
    _ transitions: TransitionRows, by rule: Rule, units: MemberUnits, into rewards: UnsafeMutablePointer<Float>,
    disagreement: UnsafeMutablePointer<Float>?
  ) {
    let members = model.members
    precondition(units.zeros.count == members && units.scales.count == members, "units of the same members")
    units.zeros.withUnsafeBufferPointer { zeros in
      units.scales.withUnsafeBufferPointer { scales in
        // They are only read, by all blocks.
        let shared = Disjoint((zeros: zeros, scales: scales))
        eachBlock(transitions) { start, rows, raw, values in
          let (zeros, scales) = (shared.value.zeros, shared.value.scales)
          for row in 0..<rows {
            for member in 0..<members {
              values[member] = units.level + (Double(raw[member * rows + row]) - zeros[member]) * scales[member]
            }
            // Before the rule, which may move them.
            if let disagreement {
              disagreement[start + row] = Float(MeanLessDeviations.deviation(values, count: members))
            }
            rewards[start + row] = Float(rule.reward(values, count: members))
          }
        }
      }
    }
  }
}
