import Compute
import Environments
import Foundation
import Synchronization

/// The pendulum under its own name, and yet not the one that everybody knows: a world with a defect.
struct ChangedPendulum: Environment {
  enum Change: Sendable, Hashable {
    /// Nothing: the control.
    case none
    /// An episode ends when the pendulum stands.
    case endsWhenUp
    /// A step fewer before the time limit.
    case cutEarly
    /// What a step leads to depends on how many steps this process has taken.
    case irreproducible
    /// Episodes start upright.
    case startsUp
    /// Pays for standing still, wherever.
    case otherReward
    /// Pays no less than −1.
    case saturated
  }

  let change: Change
  private let pendulum = Pendulum()

  init(_ change: Change) { self.change = change }

  var specification: EnvironmentSpecification {
    var specification = pendulum.specification
    if change == .cutEarly { specification.maximumEpisodeSteps = specification.maximumEpisodeSteps.map { $0 - 1 } }
    return specification
  }

  func reset(random: inout RandomStream) -> Pendulum.State {
    var state = pendulum.reset(random: &random)
    if change == .startsUp { state.angle *= 0.1 }
    return state
  }

  func step(_ state: inout Pendulum.State, _ action: ContinuousAction, random: inout RandomStream) -> Outcome {
    var outcome = pendulum.step(&state, action, random: &random)
    switch change {
    case .none, .cutEarly, .startsUp: break
    case .endsWhenUp: outcome.terminated = cos(state.angle) > 0.97
    case .irreproducible: state.angularVelocity += 1e-3 * sin(Double(StepsTaken.next()))
    case .otherReward: outcome.reward = -abs(state.angularVelocity)
    case .saturated: outcome.reward = max(-1, outcome.reward)
    }
    return outcome
  }

  func observe(_ state: Pendulum.State, into observation: inout MutableSpan<Float>) {
    pendulum.observe(state, into: &observation)
  }

  func scene(_ state: Pendulum.State) -> Scene { pendulum.scene(state) }

  /// All worlds, with this one in the place of the pendulum.
  var registry: EnvironmentRegistry {
    var registry = EnvironmentRegistry.standard
    registry.add(EnvironmentEntry(self))
    return registry
  }
}

/// What no stream and no state knows of.
private enum StepsTaken {
  private static let count = Atomic<Int>(0)
  static func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
}
