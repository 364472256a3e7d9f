import Agents
import Compute
import Environments

extension Reproduction {
  /// Preferences implicit in the state of the world: the room with a vase, and the vase far away.
  static let implicitPreferences = Reproduction(
    name: "implicit-preferences", summary: "Preferences implicit in the state of the world: two rooms with a vase",
    source: "Shah et al., \"Preferences implicit in the state of the world\", ICLR 2019; code HumanCompatibleAI/rlsp",
    duration: "a moment"
  ) { _ in
    let (room, far) = (VaseRoom.room, VaseRoom.farAway)
    let (roomWeights, farWeights) = (try room.learnedWeights(), try far.learnedWeights())
    return ReproductionResult(
      title: "True return of the plan, as a share of the best",
      numbers: [
        ReproducedNumber(
          "room, the task's reward alone", try room.score([0, 0, 0, 0]), reference: 0.4865, tolerance: 5e-5,
          note: "the code, run"),
        ReproducedNumber(
          "room, with what the state says", try room.score(roomWeights), reference: 1, tolerance: 1e-9,
          note: "the paper: the vase is left alone"),
        ReproducedNumber(
          "far away, the task's reward alone", try far.score([0, 0, 0, 0]), reference: 0.5588, tolerance: 5e-5,
          note: "the code, run"),
        ReproducedNumber(
          "far away, with what the state says", try far.score(farWeights), reference: 0.5588, tolerance: 5e-5,
          note: "the paper: its standing says nothing, so it is broken"),
        ReproducedNumber("room, learned weight of a broken vase", roomWeights[0]),
        ReproducedNumber("far away, learned weight of a broken vase", farWeights[0]),
      ],
      remarks: [
        "The learned weights are added to the task's. The other worlds of the paper (train, batteries, apples) are not built."
      ])
  }
}

/// A room in which a vase breaks if one walks into it.
package struct VaseRoom: Sendable {
  package var width: Int
  package var height: Int
  package var vase: (x: Int, y: Int)
  package var carpets: [(x: Int, y: Int)]
  package var goals: [(x: Int, y: Int)]
  /// Where people began, and where the agent is seen.
  package var start: (x: Int, y: Int)
  package var observed: (x: Int, y: Int)
  /// How many states the history has.
  package var steps: Int
  /// Features: broken vases, on a carpet, on each goal.
  package var task: [Double]
  package var wanted: [Double]

  package static let room = VaseRoom(
    width: 5, height: 3, vase: (2, 1), carpets: [(1, 1), (3, 1)], goals: [(0, 1), (2, 0)], start: (2, 2),
    observed: (2, 0), steps: 7, task: [0, 0, 1, 0], wanted: [-1, 0, 1, 0])
  package static let farAway = VaseRoom(
    width: 5, height: 3, vase: (3, 0), carpets: [(3, 2)], goals: [(0, 0), (4, 0)], start: (0, 2), observed: (0, 0),
    steps: 5, task: [0, 0, 0, 1], wanted: [-1, 0, 0, 1])

  package func state(_ place: (x: Int, y: Int), intact: Bool) -> Int {
    2 * (place.y * width + place.x) + (intact ? 1 : 0)
  }

  private var places: [(x: Int, y: Int)] { (0..<height).flatMap { y in (0..<width).map { ($0, y) } } }

  /// North, south, east, west, stay; y downwards.
  package func mdp(from place: (x: Int, y: Int)) throws -> TabularMDP {
    var (starts, successors) = ([0], [Int]())
    for place in places {
      for intact in [false, true] {
        for (dx, dy) in [(0, -1), (0, 1), (1, 0), (-1, 0), (0, 0)] {
          let (x, y) = (place.x + dx, place.y + dy)
          let next = (0..<width).contains(x) && (0..<height).contains(y) ? (x, y) : place
          successors.append(state(next, intact: intact && next != vase))
          starts.append(successors.count)
        }
      }
    }
    let count = 2 * width * height
    var start = [Double](repeating: 0, count: count)
    start[state(place, intact: true)] = 1
    return try TabularMDP(
      stateCount: count, actionCount: 5, rowStarts: starts, successors: successors,
      probabilities: [Double](repeating: 1, count: successors.count),
      rewards: [Double](repeating: 0, count: successors.count), start: start,
      isTerminal: [Bool](repeating: false, count: count), discount: 1)
  }

  package var features: [[Double]] {
    places.flatMap { place in
      [false, true].map { intact in
        [intact ? 0 : 1, carpets.contains { $0 == place } ? 1 : 0] + goals.map { $0 == place ? 1 : 0 }
      }
    }
  }

  package func preferences() throws -> ImplicitPreferences {
    try ImplicitPreferences(mdp(from: start), features: features, steps: steps)
  }

  package func learnedWeights() throws -> [Double] {
    try preferences().fit(observed: state(observed, intact: true)).weights
  }

  /// The plan for the task's weights and these together, over twenty states from where the agent is seen: its true
  /// return, a point added for each state, as a share of the best.
  package func score(_ added: [Double]) throws -> Double {
    try value(zip(task, added).map(+)) / value(wanted)
  }

  private func value(_ weights: [Double]) throws -> Double {
    let (mdp, features) = (try mdp(from: observed), features)
    func rewards(_ weights: [Double]) -> [Double] { features.map { zip($0, weights).reduce(0) { $0 + $1.0 * $1.1 } } }
    let planned = rewards(weights)
    var values = [Double](repeating: 0, count: mdp.stateCount)
    var plan: [[Int]] = []
    for _ in 0..<20 {
      let later = values
      // The first of equal actions.
      let best = (0..<mdp.stateCount).map { state in
        (0..<5).reduce(0) { later[successor(mdp, state, $1)] > later[successor(mdp, state, $0)] + 1e-12 ? $1 : $0 }
      }
      values = (0..<mdp.stateCount).map { planned[$0] + later[successor(mdp, $0, best[$0])] }
      plan.insert(best, at: 0)
    }
    let truth = rewards(wanted)
    var (place, sum) = (state(observed, intact: true), 0.0)
    for actions in plan {
      sum += 1 + truth[place]
      place = successor(mdp, place, actions[place])
    }
    return sum
  }

  private func successor(_ mdp: TabularMDP, _ state: Int, _ action: Int) -> Int {
    mdp.successors[mdp.transitions(state, action).lowerBound]
  }
}
