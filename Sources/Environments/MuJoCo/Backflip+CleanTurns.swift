import Compute

extension Backflip {
  /// What a person sees in a clip who looks for clean flips: turns that are made in the air and end on the foot.
  ///
  /// Turns count as by `rotation`. Beside that they are remembered until the foot lands after a flight, or another part touches
  /// the ground: a landing adds what was turned since, one turn at most, times ``landingShare``; a touch takes away
  /// ``spoiltShare`` of it. So the last of a turn decides what the whole of it was worth, which no single step shows. For a
  /// beginner who hardly turns there is little to add or to take away: it is told the direction first.
  struct CleanTurns {
    /// Of the turn that ends on the foot.
    static let landingShare = 0.5
    /// Of the turn that ends on another part.
    static let spoiltShare = 0.4
    /// A flight of fewer moments is none.
    private static let leastFlight = 5

    private var turn = 0.0
    private var flight = 0
    private var wasRolling = false

    /// The worth of the next step, in turns.
    mutating func see(_ pose: HopperPose, turned: Double) -> Double {
      var worth = Backflip.rotation(pose: pose, turned: turned)
      if pose.isRolling {
        if !wasRolling { worth -= Self.spoiltShare * max(0, turn) }
        (turn, flight) = (0, 0)
      } else {
        turn -= turned / (2 * .pi)
        if pose.isOnFoot {
          if flight >= Self.leastFlight {
            worth += Self.landingShare * max(0, min(1, turn))
            turn = 0
          }
          flight = 0
        } else {
          flight += 1
        }
      }
      wasRolling = pose.isRolling
      return worth
    }
  }

  /// `flips`, as a person can judge clips by it; none where the backflip's components are not all seen.
  package static func clipRewards(seen names: [String]) -> [ClipReward] {
    guard let seen = Seen(names) else { return [] }
    return [
      ClipReward(
        name: "flips", summary: "turns backward in the air that end on the foot; those that end on another part cost"
      ) { clip in
        var turns = CleanTurns()
        return clip.mapTransitions { now, _, next in turns.see(seen.pose(next), turned: seen.turned(now, next)) }
      }
    ]
  }
}
