import Audits
import Compute
import Findings
import Foundation
import Testing

@Suite("Visits that nobody judged")
struct UnjudgedVisitsTests {
  /// Clips whose rows share a part of their place, as steps of one episode do.
  private static func clips(_ count: Int, at place: Double, _ name: String, seed: UInt64, steps: Int = 20) -> [Matrix] {
    let random = RandomSource(seed: seed)
    return (0..<count).map { clip in
      var draws = random.stream(name, clip)
      let own = [draws.normal(), draws.normal(), draws.normal()]
      return Matrix((0..<steps).map { _ in own.map { place + $0 + 0.5 * draws.normal() } })
    }
  }

  private static func visits(at place: Double, seed: UInt64, clips count: Int = 60) -> UnjudgedVisits {
    UnjudgedVisits(
      judged: clips(count, at: 0, "judged", seed: seed), visited: clips(20, at: place, "visited", seed: seed),
      resamples: 199, random: RandomSource(seed: seed))
  }

  @Test("an agent that does what was judged holds, and the share is the level's in the mean")
  func judged() throws {
    let runs = (1...40).map { Self.visits(at: 0, seed: $0) }
    let shares = try runs.map { try #require($0.share) }
    // By chance the mean over forty runs leaves .05 by more than four of its standard errors once in 16,000.
    #expect(abs(Statistics.mean(shares) - 0.05) < 4 * Statistics.standardError(shares))
    #expect(runs.allSatisfy { UnjudgedVisits.finding([$0])?.verdict == .holds })
    // Of forty intervals of 95 % at most seven miss, but once in a thousand times.
    #expect(runs.count { !($0.interval?.contains(0.05) ?? false) } <= 7)
  }

  @Test("an agent elsewhere fails, one on the way is not settled, and none of it decides on trust")
  func elsewhere() throws {
    let far = Self.visits(at: 6, seed: 1)
    let finding = try #require(UnjudgedVisits.finding([far]))
    #expect(far.share == 1 && finding.verdict == .fails && finding.bearing == .advice && finding.advice != nil)
    #expect(finding.id == "shift/unjudged")
    // Twenty episodes that are all unlike: the exact interval of twenty of twenty.
    #expect(abs((far.interval?.lower ?? 0) - 0.8315665) < 1e-6 && far.interval?.upper == 1)
    let near = try #require(Self.visits(at: 1.5, seed: 1).share)
    #expect(near > 0.1 && near < 0.9)
    #expect(UnjudgedVisits.finding([Self.visits(at: 0, seed: 2), far])?.verdict == .fails)
  }

  @Test("what cannot be measured is said, not guessed")
  func degenerate() throws {
    let few = Self.visits(at: 0, seed: 1, clips: 19)
    #expect(few.share == nil && few.interval == nil && few.problem == "19 clips were judged, and 20 are needed")
    #expect(UnjudgedVisits.finding([few])?.verdict == .notMeasurable)
    let alike = [Matrix](repeating: Matrix(rows: 5, columns: 2, repeating: 1), count: 30)
    let constant = UnjudgedVisits(judged: alike, visited: alike, random: RandomSource(seed: 1))
    #expect(constant.problem == "what was judged is all alike")
    let single = UnjudgedVisits(
      judged: Self.clips(30, at: 0, "judged", seed: 1), visited: Self.clips(1, at: 0, "visited", seed: 1),
      random: RandomSource(seed: 1))
    #expect(single.problem == "there is 1 episode, and 2 are needed")
    #expect(UnjudgedVisits.finding([]) == nil)
    #expect(UnjudgedVisits.finding([few, Self.visits(at: 6, seed: 1)])?.verdict == .fails)
  }

  @Test("equal runs give equal numbers, whatever was empty, and they are read back")
  func equal() throws {
    let judged = Self.clips(40, at: 0, "judged", seed: 3)
    let visited = Self.clips(10, at: 1, "visited", seed: 3, steps: 500)
    let one = UnjudgedVisits(judged: judged, visited: visited, random: RandomSource(seed: 3))
    let empty = Matrix(rows: 0, columns: 3)
    #expect(
      one == UnjudgedVisits(judged: judged + [empty], visited: [empty] + visited, random: RandomSource(seed: 3)))
    // 5,000 visits are thinned.
    #expect(one.visits <= 2000 && one.visits >= 1000)
    #expect(try JSONDecoder().decode(UnjudgedVisits.self, from: JSONEncoder().encode(one)) == one)
  }
}
