import Compute
import Environments
import Testing

@Suite("A tabular world")
struct TabularMDPTests {
  /// Two states, two actions: action 1 in state 0 goes to the terminal state 1 with probability 0.25.
  private func make(
    rowStarts: [Int] = [0, 1, 3, 3, 3], successors: [Int] = [0, 0, 1], probabilities: [Double] = [1, 0.75, 0.25],
    rewards: [Double] = [0, 1, 0, 0], start: [Double] = [1, 0], isTerminal: [Bool] = [false, true],
    discount: Double = 0.9
  ) throws -> TabularMDP {
    try TabularMDP(
      stateCount: 2, actionCount: 2, rowStarts: rowStarts, successors: successors, probabilities: probabilities,
      rewards: rewards, start: start, isTerminal: isTerminal, discount: discount)
  }

  @Test("accepts a world whose terminal states have no transitions")
  func accepts() throws {
    let mdp = try make()
    #expect(mdp.transitions(0, 1) == 1..<3)
    #expect(try mdp.with(rewards: [1, 2, 3, 4], discount: 1).rewards == [1, 2, 3, 4])
  }

  @Test("names what is wrong, and where")
  func refuses() {
    func expectRefusal(_ text: String, _ make: () throws -> TabularMDP) {
      #expect { try make() } throws: { ($0 as? InputError)?.description.contains(text) == true }
    }
    expectRefusal("state 0, action 1: the distribution of successors sums to 0.75") {
      try make(probabilities: [1, 0.5, 0.25])
    }
    expectRefusal("state 0, action 1: a transition leads to state 2") { try make(successors: [0, 0, 2]) }
    expectRefusal("state 0, action 0: the distribution of successors has an entry outside 0 to 1") {
      try make(probabilities: [.nan, 0.75, 0.25])
    }
    expectRefusal("the distribution of successors sums to 0") { try make(isTerminal: [false, false]) }
    expectRefusal("rowStarts has 4 entries") { try make(rowStarts: [0, 1, 3, 3]) }
    expectRefusal("rowStarts does not partition") { try make(rowStarts: [0, 4, 1, 3, 3]) }
    expectRefusal("the start distribution sums to") { try make(start: [0.5, 0]) }
    expectRefusal("the reward is inf") { try make(rewards: [0, .infinity, 0, 0]) }
    expectRefusal("rewards has 3 entries") { try make(rewards: [0, 0, 0]) }
    expectRefusal("the discount is 1.5") { try make(discount: 1.5) }
    expectRefusal("the discount is nan") { try make(discount: .nan) }
  }
}
