import Compute
import Environments
import Foundation

/// The boat race. A moved start lies in the lagoon; changed dynamics: the rudder pulls to the left; another world: its
/// mirror image, where the race goes the other way round.
struct ShiftingBoat: ShiftableWorld {
  private let world = BoatRace()

  let name = "BoatRace"
  let observationSize = 11
  let actionSize = 2

  func start(_ shift: PlantedShift?, random: inout RandomStream) -> BoatRace.State {
    guard shift == .start else { return world.reset(random: &random) }
    return BoatRace.State(
      x: random.uniform(6, 7), y: random.uniform(-0.7, 0.7), heading: random.uniform(-.pi, .pi))
  }

  func act(_ state: BoatRace.State, _ shift: PlantedShift?, random: inout RandomStream) -> [Float] {
    let isRandom = random.bernoulli(0.5)
    let guess = [random.uniform(-1, 1), random.uniform(-1, 1)]
    if isRandom, shift != .agent { return guess.map { Float($0) } }
    let radius = (state.x * state.x + state.y * state.y).squareRoot()
    let inward = (-state.x * cos(state.heading) - state.y * sin(state.heading)) / radius
    let rudder = 0.24 + 1.5 * ((radius - 5) / 2 - inward)
    return [1, Float(max(-1, min(1, rudder)))]
  }

  func step(
    _ state: inout BoatRace.State, _ action: [Float], _ shift: PlantedShift?, random: inout RandomStream
  ) -> Double {
    let taken = shift == .dynamics ? [action[0], action[1] + 0.4] : action
    return world.step(&state, ContinuousAction(taken.span), random: &random).reward
  }

  func observe(_ state: BoatRace.State, _ shift: PlantedShift?) -> [Double] {
    var shown = state
    if shift == .world { (shown.y, shown.heading) = (-state.y, -state.heading) }
    var observation = [Float](repeating: 0, count: observationSize)
    var target = observation.mutableSpan
    world.observe(shown, into: &target)
    return observation.map(Double.init)
  }
}

/// The point mass in the lower left of its square, playing on after it has arrived. A moved start is the transfer
/// start; changed dynamics: a wind from the left; another world: goal and trap are elsewhere.
struct ShiftingPoint: ShiftableWorld {
  private let usual = PointMass()
  private let other = PointMass(layout: .original)

  let name = "PointMass"
  let observationSize = 2
  let actionSize = 2

  func start(_ shift: PlantedShift?, random: inout RandomStream) -> PointMass.State {
    shift == .start
      ? PointMass.State(x: random.uniform(0.8, 0.99), y: random.uniform(0.8, 0.99))
      : PointMass.State(x: random.uniform(0, 0.6), y: random.uniform(0, 0.6))
  }

  private func world(_ shift: PlantedShift?) -> PointMass { shift == .world ? other : usual }

  func act(_ state: PointMass.State, _ shift: PlantedShift?, random: inout RandomStream) -> [Float] {
    let isRandom = random.bernoulli(0.5)
    let guess = [random.uniform(0, 2 * .pi), random.uniform(0, 0.01)]
    if isRandom, shift != .agent { return guess.map { Float($0) } }
    return world(shift).expert(state)
  }

  func step(
    _ state: inout PointMass.State, _ action: [Float], _ shift: PlantedShift?, random: inout RandomStream
  ) -> Double {
    let outcome = world(shift).step(&state, ContinuousAction(action.span), random: &random)
    if shift == .dynamics { state.x = min(0.999, state.x + 0.004) }
    return outcome.reward
  }

  func observe(_ state: PointMass.State, _ shift: PlantedShift?) -> [Double] { [state.x, state.y] }
}
