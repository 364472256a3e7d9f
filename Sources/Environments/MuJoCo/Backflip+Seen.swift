import Compute
import Foundation

extension Backflip {
  /// Where Hopper's numbers stand in an observation.
  struct Seen: Sendable {
    let height: Int
    let angle: Angle
    let thigh: Int
    let leg: Int
    let foot: Int
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
        let foot = index("foot angle"), let xVelocity = index("x velocity"),
        let turning = index("torso angular velocity"), jointVelocities.count == 3
      else { return nil }
      (self.height, self.thigh, self.leg, self.foot) = (height, thigh, leg, foot)
      (self.xVelocity, self.turning) = (xVelocity, turning)
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
      Backflip.rotation(pose: pose(next), turned: turned(now, next))
    }

    /// How far the torso turned (rad, backward negative). No step turns by half a turn, so the shorter way is the one that
    /// was taken.
    func turned(_ now: Span<Float>, _ next: Span<Float>) -> Double {
      (torsoAngle(next) - torsoAngle(now)).remainder(dividingBy: 2 * .pi)
    }

    func pose(_ row: Span<Float>) -> HopperPose {
      HopperPose(
        height: Double(row[height]), angle: torsoAngle(row), thighAngle: Double(row[thigh]), legAngle: Double(row[leg]),
        footAngle: Double(row[foot]))
    }

    private func torsoAngle(_ row: Span<Float>) -> Double {
      switch angle {
      case .plain(let at): Double(row[at])
      case .sineAndCosine(let sine, let cosine): atan2(Double(row[sine]), Double(row[cosine]))
      }
    }
  }
}
