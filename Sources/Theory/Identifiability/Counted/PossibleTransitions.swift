import Compute
import Environments
import Rewards

/// The transitions of a world that can happen, each once, with a reward on them: all that the counted answers keep, so
/// memory grows with their number and not with states × actions × states.
///
/// A function on them ("a change of the reward") is one number for each, in the order of ``nexts``.
struct PossibleTransitions: Sendable {
  let mdp: TabularMDP
  /// The states in which something can be done, ascending.
  let states: [Int]
  /// Where each state of the world stands in ``states``; −1 for terminal ones.
  let position: [Int]
  /// Of ``states``, those that some policy reaches.
  let reachable: [Bool]
  /// Where each pair's transitions begin, and where the last one's end; pair `i` is action `i % actionCount` in
  /// `states[i / actionCount]`.
  let pairStarts: [Int]
  /// Next states, by their number in the world, ascending within a pair.
  let nexts: [Int]
  /// τ(s'|s,a) > 0.
  let probabilities: [Double]
  /// The reward of each, times 2^``exponent``.
  let reward: [Double]
  /// The power of two that gives the reward back; its largest magnitude here is from 1 up to 2.
  let exponent: Int
  /// All live states, as exact evaluation takes them: state `i` is `states[i]`.
  let world: ReachableStates

  var actionCount: Int { mdp.actionCount }
  var pairCount: Int { states.count * mdp.actionCount }
  var count: Int { nexts.count }
  /// Rewards on (state, action, next state), possible or not.
  var coordinates: Int { pairCount * mdp.stateCount }

  init(_ mdp: TabularMDP, reward: RewardTable) throws {
    self.mdp = mdp
    states = (0..<mdp.stateCount).filter { !mdp.isTerminal[$0] }
    var position = [Int](repeating: -1, count: mdp.stateCount)
    for (index, state) in states.enumerated() { position[state] = index }
    self.position = position
    let reached = mdp.reachableStates
    reachable = states.map { reached[$0] }
    var (pairStarts, nexts, probabilities, values) = ([0], [Int](), [Double](), [Double]())
    nexts.reserveCapacity(mdp.successors.count)
    probabilities.reserveCapacity(mdp.successors.count)
    values.reserveCapacity(mdp.successors.count)
    for state in states {
      for action in 0..<mdp.actionCount {
        let entries = mdp.transitions(state, action).filter { mdp.probabilities[$0] > 0 }
        for entry in entries.sorted(by: { mdp.successors[$0] < mdp.successors[$1] }) {
          let next = mdp.successors[entry]
          if nexts.count > pairStarts[pairStarts.count - 1], nexts[nexts.count - 1] == next {
            probabilities[nexts.count - 1] += mdp.probabilities[entry]
          } else {
            nexts.append(next)
            probabilities.append(mdp.probabilities[entry])
            values.append(reward[state, action, next])
          }
        }
        pairStarts.append(nexts.count)
      }
    }
    self.pairStarts = pairStarts
    self.nexts = nexts
    self.probabilities = probabilities
    (self.reward, exponent) = Vectors.unitScaled(values)
    world = try ReachableStates(mdp, reachableOnly: false)
  }

  /// The transitions of one pair.
  func transitions(_ pair: Int) -> Range<Int> { pairStarts[pair]..<pairStarts[pair + 1] }

  /// The transitions of all of a state's pairs.
  func transitions(fromState index: Int) -> Range<Int> {
    pairStarts[index * actionCount]..<pairStarts[(index + 1) * actionCount]
  }

  /// How many transitions leave these states.
  func count(from chosen: [Bool]) -> Int {
    chosen.indices.reduce(0) { $0 + (chosen[$1] ? transitions(fromState: $1).count : 0) }
  }

  /// Starts that are not terminal, by their place in ``states``.
  var starts: [Int] { states.indices.filter { mdp.start[states[$0]] > 0 } }

  /// Whether an episode may be over before its first step: the empty trajectory, of return 0, is one to compare with.
  var mayStartEnded: Bool { mdp.start.indices.contains { mdp.start[$0] > 0 && mdp.isTerminal[$0] } }

  /// Whether anything possible leads to a terminal state.
  var canEnd: Bool { nexts.contains { position[$0] < 0 } }

  /// For each state whether anything possible leads there.
  var followed: [Bool] {
    var result = [Bool](repeating: false, count: states.count)
    for next in nexts where position[next] >= 0 { result[position[next]] = true }
    return result
  }

  /// By how many roundings, of the terms that it is summed from, a number may be off that came out of exact evaluation:
  /// sums over states, in an equation whose inverse is at most 1/(1 − γ).
  var noise: Double { Double(states.count + 24) / (1 - mdp.discount) }

  /// The number, and exactly 0 if it is nothing but rounding of its terms.
  func cleaned(_ value: Double, terms: Double) -> Double {
    abs(value) <= 8 * noise * Double.roundingUnit * terms ? 0 : value
  }

  /// E_τ[δ(s, a, S')] of each pair, and of the magnitudes.
  func expected(_ change: [Double]) -> (values: [Double], terms: [Double]) {
    var (values, terms) = ([Double](repeating: 0, count: pairCount), [Double](repeating: 0, count: pairCount))
    for pair in 0..<pairCount {
      for index in transitions(pair) {
        values[pair] += probabilities[index] * change[index]
        terms[pair] += probabilities[index] * abs(change[index])
      }
    }
    return (values, terms)
  }
}
