import Compute
import Environments
import Testing
import Theory

@Suite("The rank of what data show")
struct RankTests {
  @Test("rows that are nothing but rounding are no constraints: 41 of 50 dimensions stay open")
  func constantOpen() throws {
    // Five states with one successor for each action; every state may be the start.
    let successors = [[4, 3], [4, 0], [4, 2], [2, 1], [1, 3]]
    let mdp = try SmallWorlds.world(
      successors.map { $0.map { next in (0..<5).map { $0 == next ? 1 : 0 } } },
      start: [0.3543382171759912, 0.27605505236148065, 0.02992797013721559, 0.09965054373817782, 0.24002821658713477],
      discount: 0.9)
    let reward = (0..<50).map { [0.0, 1, 2, 3, 5][$0 / 10] }
    let found = try Identification(mdp, reward: reward, source: DataSource(.trajectoryComparisons))
    #expect(found.dimension == 41 && found.coordinates == 50 && found.unexplained == 0)
  }

  /// Where every state is a start, comparisons of whole trajectories leave open the reward of impossible transitions and
  /// one dimension more: shaping that is equal on all starts is a constant. Counted, not computed.
  @Test("in 120 random worlds comparisons of trajectories leave open what can be counted")
  func counted() throws {
    let source = RandomSource(seed: 13)
    for index in 0..<120 {
      var random = source.stream("world", index)
      let (states, actions) = (2 + index % 4, 1 + index % 3)
      var possible = 0
      let transitions = (0..<states).map { _ in
        (0..<actions).map { _ -> [Double] in
          let width = index.isMultiple(of: 2) ? 1 : 1 + random.below(states)
          var weights = [Double](repeating: 0, count: states)
          for _ in 0..<width { weights[random.below(states)] = 0.05 + random.uniform() }
          possible += weights.count { $0 > 0 }
          let sum = weights.reduce(0, +)
          return weights.map { $0 / sum }
        }
      }
      let weights = (0..<states).map { _ in 0.01 + random.uniform() }
      let sum = weights.reduce(0, +)
      let mdp = try SmallWorlds.world(
        transitions, start: weights.map { $0 / sum }, discount: [0.3, 0.9, 0.99][index % 3])
      let reward = (0..<states * actions * states).map { _ in random.normal() }
      let found = try Identification(mdp, reward: reward, source: DataSource(.trajectoryComparisons))
      #expect(found.dimension == states * actions * states - possible + 1, "world \(index)")
      #expect(found.unexplained == 0, "world \(index)")
      // The scale as well, where only the order of trajectories is seen.
      let order = try Identification(mdp, reward: reward, source: DataSource(.lotteries))
      #expect(order.dimension == found.dimension + (found.coordinates > found.dimension ? 1 : 0), "world \(index)")
    }
  }
}
