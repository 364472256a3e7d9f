import Compute
import Environments
import Foundation
import Rewards

/// How ``MaximumEntropyIRL`` fits.
public struct MaximumEntropyIRLSettings: Sendable, Hashable, Codable {
  /// What is made as large as can be.
  public enum Objective: String, Sendable, Hashable, Codable, CaseIterable {
    /// Mean return of the demonstrations minus the soft value of the world's start: its gradient is the demonstrated
    /// minus the expected occupancy (Ziebart 2010, and `imitation`).
    case matching
    /// The log-likelihood of the demonstrated actions in the states where they were taken. The same for infinitely many
    /// whole demonstrations; it needs neither whole ones nor that they start where the world does.
    case likelihood
  }

  /// nil: matching over a horizon, likelihood without one, where demonstrations are cut off.
  public var objective: Objective?
  /// Adam's step size.
  public var learningRate = 1e-2
  /// The most iterations of the search.
  public var maximumIterations = 10_000
  /// Stop when no entry's occupancy is further than this from the demonstrated one …
  public var gapTolerance = 1e-3
  /// … or when the gradient is no longer than this.
  public var gradientTolerance = 1e-4
  /// ½ · this · |parameters|² is subtracted from the objective.
  public var ridge = 0.0
  /// Counts the state in which a horizon ends too, as `imitation` does although no reward is earned there; rewards on
  /// states only.
  public var countsLastState = false

  /// The defaults.
  public init() {}
}

/// What a fit found.
public struct MaximumEntropyFit: Sendable {
  /// Why the search ended.
  public enum Stop: String, Sendable, Hashable, Codable {
    /// The occupancies differ by no more than the tolerance.
    case occupancyGap
    /// The gradient is no longer than the tolerance.
    case gradientNorm
    /// As many steps were taken as are allowed: the result may lie short of the best one.
    case maximumIterations
  }

  /// The reward that was found.
  public let reward: RewardTable
  /// Weights of the features, of the table, or of the network.
  public let parameters: [Double]
  /// Gradient steps taken.
  public let iterations: Int
  /// Why the search ended.
  public let stop: Stop
  /// What was maximised.
  public let objective: MaximumEntropyIRLSettings.Objective
  /// The largest difference of occupancies: over the entries of the reward.
  public let gap: Double
  /// The Euclidean norm of the gradient at the end.
  public let gradientNorm: Double
  /// Mean log-probability of a demonstrated action; nil if only occupancies were given.
  public let logLikelihood: Double?
  /// The objective after each iteration.
  public let objectives: [Double]
  /// What an agent with this reward does: one policy, or one for each step.
  public let policies: [TabularPolicy]
}

/// Maximum-causal-entropy inverse reinforcement learning: the reward whose maximum-entropy agent acts most like the
/// demonstrations.
///
/// ```swift
/// let demonstrator = try Demonstrator(.maximumEntropy, horizon: 20, discount: 1)
/// let fit = try MaximumEntropyIRL(mdp, demonstrator, RewardForm(.state)).fit(demonstrations)
/// fit.reward                       // a table, up to what demonstrations cannot tell
/// ```
///
/// Ziebart, "Modeling Purposeful Adaptive Behavior with the Principle of Maximum Causal Entropy", 2010, chapters 9 and
/// 10. Planning uses the discount at every step; `imitation` 1.0.1 plans with 1 regardless of its discount.
public struct MaximumEntropyIRL {
  /// The world that was demonstrated in.
  public let mdp: TabularMDP
  /// How the demonstrator is assumed to act.
  public let demonstrator: Demonstrator
  /// Which rewards are considered.
  public let form: RewardForm
  /// The search's knobs.
  public var settings: MaximumEntropyIRLSettings
  let random: RandomSource

  /// - Throws: `InputError` for features that do not fit the world, and for a demonstrator that is not one of maximum
  ///   entropy.
  public init(
    _ mdp: TabularMDP, _ demonstrator: Demonstrator, _ form: RewardForm,
    settings: MaximumEntropyIRLSettings = MaximumEntropyIRLSettings(), random: RandomSource = RandomSource(seed: 0)
  ) throws {
    guard demonstrator.model == .maximumEntropy else {
      throw InputError(
        "a Boltzmann-rational demonstrator has no such likelihood", remedy: "use BayesianIRL, or maximum entropy")
    }
    try form.check(mdp)
    self.mdp = mdp
    self.demonstrator = demonstrator
    self.form = form
    self.settings = settings
    self.random = random
  }

  /// Fits to demonstrations.
  public func fit(_ demonstrations: Demonstrations) throws -> MaximumEntropyFit {
    try requireHorizon(demonstrations)
    let counts = DemonstrationCounts(
      demonstrations, demonstrator, form, in: mdp, countsLastState: settings.countsLastState)
    let objective = settings.objective ?? (demonstrator.horizon == nil ? .likelihood : .matching)
    return try fit(
      counts, objective, stepsPerTrajectory: Double(demonstrations.steps) / Double(demonstrations.trajectories.count))
  }

  /// Fits to the exact discounted occupancy of each entry of the reward, by matching.
  public func fit(occupancy: [Double]) throws -> MaximumEntropyFit {
    guard occupancy.count == form.entryCount(in: mdp), occupancy.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
      throw InputError(
        "an occupancy of \(occupancy.count) numbers", remedy: "give \(form.entryCount(in: mdp)), none of them negative")
    }
    guard settings.objective != .likelihood else {
      throw InputError("occupancies alone have no likelihood", remedy: "use matching")
    }
    return try fit(
      DemonstrationCounts(entries: occupancy, steps: demonstrator.horizon ?? 1), .matching, stepsPerTrajectory: nil)
  }

  private func requireHorizon(_ demonstrations: Demonstrations) throws {
    guard let horizon = demonstrator.horizon, demonstrations.longest > horizon else { return }
    throw InputError(
      "a demonstration of \(demonstrations.longest) steps is longer than the horizon of \(horizon)",
      remedy: "give a longer horizon")
  }

  private func fit(
    _ counts: DemonstrationCounts, _ objective: MaximumEntropyIRLSettings.Objective, stepsPerTrajectory: Double?
  ) throws -> MaximumEntropyFit {
    let climb = try MaximumEntropyObjective(self, counts, objective)
    let parameters = climb.parameters
    var objectives: [Double] = []
    var stop = MaximumEntropyFit.Stop.maximumIterations
    var (gap, norm) = (Double.infinity, Double.infinity)
    var iterations = 0
    while iterations < settings.maximumIterations {
      objectives.append(try climb.evaluate())
      guard objectives[iterations].isFinite else {
        throw InputError(
          "the objective is not finite after \(iterations) iterations", remedy: "use a smaller learning rate")
      }
      let gradient = climb.gradient
      (gap, norm) = (climb.gap, gradient.reduce(0) { $0 + $1 * $1 }.squareRoot())
      iterations += 1
      if gap <= settings.gapTolerance {
        stop = .occupancyGap
      } else if norm <= settings.gradientTolerance {
        stop = .gradientNorm
      }
      if stop != .maximumIterations { break }
      // The last step would not be evaluated any more.
      if iterations < settings.maximumIterations { parameters.ascend(gradient, rate: settings.learningRate) }
    }
    return MaximumEntropyFit(
      reward: try form.table(climb.entries, in: mdp), parameters: parameters.all, iterations: iterations, stop: stop,
      objective: objective, gap: gap, gradientNorm: norm,
      logLikelihood: stepsPerTrajectory.map { climb.logLikelihood / $0 }, objectives: objectives,
      policies: climb.planner.policies)
  }
}
