import Foundation

extension BoatRace {
  /// The course from above, its start line at the bottom, the boat, larger than it is, with its wake.
  public func scene(_ state: State) -> Scene {
    let course = BoatRaceCourse.self
    var shapes: [Scene.Shape] = [
      .circle(x: 0, y: 0, radius: course.outerRadius, role: .track),
      .circle(x: course.lagoonX, y: 0, radius: course.lagoonRadius, role: .track),
      .circle(x: 0, y: 0, radius: course.innerRadius, role: .ground),
      .line(points: [0, -course.outerRadius, 0, -course.innerRadius], width: 0.18, role: .goal),
    ]
    // The way round.
    let arrow = (0...8).flatMap { step -> [Double] in
      let angle = 0.6 * Double.pi + 0.5 * Double(step) / 8 * Double.pi
      return [3.2 * cos(angle), 3.2 * sin(angle)]
    }
    shapes.append(.line(points: arrow, width: 0.16, role: .neutral))
    let (x, y) = (arrow[16], arrow[17])
    shapes.append(.line(points: [x - 0.35, y + 0.25, x, y, x + 0.3, y + 0.3], width: 0.16, role: .neutral))
    for (index, powerUp) in course.powerUps.enumerated() {
      let isThere = state.waits[index] == 0
      shapes.append(
        .circle(x: powerUp.x, y: powerUp.y, radius: isThere ? 0.34 : 0.12, role: isThere ? .reward : .neutral))
    }
    let (cosine, sine) = (cos(state.heading), sin(state.heading))
    func place(_ ahead: Double, _ left: Double) -> [Double] {
      [state.x + ahead * cosine - left * sine, state.y + ahead * sine + left * cosine]
    }
    if state.throttle > 0 {
      shapes.append(.line(points: place(-0.3, 0) + place(-0.3 - 0.5 * state.throttle, 0), width: 0.16, role: .action))
    }
    let hull = place(0.8, 0) + place(-0.55, 0.42) + place(-0.3, 0) + place(-0.55, -0.42)
    shapes.append(.polygon(points: hull, role: .agent))
    return Scene(left: -7, bottom: -7, width: 16, height: 14, shapes: shapes).following(x: state.x, y: state.y)
  }
}
