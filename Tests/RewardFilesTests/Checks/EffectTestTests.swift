import Compute
import Foundation
import RewardFiles
import Testing

@Suite("Effects and their correction")
struct EffectTestTests {
  @Test("exact p-values and intervals are SciPy's")
  func exact() throws {
    // scipy.stats.binom.sf(29, 1000, 0.01) = 1.2e-7; hand-summed below in the same way.
    let test = try #require(EffectTest.share("ties", 5, of: 20, atMost: 0.1))
    // P(X ≥ 5), X ~ Binomial(20, 0.1): 1 − Σ_{k<5} C(20,k) 0.1^k 0.9^(20−k)
    var below = 0.0
    var coefficient = 1.0
    for k in 0..<5 {
      below += coefficient * pow(0.1, Double(k)) * pow(0.9, Double(20 - k))
      coefficient *= Double(20 - k) / Double(k + 1)
    }
    #expect(abs(test.pValue - (1 - below)) < 1e-12)
    #expect(!test.isHarmless)
    let mirrored = try #require(EffectTest.share("right", 15, of: 20, atLeast: 0.9))
    #expect(abs(mirrored.pValue - test.pValue) < 1e-12)
  }

  @Test("intervals are those of 95 %, to the digits that SciPy gives")
  func intervals() throws {
    // scipy.stats.norm.interval(0.95, 0.3, 0.1)
    let either = try #require(EffectTest.normal("weight", 0.3, error: 0.1, count: 50, within: 0.2))
    let above = try #require(EffectTest.normal("weight", 0.3, error: 0.1, count: 50, atMost: 0.2))
    for test in [either, above] {
      let interval = try #require(test.interval)
      #expect(abs(interval.lower - 0.104_003_601_546) < 1e-9 && abs(interval.upper - 0.495_996_398_454) < 1e-9)
      #expect(interval.level == 0.95)
    }
    // scipy.stats.binomtest(7, 50).proportion_ci(0.95, "exact")
    for test in [
      EffectTest.share("ties", 7, of: 50, atMost: 0.1), EffectTest.share("ties", 7, of: 50, atLeast: 0.1),
    ] {
      let interval = try #require(test?.interval)
      #expect(abs(interval.lower - 0.058_191_700_34) < 1e-8 && abs(interval.upper - 0.267_396_002_497) < 1e-8)
    }
  }

  @Test("harm is judged by the whole interval, from both sides")
  func harm() throws {
    // 1.95996 · 0.1 = 0.19600: within ±0.2 around 0.003, beyond it around 0.005.
    #expect(try #require(EffectTest.normal("w", 0.003, error: 0.1, count: 9, within: 0.2)).isHarmless)
    #expect(try #require(EffectTest.normal("w", -0.003, error: 0.1, count: 9, within: 0.2)).isHarmless)
    #expect(try !#require(EffectTest.normal("w", 0.005, error: 0.1, count: 9, within: 0.2)).isHarmless)
    #expect(try !#require(EffectTest.normal("w", -0.005, error: 0.1, count: 9, within: 0.2)).isHarmless)
    #expect(try #require(EffectTest.normal("w", 0.003, error: 0.1, count: 9, atMost: 0.2)).isHarmless)
    #expect(try !#require(EffectTest.normal("w", 0.005, error: 0.1, count: 9, atMost: 0.2)).isHarmless)
  }

  @Test("an effect inside its margin is never significant, however many rows there are")
  func margin() throws {
    let huge = try #require(EffectTest.normal("weight", 0.19, error: 1e-6, count: 10_000_000, within: 0.2))
    #expect(huge.pValue > 0.99 && huge.isHarmless)
    let small = try #require(EffectTest.normal("weight", 0.0, error: 0.5, count: 20, within: 0.2))
    #expect(!small.isHarmless && small.pValue > 0.5)
  }

  @Test("Benjamini–Yekutieli by hand: p·m·H(m)/rank, made monotone from the top")
  func correction() {
    // m = 3, H = 11/6: 0.01·5.5/1, 0.02·5.5/2, 0.5·5.5/3 → 0.055, 0.055, 0.91667
    let corrected = FalseDiscovery.corrected([0.5, 0.01, 0.02])
    #expect(abs(corrected[0] - 0.916_666_666_666) < 1e-9)
    #expect(abs(corrected[1] - 0.055) < 1e-12)
    #expect(abs(corrected[2] - 0.055) < 1e-12)
    #expect(FalseDiscovery.corrected([]).isEmpty)
  }
}
