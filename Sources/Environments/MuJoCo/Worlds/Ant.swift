extension MuJoCoWorld {
  /// Four legs around a ball walk.
  ///
  /// Reward: forward speed of the torso + 1 while healthy − 0.5 ‖action‖² − 0.0005 Σ forces², each force clipped to ±1.
  /// Ends when the torso's height leaves [0.2, 1] m. Under `christiano` (rl-teacher): speed + (height − 1.2), no end.
  static func ant(_ options: MuJoCoOptions) -> MuJoCoWorld {
    let legs = ["front left", "front right", "back left", "back right"]
    let joints = legs.flatMap { ["\($0) hip", "\($0) ankle"] }
    let bodies = ["torso"] + legs.flatMap { ["\($0) shoulder", "\($0) thigh", "\($0) shin"] }
    let places = ["x", "y", "height"] + rootTurn + joints.map { "\($0) angle" }
    let first = options.variant == .fixed ? 0 : 2
    let ends = options.variant == .v5
    return MuJoCoWorld(
      name: "Ant-v5", summary: "Four legs around a ball walk ahead", model: "ant.xml", frameSkip: 5, limit: 1_000,
      canTerminate: ends, derived: [.placeOfBody(1), .externalForces],
      observed: [
        .positions(first, Array(places[first...])), .velocities(0, rootMotion + joints.map { "\($0) velocity" }),
        .derived(9, bodies.flatMap { body in forceAxes.map { "\(body) \($0)" } }, clip: 1),
      ],
      // In the order of the model's motors, which is not that of its joints.
      actionNames: ["back right", "front left", "front right", "back left"].flatMap {
        ["\($0) hip turns left", "\($0) ankle turns"]
      },
      start: .uniformAndNormal(options.noise ?? 0.1), forward: .derived(0),
      judge: { state, action, speed in
        let height = state.position(2)
        if options.variant == .christiano { return Outcome(reward: speed + (height - 1.2), terminated: false) }
        let healthy = height >= 0.2 && height <= 1 && isFinite(state, positions: 15, velocities: 14)
        var forces = 0.0
        for index in 0..<84 {
          let force = max(-1, min(1, state.derived(3 + index)))
          forces += force * force
        }
        let costs = Double(0.5 as Float * action.squares) + 5e-4 * forces
        return Outcome(reward: speed + (healthy ? 1 : 0) - costs, terminated: ends && !healthy)
      },
      view: MuJoCoView(
        side: .above, width: 4.2, height: 2.8, follows: true,
        roles: [4: .joint, 7: .joint, 10: .joint, 13: .joint]),
      features: .walker,
      guidance: Guidance(
        goal: "Walk or run to the right.",
        legend: [
          Guidance.Sign(.disc, .agent, "the trunk, from above"), Guidance.Sign(.line, .joint, "the shins"),
          Guidance.Sign(.line, .ground, "a line at each metre"),
        ],
        unsure: "Choose the one that gets farther to the right, then the one that does not roll over."))
  }

  /// What a free body's turn is called: a quaternion.
  static let rootTurn = ["torso turn w", "torso turn x", "torso turn y", "torso turn z"]
  /// Velocities of a free body.
  static let rootMotion = [
    "x velocity", "y velocity", "z velocity", "x angular velocity", "y angular velocity", "z angular velocity",
  ]
  /// What acts on a body from outside, in MuJoCo's order.
  static let forceAxes = ["torque x", "torque y", "torque z", "force x", "force y", "force z"]

  static func isFinite(_ state: MuJoCoReading, positions: Int, velocities: Int) -> Bool {
    for index in 0..<positions where !state.position(index).isFinite { return false }
    for index in 0..<velocities where !state.velocity(index).isFinite { return false }
    return true
  }
}

extension [MuJoCoFeature] {
  /// What can be said of whatever walks freely.
  static let walker: [MuJoCoFeature] = [
    MuJoCoFeature(
      name: "forward speed", synonyms: ["speed", "pace"], summary: "how fast it moves to the right (m/s)",
      moreWords: ["faster", "fast"], lessWords: ["slower", "slow"], compute: .component("x velocity")),
    MuJoCoFeature(
      name: "sideways speed", synonyms: ["drift"], summary: "how fast it moves sideways, either way (m/s)",
      compute: .magnitude("y velocity")),
    MuJoCoFeature(
      name: "height", synonyms: ["torso height"], summary: "how high the torso is (m)", moreWords: ["higher"],
      lessWords: ["lower"], compute: .component("height")),
    .effort,
  ]
}
