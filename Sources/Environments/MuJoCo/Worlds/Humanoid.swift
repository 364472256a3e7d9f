extension MuJoCoWorld {
  /// A person walks.
  ///
  /// Reward: 1.25 · forward speed of the centre of mass + 5 while healthy − 0.1 ‖control‖² − the cost of impacts: 5·10⁻⁷
  /// Σ forces², at most 10. Ends when the torso's height leaves (1, 2) m. Under `christiano` (rl-teacher): 1.25 · speed
  /// + 5 (height − 1), no end.
  static func humanoid(_ options: MuJoCoOptions) -> MuJoCoWorld {
    let ends = options.variant == .v5
    return MuJoCoWorld(
      name: "Humanoid-v5", summary: "A person with arms and legs walks ahead", model: "humanoid.xml", frameSkip: 5,
      limit: 1_000, canTerminate: ends, derived: humanDerived,
      observed: humanObserved(from: options.variant == .fixed ? 0 : 2), actionNames: humanActions,
      start: .uniform(options.noise ?? 1e-2), forward: .derived(0),
      judge: { state, action, speed in
        let height = state.position(2)
        if options.variant == .christiano {
          return Outcome(reward: 1.25 * speed + 5 * (height - 1), terminated: false)
        }
        let healthy = height > 1 && height < 2
        let costs = 0.1 * action.exactSquares + impactCost(state)
        return Outcome(reward: 1.25 * speed + (healthy ? 5 : 0) - costs, terminated: ends && !healthy)
      },
      view: humanView, features: .walker,
      guidance: Guidance(
        goal: "Walk or run to the right without falling over.", legend: humanLegend,
        unsure: "Choose the one that stays up, then the one that gets farther. About as good? Say so."))
  }

  /// A person who lies on the ground stands up.
  ///
  /// Reward: height ∕ 0.003 s + 1 − 0.1 ‖control‖² − the cost of impacts as for the humanoid; never ends.
  static func humanoidStandup(_ options: MuJoCoOptions) -> MuJoCoWorld {
    MuJoCoWorld(
      name: "HumanoidStandup-v5", summary: "A person who lies on the ground gets up", model: "humanoidstandup.xml",
      frameSkip: 5, limit: 1_000, canTerminate: false, derived: humanDerived, observed: humanObserved(from: 2),
      actionNames: humanActions, start: .uniform(options.noise ?? 1e-2), forward: nil,
      judge: { state, action, _ in
        let reward = state.position(2) / 0.003 - 0.1 * action.exactSquares - impactCost(state) + 1
        return Outcome(reward: reward, terminated: false)
      },
      view: humanView, features: .walker.filter { !$0.name.hasSuffix("speed") },
      guidance: Guidance(
        goal: "Get up, and stay up.", legend: humanLegend,
        unsure: "Choose the one whose head gets higher. About as high? Say so."))
  }

  /// One joint after the other, as the model has them.
  private static let humanJoints = [
    "waist z", "waist y", "waist x", "right hip x", "right hip z", "right hip y", "right knee", "left hip x",
    "left hip z", "left hip y", "left knee", "right shoulder 1", "right shoulder 2", "right elbow", "left shoulder 1",
    "left shoulder 2", "left elbow",
  ]

  private static let humanBodies = [
    "torso", "waist", "pelvis", "right thigh", "right shin", "right foot", "left thigh", "left shin", "left foot",
    "right upper arm", "right lower arm", "left upper arm", "left lower arm",
  ]

  /// The model's motors begin with the waist's y, z, x.
  private static let humanActions = (["waist y", "waist z", "waist x"] + humanJoints[3...]).map { "\($0) turns" }

  /// The centre of mass first, the forces on the world and the bodies last.
  private static let humanDerived: [MuJoCoField] = [
    .centreOfMass, .inertias, .bodyVelocities, .jointForces, .externalForces,
  ]

  private static func humanObserved(from first: Int) -> [MuJoCoPiece] {
    let places = ["x", "y", "height"] + rootTurn + humanJoints.map { "\($0) angle" }
    let motions = ["rotation x", "rotation y", "rotation z", "motion x", "motion y", "motion z"]
    return [
      .positions(first, Array(places[first...])), .velocities(0, rootMotion + humanJoints.map { "\($0) velocity" }),
      .derived(1, humanBodies.flatMap { body in (1...10).map { "\(body) inertia \($0)" } }),
      .derived(131, humanBodies.flatMap { body in motions.map { "\(body) \($0)" } }),
      .derived(209, humanJoints.map { "force on \($0)" }),
      // The first six are those on the world.
      .derived(232, humanBodies.flatMap { body in forceAxes.map { "\(body) \($0)" } }),
    ]
  }

  private static func impactCost(_ state: MuJoCoReading) -> Double {
    var forces = 0.0
    for index in 0..<84 { forces += state.derived(226 + index) * state.derived(226 + index) }
    return min(5e-7 * forces, 10)
  }

  private static let humanView = MuJoCoView(
    side: .side, width: 3.4, height: 2.2, offset: [0, -0.25], follows: true, ground: 0,
    roles: [7: .joint, 8: .joint, 9: .joint, 12: .joint, 13: .joint])

  private static let humanLegend = [
    Guidance.Sign(.line, .agent, "head, trunk, right arm and leg"),
    Guidance.Sign(.line, .joint, "left arm and leg"), Guidance.Sign(.line, .wall, "a mark at each metre"),
  ]
}
