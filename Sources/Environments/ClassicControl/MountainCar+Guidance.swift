extension MountainCar {
  static let guidance = Guidance(
    goal: "Drive to the flag, as soon as possible. The motor is too weak to go straight up: the car has to rock.",
    legend: legend, unsure: unsure,
    // Pushing along adds energy until it is enough.
    example: { [$0[1] < 0 ? 0 : 2] })

  static let legend = [
    Guidance.Sign(.area, .agent, "the car"), Guidance.Sign(.area, .goal, "the flag"),
    Guidance.Sign(.disc, .joint, "its wheels"), Guidance.Sign(.area, .ground, "the hills"),
    Guidance.Sign(.line, .wall, "the flag's pole"),
  ]

  static let unsure =
    "Choose the one that reaches the flag sooner, else the one that gets higher on its way. About as good? Say so."
}

extension MountainCarContinuous {
  static let guidance = Guidance(
    goal: "Drive to the flag with little fuel. The motor is too weak to go straight up: the car has to rock.",
    legend: [MountainCar.legend[0], MountainCar.legend[1]]
      + [Guidance.Sign(.arrow, .action, "the motor: which way it pushes, longer is stronger")]
      + MountainCar.legend[2...],
    unsure: MountainCar.unsure, example: { [$0[1] < 0 ? -1 : 1] })
}
