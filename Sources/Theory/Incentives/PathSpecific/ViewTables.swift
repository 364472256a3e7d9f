import Compute
import Environments

/// The views of a path-specific world, found breadth first, and its two tables.
struct ViewTables {
  /// A row of a table.
  struct Row {
    var successors: [Int] = []
    var probabilities: [Double] = []
    var reward = 0.0
  }

  /// What is not seen of the other world: probabilities of the hidden variables' states, by ascending state.
  struct Belief {
    var states: [Int]
    var weights: [Double]

    /// From weights that need not sum to 1.
    init(_ weights: [Int: Double]) {
      let total = weights.values.reduce(0, +)
      // Sums over a dictionary depend on its order in the last place; sorted they do not.
      states = weights.keys.filter { weights[$0]! > 1e-15 * total }.sorted()
      let kept = states.map { weights[$0]! }
      let sum = kept.reduce(0, +)
      self.weights = kept.map { $0 / sum }
    }
  }

  private struct Key: Hashable {
    var state: Int
    var hidden: [Int]
    /// Rounded, so that what differs by rounding alone is one view.
    var weights: [Int]
  }

  let twin: TwinStep
  private(set) var states: [Int] = []
  private(set) var imagined: [Row] = []
  private(set) var actual: [Row] = []
  private var beliefs: [Belief] = []
  private var depths: [Int] = []
  private var known: [Key: Int] = [:]
  private var start: [(view: Int, probability: Double)] = []

  private let most: Int

  init(_ twin: TwinStep, most: Int) throws {
    (self.twin, self.most) = (twin, most)
    for (state, probability) in try twin.world.startDistribution().enumerated() where probability > 0 {
      let hidden = twin.hiddenState(of: twin.world.values(of: state))
      start.append((try view(state, Belief([hidden: 1]), depth: 0), probability))
    }
  }

  private mutating func view(_ state: Int, _ belief: Belief, depth: Int) throws -> Int {
    let key = Key(state: state, hidden: belief.states, weights: belief.weights.map { Int(($0 * 1e11).rounded()) })
    if let view = known[key] { return view }
    guard states.count < most else {
      throw InputError(
        "there are more than \(most) views", at: twin.world.title,
        remedy: twin.world.horizon == nil
          ? "give a horizon: the delicate variables' past goes on mattering" : "give a smaller horizon or world")
    }
    known[key] = states.count
    states.append(state)
    beliefs.append(belief)
    depths.append(depth)
    return states.count - 1
  }

  /// Finds all views and fills both tables.
  mutating func expand() throws {
    var view = 0
    while view < states.count {
      let isLast = twin.world.horizon.map { depths[view] >= $0 } ?? false
      for action in twin.world.actions.indices {
        if isLast {
          let row = Row(successors: [view], probabilities: [1])
          imagined.append(row)
          actual.append(row)
        } else {
          try expand(view, action)
        }
      }
      view += 1
    }
  }

  private mutating func expand(_ view: Int, _ action: Int) throws {
    let world = twin.world
    let now = world.values(of: states[view])
    var row = Row()
    // By the state that is seen next, and then by the hidden one.
    var seen: [Int: [Int: Double]] = [:]
    let belief = beliefs[view]
    var unknown = 0.0
    for (hidden, weight) in zip(belief.states, belief.weights) {
      let natural = twin.natural(hidden: hidden, seen: now)
      for (naturalAction, chance) in twin.naturalActions(natural) {
        var never = 0.0
        twin.forEachOutcome(
          now: now, natural: natural, action: action, naturalAction: naturalAction, unknown: &never
        ) { next, naturalNext, probability in
          let share = weight * chance * probability
          seen[world.state(of: next), default: [:]][twin.hiddenState(of: naturalNext), default: 0] += share
          row.reward += share * world.payment(now: now, action: action, next: next)
        }
        unknown += weight * chance * never
      }
    }
    guard unknown < 1e-9 else {
      throw InputError(
        "what follows “\(world.actions[action])” at \(world.name(of: states[view])) is not known, as the world never is like that",
        at: world.title, remedy: "declare another variable delicate: this one cannot be thought apart from the others")
    }
    let depth = depths[view] + 1
    var successors: [Int: Int] = [:]
    for next in seen.keys.sorted() {
      let weights = seen[next]!
      let successor = try self.view(next, Belief(weights), depth: depth)
      successors[next] = successor
      row.successors.append(successor)
      // Rounding alone makes a sum of probabilities larger than 1.
      row.probabilities.append(min(1, weights.keys.sorted().reduce(0) { $0 + weights[$1]! }))
    }
    imagined.append(row)

    var truth = Row()
    var outcomes: [(Int, Double)] = []
    world.forEachOutcome(now: now, action: action) { next, probability in
      outcomes.append((world.state(of: next), probability))
      truth.reward += probability * world.payment(now: now, action: action, next: next)
    }
    for (next, probability) in outcomes {
      let successor = try successors[next] ?? self.view(next, surprised(by: next, seen), depth: depth)
      truth.successors.append(successor)
      truth.probabilities.append(probability)
    }
    actual.append(truth)
  }

  /// What to believe after what could not happen by itself: what follows from the other variables' values alone, or
  /// failing that what was to be expected before.
  private func surprised(by state: Int, _ seen: [Int: [Int: Double]]) -> Belief {
    let world = twin.world
    let values = world.values(of: state)
    func sum(where fits: ([Int]) -> Bool) -> [Int: Double] {
      var weights: [Int: Double] = [:]
      for next in seen.keys.sorted() where fits(world.values(of: next)) {
        for hidden in seen[next]!.keys.sorted() { weights[hidden, default: 0] += seen[next]![hidden]! }
      }
      return weights
    }
    let fitting = sum { other in values.indices.allSatisfy { twin.isDelicate[$0] || other[$0] == values[$0] } }
    return Belief(fitting.isEmpty ? sum { _ in true } : fitting)
  }

  /// One of the two as a world: what lies behind the horizon is its end.
  func world(_ rows: [Row]) throws -> TabularMDP {
    var starts = [0]
    for row in rows { starts.append(starts[starts.count - 1] + row.successors.count) }
    var first = [Double](repeating: 0, count: states.count)
    for (view, probability) in start { first[view] += probability }
    return try TabularMDP(
      stateCount: states.count, actionCount: twin.world.actions.count, rowStarts: starts,
      successors: rows.flatMap(\.successors), probabilities: rows.flatMap(\.probabilities), rewards: rows.map(\.reward),
      start: first, isTerminal: depths.map { depth in twin.world.horizon.map { depth >= $0 } ?? false },
      discount: twin.world.discount)
  }
}
