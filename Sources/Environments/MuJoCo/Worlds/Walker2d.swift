extension MuJoCoWorld {
  /// A trunk on two legs walks in the plane.
  ///
  /// Reward: forward speed + 1 while healthy − 0.001 ‖action‖². Ends when it is not healthy: torso height outside
  /// (0.8, 2) m or lean outside ±1 rad. Under `christiano` (rl-teacher): speed + 1 + (height − 2), no end.
  static func walker2d(_ options: MuJoCoOptions) -> MuJoCoWorld {
    let joints = ["right thigh", "right leg", "right foot", "left thigh", "left leg", "left foot"]
    let places = ["x", "height", "torso angle"] + joints.map { "\($0) angle" }
    let first = options.variant == .fixed ? 0 : 1
    let ends = options.variant == .v5
    return MuJoCoWorld(
      name: "Walker2d-v5", summary: "A trunk on two legs walks ahead", model: "walker2d_v5.xml", frameSkip: 4,
      limit: 1_000, canTerminate: ends,
      observed: [
        .positions(first, Array(places[first...])),
        .velocities(
          0, ["x velocity", "z velocity", "torso angular velocity"] + joints.map { "\($0) velocity" }, clip: 10),
      ],
      actionNames: joints.map { "\($0) bends back" }, start: .uniform(options.noise ?? 5e-3), forward: .position(0),
      judge: { state, action, speed in
        let (height, angle) = (state.position(1), state.position(2))
        if options.variant == .christiano { return Outcome(reward: speed + 1 + (height - 2), terminated: false) }
        let healthy = height > 0.8 && height < 2 && angle > -1 && angle < 1
        let reward = speed + (healthy ? 1 : 0) - Double(1e-3 as Float * action.squares)
        return Outcome(reward: reward, terminated: ends && !healthy)
      },
      view: MuJoCoView(
        side: .side, width: 3.4, height: 2.2, offset: [0, -0.25], follows: true, ground: 0,
        roles: [5: .joint, 6: .joint, 7: .joint]),
      features: .runner,
      guidance: Guidance(
        goal: "Walk or run to the right without falling over.",
        legend: [
          Guidance.Sign(.line, .agent, "trunk and right leg"), Guidance.Sign(.line, .joint, "the left leg"),
          Guidance.Sign(.line, .wall, "a mark at each metre"),
        ],
        unsure: "Choose the one that stays up, then the one that gets farther. About as good? Say so."))
  }
}
