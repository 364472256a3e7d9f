import Compute
import Environments
import Foundation
import Testing
import Theory

@Suite("Steepest ascent on the occupancy polytope")
struct SteepestAscentTests {
  private func near(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-6) -> Bool {
    guard a.count == b.count else { return false }
    return a.indices.allSatisfy { index in abs(a[index] - b[index]) <= tolerance }
  }

  @Test("a bandit's path runs over the facet of its worst arm")
  func bandit() throws {
    let geometry = try OccupancyGeometry(SmallWorlds.bandit(3))
    let ascent = try SteepestAscent(geometry, proxy: [-1, 0, 1])
    let third = 1.0 / 3
    #expect(near(ascent.corners[0], [third, third, third]))
    #expect(near(ascent.corners[1], [0, third, 2 * third]))
    #expect(near(ascent.corners[2], [0, 0, 1]))
    #expect(near(ascent.segments.map(\.cosine), [1, 0.5]))
    #expect(ascent.segments.map(\.blocking) == [[0], [1]])
    #expect(ascent.stop(angle: 30 * .pi / 180) == 2)
    #expect(ascent.stop(angle: 31 * .pi / 180) == 1)
    #expect(abs(ascent.safeAngle(corner: 2) * 180 / .pi - 30) < 1e-6)
    // Robust objective for 40°: the stopping point beats the end.
    let reference = ascent.worstCase(corner: 1, angle: 40 * .pi / 180)
    #expect(abs(reference - 0.36112) < 1e-5)
    #expect(abs(ascent.worstCase(corner: 2, angle: 40 * .pi / 180) - 0.27926) < 1e-5)
  }

  @Test("the two-state world's paths, by hand")
  func twoStates() throws {
    let geometry = try OccupancyGeometry(SmallWorlds.twoStates())
    let first = try SteepestAscent(geometry, proxy: [0, 1, 0, 1])
    #expect(near(first.corners[0], [0.5, 0.5, 0.5, 0.5]))
    let third = 1.0 / 3
    #expect(near(first.corners[1], [0, 2 * third, third, 1]))
    #expect(near(first.corners[2], [0, 0.5, 0, 1.5]))
    #expect(near(first.returns([0, 1, 0, 1]), [1, 1.6667, 2], 1e-4))
    #expect(near(first.segments.map(\.cosine), [1, 0.59761], 1e-5))
    #expect(abs(first.safeAngle(corner: 2) * 180 / .pi - 36.70) < 0.01)
    let fourth = try SteepestAscent(geometry, proxy: [0, 1, 0, 0])
    #expect(near(fourth.corners[1], [0, 0.875, 0.75, 0.375]))
    #expect(near(fourth.corners[2], [0, 1, 1, 0]))
    #expect(near(fourth.returns([0, 1, 0, 0]), [0.5, 0.875, 1]))
    #expect(near(fourth.segments.map(\.cosine), [1, 0.48795], 1e-5))
    #expect(abs(fourth.safeAngle(corner: 2) * 180 / .pi - 29.20) < 0.01)
  }

  @Test("cosines never rise, the end is optimal, stopping early never loses, whatever the world")
  func manyWorlds() throws {
    var random = RandomSource(seed: 4).stream("worlds")
    var moved = 0
    for trial in 0..<2000 {
      let mdp = try SmallWorlds.random(&random)
      let (truth, proxy) = (SmallWorlds.reward(mdp, &random), SmallWorlds.reward(mdp, &random))
      let audit = try GoodhartAudit(mdp, truth: truth, proxy: proxy, points: 3)
      let cosines = audit.ascent.segments.map(\.cosine)
      moved += cosines.count
      for (before, after) in zip(cosines, cosines.dropFirst()) {
        #expect(after <= before + 1e-9, "world \(trial): cosine rises from \(before) to \(after)")
      }
      let end = audit.ascent.returns(audit.geometry.compact(proxy)).last ?? 0
      let scale = max(1, abs(audit.proxyRange.greatest.nearest))
      #expect(abs(end - audit.proxyRange.greatest.nearest) <= 1e-7 * scale, "world \(trial): ends at \(end)")
      let returns = audit.ascent.returns(audit.geometry.compact(truth))
      #expect(returns[audit.stop] >= returns[0] - 1e-8 * scale, "world \(trial): early stopping loses")
      #expect(audit.ascent.worstCase(corner: audit.stop, angle: audit.guardedAngle) >= -1e-8)
      for corner in audit.ascent.corners { #expect(corner.allSatisfy { $0 >= 0 }) }
    }
    #expect(moved > 2000)
  }

  @Test("the path stops exactly where some truth within the angle would begin to lose")
  func stoppingIsTight() throws {
    var random = RandomSource(seed: 5).stream("tight")
    for _ in 0..<200 {
      let mdp = try SmallWorlds.random(&random, states: 3, actions: 3)
      let geometry = try OccupancyGeometry(mdp)
      let ascent = try SteepestAscent(geometry, proxy: geometry.compact(SmallWorlds.reward(mdp, &random)))
      for corner in 0..<ascent.segments.count {
        let safe = ascent.safeAngle(corner: corner + 1)
        #expect(ascent.stop(angle: safe - 1e-6) > corner)
        #expect(ascent.stop(angle: min(.pi, asin(ascent.segments[corner].cosine) + 1e-6)) <= corner)
      }
    }
  }

  @Test("the worst case over a cone of truths is what a search over it finds")
  func worstCaseAgrees() throws {
    var random = RandomSource(seed: 6).stream("cone")
    let mdp = try SmallWorlds.random(&random, states: 3, actions: 3)
    let geometry = try OccupancyGeometry(mdp)
    let proxy = geometry.compact(SmallWorlds.reward(mdp, &random))
    let ascent = try SteepestAscent(geometry, proxy: proxy)
    let unit = geometry.projected(proxy)
    let angle = 0.7
    let formula = ascent.worstCase(corner: ascent.segments.count, angle: angle)
    let start = ascent.corners[0]
    let move = zip(ascent.corners[ascent.segments.count], start).map { $0 - $1 }
    var least = Double.infinity
    for _ in 0..<200_000 {
      // A truth at exactly the angle: proxy turned towards a random direction across it.
      var across = geometry.projected(geometry.compact(SmallWorlds.reward(mdp, &random)))
      let share = dot(across, unit) / dot(unit, unit)
      across = zip(across, unit).map { $0 - share * $1 }
      let (a, b) = (cos(angle) / dot(unit, unit).squareRoot(), sin(angle) / dot(across, across).squareRoot())
      least = min(least, a * dot(move, unit) - b * abs(dot(move, across)))
    }
    #expect(least >= formula - 1e-9)
    #expect(least <= formula + 0.05 * abs(formula) + 0.02)
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
}
