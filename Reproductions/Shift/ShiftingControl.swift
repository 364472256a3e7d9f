import Compute
import Environments
import Foundation

/// CartPole of a fixed horizon, begun wherever the pole can still be caught. Changed dynamics: a wind; another world:
/// time runs twice as fast.
struct ShiftingCartPole: ShiftableWorld {
  private let world = CartPole(fixedHorizon: true)

  let name = "CartPole"
  let observationSize = 4
  let actionSize = 1

  func start(_ shift: PlantedShift?, random: inout RandomStream) -> CartPole.State {
    let moved = shift == .start
    return CartPole.State(
      position: random.uniform(-0.3, 0.3) + (moved ? 0.6 : 0), velocity: random.uniform(-0.3, 0.3),
      angle: random.uniform(-0.1, 0.1) + (moved ? 0.08 : 0), angularVelocity: random.uniform(-0.3, 0.3))
  }

  func act(_ state: CartPole.State, _ shift: PlantedShift?, random: inout RandomStream) -> [Float] {
    let isRandom = random.bernoulli(0.5)
    let guess = random.below(2)
    if isRandom, shift != .agent { return [Float(guess)] }
    let lean = state.angle + 0.25 * state.angularVelocity + 0.03 * state.position + 0.06 * state.velocity
    return [lean > 0 ? 1 : 0]
  }

  func step(
    _ state: inout CartPole.State, _ action: [Float], _ shift: PlantedShift?, random: inout RandomStream
  ) -> Double {
    let outcome = world.step(&state, Int(action[0]), random: &random)
    if shift == .world { _ = world.step(&state, Int(action[0]), random: &random) }
    if shift == .dynamics { state.velocity += 0.05 }
    return outcome.reward
  }

  func observe(_ state: CartPole.State, _ shift: PlantedShift?) -> [Double] {
    [state.position, state.velocity, state.angle, state.angularVelocity]
  }
}

/// The pendulum. A moved start spins; changed dynamics: friction; another world: time runs twice as fast.
struct ShiftingPendulum: ShiftableWorld {
  private let world = Pendulum()

  let name = "Pendulum"
  let observationSize = 3
  let actionSize = 1

  func start(_ shift: PlantedShift?, random: inout RandomStream) -> Pendulum.State {
    var state = world.reset(random: &random)
    if shift == .start { state.angularVelocity = random.uniform(4, 6) }
    return state
  }

  func act(_ state: Pendulum.State, _ shift: PlantedShift?, random: inout RandomStream) -> [Float] {
    let isRandom = random.bernoulli(0.5)
    let guess = random.uniform(-2, 2)
    if isRandom, shift != .agent { return [Float(guess)] }
    let (angle, speed) = (atan2(sin(state.angle), cos(state.angle)), state.angularVelocity)
    // Near the top it is held there; elsewhere it is given the energy of standing upright.
    let energy = speed * speed / 2 + 15 * cos(angle)
    let torque = abs(angle) < 0.5 ? -(10 * angle + 2 * speed) : (15 - energy) * (speed < 0 ? -1 : 1)
    return [Float(max(-2, min(2, torque)))]
  }

  func step(
    _ state: inout Pendulum.State, _ action: [Float], _ shift: PlantedShift?, random: inout RandomStream
  ) -> Double {
    let outcome = world.step(&state, ContinuousAction(action.span), random: &random)
    if shift == .world { _ = world.step(&state, ContinuousAction(action.span), random: &random) }
    if shift == .dynamics { state.angularVelocity *= 0.9 }
    return outcome.reward
  }

  func observe(_ state: Pendulum.State, _ shift: PlantedShift?) -> [Double] {
    [cos(state.angle), sin(state.angle), state.angularVelocity]
  }
}
