import Compute
import Environments
import Rewards

extension CautionProblem {
  /// What inverse reward design leaves open, as a problem: the rewards are the candidates, the weights their
  /// posterior, in a new world with the same features.
  ///
  /// Plan it with ``WorstCase``, measured from what each candidate gave to the behaviour that was trained
  /// (`trainedReturns(ignoring:)`): rewards have no common zero, and without one the worst case is whoever likes
  /// nothing. It assumes that the designer chose the proxy for the training world, as rationally as was said, among
  /// the proxies that were listed; features that did not occur there keep their prior, and if the prior is wrong so is
  /// the caution.
  ///
  /// - Parameters:
  ///   - mdp: the world to act in; its own rewards do not count.
  ///   - features: of each action in each state of this world, [states × actions][features].
  ///   - posterior: what the proxy says about the rewards that may be meant.
  ///   - least: candidates of a posterior up to this do not count.
  ///   - reference: what somebody trusted does, for the rules that need it.
  /// - Throws: `InputError` if sizes do not fit.
  public init(
    _ mdp: TabularMDP, features: [[Double]], posterior: ProxyRewardPosterior, ignoring least: Double = 0,
    reference: TabularPolicy? = nil
  ) throws {
    let design = try ProxyDesign(mdp, features: features)
    guard design.featureCount == posterior.trained.count else {
      throw InputError(
        "this world has \(design.featureCount) features", remedy: "the posterior is about \(posterior.trained.count)")
    }
    let kept = posterior.candidates.indices.filter { posterior.probabilities[$0] > least }
    try self.init(
      mdp, rewards: kept.map { design.rewards(posterior.candidates[$0]) },
      weights: kept.map { posterior.probabilities[$0] }, reference: reference)
  }
}

extension ProxyRewardPosterior {
  /// What the trained behaviour was worth to each candidate of a posterior above `least`.
  public func trainedReturns(ignoring least: Double = 0) -> [Double] {
    candidates.indices.filter { probabilities[$0] > least }.map { Vectors.dot(candidates[$0], trained) }
  }
}
