extension MuJoCoWorld {
  /// A leg with one foot hops.
  ///
  /// Reward: forward speed + 1 while healthy − 0.001 ‖action‖². Ends when it is not healthy: torso at most 0.7 m high,
  /// or leaning by 0.2 rad, or any other number of its state beyond ±100. Under `christiano` (rl-teacher): speed + 1 +
  /// (height − 1), no end. The backflip's reward and rules: `Backflip`.
  static func hopper(_ options: MuJoCoOptions) -> MuJoCoWorld {
    let joints = ["thigh", "leg", "foot"]
    var observed: [MuJoCoPiece] = options.variant == .fixed ? [.positions(0, ["x"])] : []
    observed.append(.positions(1, ["height"]))
    if options.usesSineAndCosine {
      observed += [.sines(2, ["sine of torso angle"]), .cosines(2, ["cosine of torso angle"])]
    } else {
      observed.append(.positions(2, ["torso angle"]))
    }
    observed += [
      .positions(3, joints.map { "\($0) angle" }),
      .velocities(
        0, ["x velocity", "z velocity", "torso angular velocity"] + joints.map { "\($0) velocity" }, clip: 10),
    ]
    if options.isBackflip { observed.append(.bits(0, from: Backflip.Part.torso.rawValue, Backflip.contactNames)) }
    let ends = options.variant == .v5 && !options.isBackflip
    return MuJoCoWorld(
      name: "Hopper-v5",
      summary: options.isBackflip ? "A leg with one foot is paid for backflips" : "A leg with one foot hops ahead",
      model: "hopper.xml", frameSkip: 4, limit: options.isBackflip ? 300 : 1_000, canTerminate: ends,
      derived: [.groundContacts], observed: observed,
      actionNames: joints.map { "\($0) bends back" }, start: .uniform(options.noise ?? 5e-3),
      forward: .position(options.paysRotation ? 2 : 0),
      judge: { state, action, speed in
        if options.paysRotation {
          return Outcome(reward: Backflip.rotation(state, turned: speed * stepSeconds), terminated: false)
        }
        if options.isBackflip { return Outcome(reward: Backflip.reward(state, action), terminated: false) }
        if options.variant == .christiano { return Outcome(reward: speed + state.position(1), terminated: false) }
        let healthy = isHealthyHopper(state)
        let reward = speed + (healthy ? 1 : 0) - Double(1e-3 as Float * action.squares)
        return Outcome(reward: reward, terminated: ends && !healthy)
      },
      isBackflip: options.isBackflip,
      view: MuJoCoView(
        side: .side, width: 3.4, height: 2.2, offset: [0, -0.25], follows: true, ground: 0, roles: [4: .joint]),
      features: .runner,
      guidance: Guidance(
        goal: options.isBackflip
          ? "Flip backwards: jump, turn once to the left, land on the foot." : "Hop to the right without falling over.",
        legend: [
          Guidance.Sign(.line, .agent, "trunk, thigh and leg"), Guidance.Sign(.line, .joint, "the foot"),
          Guidance.Sign(.line, .wall, "a mark at each metre"),
        ],
        unsure: options.isBackflip
          ? "Choose the one that turns farther backwards in the air. About as far? The one that lands on its foot."
          : "Choose the one that stays up, then the one that gets farther. About as good? Say so."))
  }

  /// Seconds of a step: four small ones of the model's.
  private static let stepSeconds = 0.008

  private static func isHealthyHopper(_ state: MuJoCoReading) -> Bool {
    guard state.position(1) > 0.7, abs(state.position(2)) < 0.2 else { return false }
    for index in 2..<6 where !(abs(state.position(index)) < 100) { return false }
    for index in 0..<6 where !(abs(state.velocity(index)) < 100) { return false }
    return true
  }
}
