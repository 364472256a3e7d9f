extension Backflip {
  /// What backward rotation is worth in a step, in turns.
  ///
  /// Turning backward is worth what it is in the air; a quarter of it over the foot, so that wheeling over it is no flip;
  /// a tenth while torso, thigh or leg touch the ground, so that who can only roll is told which way; and such a step
  /// costs a five-hundredth of a turn. Turning forward costs what it is, anywhere.
  ///
  /// So rocking earns nothing: whatever is turned backward and forward again adds up to 0 at best, and to less wherever
  /// some of it was on the ground. An episode is worth at most the turns backward from its first moment to its last. It
  /// says nothing of where a turn lands, or how many jumps it takes: flips are counted by ``Tally``.
  static func rotation(pose: HopperPose, turned: Double) -> Double {
    rotation(pose: pose, turned: turned, share: pose.isOnFoot ? leastShare : 1)
  }

  /// The same, but in the air turning backward is worth what it is from ``clearHeight`` over the ground on, and below that
  /// as much less as the lowest part is lower, down to the quarter that it is worth over the foot.
  ///
  /// So there is a slope from wheeling to flipping, which an agent climbs: a hop is worth more the higher it is.
  static func aloft(pose: HopperPose, turned: Double) -> Double {
    rotation(pose: pose, turned: turned, share: max(leastShare, min(1, pose.lowest / clearHeight)))
  }

  /// How high over the ground the lowest part is at least where ``aloft(pose:turned:)`` counts a turn in full (m).
  static let clearHeight = 0.15
  /// What a turn backward over the foot is worth, of one in the air.
  private static let leastShare = 0.25

  private static func rotation(pose: HopperPose, turned: Double, share: Double) -> Double {
    let gain = -turned / (2 * .pi)
    if pose.isRolling { return (gain > 0 ? 0.1 * gain : gain) - 0.002 }
    return gain > 0 ? share * gain : gain
  }

  /// ``rotation(pose:turned:)`` from a state and the torso's speed of turning over the step (rad, backward negative).
  static func rotation(_ state: MuJoCoReading, turned: Double) -> Double {
    let pose = HopperPose(
      height: state.position(1), angle: state.position(2), thighAngle: state.position(3), legAngle: state.position(4),
      footAngle: state.position(5))
    return rotation(pose: pose, turned: turned)
  }

  /// The rewards as a person can judge by them, from what is seen: `formula`, the published one, `rotation` and `aloft`;
  /// none where the backflip's components are not all seen.
  package static func rewards(seen names: [String]) -> [NamedReward] {
    guard let seen = Seen(names) else { return [] }
    return [
      NamedReward(
        name: "formula", summary: "the published formula: speed of turning backward, more for height and drive"
      ) { _, action, next in seen.formula(action, next) },
      NamedReward(
        name: "rotation",
        summary:
          "turns backward in the air, a quarter of them over the foot; turning forward and lying on the ground cost"
      ) { now, _, next in seen.rotation(now, next) },
      NamedReward(
        name: "aloft",
        summary:
          "as rotation, but turns count in full from 15 cm over the ground on, and less the lower the lowest part is"
      ) { now, _, next in Backflip.aloft(pose: seen.pose(next), turned: seen.turned(now, next)) },
    ]
  }
}
