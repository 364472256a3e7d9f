extension MuJoCoWorld {
  /// Three links swim in a viscous fluid.
  ///
  /// Reward: forward speed − 0.0001 ‖action‖²; never ends. Under `christiano` the speed alone.
  static func swimmer(_ options: MuJoCoOptions) -> MuJoCoWorld {
    let places = ["x", "y", "front angle", "first joint angle", "second joint angle"]
    let first = options.variant == .fixed ? 0 : 2
    let charges = options.variant != .christiano
    return MuJoCoWorld(
      name: "Swimmer-v5", summary: "Three links swim ahead in a viscous fluid", model: "swimmer.xml", frameSkip: 4,
      limit: 1_000, canTerminate: false,
      observed: [
        .positions(first, Array(places[first...])),
        .velocities(
          0,
          ["x velocity", "y velocity", "front angular velocity", "first joint velocity", "second joint velocity"]),
      ],
      actionNames: ["first joint bends left", "second joint bends left"], start: .uniform(options.noise ?? 0.1),
      forward: .position(0),
      judge: { _, action, speed in
        Outcome(reward: speed - (charges ? Double(1e-4 as Float * action.squares) : 0), terminated: false)
      },
      view: MuJoCoView(
        side: .above, width: 6, height: 4, offset: [-1, 0], follows: true, roles: [2: .joint, 3: .agent]),
      features: [
        MuJoCoFeature(
          name: "forward speed", synonyms: ["speed", "pace"], summary: "how fast it moves to the right (m/s)",
          moreWords: ["faster", "fast"], lessWords: ["slower", "slow"], compute: .component("x velocity")),
        MuJoCoFeature(
          name: "sideways speed", synonyms: ["drift"], summary: "how fast it moves sideways, either way (m/s)",
          compute: .magnitude("y velocity")),
        .effort,
      ],
      guidance: Guidance(
        goal: "Swim to the right, as fast as possible.",
        legend: [
          Guidance.Sign(.line, .agent, "the first and the last link; the first is the front"),
          Guidance.Sign(.line, .joint, "the middle link"), Guidance.Sign(.line, .ground, "a line at each metre"),
        ],
        unsure: "Choose the one that gets farther to the right. About as far? Say so."))
  }
}
