import Foundation
import RewardFiles
import Testing

@Suite("Best of n")
struct BestOfNTests {
  @Test("the estimator is the mean over all subsets")
  func bruteForce() {
    let (proxy, gold) = ([0.1, 0.4, 0.2, 0.9], [1.0, 0, 3, 2])
    let expected = BestOfN.expected(proxy: proxy, value: gold, sizes: [1, 2, 3, 4, 5])
    for (value, wanted) in zip(expected, [1.5, 1.5, 1.5, 2.0]) { #expect(abs(value - wanted) < 1e-12) }
    #expect(expected[4].isNaN)
    for n in 1...4 {
      var (sum, count) = (0.0, 0)
      for subset in 1..<16 where subset.nonzeroBitCount == n {
        let members = (0..<4).filter { subset >> $0 & 1 == 1 }
        sum += gold[members.max { proxy[$0] < proxy[$1] } ?? 0]
        count += 1
      }
      #expect(abs(sum / Double(count) - expected[n - 1]) < 1e-12)
    }
  }

  @Test("samples of equal proxy share their weight, in whatever order they come")
  func ties() {
    let a = BestOfN.expected(proxy: [1, 1, 0], value: [4, 0, 9], sizes: [1, 2, 3])
    let b = BestOfN.expected(proxy: [0, 1, 1], value: [9, 0, 4], sizes: [1, 2, 3])
    #expect(a == b)
    #expect(abs(a[2] - 2) < 1e-12 && abs(a[0] - 13.0 / 3) < 1e-12)
  }

  @Test("the divergence bound: 5.909 nats at 1,000, 8.434 at 12,500")
  func divergence() {
    #expect(abs(BestOfN.divergence(1000) - 5.909) < 5e-4)
    #expect(abs(BestOfN.divergence(12_500) - 8.434) < 5e-4)
    #expect(BestOfN.divergence(1) == 0)
  }

  @Test("the largest of correlated numbers: exact for two, between the truth and Bonferroni for more")
  func largest() {
    // For negative ρ by integrating φ(x) Φ((ρx − t) ÷ √(1 − ρ²)) over x > t in Python; the others:
    // P(max > t) by scipy.stats.multivariate_normal for two numbers of correlation ρ, which these columns have exactly.
    for (t, rho, right) in [
      (2, 0.9, 0.03213900776933906), (3, 0.5, 0.0026179064014279847), (1.5, 0, 0.1291512003963384),
      (1.5, -0.5, 0.1334420979276819), (1, -0.9, 0.3173103625644756),
    ] {
      let (x, y): ([Double], [Double]) = ([1, 1, -1, -1], [1, -1, 1, -1])
      let second = zip(x, y).map { rho * $0 + (1 - rho * rho).squareRoot() * $1 }
      let pair = CorrelatedMaximum([x, second])
      #expect(abs(pair.above(t) - right) < 1e-6 * right)
      #expect(abs(pair.point(right) - t) < 1e-5)
    }
    // Three in a chain of .9: 0.0118377 in truth, 0.0186290 by Bonferroni.
    let noise: [[Double]] = [
      [1, 1, 1, 1, -1, -1, -1, -1], [1, 1, -1, -1, 1, 1, -1, -1], [1, -1, 1, -1, 1, -1, 1, -1],
    ]
    var columns = [noise[0]]
    for step in 1...2 { columns.append(zip(columns[step - 1], noise[step]).map { 0.9 * $0 + 0.19.squareRoot() * $1 }) }
    #expect(abs(CorrelatedMaximum(columns).above(2.5) - 0.012192525751632797) < 1e-7)
    let single = CorrelatedMaximum([[1, 2, 3]])
    #expect(abs(single.above(1.959963984540054) - 0.025) < 1e-9 && abs(single.point(0.025) - 1.959963984540054) < 1e-8)
  }
}
