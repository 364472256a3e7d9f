import Compute
import Foundation

/// What the best of n answers is worth in truth, the best being chosen by a proxy: estimated without bias from more
/// answers than n.
///
/// ```swift
/// let best = BestOfN(samples: 4096, sizes: [1, 4, 16, 64, 256, 1024])
/// best.means(proxy: scores, gold: worths)        // for one prompt: what the best of 1, 4, … is worth
/// best.divergences                               // and how far each policy is from drawing one, in √nats
/// ```
///
/// The estimate is the mean over all subsets of n of the samples: Σ C(i − 1, n − 1)/C(N, n) · gold of the i-th by proxy.
/// Of answers with equal proxies any may be chosen, with equal chance.
/// Source: Nakano et al. 2021 (WebGPT), appendix I; Gao, Schulman and Hilton 2022.
public struct BestOfN: Sendable, Hashable {
  /// How many samples of each prompt there are.
  public let samples: Int
  /// The sizes n, rising.
  public let sizes: [Int]
  /// For each size, the weights of the samples from the best one down; those of the others are 0.
  private let weights: [[Double]]

  /// The design for this many samples a prompt; time and memory in proportion to samples times sizes.
  ///
  /// - Parameters:
  ///   - samples: N, at least the largest size.
  ///   - sizes: n, rising, from 1 on.
  public init(samples: Int, sizes: [Int]) {
    precondition(zip(sizes, sizes.dropFirst()).allSatisfy(<), "sizes rise")
    precondition((sizes.first ?? 1) >= 1 && (sizes.last ?? 1) <= samples, "no size below 1 or beyond the samples")
    self.samples = samples
    self.sizes = sizes
    weights = sizes.map { size in
      var weights = [Double(size) / Double(samples)]
      var rank = samples
      while rank > size, weights[weights.count - 1] > 0 {
        weights.append(weights[weights.count - 1] * Double(rank - size) / Double(rank - 1))
        rank -= 1
      }
      return weights
    }
  }

  /// 1, 2, 4 … up to at most a quarter of the samples, where an estimate still is a mean over several disjoint choices.
  public static func powersOfTwo(samples: Int) -> [Int] {
    Array(sequence(first: 1) { $0 * 2 }.prefix { $0 <= max(1, samples / 4) })
  }

  /// √KL of the best of each size from drawing one, in √nats: √(ln n − (n − 1)/n). Exact for proxies without ties, an upper
  /// bound with them.
  public var divergences: [Double] { sizes.map(Self.divergence) }

  /// √(ln n − (n − 1)/n)
  public static func divergence(_ size: Int) -> Double {
    let n = Double(size)
    return max(0, log(n) - (n - 1) / n).squareRoot()
  }

  /// For each size, the mean gold of the best by proxy. Time: N log N.
  ///
  /// - Parameters:
  ///   - proxy: what it is chosen by; ``samples`` finite numbers.
  ///   - gold: what it is worth, index for index.
  public func means(proxy: [Double], gold: [Double]) -> [Double] {
    precondition(proxy.count == samples && gold.count == samples, "one proxy and one worth for each sample")
    var order = zip(proxy, gold).map { (proxy: $0, gold: $1) }
    order.sort { $0.proxy > $1.proxy }
    var start = 0
    while start < order.count {
      var end = start + 1
      var sum = order[start].gold
      while end < order.count, order[end].proxy == order[start].proxy {
        sum += order[end].gold
        end += 1
      }
      if end - start > 1 { for place in start..<end { order[place].gold = sum / Double(end - start) } }
      start = end
    }
    return weights.map { weights in
      var sum = 0.0
      for place in weights.indices { sum += weights[place] * order[place].gold }
      return sum
    }
  }
}
