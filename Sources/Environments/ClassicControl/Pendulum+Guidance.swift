import Foundation

extension Pendulum {
  static let guidance = Guidance(
    goal: "Swing the pendulum up and hold it upright, at the green mark.",
    legend: [
      Guidance.Sign(.line, .agent, "the pendulum"), Guidance.Sign(.line, .goal, "where it is to stand"),
      Guidance.Sign(.arrow, .action, "the motor: which way it turns, longer is stronger"),
      Guidance.Sign(.disc, .joint, "the axle"),
    ],
    unsure: "Choose the one that is upright for longer, then the calmer one. About as good? Say so.",
    example: { observation in
      let (height, side, speed) = (observation[0], observation[1], observation[2])
      // Near the top it is held; elsewhere the motor adds the energy that is missing.
      if height > 0.92 { return [max(-2, min(2, -(12 * asin(side) + 3 * speed)))] }
      let missing = 15 - (speed * speed / 2 + 15 * height)
      return [max(-2, min(2, missing * (speed < 0 ? -1 : 1)))]
    })
}
