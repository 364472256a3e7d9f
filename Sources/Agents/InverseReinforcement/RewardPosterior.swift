import Compute
import Foundation
import Rewards

/// Draws from the posterior of a reward's parameters, and how far they can be relied on.
public struct RewardPosterior: Sendable {
  /// What is known of one parameter.
  public struct Parameter: Sendable, Hashable, Codable {
    /// The posterior mean.
    public let mean: Double
    /// The posterior standard deviation.
    public let standardDeviation: Double
    /// The middle 90 %.
    public let interval: Interval
    /// Split R̂: near 1 where the chains agree.
    public let rHat: Double
    /// Independent draws that would tell the mean as well.
    public let effectiveSampleSize: Double
  }

  /// [chains][draws][parameters].
  public let draws: [[[Double]]]
  /// Log-probability of all demonstrated actions, [chains][draws].
  public let logLikelihoods: [[Double]]
  /// The standard deviation of the prior.
  public let priorScale: Double
  /// Each parameter's summary, in order.
  public let parameters: [Parameter]
  /// Of the log-likelihood, which moves slowest if the sampler is stuck.
  public let likelihoodDiagnostics: ChainDiagnostics
  /// The reward at the posterior mean.
  public let meanReward: RewardTable

  /// The posterior mean of each parameter.
  public var mean: [Double] { parameters.map(\.mean) }
  /// The largest R̂ of any parameter or the log-likelihood.
  public var worstRHat: Double { parameters.reduce(likelihoodDiagnostics.rHat) { max($0, $1.rHat) } }
  /// The smallest of all parameters: what the whole posterior can be trusted by.
  public var leastEffectiveSampleSize: Double {
    parameters.reduce(likelihoodDiagnostics.effectiveSampleSize) { min($0, $1.effectiveSampleSize) }
  }

  init(
    draws: [[[Double]]], logLikelihoods: [[Double]], priorScale: Double, reward: ([Double]) throws -> RewardTable
  ) throws {
    self.draws = draws
    self.logLikelihoods = logLikelihoods
    self.priorScale = priorScale
    likelihoodDiagnostics = ChainDiagnostics(logLikelihoods)
    parameters = (0..<(draws[0].first?.count ?? 0)).map { index in
      let chains = draws.map { $0.map { $0[index] } }
      let diagnostics = ChainDiagnostics(chains)
      let sorted = chains.flatMap { $0 }.sorted()
      func quantile(_ share: Double) -> Double { sorted[Int((share * Double(sorted.count - 1)).rounded())] }
      return Parameter(
        mean: diagnostics.mean, standardDeviation: diagnostics.variance.squareRoot(),
        interval: Interval(lower: quantile(0.05), upper: quantile(0.95), level: 0.9), rHat: diagnostics.rHat,
        effectiveSampleSize: diagnostics.effectiveSampleSize)
    }
    meanReward = try reward(parameters.map(\.mean))
  }
}

/// Whether several chains of one quantity agree, and how much information they hold: split R̂ and effective sample size
/// with Geyer's initial monotone sequence (Gelman et al., Bayesian Data Analysis, 3rd ed., section 11.4 and 11.5; as in
/// Stan).
public struct ChainDiagnostics: Sendable, Hashable, Codable {
  /// Of all draws.
  public let mean: Double
  /// Of all draws.
  public let variance: Double
  /// Split R̂: near 1 if the chains agree.
  public let rHat: Double
  /// Independent draws that the chains are worth.
  public let effectiveSampleSize: Double

  /// - Parameter chains: of equal length, at least 4 draws each.
  public init(_ chains: [[Double]]) {
    precondition(!chains.isEmpty && chains.allSatisfy { $0.count == chains[0].count && $0.count >= 4 }, "equal chains")
    let all = chains.flatMap { $0 }
    let mean = all.reduce(0, +) / Double(all.count)
    self.mean = mean
    variance = all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count - 1)
    let half = chains[0].count / 2
    let halves = chains.flatMap { [Array($0.prefix(half)), Array($0.suffix(half))] }
    let means = halves.map { $0.reduce(0, +) / Double(half) }
    let grand = means.reduce(0, +) / Double(means.count)
    let between = means.reduce(0) { $0 + ($1 - grand) * ($1 - grand) } / Double(means.count - 1)
    let covariances = zip(halves, means).map { draws, mean in draws.map { $0 - mean } }
    func covariance(_ lag: Int) -> Double {
      covariances.reduce(0) { total, draws in
        var sum = 0.0
        for index in 0..<half - lag { sum += draws[index] * draws[index + lag] }
        return total + sum / Double(half)
      } / Double(covariances.count)
    }
    let within = covariance(0) * Double(half) / Double(half - 1)
    guard within > 0 else {
      // A constant: agreed upon if every chain has the same.
      rHat = between > 0 ? .infinity : 1
      effectiveSampleSize = between > 0 ? 1 : Double(all.count)
      return
    }
    let pooled = within * Double(half - 1) / Double(half) + between
    rHat = (pooled / within).squareRoot()
    func correlation(_ lag: Int) -> Double { 1 - (within - covariance(lag) * Double(half) / Double(half - 1)) / pooled }
    var (sum, previous, lag) = (0.0, Double.infinity, 0)
    while lag + 1 < half {
      let pair = min(previous, (lag == 0 ? 1 : correlation(lag)) + correlation(lag + 1))
      guard pair > 0 else { break }
      sum += pair
      (previous, lag) = (pair, lag + 2)
    }
    let draws = Double(half * halves.count)
    effectiveSampleSize = min(draws * log10(draws), draws / max(2 * sum - 1, 1 / log10(draws)))
  }
}
