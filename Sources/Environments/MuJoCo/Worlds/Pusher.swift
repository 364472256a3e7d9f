extension MuJoCoWorld {
  /// An arm with seven joints pushes a cylinder to a place.
  ///
  /// Reward: −distance of the object from the goal − 0.1 ‖action‖² − half its distance from the tips of the arm; never
  /// ends.
  static func pusher(_ options: MuJoCoOptions) -> MuJoCoWorld {
    let joints = [
      "shoulder pan", "shoulder lift", "upper arm roll", "elbow", "forearm roll", "wrist flex", "wrist roll",
    ]
    func point(_ name: String) -> [String] { ["x", "y", "z"].map { "\(name) \($0)" } }
    return MuJoCoWorld(
      name: "Pusher-v5", summary: "An arm with seven joints pushes a cylinder to a place", model: "pusher_v5.xml",
      frameSkip: 5, limit: 100, canTerminate: false,
      derived: [.place(of: "tips_arm"), .place(of: "object"), .place(of: "goal")],
      observed: [
        .positions(0, joints.map { "\($0) angle" }), .velocities(0, joints.map { "\($0) velocity" }),
        .derived(0, point("tips")), .derived(3, point("object")), .derived(6, point("goal")),
      ],
      actionNames: joints.map { "\($0) turns" },
      start: MuJoCoStart { positions, velocities, random in
        var object = SIMD2<Double>.zero
        while (object * object).sum().squareRoot() <= 0.17 {
          object = [random.uniform(-0.3, 0), random.uniform(-0.2, 0.2)]
        }
        (positions[7], positions[8], positions[9], positions[10]) = (object.x, object.y, 0, 0)
        for index in velocities.indices { velocities[index] += random.uniform(-0.005, 0.005) }
        for index in 7..<11 { velocities[index] = 0 }
      },
      forward: nil,
      judge: { state, action, _ in
        let cost = Double(action.squares * (0.1 as Float))
        return Outcome(reward: -state.distance(3, 6) - cost - 0.5 * state.distance(3, 0), terminated: false)
      },
      view: MuJoCoView(
        side: .above, width: 2.4, height: 1.6, offset: [0.4, -0.3], follows: false,
        roles: [9: .joint, 10: .joint, 11: .reward, 12: .goal], focus: 11),
      features: [
        MuJoCoFeature(
          name: "object x", summary: "where the object is, to the right (m)", compute: .component("object x")),
        .effort,
      ],
      guidance: Guidance(
        goal: "Push the cylinder onto the green disc.",
        legend: [
          Guidance.Sign(.disc, .reward, "the cylinder"), Guidance.Sign(.disc, .goal, "where it is to go"),
          Guidance.Sign(.line, .agent, "the arm, from above"), Guidance.Sign(.line, .joint, "its tips"),
        ],
        unsure: "Choose the one whose cylinder ends nearer to the disc. About as near? The arm that is nearer to it."))
  }
}
