import Audits
import Compute
import Environments

/// What is planted in mazes: agents, devices, and twins of both that are meant to be taken for the other.
package enum PlantedBehavior: String, Sendable, CaseIterable {
  /// Goes to a place; equally good moves evenly, in a fixed order, or by a habit of each place.
  case even = "agent: a place, even among equals"
  case ordered = "agent: a place, first of equals"
  case habitual = "agent: a place, own habit at each place"
  /// A fixed law of actions by nothing, by the last action, by what is blocked, by the place.
  case law = "device: a law of actions"
  case repeating = "device: by its last action"
  case feeling = "device: by what is blocked"
  case table = "device: a law at each place"
  /// Goes to a place, and after a while to another.
  case changing = "odd agent: changes its goal"
  /// Goes to the nearer of two places.
  case either = "odd agent: either of two places"
  /// Goes to one place first and then to another, in every episode.
  case errand = "odd agent: two places in turn"
  /// Maximises a reward drawn at random for each place.
  case ownReward = "odd agent: a random reward"
  /// Drifts into a corner.
  case drifting = "purposeful device: drifts"
  /// Goes on until it is blocked, then turns at random.
  case bouncing = "purposeful device: bounces"
  /// Keeps the wall on its right.
  case following = "purposeful device: follows walls"
  /// Goes along rows, to and fro, and down at their ends.
  case sweeping = "purposeful device: sweeps"
  /// Goes back and forth between two places; not in the calibration, for its round is soon a routine.
  case patrolling = "agent on a round: to and fro between two places"

  /// The kinds of the calibration: agents, devices, twins.
  package static let agents: [PlantedBehavior] = [.even, .ordered, .habitual]
  package static let devices: [PlantedBehavior] = [.law, .repeating, .feeling, .table]
  package static let twins: [PlantedBehavior] = [
    .changing, .drifting, .either, .bouncing, .errand, .following, .ownReward, .sweeping,
  ]

  /// Whether it wants something.
  package var isAgent: Bool {
    switch self {
    case .even, .ordered, .habitual, .changing, .either, .errand, .ownReward, .patrolling: true
    case .law, .repeating, .feeling, .table, .drifting, .bouncing, .following, .sweeping: false
    }
  }

  /// Episodes of it, from uniformly random places, and its goal if it has one for good.
  ///
  /// - Parameters:
  ///   - maze: where.
  ///   - goals: its goals: to be in each of its cells.
  ///   - episodes: how many.
  ///   - steps: of each.
  ///   - random: of everything.
  package func record(
    in maze: PlantedMaze, goals: GoalLibrary, episodes: Int, steps: Int, random: inout RandomStream
  ) throws -> (record: ActionRecord, goal: String?) {
    var actor = try Actor(self, maze, goals, &random)
    var record = ActionRecord(stateCount: maze.mdp.stateCount, actionCount: 4)
    for _ in 0..<episodes {
      var state = random.below(maze.mdp.stateCount)
      var (states, actions) = ([Int](), [Int]())
      var last: Int?
      for _ in 0..<steps {
        let action = actor.act(in: state, after: last, &random)
        states.append(state)
        actions.append(action)
        state = maze.next[state * 4 + action]
        last = action
      }
      try record.append(states: states, actions: actions)
    }
    return (record, Self.agents.contains(self) ? actor.wanted[0].name : nil)
  }

  /// One individual of a kind.
  private struct Actor {
    let kind: PlantedBehavior
    let maze: PlantedMaze
    let goals: GoalLibrary
    let slip: Double
    /// Goals that it has; the one pursued is first.
    var wanted: [Goal] = []
    var places: [Int] = []
    /// On an errand: whether the first place was visited in this episode.
    var hasBeenThere = false
    /// Order in which equals are taken: one for all states, or one for each.
    var orders: [[Int]] = []
    /// Laws of actions by context.
    var laws: [[Double]] = []

    init(_ kind: PlantedBehavior, _ maze: PlantedMaze, _ goals: GoalLibrary, _ random: inout RandomStream) throws {
      (self.kind, self.maze, self.goals) = (kind, maze, goals)
      let count = maze.mdp.stateCount
      slip = random.uniform(0.01, 0.2)
      places = Array(random.permutation(count).prefix(2))
      switch kind {
      case .even, .ordered, .habitual, .changing, .errand, .patrolling: wanted = places.map { goals.goals[$0] }
      case .either:
        wanted = try GoalLibrary(planning: [.being("either", in: Set(places))], in: maze.mdp).goals
      case .ownReward:
        let pay = (0..<count).map { _ in random.normal() }
        wanted =
          try GoalLibrary(planning: [.reward("own", (0..<count * 4).map { pay[maze.next[$0]] })], in: maze.mdp).goals
      case .law: laws = [random.law(concentration: 1)]
      case .repeating: laws = (0..<5).map { _ in random.law(concentration: 0.5) }
      case .feeling: laws = (0..<16).map { _ in random.law(concentration: 0.5) }
      case .table: laws = (0..<count).map { _ in random.law(concentration: 0.3) }
      case .drifting:
        let (vertical, horizontal) = (random.below(2), 2 + random.below(2))
        laws = [(0..<4).map { $0 == vertical || $0 == horizontal ? 0.45 : 0.05 }]
      case .bouncing, .following, .sweeping: break
      }
      orders =
        kind == .habitual ? (0..<count).map { _ in random.permutation(4) } : [random.permutation(4)]
    }

    mutating func act(in state: Int, after last: Int?, _ random: inout RandomStream) -> Int {
      switch kind {
      case .even, .ordered, .habitual, .either, .ownReward: break
      case .changing:
        if random.bernoulli(0.04) { wanted = [goals.goals[random.below(goals.goals.count)]] }
      case .errand:
        if last == nil { hasBeenThere = false }
        if state == places[0] { hasBeenThere = true }
      case .patrolling:
        if state == places[0] {
          places.reverse()
          wanted.reverse()
        }
      case .law, .drifting: return random.categorical(laws[0])
      case .repeating: return random.categorical(laws[last ?? 4])
      case .feeling:
        return random.categorical(laws[(0..<4).reduce(0) { maze.isBlocked(state, $1) ? $0 | 1 << $1 : $0 }])
      case .table: return random.categorical(laws[state])
      case .bouncing, .following, .sweeping:
        // Blind devices err as agents do.
        return random.bernoulli(slip) ? random.below(4) : reflex(state, last, &random)
      }
      let best = wanted[hasBeenThere ? 1 : 0].bestActions(in: state)
      if best.count < 4, random.bernoulli(slip) {
        let others = (0..<4).filter { !best.contains($0) }
        return others[random.below(others.count)]
      }
      if kind == .ordered || kind == .habitual {
        let order = orders[kind == .habitual ? state : 0]
        return order.first(where: best.contains) ?? best[0]
      }
      return best[random.below(best.count)]
    }

    /// Up, down, left, right are 0 to 3.
    private func reflex(_ state: Int, _ last: Int?, _ random: inout RandomStream) -> Int {
      guard let last else { return random.below(4) }
      func isFree(_ move: Int) -> Bool { !maze.isBlocked(state, move) }
      let rightOf = [3, 2, 0, 1]
      let back = [1, 0, 3, 2]
      switch kind {
      case .bouncing:
        if isFree(last) { return last }
        let free = (0..<4).filter(isFree)
        return free.isEmpty ? last : free[random.below(free.count)]
      case .following:
        return [rightOf[last], last, back[rightOf[last]], back[last]].first(where: isFree) ?? last
      default:
        // Along the row; at its end down, and then along the next one the other way.
        if last >= 2 { return isFree(last) ? last : isFree(1) ? 1 : 0 }
        return isFree(3) ? 3 : isFree(2) ? 2 : last
      }
    }
  }
}
