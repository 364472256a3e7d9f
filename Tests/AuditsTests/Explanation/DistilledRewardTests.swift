import Audits
import Compute
import Foundation
import Testing

@Suite("A reward in words")
struct DistilledRewardTests {
  private static let groups = (0..<30).map { $0 * 20..<$0 * 20 + 20 }

  /// 600 rows of four features, in groups of 20.
  private static func table(seed: UInt64 = 1) -> Matrix {
    var draws = RandomSource(seed: seed).stream("table")
    return Matrix(rows: 600, columns: 4, elements: (0..<2400).map { _ in draws.normal() })
  }

  private static func distilled(_ reward: ([Double]) -> Double) throws -> DistilledReward {
    let table = table()
    return try DistilledReward(
      (0..<600).map { reward(table.row($0)) }, features: table, names: ["a", "b", "c", "d"], groups: groups,
      random: RandomSource(seed: 2))
  }

  @Test("a sum of two terms is found as it is, on steps that it has not seen")
  func linear() throws {
    let found = try Self.distilled { 2 + 3 * $0[1] - 0.5 * $0[3] }
    #expect(found.linear.lines == ["2", "+ 3 × b", "− 0.5 × d"])
    #expect(found.linear.fidelity > 0.999 && found.heldOut == 200 && found.fitted == 400)
    #expect(found.better == found.linear)
  }

  @Test("a bend is a question, and a tree asks it")
  func tree() throws {
    let found = try Self.distilled { ($0[0] > 0.4 ? 1 : 0) + ($0[0] > 0.4 && $0[2] > 0 ? 1 : 0) }
    #expect(found.tree.fidelity > 0.95 && found.better == found.tree)
    #expect(found.tree.lines[0].hasPrefix("a > 0.") && found.tree.lines[1].hasPrefix("  c > "))
    let interval = try #require(found.tree.interval)
    #expect(interval.contains(found.tree.fidelity))
  }

  @Test("what is not in the features cannot be said: fidelity is that of their mean")
  func nothing() throws {
    var draws = RandomSource(seed: 9).stream("noise")
    let found = try Self.distilled { _ in draws.normal() }
    #expect(found.better.fidelity < 0.1)
  }

  @Test("a reward that does not vary, and two clips, say nothing")
  func degenerate() throws {
    #expect(throws: NotMeasurable.self) { try Self.distilled { _ in 1 } }
    #expect(throws: NotMeasurable.self) {
      try DistilledReward(
        [1, 2], features: Matrix(rows: 2, columns: 1), names: ["a"], groups: [0..<1, 1..<2],
        random: RandomSource(seed: 1))
    }
  }
}
