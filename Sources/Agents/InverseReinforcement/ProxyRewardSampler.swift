import Compute
import Foundation
import Rewards

/// Draws from what may have been meant by a proxy reward, where any weights may: inverse reward design with a normal
/// prior.
///
/// The likelihood is that of `ProxyRewardPosterior`: exp(β · true · φ(proxy)) ÷ Z(true), with Z a sum over the proxies
/// that the designer could have written. With all of them given, it is exact; with proxies drawn from those they had,
/// each as likely as it was to be thought of, it is the sampled normaliser of the paper, right in the limit of many.
/// The sampler is elliptical slice sampling, with nothing to tune. Hadfield-Menell, Milli, Abbeel, Russell, Drăgan
/// 2017.
///
/// ```swift
/// let sampler = try ProxyRewardSampler(behaviors: behaviors, trained: behaviors[3], rationality: 10)
/// let samples = try sampler.sample(random: RandomSource(seed: 0))
/// samples.posterior.worst(of: features)
/// ```
public struct ProxyRewardSampler: Sendable {
  /// The sampler's knobs.
  public struct Settings: Sendable, Hashable, Codable {
    /// Standard deviation of each weight before anything was written, around 0.
    public var priorScale = 1.0
    /// Chains that run side by side and are compared for convergence.
    public var chains = 4
    /// Draws of each chain that are discarded.
    public var warmup = 200
    /// Draws of each chain that are kept.
    public var draws = 250

    /// The defaults.
    public init() {}
  }

  /// [proxies][features].
  public let behaviors: [[Double]]
  /// What the written proxy did.
  public let trained: [Double]
  /// β: how well the designer is assumed to choose.
  public let rationality: Double
  /// The sampler's knobs.
  public var settings: Settings

  /// - Parameters:
  ///   - behaviors: what each proxy that could have been written brings about, or each of those drawn.
  ///   - trained: what the written one brings about; it need not be among those drawn.
  ///   - rationality: β of the designer, from 0.
  ///   - settings: of the sampler and its prior.
  /// - Throws: `InputError` if sizes do not fit or numbers are out of range.
  public init(
    behaviors: [[Double]], trained: [Double], rationality: Double = 1, settings: Settings = Settings()
  ) throws {
    guard !trained.isEmpty, !behaviors.isEmpty,
      (behaviors + [trained]).allSatisfy({ $0.count == trained.count && $0.allSatisfy(\.isFinite) })
    else { throw InputError("behaviours need the same features, all finite, and there is at least one") }
    guard rationality >= 0, rationality.isFinite else {
      throw InputError("the rationality is \(rationality)", remedy: "give a number that is not negative")
    }
    guard settings.priorScale > 0, settings.priorScale.isFinite, settings.chains > 0, settings.draws >= 4,
      settings.warmup >= 0
    else { throw InputError("the prior's scale is positive, and there is a chain of at least 4 draws") }
    self.behaviors = behaviors
    self.trained = trained
    self.rationality = rationality
    self.settings = settings
  }

  /// log P(written | weights), up to the number of behaviours.
  public func logLikelihood(_ weights: [Double]) -> Double {
    func worth(_ features: [Double]) -> Double {
      rationality * zip(weights, features).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let worths = behaviors.map(worth)
    let most = worths.max() ?? 0
    let mean = worths.reduce(0) { $0 + exp($1 - most) } / Double(worths.count)
    return worth(trained) - most - log(mean)
  }

  /// Draws, with how far they can be relied on.
  public struct Samples: Sendable, Hashable, Codable {
    /// Each draw a candidate, all as probable.
    public let posterior: ProxyRewardPosterior
    /// For each feature's weight: mean, spread, agreement of the chains.
    public let weights: [ChainDiagnostics]
    /// How many bits the proxy told about each weight: near 0 for what it met nowhere. Over 16 ranges that were equally
    /// probable before; a finite number of draws adds about 11 ÷ (their effective number).
    public let bitsLearned: [Double]
  }

  /// - Throws: `InputError` only as `init` does.
  public func sample(random: RandomSource) throws -> Samples {
    var chains: [[[Double]]] = []
    for chain in 0..<settings.chains {
      var sampler = EllipticalSliceSampler(
        dimension: trained.count, scale: settings.priorScale, random: random.stream("proxy/chain", chain))
      try sampler.start(logLikelihood)
      for _ in 0..<settings.warmup { try sampler.step(logLikelihood) }
      var draws: [[Double]] = []
      for _ in 0..<settings.draws {
        try sampler.step(logLikelihood)
        draws.append(sampler.position)
      }
      chains.append(draws)
    }
    let all = chains.flatMap { $0 }
    return Samples(
      posterior: try ProxyRewardPosterior(draws: all, trained: trained),
      weights: trained.indices.map { index in ChainDiagnostics(chains.map { $0.map { $0[index] } }) },
      bitsLearned: trained.indices.map { index in bits(all.map { $0[index] }) })
  }

  /// The divergence of draws from the prior, over ranges of equal prior probability.
  private func bits(_ draws: [Double]) -> Double {
    let ranges = 16
    var counts = [Int](repeating: 0, count: ranges)
    for draw in draws {
      let quantile = erfc(-draw / (settings.priorScale * 2.0.squareRoot())) / 2
      counts[min(Int(quantile * Double(ranges)), ranges - 1)] += 1
    }
    return counts.reduce(0) { sum, count in
      let share = Double(count) / Double(draws.count)
      return count == 0 ? sum : sum + share * log2(share * Double(ranges))
    }
  }
}
