import Compute
import Environments
import Rewards
import Testing
import Theory

@Suite("Dimensions beside NumPy's ranks")
struct NumPyRankTests {
  @Test("both ways find what NumPy finds, in 16 worlds for 19 kinds of data", arguments: NumPyRanks.cases.indices)
  func ranks(index: Int) throws {
    let item = NumPyRanks.cases[index]
    let mdp = try TabularMDP(
      states: item.states, actions: item.actions, transitions: item.quarters.map { Double($0) / 4 },
      start: (0..<item.states).map { $0 < item.starts ? 1 / Double(item.starts) : 0 }, discount: 0.5)
    let reward = try RewardTable(
      states: item.states, actions: item.actions, axes: .transition, values: item.reward.map(Double.init))
    for (source, open) in zip(NumPyRanks.sources, item.open) {
      for method in [Identification.Method.numerical, .counted] {
        let found = try Identification(mdp, reward: reward, source: DataSource(parsing: source), method: method)
        #expect(found.dimension == open, "world \(index), \(source), \(method)")
      }
    }
  }
}
