extension PointMass {
  /// The square with both discs, and the point.
  public func scene(_ state: State) -> Scene {
    Scene(
      left: -0.02, bottom: -0.02, width: 1.04, height: 1.04,
      shapes: [
        .polygon(points: [0, 0, 1, 0, 1, 1, 0, 1], role: .track),
        .circle(x: goal.x, y: goal.y, radius: Self.radius, role: .goal),
        .circle(x: trap.x, y: trap.y, radius: Self.radius, role: .danger),
        .circle(x: state.x, y: state.y, radius: 0.02, role: .agent),
      ]
    ).following(x: state.x, y: state.y)
  }
}
