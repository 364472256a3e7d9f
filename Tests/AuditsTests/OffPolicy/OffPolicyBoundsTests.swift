import Audits
import Compute
import Foundation
import Testing

@Suite("Off-policy evaluation: intervals for every sample size")
struct OffPolicyBoundsTests {
  /// A bandit of two actions, logged evenly; the target takes the second in nine of ten cases: worth .1 · .3 + .9 · .6.
  private static func bandit(_ count: Int, seed: UInt64) throws -> LoggedEpisodes {
    var draws = RandomSource(seed: seed).stream("bandit")
    var (rewards, target) = ([Double](), [Double]())
    for _ in 0..<count {
      let second = draws.bernoulli(0.5)
      rewards.append(draws.bernoulli(second ? 0.6 : 0.3) ? 1 : 0)
      target.append(second ? 0.9 : 0.1)
    }
    return try LoggedEpisodes(
      lengths: [Int](repeating: 1, count: count), rewards: rewards, behavior: [Double](repeating: 0.5, count: count),
      target: target, discount: 1)
  }

  @Test("of 400 logs of 100 episodes, at most those that are promised have the value outside")
  func coverage() throws {
    let truth = 0.1 * 0.3 + 0.9 * 0.6
    var (anytime, bernstein) = (0, 0)
    for seed in 0..<400 {
      let bounds = try OffPolicyBounds(Self.bandit(100, seed: UInt64(seed)), rewards: 0...1)
      anytime += bounds.anytime().contains(truth) ? 0 : 1
      bernstein += try #require(bounds.bernstein(largestRatio: 1.8)).contains(truth) ? 0 : 1
    }
    // At 5 %, more than 35 of 400 come by chance once in a thousand times; both are cautious, so far more rarely.
    #expect(anytime <= 35 && bernstein <= 35)
    // They narrow: neither is the whole range with a thousand episodes.
    let many = try OffPolicyBounds(Self.bandit(2000, seed: 2), rewards: 0...1)
    let (one, other) = (many.anytime(), try #require(many.bernstein(largestRatio: 1.8)))
    #expect(one.halfWidth < 0.09 && other.halfWidth < 0.08 && one.contains(truth) && other.contains(truth))
  }

  @Test("a value that is not the log's is refuted, and rewards in other units move with them")
  func refutes() throws {
    let log = try Self.bandit(1000, seed: 4)
    let interval = try OffPolicyBounds(log, rewards: 0...1).anytime()
    #expect(!interval.contains(0.45) && !interval.contains(0.7))
    let scaled = try LoggedEpisodes(
      lengths: [Int](repeating: 1, count: 1000), rewards: log.rewards.map { 40 * $0 - 20 }, behavior: log.behavior,
      target: log.target, discount: 1)
    let moved = try OffPolicyBounds(scaled, rewards: -20...20).anytime()
    #expect(
      abs(moved.lower - (40 * interval.lower - 20)) < 1e-9 && abs(moved.upper - (40 * interval.upper - 20)) < 1e-9)
  }

  @Test("Bernstein is Maurer and Pontil's formula on both sides, and refuses a ratio that was exceeded")
  func bernstein() throws {
    let log = try Self.bandit(50, seed: 2)
    let terms = zip(log.rewards, log.target).map { $0 * $1 / 0.5 }
    let logarithm = Foundation.log(2 / 0.025)
    let reach = (2 * Statistics.variance(terms) * logarithm / 50).squareRoot() + 7 * 1.8 * logarithm / (3 * 49)
    let interval = try #require(OffPolicyBounds(log, rewards: 0...1).bernstein(largestRatio: 1.8))
    #expect(abs(interval.lower - max(0, Statistics.mean(terms) - reach)) < 1e-12)
    #expect(abs(interval.upper - min(1, Statistics.mean(terms) + reach)) < 1e-12)
    #expect(try OffPolicyBounds(log, rewards: 0...1).bernstein(largestRatio: 1.5) == nil)
  }

  @Test("the lower end of betting is where the capital, written out on a grid, falls below its limit")
  func betting() throws {
    let log = try Self.bandit(60, seed: 7)
    let terms = zip(log.rewards, log.target).map { $0 * $1 / 0.5 }
    func capital(_ mean: Double) -> Double {
      var (capital, sum, squares) = (1.0, 0.5, 0.25)
      for (index, x) in terms.enumerated() {
        let t = Double(index + 1)
        let bet = (2 * Foundation.log(1 / 0.025) / (squares * Foundation.log(1 + t))).squareRoot()
        capital *= 1 + min(bet, 0.5 / mean) * (x - mean)
        sum += x
        squares += (x - sum / (t + 1)) * (x - sum / (t + 1))
      }
      return capital
    }
    let lower = try OffPolicyBounds(log, rewards: 0...1).anytime().lower
    let grid = (1..<10_000).map { Double($0) / 10_000 }
    let last = try #require(grid.last { capital($0) >= 1 / 0.025 })
    #expect(lower >= last && lower < last + 1.01e-4)
  }

  @Test("rewards outside the ends that were given are an error")
  func outside() throws {
    let log = try Self.bandit(20, seed: 1)
    #expect(throws: InputError.self) { try OffPolicyBounds(log, rewards: 0...0.5) }
  }
}
