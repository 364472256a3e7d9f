import Agents
import Compute
import Environments
import Foundation
import Rewards
import Testing

@Suite("How much more often an agent comes by something than a reference does")
struct VisitRatioTests {
  private static func normals(_ count: Int, _ columns: Int, moved: Double, _ stream: inout RandomStream) -> Matrix {
    Matrix(
      rows: count, columns: columns,
      elements: (0..<count * columns).map { stream.normal() + ($0 % columns == 0 ? moved : 0) })
  }

  @Test("the least squares of NumPy, at rows that were fitted and at others")
  func numPy() throws {
    let own = Matrix((0..<20).map { [sin(Double($0)) + 0.5, cos(2 * Double($0))] })
    let reference = Matrix((0..<30).map { [sin(3 * Double($0)), 1.5 * cos(5 * Double($0))] })
    let ratio = try VisitRatio(of: own, over: reference)
    let fitted = ratio.values(own)
    for (value, right) in zip(fitted, [1.76724483, 2.42054282, 2.32300025, 1.86511877]) {
      #expect(abs(value - right) < 1e-6, "\(value)")
    }
    #expect(abs(Statistics.mean(fitted) - 1 - 0.7322462967337213) < 1e-6)
    let other = ratio.values(Matrix([[0, 0], [2, 0], [-1, 1]]))
    for (value, right) in zip(other, [1.68440011, 1.04453349, 0]) { #expect(abs(value - right) < 1e-6, "\(value)") }
  }

  @Test(
    "χ² of normal visits that are moved by d is exp d² − 1: found where it is small, and too small where it is large",
    arguments: [(0, -0.05, 0.1), (0.3, 0.02, 0.2), (0.7, 0.4, 0.95), (1, 1, 2.1), (1.5, 3.3, 8.45)])
  func normal(moved: Double, lowest: Double, highest: Double) throws {
    // Five draws of each: the same fit in NumPy has means of .015, .103, .666, 1.54 and 6.05, and the bands are four of its
    // standard errors.
    var stream = RandomSource(seed: 4).stream("normal")
    let found = try (0..<5).map { _ in
      let ratio = try VisitRatio(
        of: Self.normals(640, 2, moved: moved, &stream), over: Self.normals(1000, 2, moved: 0, &stream))
      return Statistics.mean(ratio.values(Self.normals(640, 2, moved: moved, &stream))) - 1
    }
    let mean = Statistics.mean(found)
    #expect((lowest...highest).contains(mean), "\(moved): \(mean)")
  }

  @Test("where the reference never goes the ratio is large, and finite")
  func beyond() throws {
    var stream = RandomSource(seed: 5).stream("beyond")
    let own = Self.normals(640, 2, moved: 12, &stream)
    let values = try VisitRatio(of: own, over: Self.normals(1000, 2, moved: 0, &stream)).values(own)
    #expect(values.allSatisfy(\.isFinite) && Statistics.mean(values) > 50)
  }

  @Test("no unit matters, and a column that never varies is left out")
  func units() throws {
    var stream = RandomSource(seed: 6).stream("units")
    let (own, reference) = (Self.normals(50, 2, moved: 1, &stream), Self.normals(60, 2, moved: 0, &stream))
    func other(_ rows: Matrix) -> Matrix {
      Matrix((0..<rows.rows).map { [1e4 * rows[$0, 0] + 7, 3, 1e-5 * rows[$0, 1]] })
    }
    let (plain, scaled) = (
      try VisitRatio(of: own, over: reference), try VisitRatio(of: other(own), over: other(reference))
    )
    for (a, b) in zip(plain.values(own), scaled.values(other(own))) { #expect(abs(a - b) < 1e-6) }
  }

  @Test("nothing to compare, numbers that are none, visits that are all alike: refused")
  func refused() {
    let some = Matrix([[1, 2], [2, 3], [3, 5]])
    #expect(throws: InputError.self) { try VisitRatio(of: Matrix([[1, 2]]), over: some) }
    #expect(throws: InputError.self) { try VisitRatio(of: some, over: Matrix([[1, .nan], [2, 2]])) }
    let alike = Matrix([[1, 2], [1, 2], [1, 2]])
    #expect(throws: InputError.self) { try VisitRatio(of: alike, over: alike) }
  }
}

@Suite("What visits cost that a reference does not make")
struct VisitPenaltyTests {
  /// Pays 2 for everything.
  private final class Flat: TransitionReward {
    func evaluate(_ transitions: TransitionRows, into rewards: inout MutableSpan<Float>) {
      for row in 0..<transitions.count { rewards[row] = 2 }
    }
  }

  private let entry: EnvironmentEntry
  private let reference: [Trajectory]
  private let own: [Trajectory]

  init() throws {
    entry = try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1")
    func episodes(_ push: Float, _ name: String) -> [Trajectory] {
      var draws = RandomSource(seed: 1).stream(name)
      return (0..<6).map { _ in
        Trajectory(
          observationSize: 3, actionRowSize: 1,
          observations: (0..<41 * 3).map { _ in Float(draws.normal()) + push },
          actions: (0..<40).map { _ in Float(draws.uniform(-1, 1)) + push }, rewards: [Float](repeating: 0, count: 40),
          terminated: false, truncated: true, start: nil)
      }
    }
    (reference, own) = (episodes(0, "reference"), episodes(0.5, "own"))
  }

  private func paid(_ reward: any TransitionReward, _ episodes: [Trajectory]) -> [Double] {
    let rows = DemonstrationArrays(episodes)
    var rewards = [Float](repeating: 0, count: rows.count)
    TransitionRows.over(
      rows.count, observations: rows.observations, actions: rows.actions, nextObservations: rows.nextObservations,
      terminated: [Bool](repeating: false, count: rows.count), specification: entry.specification
    ) { rows in
      var target = rewards.mutableSpan
      reward.evaluate(rows, into: &target)
    }
    return rewards.map(Double.init)
  }

  /// Rows of several episodes, one after the other.
  private struct DemonstrationArrays {
    var count = 0
    var (observations, actions, nextObservations) = ([Float](), [Float](), [Float]())

    init(_ episodes: [Trajectory]) {
      for episode in episodes {
        count += episode.count
        observations += episode.observations.dropLast(episode.observationSize)
        nextObservations += episode.observations.dropFirst(episode.observationSize)
        actions += episode.actions
      }
    }
  }

  private func rows(_ episodes: [Trajectory]) -> Matrix {
    let arrays = DemonstrationArrays(episodes)
    return Matrix(
      (0..<arrays.count).map { row in
        (arrays.observations[row * 3..<row * 3 + 3] + arrays.actions[row..<row + 1]).map(Double.init)
      })
  }

  @Test("a rollout pays λ √χ² a step on average, each step by its ratio")
  func rollouts() throws {
    let penalty = try VisitPenalty(Flat(), weight: 3, reference: reference, in: entry.specification)
    let ratios = try VisitRatio(of: rows(own), over: rows(reference)).values(rows(own))
    let chiSquared = Statistics.mean(ratios) - 1
    #expect(chiSquared > 0.5)
    let paid = paid(penalty, own)
    #expect(abs(Statistics.mean(paid) - (2 - 3 * chiSquared.squareRoot())) < 1e-5)
    for (pay, ratio) in zip(paid, ratios) {
      #expect(abs(pay - (2 - 3 * (ratio - 1) / chiSquared.squareRoot())) < 1e-5)
    }
  }

  @Test("a ratio that is held costs nothing before there is one, and is another reward each time")
  func held() throws {
    func made() throws -> VisitPenalty {
      try VisitPenalty(Flat(), weight: 3, reference: reference, in: entry.specification, fit: .held)
    }
    let penalty = try made()
    let before = penalty.version
    #expect(paid(penalty, own).allSatisfy { $0 == 2 })
    try penalty.hold(own)
    let after = penalty.version
    let held = paid(penalty, reference)
    #expect(before != after)
    // The reference's own visits cost nothing on average, but for the fit's error; the agent's cost λ √χ².
    #expect(abs(Statistics.mean(held) - 2) < 0.6 && Statistics.mean(paid(penalty, own)) < -1)
    // It follows from what is held, not from how it came to be.
    let again = try made()
    try again.hold(reference)
    try again.hold(own)
    #expect(again.version == after && paid(again, reference) == held)
    try again.hold([])
    #expect(again.version == before)
  }

  @Test("how far the agent is is measured on episodes that the fit has not seen")
  func measured() throws {
    let penalty = try VisitPenalty(Flat(), weight: 1, reference: reference, in: entry.specification)
    let (odd, even) = ([own[1], own[3], own[5]], [own[0], own[2], own[4]])
    let ratio = try VisitRatio(of: rows(even), over: rows(reference))
    let right = odd.map { ratio.values(rows([$0])).reduce(0) { $0 + $1 - 1 } }
    let found = try #require(try penalty.excesses(of: own))
    #expect(found.count == 6 && found.prefix(3).map(\.sum) == right && found.allSatisfy { $0.steps == 40 })
    let near = try #require(try penalty.excesses(of: reference)).reduce(0) { $0 + $1.sum } / 240
    #expect(found.reduce(0) { $0 + $1.sum } / 240 > near + 0.3 && abs(near) < 0.5)
    #expect(try penalty.excesses(of: Array(own.prefix(1))) == nil)
  }

  @Test("a price that is none, and a reference that did nothing, are refused")
  func refused() throws {
    for weight in [-1, Double.nan, .infinity] {
      #expect(throws: InputError.self) {
        try VisitPenalty(Flat(), weight: weight, reference: reference, in: entry.specification)
      }
    }
    #expect(throws: InputError.self) {
      try VisitPenalty(Flat(), weight: 1, reference: [], in: entry.specification)
    }
  }
}
