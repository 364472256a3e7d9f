import Compute
import Environments

/// From which steps of a finite world there may be no way back.
///
/// A step cannot be undone for sure if some state to which it can lead is one from which the state before it is never
/// reached again, whatever is done: the two lie in different strongly connected components of what can follow what
/// (Tarjan 1972). Ends of episodes are such states, wanted ones too. That there is a way back says nothing of what it
/// costs, how likely it is to be found, or what happened meanwhile.
///
/// - Complexity: O(states + transitions) once, O(successors) for each question.
package struct WaysBack: Sendable {
  private let mdp: TabularMDP
  /// Which strongly connected component each state lies in.
  package let component: [Int]
  private let states: [[Float]: Int]
  private let size: Int

  /// - Throws: `InputError` if two states of the world look alike, so that no observation tells which it is.
  package init(_ world: TabularWorld) throws {
    mdp = world.mdp
    size = world.observationSize
    component = Self.components(world.mdp)
    var states: [[Float]: Int] = [:]
    for state in 0..<world.mdp.stateCount {
      let seen = Array(world.observations[state * size..<(state + 1) * size])
      if let other = states.updateValue(state, forKey: seen) {
        throw InputError(
          "states \(other) and \(state) look alike, so that nothing tells which steps can be undone",
          remedy: "ask about unfamiliar steps only")
      }
    }
    self.states = states
  }

  /// The state that an observation shows; nil for none of the table's.
  package func state(seeing observation: [Float]) -> Int? { states[observation] }

  /// Whether the action may lead to where `state` is never reached again from.
  package func mayBeFinal(_ state: Int, _ action: Int) -> Bool {
    guard !mdp.isTerminal[state] else { return false }
    return mdp.transitions(state, action).contains {
      mdp.probabilities[$0] > 0 && component[mdp.successors[$0]] != component[state]
    }
  }

  /// An action that surely stays in this state; if there is none, the first that can be undone; nil if none can.
  package func staying(in state: Int) -> Int? {
    let actions = 0..<mdp.actionCount
    let stays = actions.first { action in
      mdp.transitions(state, action).allSatisfy { mdp.probabilities[$0] == 0 || mdp.successors[$0] == state }
    }
    return stays ?? actions.first { !mayBeFinal(state, $0) }
  }

  /// Tarjan's algorithm with a stack of its own: worlds have hundreds of thousands of states.
  private static func components(_ mdp: TabularMDP) -> [Int] {
    let count = mdp.stateCount
    var component = [Int](repeating: -1, count: count)
    var order = component
    var lowest = component
    var (next, made) = (0, 0)
    var open: [Int] = []
    var path: [(state: Int, edge: Int)] = []
    func edges(_ state: Int) -> Range<Int> {
      mdp.isTerminal[state]
        ? 0..<0 : mdp.rowStarts[state * mdp.actionCount]..<mdp.rowStarts[(state + 1) * mdp.actionCount]
    }
    func enter(_ state: Int) {
      (order[state], lowest[state]) = (next, next)
      next += 1
      open.append(state)
      path.append((state, edges(state).lowerBound))
    }
    for root in 0..<count where order[root] < 0 {
      enter(root)
      while let (state, edge) = path.last {
        if edge < edges(state).upperBound {
          path[path.count - 1].edge += 1
          let successor = mdp.successors[edge]
          guard mdp.probabilities[edge] > 0 else { continue }
          if order[successor] < 0 {
            enter(successor)
          } else if component[successor] < 0 {
            lowest[state] = min(lowest[state], order[successor])
          }
          continue
        }
        path.removeLast()
        if let above = path.last?.state { lowest[above] = min(lowest[above], lowest[state]) }
        guard lowest[state] == order[state] else { continue }
        while let member = open.popLast() {
          component[member] = made
          if member == state { break }
        }
        made += 1
      }
    }
    return component
  }
}
