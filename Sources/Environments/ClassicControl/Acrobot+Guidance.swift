extension Acrobot {
  static let guidance = Guidance(
    goal: "Swing the tip above the green line, as soon as possible.",
    legend: [
      Guidance.Sign(.line, .agent, "two hanging links"), Guidance.Sign(.line, .goal, "the line to reach"),
      Guidance.Sign(.arrow, .action, "the motor at the elbow, and which way it turns"),
      Guidance.Sign(.disc, .joint, "the joints"),
    ],
    unsure: "Choose the one that reaches the line sooner, else the one that swings higher. About as good? Say so.",
    // A torque along the elbow's turning adds energy.
    example: { [$0[5] < 0 ? 0 : 2] })
}
