import Compute
import Findings
import Foundation

/// What choosing the proxy's favourite among n samples gives, and what it costs in divergence.
public enum BestOfN {
  /// For each n of `sizes`, the expected value of the proxy's favourite among n of these samples drawn without
  /// replacement: Σᵢ C(i−1, n−1)/C(N, n) · value₍ᵢ₎, samples in ascending order of the proxy (Nakano et al. 2021,
  /// appendix I). Unbiased for best-of-n from the policy. Equal proxies share their weight. NaN for n above N.
  public static func expected(proxy: [Double], value: [Double], sizes: [Int]) -> [Double] {
    precondition(proxy.count == value.count, "one value for each proxy score")
    let count = proxy.count
    let order = proxy.indices.sorted { (proxy[$0], $0) < (proxy[$1], $1) }
    var sorted = order.map { value[$0] }
    // Samples of equal proxy are drawn at random among themselves: each stands for their mean.
    var start = 0
    while start < count {
      var end = start + 1
      while end < count, proxy[order[end]] == proxy[order[start]] { end += 1 }
      let mean = sorted[start..<end].reduce(0, +) / Double(end - start)
      for index in start..<end { sorted[index] = mean }
      start = end
    }
    return sizes.map { n in
      guard n >= 1, n <= count else { return .nan }
      // The weight of rank i, from the top down: w(N) = n/N, w(i − 1) = w(i)·(i − n)/(i − 1).
      var weight = Double(n) / Double(count)
      var sum = 0.0
      for i in stride(from: count, through: n, by: -1) {
        sum += weight * sorted[i - 1]
        if i > 1 { weight *= Double(i - n) / Double(i - 1) }
      }
      return sum
    }
  }

  /// ln n − (n − 1)/n: the divergence of best-of-n from its base, in nats, if no two samples tie; otherwise more than
  /// it.
  public static func divergence(_ n: Int) -> Double { log(Double(n)) - Double(n - 1) / Double(n) }
}
