import Compute
import Environments

/// The rewards on a world's transitions as a vector space: one coordinate for each (state, action, next state) whose
/// state is not terminal, whether the transition is possible or not.
struct RewardCoordinates: Sendable {
  let mdp: TabularMDP
  /// The states in which something can be done, ascending.
  let states: [Int]
  /// Of those, the ones that some policy reaches.
  let reachable: [Bool]
  /// τ(s'|s,a) for each coordinate.
  let probabilities: [Double]

  /// The most coordinates that the dense linear algebra takes on.
  static let mostCoordinates = 1200

  /// The most segments that are written out.
  static let mostSegments = 20_000

  /// Whether a world's null spaces are within reach of dense matrices, and its segments few enough.
  static func method(_ mdp: TabularMDP, _ source: DataSource) -> Identification.Method {
    let live = mdp.isTerminal.count { !$0 }
    guard live <= mostCoordinates, mdp.actionCount <= mostCoordinates, mdp.stateCount <= mostCoordinates,
      live * mdp.actionCount * mdp.stateCount <= mostCoordinates
    else { return .counted }
    guard source.isAboutSegments, let length = source.length else { return .numerical }
    // Walks of each length, counted from their ends.
    var walks = [Double](repeating: 1, count: mdp.stateCount)
    for _ in 0..<length {
      walks = walks.indices.map { state in
        guard !mdp.isTerminal[state] else { return 1 }
        return (0..<mdp.actionCount).reduce(0.0) { sum, action in
          let nexts = Set(
            mdp.transitions(state, action).filter { mdp.probabilities[$0] > 0 }.map { mdp.successors[$0] })
          return sum + nexts.reduce(0) { $0 + walks[$1] }
        }
      }
    }
    return walks.reduce(0, +) <= Double(mostSegments) ? .numerical : .counted
  }

  var actionCount: Int { mdp.actionCount }
  var pairCount: Int { states.count * mdp.actionCount }
  var count: Int { pairCount * mdp.stateCount }

  init(_ mdp: TabularMDP) throws {
    let states = (0..<mdp.stateCount).filter { !mdp.isTerminal[$0] }
    let count = states.count * mdp.actionCount * mdp.stateCount
    guard count <= Self.mostCoordinates else {
      throw InputError(
        "the world has \(count) transitions, possible or not",
        remedy: "the numerical null spaces take at most \(Self.mostCoordinates): larger ones are counted")
    }
    self.mdp = mdp
    self.states = states
    let live = Set(mdp.liveStates)
    reachable = states.map(live.contains)
    var probabilities = [Double](repeating: 0, count: count)
    for (index, state) in states.enumerated() {
      for action in 0..<mdp.actionCount {
        for entry in mdp.transitions(state, action) {
          probabilities[(index * mdp.actionCount + action) * mdp.stateCount + mdp.successors[entry]] +=
            mdp.probabilities[entry]
        }
      }
    }
    self.probabilities = probabilities
  }

  func coordinate(_ pair: Int, _ next: Int) -> Int { pair * mdp.stateCount + next }
  func pair(_ coordinate: Int) -> Int { coordinate / mdp.stateCount }
  func next(_ coordinate: Int) -> Int { coordinate % mdp.stateCount }
  func isPossible(_ coordinate: Int) -> Bool { probabilities[coordinate] > 0 }
  func isReachable(_ coordinate: Int) -> Bool { reachable[pair(coordinate) / actionCount] }

  /// By how many roundings the entries of constraints may be off: those that hold ways on from a state solve an equation
  /// whose inverse is at most 1/(1 − γ).
  var noise: Double { Double(states.count + 4) / (1 - mdp.discount) }

  /// The row with 0 wherever an entry is nothing but rounding of the terms that it was summed from.
  func cleaned(_ row: [Double], terms: [Double]) -> [Double] {
    zip(row, terms).map { abs($0) <= 8 * noise * Double.roundingUnit * $1 ? 0 : $0 }
  }

  var zero: [Double] { [Double](repeating: 0, count: count) }

  /// a · b, and exactly 0 if that is nothing but rounding of the terms.
  func dot(_ a: [Double], _ b: [Double]) -> Double {
    var (sum, size) = (0.0, 0.0)
    for index in a.indices {
      sum += a[index] * b[index]
      size += abs(a[index] * b[index])
    }
    return abs(sum) <= 8 * noise * Double.roundingUnit * size ? 0 : sum
  }

  func unit(_ coordinate: Int) -> [Double] {
    var vector = zero
    vector[coordinate] = 1
    return vector
  }

  /// The functional E_τ[R(s,a,S')].
  func expectation(_ pair: Int) -> [Double] {
    var row = zero
    for next in 0..<mdp.stateCount { row[coordinate(pair, next)] = probabilities[coordinate(pair, next)] }
    return row
  }

  /// γΦ(s') − Φ(s) for the potential that is 1 in one state and 0 elsewhere, terminal states included.
  func shaping(_ state: Int) -> [Double] {
    var vector = zero
    for index in vector.indices {
      if next(index) == state { vector[index] += mdp.discount }
      if states[pair(index) / actionCount] == state { vector[index] -= 1 }
    }
    return vector
  }

  /// A reward on transitions from one on [states × actions × states] of the whole world.
  func compact(_ full: [Double]) -> [Double] {
    let width = actionCount * mdp.stateCount
    return states.flatMap { full[$0 * width..<($0 + 1) * width] }
  }

  /// Its expectation on [states × actions] of the whole world, under this or other transitions.
  func expected(_ reward: [Double], in other: TabularMDP) -> [Double] {
    var result = [Double](repeating: 0, count: other.stateCount * actionCount)
    for (index, state) in states.enumerated() {
      for action in 0..<actionCount {
        for entry in other.transitions(state, action) {
          result[state * actionCount + action] +=
            other.probabilities[entry] * reward[coordinate(index * actionCount + action, other.successors[entry])]
        }
      }
    }
    return result
  }
}
