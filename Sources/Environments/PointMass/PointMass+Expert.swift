import Compute
import Foundation

extension PointMass {
  /// Straight to the goal at full speed; where the trap is near and in the way, at right angles to it: [direction,
  /// speed].
  package func expert(_ state: State) -> [Float] {
    let place = SIMD2(state.x, state.y)
    let (toGoal, toTrap) = (goal - place, trap - place)
    func length(_ vector: SIMD2<Double>) -> Double { (vector * vector).sum().squareRoot() }
    let far = length(toGoal)
    var angle = atan2(toGoal.y, toGoal.x)
    let ahead = far > 0 ? (toTrap * toGoal).sum() / far : 0
    let nearest = far > 0 ? length(ahead / far * toGoal - toTrap) : length(toTrap)
    let reach = Self.radius + Self.margin
    if ahead > 0, length(toTrap) < reach, nearest < reach { angle = atan2(toTrap.y, toTrap.x) + 0.5 * .pi }
    if angle < 0 { angle += 2 * .pi }
    return [Float(angle), Float(min(far, Self.maximumSpeed))]
  }

  /// The expert, but for three steps out of four, on average, that are uniformly random.
  package func suboptimalExpert(_ state: State, random: inout RandomStream) -> [Float] {
    guard random.bernoulli(0.75) else { return expert(state) }
    return [Float(random.uniform(0, 2 * .pi)), Float(random.uniform(0, Self.maximumSpeed))]
  }
}
