extension MuJoCoWorld {
  /// An arm of two links reaches for a point.
  ///
  /// Reward: −distance of the fingertip from the target − ‖action‖²; never ends. Under `christiano` the distance alone.
  static func reacher(_ options: MuJoCoOptions) -> MuJoCoWorld {
    let charges = options.variant != .christiano
    return MuJoCoWorld(
      name: "Reacher-v5", summary: "An arm of two links reaches for a point", model: "reacher.xml", frameSkip: 2,
      limit: 50, canTerminate: false, derived: [.place(of: "fingertip"), .place(of: "target")],
      observed: [
        .cosines(0, ["cosine of first angle", "cosine of second angle"]),
        .sines(0, ["sine of first angle", "sine of second angle"]), .positions(2, ["target x", "target y"]),
        .velocities(0, ["first angular velocity", "second angular velocity"]),
        .difference(0, 3, ["x from target to fingertip", "y from target to fingertip"]),
      ],
      actionNames: ["first joint turns left", "second joint turns left"],
      start: MuJoCoStart { positions, velocities, random in
        for index in positions.indices { positions[index] += random.uniform(-0.1, 0.1) }
        var goal = SIMD2<Double>(repeating: 1)
        while (goal * goal).sum() >= 0.2 * 0.2 { goal = [random.uniform(-0.2, 0.2), random.uniform(-0.2, 0.2)] }
        (positions[2], positions[3]) = (goal.x, goal.y)
        for index in velocities.indices { velocities[index] += random.uniform(-0.005, 0.005) }
        (velocities[2], velocities[3]) = (0, 0)
      },
      forward: nil,
      judge: { state, action, _ in
        let cost = charges ? Double(action.squares) : 0
        return Outcome(reward: -state.distance(0, 3) - cost, terminated: false)
      },
      view: MuJoCoView(
        side: .above, width: 0.66, height: 0.66, follows: false, roles: [3: .joint, 4: .goal], focus: 3),
      features: [
        MuJoCoFeature(
          name: "distance to target", synonyms: ["distance"], summary: "from the fingertip to the target (m)",
          moreWords: ["farther"], lessWords: ["closer", "nearer"], isCost: true,
          compute: .length("x from target to fingertip", "y from target to fingertip")),
        .effort,
      ],
      guidance: Guidance(
        goal: "Bring the fingertip to the green point, and keep it there.",
        legend: [
          Guidance.Sign(.disc, .goal, "the point to be reached"), Guidance.Sign(.disc, .joint, "the fingertip"),
          Guidance.Sign(.line, .agent, "the arm"), Guidance.Sign(.line, .wall, "the edge of the table"),
        ],
        unsure: "Choose the one whose fingertip is nearer at the end. About as near? Then the calmer one."))
  }
}
