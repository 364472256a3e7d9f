import Compute

/// Clips of two screens side by side: the world that is rewarded, and another episode of the same world, played by an
/// agent of the same sort, that has nothing to do with the reward.
///
/// So every shift has a harmless twin of exactly the same size: the same shift on the second screen.
package struct ShiftClips: Sendable {
  /// Rows of all clips, one after the other: [clips · steps × 2 · columns].
  package let rows: Matrix
  /// The true rewards of the clips: of the first screen alone.
  package let rewards: [Double]
  let steps: Int

  var count: Int { rewards.count }

  /// Where a shift is planted.
  package enum Screen: CaseIterable, Sendable { case rewarded, other }

  /// - Parameters:
  ///   - shift: what is planted on one screen; nil for nothing anywhere.
  ///   - cost: what the new object takes off a clip's reward where it stands on the first screen.
  package init(
    _ world: ShiftWorld, count: Int, steps: Int, _ shift: PlantedShift? = nil, on screen: Screen = .rewarded,
    noise: [Double] = [], cost: Double = 0, random: RandomSource
  ) {
    var (elements, rewards) = ([Double](), [Double]())
    elements.reserveCapacity(count * steps * 2 * world.columns)
    for number in 0..<count {
      var draws = random.stream("clip", number)
      let first = world.clip(screen == .rewarded ? shift : nil, steps, noise, &draws)
      let second = world.clip(screen == .other ? shift : nil, steps, noise, &draws)
      for step in 0..<steps {
        let range = step * world.columns..<(step + 1) * world.columns
        elements += first.rows[range]
        elements += second.rows[range]
      }
      rewards.append(first.reward - (shift == .object && screen == .rewarded ? cost : 0))
    }
    rows = Matrix(rows: count * steps, columns: 2 * world.columns, elements: elements)
    (self.rewards, self.steps) = (rewards, steps)
  }

  /// Half of each observed number's standard deviation over these clips, for noise of that size on either screen.
  func halfDeviations(_ world: ShiftWorld) -> [Double] {
    (0..<world.observationSize).map { Statistics.standardDeviation(rows.column($0)) / 2 }
  }

  /// One number for each clip: the mean of its rows' scores.
  func means(of scores: [Double]) -> [Double] {
    (0..<count).map { clip in Statistics.mean(Array(scores[clip * steps..<(clip + 1) * steps])) }
  }
}
