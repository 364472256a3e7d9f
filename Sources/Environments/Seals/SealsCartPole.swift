import Compute
import Foundation

/// Balance a pole for 500 steps, whatever happens: seals' variant of CartPole.
///
/// Like `pactolus/CartPoleFixed-v1`, reward 1 while the pole stands and the cart is on its track. Two things differ: the
/// angle is kept within −π … π, so that a pole that went round counts as upright again and is seen as such; and the
/// bounds themselves count as fallen. Source: `seals/CartPole-v0` on Gymnasium 1.4.0.
package struct SealsCartPole: Environment {
  package typealias State = CartPole.State

  private let physics = CartPole(fixedHorizon: true)
  package let specification: EnvironmentSpecification

  package init() {
    var specification = physics.specification
    specification.id = "seals/CartPole-v0"
    specification.observationSpace = Box(
      low: [-.infinity, -.infinity, -Float(Double.pi), -.infinity],
      high: [.infinity, .infinity, Float(Double.pi), .infinity])
    specification.source = "seals at 90f68cf, CartPole-v0, on Gymnasium 1.4.0"
    self.specification = specification
  }

  package func reset(random: inout RandomStream) -> State { physics.reset(random: &random) }

  package func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    _ = physics.step(&state, action, random: &random)
    // The remainder with the divisor's sign, as Python has it.
    var turned = (state.angle + .pi).truncatingRemainder(dividingBy: 2 * .pi)
    if turned < 0 { turned += 2 * .pi }
    state.angle = turned - .pi
    let stands = abs(state.position) < CartPole.positionLimit && abs(state.angle) < CartPole.angleLimit
    return Outcome(reward: stands ? 1 : 0, terminated: false)
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    physics.observe(state, into: &observation)
  }

  package func scene(_ state: State) -> Scene { physics.scene(state) }
}
