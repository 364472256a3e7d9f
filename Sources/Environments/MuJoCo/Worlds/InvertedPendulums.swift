extension MuJoCoWorld {
  /// A cart keeps a pole upright.
  ///
  /// Reward 1 for each step that does not end it; ends when the pole leans by more than 0.2 rad. Under `christiano`
  /// (rl-teacher): 1 − angle², 25 steps, no end.
  static func invertedPendulum(_ options: MuJoCoOptions) -> MuJoCoWorld {
    let ends = options.variant == .v5
    return MuJoCoWorld(
      name: "InvertedPendulum-v5", summary: "A cart keeps a pole upright", model: "inverted_pendulum.xml",
      frameSkip: 2, limit: ends ? 1_000 : 25, canTerminate: ends,
      observed: [
        .positions(0, ["cart position", "pole angle"]), .velocities(0, ["cart velocity", "pole angular velocity"]),
      ],
      actionNames: ["right"], start: .uniform(options.noise ?? 0.01), forward: nil,
      judge: { state, _, _ in
        let angle = state.position(1)
        guard ends else { return Outcome(reward: 1 - angle * angle, terminated: false) }
        let falls = abs(angle) > 0.2 || !isFinite(state, positions: 2, velocities: 2)
        return Outcome(reward: falls ? 0 : 1, terminated: falls)
      },
      view: MuJoCoView(
        side: .side, width: 4, height: 2, offset: [0, -0.9], follows: false, roles: [1: .joint], focus: 2),
      features: [
        MuJoCoFeature(
          name: "pole angle", synonyms: ["lean", "angle"], summary: "how far the pole leans to the right (rad)",
          compute: .component("pole angle")),
        MuJoCoFeature(
          name: "cart speed", synonyms: ["speed"], summary: "how fast the cart moves, either way (m/s)",
          compute: .magnitude("cart velocity")),
        .effort,
      ],
      guidance: pendulumGuidance("Keep the pole upright."))
  }

  /// A cart keeps two poles upright, one on top of the other.
  ///
  /// Reward: 10 unless the step ends it, less 0.01 x² + (y − 2)² of the tip, less 0.001 v₁² + 0.005 v₂² of the joints.
  /// Ends when the tip is 1 m high or lower. Under `christiano` (rl-teacher): the 10 always, plus 10 (tip height − 1),
  /// 50 steps, no end.
  static func invertedDoublePendulum(_ options: MuJoCoOptions) -> MuJoCoWorld {
    let ends = options.variant == .v5
    let angles = ["lower pole angle", "upper pole angle"]
    return MuJoCoWorld(
      name: "InvertedDoublePendulum-v5", summary: "A cart keeps two poles upright, one on top of the other",
      model: "inverted_double_pendulum.xml", frameSkip: 5, limit: ends ? 1_000 : 50, canTerminate: ends,
      derived: [.firstSite, .firstConstraintForce],
      observed: [
        .positions(0, ["cart position"]), .sines(1, angles.map { "sine of \($0)" }),
        .cosines(1, angles.map { "cosine of \($0)" }),
        .velocities(
          0, ["cart velocity", "lower pole angular velocity", "upper pole angular velocity"], clip: 10),
        .derived(3, ["force at the rail's end"], clip: 10),
      ],
      actionNames: ["right"], start: .uniformAndNormal(options.noise ?? 0.1), forward: nil,
      judge: { state, _, _ in
        let (x, height) = (state.derived(0), state.derived(2))
        let (first, second) = (state.velocity(1), state.velocity(2))
        let distance = 0.01 * (x * x) + (height - 2) * (height - 2)
        let speed = 1e-3 * (first * first) + 5e-3 * (second * second)
        guard ends else {
          return Outcome(reward: 10 - distance - speed + 10 * (height - 1), terminated: false)
        }
        let falls = height <= 1
        return Outcome(reward: (falls ? 0 : 10) - distance - speed, terminated: falls)
      },
      view: MuJoCoView(
        side: .side, width: 4.8, height: 3, offset: [0, -1.45], follows: false, roles: [1: .joint], focus: 3),
      features: [
        MuJoCoFeature(
          name: "lower pole upright", synonyms: ["upright"], summary: "the cosine of its angle, 1 upright",
          compute: .component("cosine of lower pole angle")),
        MuJoCoFeature(
          name: "cart speed", synonyms: ["speed"], summary: "how fast the cart moves, either way (m/s)",
          compute: .magnitude("cart velocity")),
        .effort,
      ],
      guidance: pendulumGuidance("Keep both poles upright."))
  }

  private static func pendulumGuidance(_ goal: String) -> Guidance {
    Guidance(
      goal: goal,
      legend: [
        Guidance.Sign(.line, .agent, "what is to be kept upright"), Guidance.Sign(.line, .joint, "the cart"),
        Guidance.Sign(.line, .wall, "its rail"),
      ],
      unsure: "Choose the one that stays upright for longer, then the calmer one.")
  }
}
