import Agents
import Compute
import Environments

/// A plan some of whose steps wait for a person: those that may lead to where there is no way back from, and perhaps
/// those that may lead to a state that nobody judged. Where the person refuses, the reference acts.
///
/// The person is asked once about each action in each state, and allows what is worth at least as much as what the
/// reference would do there, if the reference goes on from then. If all steps waited, somebody who never errs would so make
/// a plan that is at least as good as the reference (policy improvement). The others lead on to where they lead, and the
/// reference acts there as well as it can.
package struct AskedSteps: Sendable {
  /// Which steps wait.
  package enum Waiting: Sendable {
    case final
    case finalOrUnjudged
  }

  /// Who is asked.
  package enum Asked: Sendable {
    /// Knows what is wanted, and is wrong with this probability, about each step anew.
    case knowing(errors: Double)
    /// Patient, and never says no.
    case allowing
  }

  /// [states × actions]: which steps wait.
  package let waits: [Bool]
  /// [states × actions]: which of them the person allows; of the others it says nothing.
  package let allowed: [Bool]
  /// How the agent acts.
  package let policy: TabularPolicy

  /// - Parameters:
  ///   - plan: what the agent would do.
  ///   - world: with the reference that acts instead.
  ///   - truth: what the person wants, on (state, action).
  ///   - known: by state, what was judged.
  ///   - waiting: which steps wait.
  ///   - asked: who is asked.
  ///   - draws: of the person's errors.
  package init(
    _ plan: TabularPolicy, in world: HazardWorld, truth: [Double], known: [Bool], waiting: Waiting, asked: Asked,
    draws: inout RandomStream
  ) throws {
    let (mdp, base) = (world.mdp, world.reference)
    let actions = mdp.actionCount
    // Each state shows its number.
    let ways = try WaysBack(
      TabularWorld(
        mdp: mdp, observations: (0..<mdp.stateCount).map(Float.init), observationSize: 1, featureNames: [],
        features: [], trueWeights: []))
    let values = mdp.values(of: base, rewards: truth)
    let worths = mdp.actionValues(values, rewards: truth)
    let size = truth.reduce(0) { max($0, abs($1)) } / (1 - mdp.discount)
    var (waits, allowed) = ([Bool](repeating: false, count: mdp.stateCount * actions), [Bool]())
    allowed = waits
    for row in waits.indices where !mdp.isTerminal[row / actions] {
      let state = row / actions
      let isUnjudged = mdp.transitions(state, row % actions).contains {
        mdp.probabilities[$0] > 0 && !known[mdp.successors[$0]]
      }
      waits[row] = ways.mayBeFinal(state, row % actions) || (waiting == .finalOrUnjudged && isUnjudged)
      guard waits[row] else { continue }
      switch asked {
      case .allowing: allowed[row] = true
      case .knowing(let errors):
        // Equal to rounding is good enough.
        allowed[row] = (worths[row] >= values[state] - 1e-9 * size) != draws.bernoulli(errors)
      }
    }
    (self.waits, self.allowed) = (waits, allowed)
    var probabilities = [Double](repeating: 0, count: waits.count)
    for state in 0..<mdp.stateCount {
      var refused = 0.0
      for row in state * actions..<(state + 1) * actions {
        if waits[row], !allowed[row] {
          refused += plan.probabilities[row]
        } else {
          probabilities[row] = plan.probabilities[row]
        }
      }
      for row in state * actions..<(state + 1) * actions { probabilities[row] += refused * base.probabilities[row] }
    }
    policy = TabularPolicy(probabilities: probabilities, actionCount: actions)
  }

  /// How many questions come up in so many episodes: steps of the plan that wait, each once.
  package func questions(
    _ plan: TabularPolicy, in mdp: TabularMDP, episodes: Int, random: inout RandomStream
  ) -> Int {
    var seen: Set<Int> = []
    let actions = mdp.actionCount
    for _ in 0..<episodes {
      var state = random.categorical(mdp.start)
      for _ in 0..<HazardWorld.steps where !mdp.isTerminal[state] {
        let places = state * actions..<(state + 1) * actions
        for row in places where plan.probabilities[row] > 0 && waits[row] { seen.insert(row) }
        let action = random.categorical(Array(policy.probabilities[places]))
        let range = mdp.transitions(state, action)
        state = mdp.successors[range.lowerBound + random.categorical(Array(mdp.probabilities[range]))]
      }
    }
    return seen.count
  }
}
