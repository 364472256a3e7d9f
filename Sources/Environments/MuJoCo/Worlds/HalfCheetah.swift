extension MuJoCoWorld {
  /// A flat cat with two legs runs.
  ///
  /// Reward: forward speed − 0.1 ‖action‖²; never ends. Under `christiano` the speed alone.
  static func halfCheetah(_ options: MuJoCoOptions) -> MuJoCoWorld {
    let joints = ["back thigh", "back shin", "back foot", "front thigh", "front shin", "front foot"]
    let places = ["x", "height", "torso angle"] + joints.map { "\($0) angle" }
    let first = options.variant == .fixed ? 0 : 1
    let charges = options.variant != .christiano
    return MuJoCoWorld(
      name: "HalfCheetah-v5", summary: "A flat cat with two legs runs as fast as it can", model: "half_cheetah.xml",
      frameSkip: 5, limit: 1_000, canTerminate: false,
      observed: [
        .positions(first, Array(places[first...])),
        .velocities(0, ["x velocity", "z velocity", "torso angular velocity"] + joints.map { "\($0) velocity" }),
      ],
      actionNames: joints.map { "\($0) swings back" }, start: .uniformAndNormal(options.noise ?? 0.1),
      forward: .position(0),
      judge: { _, action, speed in
        Outcome(reward: speed - (charges ? Double(0.1 as Float * action.squares) : 0), terminated: false)
      },
      view: MuJoCoView(
        side: .side, width: 3.2, height: 1.6, offset: [0, -0.25], follows: true, ground: 0,
        roles: [2: .joint, 3: .joint, 4: .joint]),
      features: .runner,
      guidance: Guidance(
        goal: "Run to the right, as fast as possible.",
        legend: [
          Guidance.Sign(.line, .agent, "trunk, head and front leg"), Guidance.Sign(.line, .joint, "the back leg"),
          Guidance.Sign(.line, .wall, "a mark at each metre"),
        ],
        unsure: "Choose the one that gets farther to the right. About as far? Then the one that stays on its feet."))
  }
}

extension [MuJoCoFeature] {
  /// What can be said of whatever runs in the plane.
  static let runner: [MuJoCoFeature] = [
    MuJoCoFeature(
      name: "forward speed", synonyms: ["speed", "pace"], summary: "how fast it moves to the right (m/s)",
      moreWords: ["faster", "fast"], lessWords: ["slower", "slow"], compute: .component("x velocity")),
    MuJoCoFeature(
      name: "height", synonyms: ["torso height"], summary: "how high the torso is (m)", moreWords: ["higher"],
      lessWords: ["lower"], compute: .component("height")),
    MuJoCoFeature(
      name: "torso angle", synonyms: ["lean", "tilt"], summary: "how far the torso leans forward (rad)",
      compute: .component("torso angle")),
    MuJoCoFeature(
      name: "torso angle", synonyms: ["lean", "tilt"], summary: "how far the torso leans forward, −π to π (rad)",
      compute: .angle(sine: "sine of torso angle", cosine: "cosine of torso angle")),
    MuJoCoFeature(
      name: "turning", synonyms: ["rotation", "spin"], summary: "how fast the torso turns, either way (rad/s)",
      moreWords: ["spinning"], lessWords: ["steadier", "steady"], compute: .magnitude("torso angular velocity")),
    .effort,
  ]
}
