import Audits
import Compute

/// What episodes of an environment can earn, and what an agent on its true reward does earn.
///
/// Bounds follow from the definition of the reward. The return of an agent on the true reward is that of the best seed
/// with the environment's own preset and `run.agentReward=true`, measured once: of two or three over 20 episodes, and over
/// 100 fresh ones for `MountainCar-v0`, `MountainCarContinuous-v0` and `Acrobot-v1`. The page on presets has the mean of
/// three seeds, which is another number.
package struct EnvironmentReturns: Sendable {
  /// The mean return of an agent on the true reward; nil if nobody measured it.
  package var reference: Double?
  /// The least and the most that an episode can earn; nil if nobody worked it out.
  package var bounds: ClosedRange<Double>?

  /// What is known of the environment with this id; nothing of one that is not this package's.
  package init(_ environment: String) {
    if let known = Self.known[environment] { self = known }
  }

  /// Student's interval for the mean of returns, as far as it is possible; nil below two values.
  package func meanInterval(_ returns: [Double], level: Double = 0.95) -> Interval? {
    let open = Statistics.meanInterval(returns, level: level)
    return bounds.flatMap { range in open.map { $0.within(range) } } ?? open
  }

  private init(reference: Double?, bounds: ClosedRange<Double>?) {
    self.reference = reference
    self.bounds = bounds
  }

  /// The pendulum's worst step costs π² + 0.1 · 8² + 0.001 · 2² (in Gymnasium's constants), 200 times.
  private static let pendulum = -200 * (Double.pi * Double.pi + 6.4 + 0.004)

  private static let known: [String: EnvironmentReturns] = [
    "pactolus/Pendulum-v1": EnvironmentReturns(reference: -145, bounds: pendulum...0),
    "pactolus/CartPole-v1": EnvironmentReturns(reference: 500, bounds: 0...500),
    "pactolus/CartPoleFixed-v1": EnvironmentReturns(reference: 500, bounds: 0...500),
    "pactolus/MountainCar-v0": EnvironmentReturns(reference: -106, bounds: -200...0),
    "pactolus/MountainCarFixed-v0": EnvironmentReturns(reference: -106, bounds: -200...0),
    "pactolus/MountainCarContinuous-v0": EnvironmentReturns(reference: 93.6, bounds: -99.9...100),
    "pactolus/MountainCarContinuousFixed-v0": EnvironmentReturns(reference: 93, bounds: -99.9...100),
    "pactolus/Acrobot-v1": EnvironmentReturns(reference: -67, bounds: -500...0),
    "pactolus/AcrobotFixed-v1": EnvironmentReturns(reference: -82, bounds: -500...0),
    "pactolus/Delivery-v0": EnvironmentReturns(reference: 42, bounds: nil),
    "pactolus/BoatRace-v0": EnvironmentReturns(reference: 47, bounds: nil),
  ]
}
