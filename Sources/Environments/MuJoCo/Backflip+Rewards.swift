import Foundation

/// How high Hopper's parts but the foot are over the ground (m), by its joints alone: whoever sees height and angles
/// can tell.
///
/// The measures are those of the model: capsules in a chain, of which the first turns about its middle.
package struct HopperPose {
  /// The lowest point of the torso.
  package let torso: Double
  /// Of the thigh.
  package let thigh: Double
  /// Of the leg.
  package let leg: Double

  /// - Parameters:
  ///   - height: of the torso's middle (m).
  ///   - angle: of the torso (rad).
  ///   - thighAngle: of the joint above the thigh (rad).
  ///   - legAngle: of the joint above the leg (rad).
  package init(height: Double, angle: Double, thighAngle: Double, legAngle: Double) {
    let hip = height - 0.2 * cos(angle)
    let knee = hip - 0.45 * cos(angle - thighAngle)
    let ankle = knee - 0.5 * cos(angle - thighAngle - legAngle)
    torso = min(hip, height + 0.2 * cos(angle)) - 0.05
    thigh = min(hip, knee) - 0.05
    leg = min(knee, ankle) - 0.04
  }

  /// Whether something else than the foot touches the ground: the engine tells contacts from a millimetre on.
  package var isRolling: Bool { min(torso, min(thigh, leg)) <= 0.002 }
}

extension Backflip {
  /// What clean backward rotation is worth in a step, in turns.
  ///
  /// Turning backward is worth what it is, in the air and over the foot; a quarter of it while torso, thigh or leg touch
  /// the ground, so that who can only roll is told which way; and such a step costs a five-hundredth of a turn. Turning
  /// forward costs what it is, anywhere.
  ///
  /// So rocking earns nothing: whatever is turned backward and forward again adds up to 0 at best, and to less wherever
  /// some of it was on the ground. An episode is worth at most the turns backward from its first moment to its last. It
  /// says nothing of where a turn lands, or how many jumps it takes: flips are counted by ``Tally``.
  static func rotation(pose: HopperPose, turned: Double) -> Double {
    let gain = -turned / (2 * .pi)
    guard pose.isRolling else { return gain }
    return (gain > 0 ? 0.25 * gain : gain) - 0.002
  }

  /// The same from a state and the torso's speed of turning over the step (rad, backward negative).
  static func rotation(_ state: MuJoCoReading, turned: Double) -> Double {
    let pose = HopperPose(
      height: state.position(1), angle: state.position(2), thighAngle: state.position(3), legAngle: state.position(4))
    return rotation(pose: pose, turned: turned)
  }

  /// The two rewards as a person can judge by them, from what is seen: `formula`, the published one, and `rotation`,
  /// clean backward rotation; none where the backflip's components are not all seen.
  package static func rewards(seen names: [String]) -> [NamedReward] {
    guard let seen = Seen(names) else { return [] }
    return [
      NamedReward(
        name: "formula", summary: "the published formula: speed of turning backward, more for height and drive"
      ) { _, action, next in seen.formula(action, next) },
      NamedReward(
        name: "rotation",
        summary: "turns backward, a quarter of them on the ground; turning forward and lying on the ground cost"
      ) { now, _, next in seen.rotation(now, next) },
    ]
  }

  /// Where Hopper's numbers stand in an observation.
  private struct Seen: Sendable {
    let height: Int
    let angle: Angle
    let thigh: Int
    let leg: Int
    let xVelocity: Int
    let turning: Int
    let jointVelocities: [Int]

    enum Angle: Sendable {
      case plain(Int)
      case sineAndCosine(Int, Int)
    }

    init?(_ names: [String]) {
      func index(_ name: String) -> Int? { names.firstIndex(of: name) }
      jointVelocities = ["thigh", "leg", "foot"].compactMap { index("\($0) velocity") }
      guard let height = index("height"), let thigh = index("thigh angle"), let leg = index("leg angle"),
        let xVelocity = index("x velocity"),
        let turning = index("torso angular velocity"), jointVelocities.count == 3
      else { return nil }
      (self.height, self.thigh, self.leg, self.xVelocity, self.turning) = (height, thigh, leg, xVelocity, turning)
      if let sine = index("sine of torso angle"), let cosine = index("cosine of torso angle") {
        angle = .sineAndCosine(sine, cosine)
      } else if let plain = index("torso angle") {
        angle = .plain(plain)
      } else {
        return nil
      }
    }

    func formula(_ action: Span<Float>, _ next: Span<Float>) -> Double {
      var drive = 0.0
      for index in 0..<3 { drive += Double(action[index]) * Double(next[jointVelocities[index]]) }
      return -Double(next[turning])
        * (1 + 0.3 * Double(next[height]) + 0.1 * drive - 0.05 * Double(next[xVelocity]))
    }

    func rotation(_ now: Span<Float>, _ next: Span<Float>) -> Double {
      let angle = torsoAngle(next)
      // No step turns by half a turn, so the shorter way is the one that was taken.
      let turned = (angle - torsoAngle(now)).remainder(dividingBy: 2 * .pi)
      let pose = HopperPose(
        height: Double(next[height]), angle: angle, thighAngle: Double(next[thigh]), legAngle: Double(next[leg]))
      return Backflip.rotation(pose: pose, turned: turned)
    }

    private func torsoAngle(_ row: Span<Float>) -> Double {
      switch angle {
      case .plain(let at): Double(row[at])
      case .sineAndCosine(let sine, let cosine): atan2(Double(row[sine]), Double(row[cosine]))
      }
    }
  }
}
