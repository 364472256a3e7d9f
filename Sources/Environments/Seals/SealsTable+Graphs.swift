/// The tasks with a handful of states.
extension SealsTable {
  /// A path of ten choices between two ways, one of which is a dead end each time; the end of the path pays. Hard to
  /// explore: random play arrives once in 1024 episodes, at the last step but one.
  static func branching() -> SealsTable {
    let (ways, length) = (2, 10)
    let count = 1 + ways * length
    return small(
      name: "Branching", summary: "Ten right choices in a row lead to the one place that pays; wrong ones to dead ends",
      horizon: 11, rewards: (0..<count).map { $0 == count - 1 ? 1 : 0 }, featureNames: ["end of the path"],
      weights: [1], actions: ["first way", "second way"],
      places: (0..<count).map { $0 % 2 == 0 ? SIMD2(Double($0) / 2, 1) : SIMD2(Double($0) / 2, 0) },
      names: (0..<count).map { $0 % 2 == 0 ? "on the path, place \($0 / 2)" : "in dead end \($0 / 2 + 1)" }
    ) { state, action in
      let canMove = state % ways == 0 && state != count - 1
      return [(canMove ? state + action + 1 : state, 1)]
    }
  }

  /// Back and forth between two places, or out of the second one into the end. Each step pays the same, good or bad: does
  /// an algorithm that sees no reward for what comes after the end prefer to end, or not to?
  static func earlyTermination(isRewardPositive: Bool) -> SealsTable {
    let reward: Double = isRewardPositive ? 1 : -1
    return small(
      name: isRewardPositive ? "EarlyTermPos" : "EarlyTermNeg",
      summary: isRewardPositive
        ? "Each step pays 1, so stay; one of the ways ends the episode"
        : "Each step costs 1, so leave; one of the ways ends the episode",
      horizon: 10, rewards: [reward, reward, reward], featureNames: ["steps"], weights: [reward],
      actions: ["first way", "second way"], terminal: [2], places: [SIMD2(0, 0), SIMD2(1, 0), SIMD2(2, 0)],
      names: ["in the first place", "in the second place", "at the end"]
    ) { state, action in
      switch state {
      case 0: [(1, 1)]
      case 1: [(action == 0 ? 0 : 2, 1)]
      default: [(2, 1)]
      }
    }
  }

  /// Left or right, twice: four leaves, of which the demonstrator, who starts at the root, only ever shows the best. The
  /// learner's start is the left branch.
  static func initialShift(start: Int) -> SealsTable {
    small(
      name: start == 0 ? "InitShiftTrain" : "InitShiftTest",
      summary: start == 0
        ? "Choose twice between left and right in a tree; the leaves pay"
        : "The same tree of choices, begun at its left branch",
      horizon: 3, rewards: [0, 0, 0, 1, -1, -1, 2],
      featureNames: ["left left leaf", "left right leaf", "right left leaf", "right right leaf"],
      weights: [1, -1, -1, 2], startsAt: start, actions: ["left", "right"],
      places: [
        SIMD2(1.5, 2), SIMD2(0.5, 1), SIMD2(2.5, 1), SIMD2(0, 0), SIMD2(1, 0), SIMD2(2, 0), SIMD2(3, 0),
      ],
      names: [
        "at the root", "at the left branch", "at the right branch", "at the left left leaf", "at the left right leaf",
        "at the right left leaf", "at the right right leaf",
      ]
    ) { state, action in [(state < 3 ? 2 * state + 1 + action : state, 1)] }
  }

  /// The goal by a detour that is safe, or at once by a gamble that loses 100 a step half of the time. Maximum entropy
  /// without causality thinks that it can choose how the gamble ends.
  static func riskyPath() -> SealsTable {
    small(
      name: "RiskyPath", summary: "Reach the goal by a safe detour, or gamble to be there sooner", horizon: 5,
      rewards: [0, 0, 1, -100], featureNames: ["goal", "loss"], weights: [1, -100], actions: ["careful", "bold"],
      places: [SIMD2(0, 0.75), SIMD2(1, 1.5), SIMD2(2, 1.5), SIMD2(2, 0)],
      names: ["at the start", "on the safe path", "at the goal", "in the pit"]
    ) { state, action in
      switch (state, action) {
      case (0, 0): [(1, 1)]
      case (0, _): [(2, 0.5), (3, 0.5)]
      case (1, 0): [(2, 1)]
      default: [(state, 1)]
      }
    }
  }

  /// A world whose states have names and places on a picture. Each feature has the states of one nonzero reward, or if
  /// there are as many names as such states, one of them each.
  private static func small(
    name: String, summary: String, horizon: Int, rewards: [Double], featureNames: [String], weights: [Double],
    startsAt start: Int = 0, actions: [String], terminal: Set<Int> = [], places: [SIMD2<Double>], names: [String],
    outcomes: @escaping (Int, Int) -> [(next: Int, probability: Double)]
  ) -> SealsTable {
    let paying = rewards.indices.filter { rewards[$0] != 0 }
    let reward = Reward(names: featureNames, weights: weights) { state in
      featureNames.indices.map { feature in
        let isIn = featureNames.count == 1 ? rewards[state] != 0 : paying[feature] == state
        return isIn ? 1 : 0
      }
    }
    let ways = rewards.indices.map { state in actions.indices.flatMap { outcomes(state, $0).map(\.next) } }
    // What the end of an episode would pay is never paid.
    let shown = rewards.enumerated().map { terminal.contains($0.offset) ? 0 : $0.element }
    return SealsTable(
      name: name, summary: summary, horizon: horizon, start: rewards.indices.map { $0 == start ? 1 : 0 },
      actions: actions, terminal: terminal, sight: .oneHot(names: names), reward: reward,
      picture: SealsPicture(places: places, rewards: shown, ways: ways), outcomes: outcomes)
  }
}
