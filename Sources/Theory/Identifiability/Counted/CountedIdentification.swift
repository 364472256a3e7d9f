import Compute
import Environments
import Rewards

/// What a source of data leaves open in a world of any size, counted (`OpenSpace`) where ``Identification`` of small
/// worlds takes null spaces of dense matrices.
struct CountedIdentification: Sendable {
  let possible: PossibleTransitions
  let spaces: CountedSpaces
  private let optimal: PairSet
  private let visited: PairSet

  init(_ possible: PossibleTransitions) {
    self.possible = possible
    spaces = CountedSpaces(possible)
    let best = ExactPlanner(world: possible.world).best(possible.expected(possible.reward).values).isOptimal
    optimal = PairSet(best, actionCount: possible.actionCount)
    let states = Self.visited(best, possible)
    visited = optimal.both(PairSet(states: states, actionCount: possible.actionCount))
  }

  /// The states that the policy which takes every optimal action visits from the world's start.
  private static func visited(_ best: [Bool], _ possible: PossibleTransitions) -> [Bool] {
    var seen = possible.states.map { possible.mdp.start[$0] > 0 }
    var open = seen.indices.filter { seen[$0] }
    while let state = open.popLast() {
      for pair in state * possible.actionCount..<(state + 1) * possible.actionCount where best[pair] {
        for index in possible.transitions(pair) {
          let place = possible.position[possible.nexts[index]]
          if place >= 0, !seen[place] {
            seen[place] = true
            open.append(place)
          }
        }
      }
    }
    return seen
  }

  /// What the data leave open of transitions that can happen, scale apart; for a one-sided source, of small changes.
  func space(_ source: DataSource) -> OpenSpace {
    switch source.kind {
    case .reward: .nothing
    case .qValues: .redistribution
    case .values: .cancelled
    case .advantages, .boltzmannPolicy, .causalEntropyPolicy: .shaping(allPairs)
    case .boltzmannTrajectories, .causalEntropyTrajectories: .shaping(spaces.reachablePairs)
    case .policyOrder: .shaping(spaces.returnedPairs)
    case .optimalPolicies: .shaping(optimal)
    case .optimalTrajectories: .shaping(visited)
    case .segmentReturns, .segmentComparisons, .segmentOrder: SegmentSpace.open(source, possible)
    case .trajectoryReturns: .trajectories(equal: false)
    case .trajectoryComparisons, .trajectoryOrder, .lotteries: .trajectories(equal: !possible.mayStartEnded)
    }
  }

  /// The pairs on which changes of any size are shaping: a one-sided source lets those of worse actions move only so far, and
  /// a state that is not visited could become worth a visit.
  func settledPairs(_ source: DataSource) -> PairSet? {
    switch source.kind {
    case .optimalPolicies: return allPairs
    case .optimalTrajectories: return spaces.reachablePairs
    default:
      guard case .shaping(let pairs) = space(source) else { return nil }
      return pairs
    }
  }

  private var allPairs: PairSet {
    PairSet([Bool](repeating: true, count: possible.pairCount), actionCount: possible.actionCount)
  }

  /// Of impossible transitions nothing but the reward itself knows.
  func impossible(_ source: DataSource) -> Int { source.kind == .reward ? 0 : possible.coordinates - possible.count }

  func dimension(_ source: DataSource) -> Int {
    impossible(source) + spaces.dimension(space(source), losesScale: source.losesNewScale)
  }

  func explain(_ source: DataSource) throws -> (parts: [Identification.Part], unexplained: Int) {
    let space = space(source)
    var (parts, unexplained) = try CountedFamilies(spaces: spaces).explain(space)
    if impossible(source) > 0 {
      parts.insert(Identification.Part(family: .impossible, dimension: impossible(source), restriction: nil), at: 0)
    }
    if source.losesNewScale, !spaces.holdsReward(space) {
      parts.append(Identification.Part(family: .scale, dimension: 1, restriction: nil))
    }
    return (parts, unexplained)
  }

  /// What both leave open; nil if that is not known.
  func together(_ source: DataSource, _ other: DataSource) -> Int? {
    let common = spaces.together(
      space(source), losesScale: source.losesNewScale, space(other), losesScale: other.losesNewScale)
    return common.map { $0 + min(impossible(source), impossible(other)) }
  }

  /// Whether all that is open keeps the order of policies; nil if that is not known.
  func keepsOrder(_ source: DataSource) -> Bool? {
    together(source, DataSource(.policyOrder)).map { $0 == dimension(source) }
  }
}

extension DataSource {
  /// Whether the lost scale opens a direction that is not open anyway: of one-sided sources it is.
  var losesNewScale: Bool { losesScale && !isOneSided }
}
