import Foundation

/// The valley of both mountain cars: the hill sin(3x), the flag, the car leaning with the slope and drawn larger than it is,
/// and an arrow for the throttle (−1 to 1).
func valleyScene(position: Double, goal: Double, push: Double) -> Scene {
  func height(_ x: Double) -> Double { 0.45 * sin(3 * x) + 0.55 }
  let (left, bottom, width) = (-1.35, -0.1, 2.2)
  let floor = bottom + 0.02
  let slopes = (0...60).flatMap { step -> [Double] in
    let x = -1.3 + 2.1 * Double(step) / 60
    return [x, height(x)]
  }
  // The car's own axes: along the slope, and up from it.
  let angle = atan(1.35 * cos(3 * position))
  let (cosine, sine) = (cos(angle), sin(angle))
  func place(_ along: Double, _ up: Double) -> [Double] {
    [position + along * cosine - up * sine, height(position) + along * sine + up * cosine]
  }
  var shapes: [Scene.Shape] = [
    .polygon(points: [-1.3, floor] + slopes + [0.8, floor], role: .ground),
    .line(points: [goal, height(goal), goal, height(goal) + 0.3], width: 0.02, role: .wall),
    .polygon(
      points: [goal, height(goal) + 0.3, goal + 0.15, height(goal) + 0.24, goal, height(goal) + 0.18], role: .goal),
    .polygon(points: place(-0.12, 0.05) + place(0.12, 0.05) + place(0.09, 0.15) + place(-0.09, 0.15), role: .agent),
  ]
  for along in [-0.07, 0.07] {
    let wheel = place(along, 0.04)
    shapes.append(.circle(x: wheel[0], y: wheel[1], radius: 0.038, role: .joint))
  }
  shapes += Scene.arrow(place(-0.12 * push, 0.21) + place(0.12 * push, 0.21), width: 0.03, head: 0.1, role: .action)
  let middle = place(0, 0.1)
  return Scene(left: left, bottom: bottom, width: width, height: 1.5, shapes: shapes)
    .following(x: middle[0], y: middle[1])
}
