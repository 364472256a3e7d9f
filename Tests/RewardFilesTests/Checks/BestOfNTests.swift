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
}
