import Foundation

/// How high Hopper's parts are over the ground (m), by its joints alone: whoever sees height and angles
/// can tell.
///
/// The measures are those of the model: capsules in a chain, of which the first turns about its middle, and a foot that
/// reaches farther to the front of the ankle than behind it.
package struct HopperPose {
  /// The lowest point of the torso.
  package let torso: Double
  /// Of the thigh.
  package let thigh: Double
  /// Of the leg.
  package let leg: Double
  /// Of the foot.
  package let foot: Double

  /// - Parameters:
  ///   - height: of the torso's middle (m).
  ///   - angle: of the torso (rad).
  ///   - thighAngle: of the joint above the thigh (rad).
  ///   - legAngle: of the joint above the leg (rad).
  ///   - footAngle: of the joint above the foot (rad).
  package init(height: Double, angle: Double, thighAngle: Double, legAngle: Double, footAngle: Double) {
    let hip = height - 0.2 * cos(angle)
    let knee = hip - 0.45 * cos(angle - thighAngle)
    let ankle = knee - 0.5 * cos(angle - thighAngle - legAngle)
    torso = min(hip, height + 0.2 * cos(angle)) - 0.05
    thigh = min(hip, knee) - 0.05
    leg = min(knee, ankle) - 0.04
    let slope = sin(angle - thighAngle - legAngle - footAngle)
    foot = ankle + min(0.13 * slope, -0.26 * slope) - 0.06
  }

  /// The lowest point of all.
  package var lowest: Double { min(min(torso, thigh), min(leg, foot)) }

  /// Whether something else than the foot touches the ground: the engine tells contacts from a millimetre on.
  package var isRolling: Bool { min(torso, min(thigh, leg)) <= 0.002 }
  /// Whether the foot touches the ground.
  package var isOnFoot: Bool { foot <= 0.002 }
}
