import Foundation

extension BoatRace {
  /// The course from above, its start line at the bottom, the boat with its wake.
  public func scene(_ state: State) -> Scene {
    let course = BoatRaceCourse.self
    var shapes: [Scene.Shape] = [
      .circle(x: 0, y: 0, radius: course.outerRadius, role: .track),
      .circle(x: course.lagoonX, y: 0, radius: course.lagoonRadius, role: .track),
      .circle(x: 0, y: 0, radius: course.innerRadius, role: .ground),
      .line(points: [0, -course.outerRadius, 0, -course.innerRadius], width: 0.12, role: .goal),
    ]
    // The way round.
    let arrow = (0...8).flatMap { step -> [Double] in
      let angle = 0.6 * Double.pi + 0.5 * Double(step) / 8 * Double.pi
      return [3.2 * cos(angle), 3.2 * sin(angle)]
    }
    shapes.append(.line(points: arrow, width: 0.1, role: .neutral))
    let (x, y) = (arrow[16], arrow[17])
    shapes.append(.line(points: [x - 0.35, y + 0.25, x, y, x + 0.3, y + 0.3], width: 0.1, role: .neutral))
    for (index, powerUp) in course.powerUps.enumerated() {
      let isThere = state.waits[index] == 0
      shapes.append(
        .circle(x: powerUp.x, y: powerUp.y, radius: isThere ? 0.22 : 0.08, role: isThere ? .reward : .neutral))
    }
    let (cosine, sine) = (cos(state.heading), sin(state.heading))
    func place(_ ahead: Double, _ left: Double) -> [Double] {
      [state.x + ahead * cosine - left * sine, state.y + ahead * sine + left * cosine]
    }
    if state.throttle > 0 {
      shapes.append(.line(points: place(-0.3, 0) + place(-0.3 - 0.4 * state.throttle, 0), width: 0.1, role: .action))
    }
    let hull = place(0.45, 0) + place(-0.3, 0.22) + place(-0.2, 0) + place(-0.3, -0.22)
    shapes.append(.polygon(points: hull, role: .agent))
    return Scene(left: -6.8, bottom: -6.8, width: 15.4, height: 13.6, shapes: shapes)
  }
}
