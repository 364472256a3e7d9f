import Compute
import Findings
import Foundation
import Testing

@Suite("Best of n")
struct BestOfNTests {
  @Test("the estimate by hand: the mean over all subsets")
  func byHand() {
    let best = BestOfN(samples: 4, sizes: [1, 2, 3, 4])
    let means = best.means(proxy: [0.1, 0.4, 0.2, 0.9], gold: [1, 0, 3, 2])
    for (ours, expected) in zip(means, [1.5, 1.5, 1.5, 2]) { #expect(abs(ours - expected) < 1e-14) }
  }

  @Test("of answers with equal proxies each may be chosen: all subsets by enumeration")
  func ties() {
    // itertools.combinations, the winner drawn among the equal ones.
    let means = BestOfN(samples: 5, sizes: [1, 2, 3, 4, 5]).means(
      proxy: [0.1, 0.4, 0.4, 0.9, 0.2], gold: [1, 0, 3, 2, 5])
    for (ours, expected) in zip(means, [2.2, 2.05, 1.8, 1.9, 2]) { #expect(abs(ours - expected) < 1e-14) }
  }

  @Test("the best of 2 and 4 of a uniform score follow the exact law")
  func exact() {
    // Of 1 … 4 with (1, 3, 5, 7)/16 the mean is 3.125 with replacement; from 4,000 samples without, nearly so.
    let scores = (0..<4000).map { Double($0 % 4 + 1) }
    let means = BestOfN(samples: 4000, sizes: [1, 2]).means(proxy: scores, gold: scores)
    #expect(abs(means[0] - 2.5) < 1e-12 && abs(means[1] - 3.125) < 1e-3)
  }

  @Test("divergences are those of the formula")
  func divergences() {
    for (size, kl) in [(1, 0), (2, 0.19315), (4, 0.63629), (64, 3.17451), (1024, 5.93245), (12_500, 8.434)] {
      let ours = BestOfN.divergence(size)
      #expect(abs(ours * ours - kl) < 6e-4 * max(1, 1e-2 * kl))
    }
    #expect(BestOfN.powersOfTwo(samples: 4096) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024])
    #expect(BestOfN.powersOfTwo(samples: 1) == [1])
  }

  @Test("many samples: weights that vanish are left out without harm")
  func many() {
    let best = BestOfN(samples: 20_000, sizes: [1, 5000, 20_000])
    let values = (0..<20_000).map(Double.init)
    let means = best.means(proxy: values, gold: values)
    // E of the largest of n without replacement from 1 … N: n (N + 1)/(n + 1), less 1 for counting from 0.
    #expect(abs(means[0] - 9999.5) < 1e-6)
    #expect(abs(means[1] - (5000.0 * 20_001 / 5001 - 1)) < 1e-6)
    #expect(means[2] == 19_999)
  }

  @Test("pooled proxies by hand")
  func pooled() {
    #expect(PooledProxy.mean.score([1, 2, 3]) == 2)
    #expect(PooledProxy.worst.score([1, 2, 3]) == 1)
    #expect(abs(PooledProxy.varianceWeighted(0.5).score([1, 2, 3]) - 5.0 / 3) < 1e-15)
  }
}
