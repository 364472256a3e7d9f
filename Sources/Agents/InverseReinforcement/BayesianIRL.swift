import Compute
import Environments
import Foundation
import Rewards

/// How ``BayesianIRL`` samples.
public struct BayesianIRLSettings: Sendable, Hashable, Codable {
  /// Standard deviation of every parameter before anything was seen: independent normals around 0.
  public var priorScale = 1.0
  /// Chains that run side by side and are compared for convergence.
  public var chains = 4
  /// Draws of each chain that are discarded.
  public var warmup = 500
  /// Draws of each chain that are kept.
  public var draws = 1000
  /// Steps of the sampler for each draw.
  public var thinning = 1

  /// The defaults.
  public init() {}
}

/// Bayesian inverse reinforcement learning: all rewards that explain the demonstrations, in proportion.
///
/// ```swift
/// let demonstrator = try Demonstrator(.boltzmann, rationality: 5, discount: 0.9)
/// let posterior = try BayesianIRL(mdp, demonstrator, RewardForm(.state)).sample(demonstrations)
/// posterior.mean; posterior.worstRHat
/// ```
///
/// The likelihood is the probability of the demonstrated actions (Ramachandran and Amir 2007: softmax over optimal Q;
/// or maximum entropy). The prior is normal, and the sampler elliptical slice sampling (Murray, Adams and MacKay 2010),
/// which has nothing to tune and leaves exactly the posterior invariant. What demonstrations cannot tell keeps its
/// prior.
public struct BayesianIRL {
  /// The world that was demonstrated in.
  public let mdp: TabularMDP
  /// How the demonstrator is assumed to act.
  public let demonstrator: Demonstrator
  /// Which rewards are considered.
  public let form: RewardForm
  /// The sampler's knobs.
  public var settings: BayesianIRLSettings
  let random: RandomSource

  /// - Throws: `InputError` for a network, features that do not fit, or settings that sample nothing.
  public init(
    _ mdp: TabularMDP, _ demonstrator: Demonstrator, _ form: RewardForm,
    settings: BayesianIRLSettings = BayesianIRLSettings(), random: RandomSource = RandomSource(seed: 0)
  ) throws {
    try form.check(mdp)
    if case .network = form.kind {
      throw InputError("a posterior over networks is not offered", remedy: "use a table or linear features")
    }
    guard settings.priorScale > 0, settings.priorScale.isFinite else {
      throw InputError("the prior's scale is \(settings.priorScale)", remedy: "give a positive number")
    }
    guard settings.chains > 0, settings.warmup >= 0, settings.draws >= 4, settings.thinning > 0 else {
      throw InputError(
        "\(settings.chains) chains of \(settings.draws) draws", remedy: "give at least one chain of at least 4 draws")
    }
    self.mdp = mdp
    self.demonstrator = demonstrator
    self.form = form
    self.settings = settings
    self.random = random
  }

  /// Draws from the posterior.
  public func sample(_ demonstrations: Demonstrations) throws -> RewardPosterior {
    if let horizon = demonstrator.horizon, demonstrations.longest > horizon {
      throw InputError(
        "a demonstration of \(demonstrations.longest) steps is longer than the horizon of \(horizon)",
        remedy: "give a longer horizon")
    }
    let likelihood = try RewardLikelihood(self, demonstrations)
    var chains: [[[Double]]] = []
    var likelihoods: [[Double]] = []
    for chain in 0..<settings.chains {
      var sampler = EllipticalSliceSampler(
        dimension: likelihood.dimension, scale: settings.priorScale, random: random.stream("irl/chain", chain))
      try sampler.start(likelihood.callAsFunction)
      for _ in 0..<settings.warmup { try sampler.step(likelihood.callAsFunction) }
      var draws: [[Double]] = []
      var values: [Double] = []
      for _ in 0..<settings.draws {
        for _ in 0..<settings.thinning { try sampler.step(likelihood.callAsFunction) }
        draws.append(sampler.position)
        values.append(sampler.logLikelihood)
      }
      chains.append(draws)
      likelihoods.append(values)
    }
    return try RewardPosterior(
      draws: chains, logLikelihoods: likelihoods, priorScale: settings.priorScale, reward: likelihood.reward)
  }

  /// A reward drawn from the prior: its parameters and its table.
  package func drawFromPrior(_ stream: inout RandomStream) throws -> (parameters: [Double], reward: RewardTable) {
    let likelihood = try RewardLikelihood(self, counts: nil)
    let parameters = (0..<likelihood.dimension).map { _ in settings.priorScale * stream.normal() }
    return (parameters, try likelihood.reward(parameters))
  }
}

/// The log-probability of the demonstrated actions for given parameters.
final class RewardLikelihood {
  private let planner: CausalPlanner
  private let parameters: RewardParameters
  private let counts: DemonstrationCounts?
  private let form: RewardForm
  private let trajectories: Double
  private var entries: [Double]
  private var rows: [Double]
  var dimension: Int { parameters.all.count }

  convenience init(_ irl: BayesianIRL, _ demonstrations: Demonstrations) throws {
    let counts = DemonstrationCounts(demonstrations, irl.demonstrator, irl.form, in: irl.mdp, countsLastState: false)
    try self.init(irl, counts: counts, trajectories: Double(demonstrations.trajectories.count))
  }

  init(_ irl: BayesianIRL, counts: DemonstrationCounts?, trajectories: Double = 1) throws {
    planner = CausalPlanner(irl.mdp, irl.demonstrator)
    parameters = try RewardParameters(irl.form, in: irl.mdp, learningRate: 0, random: irl.random)
    form = irl.form
    self.counts = counts
    self.trajectories = trajectories
    entries = [Double](repeating: 0, count: irl.form.entryCount(in: irl.mdp))
    rows = [Double](repeating: 0, count: irl.mdp.stateCount * irl.mdp.actionCount)
  }

  func callAsFunction(_ weights: [Double]) throws -> Double {
    guard let counts else { return 0 }
    parameters.all = weights
    parameters.evaluate(into: &entries)
    form.spread(entries, in: planner.mdp, into: &rows)
    try planner.plan(rewards: rows)
    return trajectories * counts.logLikelihood(planner)
  }

  func reward(_ weights: [Double]) throws -> RewardTable {
    parameters.all = weights
    parameters.evaluate(into: &entries)
    return try form.table(entries, in: planner.mdp)
  }
}
