import Foundation

/// The valley of both mountain cars: the hill sin(3x), the flag, the car leaning with the slope, and an arrow for the
/// throttle (−1 to 1).
func valleyScene(position: Double, goal: Double, push: Double) -> Scene {
  func height(_ x: Double) -> Double { 0.45 * sin(3 * x) + 0.55 }
  let (left, bottom, width) = (-1.35, -0.1, 2.1)
  let floor = bottom + 0.02
  let slopes = (0...60).flatMap { step -> [Double] in
    let x = -1.3 + 2 * Double(step) / 60
    return [x, height(x)]
  }
  // The car's own axes: along the slope, and up from it.
  let angle = atan(1.35 * cos(3 * position))
  let (cosine, sine) = (cos(angle), sin(angle))
  func place(_ along: Double, _ up: Double) -> [Double] {
    [position + along * cosine - up * sine, height(position) + along * sine + up * cosine]
  }
  var shapes: [Scene.Shape] = [
    .polygon(points: [-1.3, floor] + slopes + [0.7, floor], role: .ground),
    .line(points: [goal, height(goal), goal, height(goal) + 0.22], width: 0.012, role: .wall),
    .polygon(
      points: [goal, height(goal) + 0.22, goal + 0.1, height(goal) + 0.18, goal, height(goal) + 0.14], role: .goal),
    .polygon(points: place(-0.07, 0.03) + place(0.07, 0.03) + place(0.05, 0.09) + place(-0.05, 0.09), role: .agent),
  ]
  for along in [-0.04, 0.04] {
    let wheel = place(along, 0.025)
    shapes.append(.circle(x: wheel[0], y: wheel[1], radius: 0.022, role: .joint))
  }
  if push != 0 {
    shapes.append(.line(points: place(0, 0.12) + place(0.15 * push, 0.12), width: 0.012, role: .action))
  }
  return Scene(left: left, bottom: bottom, width: width, height: 1.5, shapes: shapes)
}
