import Compute
import Environments
import Testing

@Suite("Random play, and what is drawn of it")
struct RandomPlayTests {
  @Test("clips are of the length asked, from the start of episodes of their own")
  func clips() throws {
    let entry = try EnvironmentRegistry.standard.entry("pactolus/Pendulum-v1")
    let clips = entry.randomClips(3, steps: 7, random: RandomSource(seed: 1))
    #expect(clips.map(\.count) == [7, 7, 7])
    #expect(clips.map { $0.start?.step } == [0, 0, 0] && clips.map { $0.start?.slot } == [0, 1, 2])
    #expect(Set(clips.map { $0.actions[0] }).count == 3)
    #expect(clips.allSatisfy { $0.actions.allSatisfy { abs($0) <= 2 } })
  }

  @Test("bounded components are uniform between their bounds, all others standard normal")
  func draws() {
    let space = ActionSpace.continuous(
      Box(low: [2, -.infinity, 0, -.infinity], high: [4, .infinity, .infinity, 1]))
    var random = RandomSource(seed: 2).stream("draws")
    var row: [Float] = [0, 0, 0, 0]
    var sums = [Double](repeating: 0, count: 8)
    for _ in 0..<4000 {
      space.draw(into: &row, &random)
      #expect(row[0] >= 2 && row[0] <= 4 && row.allSatisfy(\.isFinite))
      for index in 0..<4 {
        sums[index] += Double(row[index]) / 4000
        sums[4 + index] += Double(row[index] * row[index]) / 4000
      }
    }
    // Mean 3 and variance 1/3; mean 0 and variance 1: five standard errors of 4,000 draws.
    #expect(abs(sums[0] - 3) < 0.05 && abs(sums[4] - 9 - 1.0 / 3) < 0.3)
    for index in 1..<4 { #expect(abs(sums[index]) < 0.08 && abs(sums[4 + index] - 1) < 0.12) }
  }

  @Test("random worlds without states, actions or successors are refused")
  func sizes() {
    let random = RandomSource(seed: 1).stream("world")
    for (states, actions) in [(0, 1), (1, 0), (-1, 2)] {
      #expect(throws: InputError.self) {
        try RandomWorlds.sparse(states: states, actions: actions, branching: 1, discount: 0.9, random: random)
      }
    }
    for branching in [0, 4] {
      #expect(throws: InputError.self) {
        try RandomWorlds.sparse(states: 3, actions: 2, branching: branching, discount: 0.9, random: random)
      }
    }
  }
}
