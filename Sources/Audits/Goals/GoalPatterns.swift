/// A library's goals by state, with goals that want the same there taken together: what a step has to look at.
struct GoalPatterns: Sendable {
  let goalCount: Int
  let actionCount: Int
  /// Where each state's patterns begin in ``best``, and where the last ends.
  let starts: [Int]
  /// The best actions of each pattern, a bit for each.
  let best: [UInt64]
  /// Whether each pattern's goals may have habits: they leave at most half of the actions open in at least half of the
  /// states.
  let hasHabits: [Bool]
  /// [states × goals]: which of its state's patterns a goal has, from 0.
  let pattern: [Int32]
  /// The most patterns of any state.
  let most: Int

  init(_ library: GoalLibrary) {
    (goalCount, actionCount) = (library.goals.count, library.actionCount)
    var starts = [0]
    var best: [UInt64] = []
    var hasHabits: [Bool] = []
    let isDecided = library.goals.map { goal in
      2 * goal.best.count { 2 * $0.nonzeroBitCount <= library.actionCount } >= library.stateCount
    }
    var pattern: [Int32] = []
    var most = 1
    pattern.reserveCapacity(library.stateCount * library.goals.count)
    for state in 0..<library.stateCount {
      var numbers: [Pattern: Int32] = [:]
      for (goal, hasHabit) in zip(library.goals, isDecided) {
        let key = Pattern(best: goal.best[state], hasHabit: hasHabit)
        if let known = numbers[key] {
          pattern.append(known)
        } else {
          pattern.append(Int32(numbers.count))
          numbers[key] = Int32(numbers.count)
          best.append(key.best)
          hasHabits.append(hasHabit)
        }
      }
      most = max(most, numbers.count)
      starts.append(best.count)
    }
    (self.starts, self.best, self.hasHabits, self.pattern, self.most) = (starts, best, hasHabits, pattern, most)
  }

  private struct Pattern: Hashable {
    var best: UInt64
    var hasHabit: Bool
  }
}

/// What an agent does in one step by each pattern: the probability of what was done, but for the chance of slipping.
struct PatternChances {
  /// [patterns] where the action is among the best: its share of them.
  var good: [Double]
  /// [patterns] where it is not: its share of the others.
  var poor: [Double]
  /// [patterns] where all are among the best: its share of them.
  var flat: [Double]

  init(most: Int) {
    good = [Double](repeating: 0, count: most)
    (poor, flat) = (good, good)
  }

  /// - `habits`: [states × actions], how often each action was taken before; read by the taste of habit only.
  mutating func set(_ patterns: GoalPatterns, _ taste: AgentClass.Taste, _ state: Int, _ action: Int, _ habits: [Int]) {
    let (first, count) = (patterns.starts[state], patterns.actionCount)
    for index in first..<patterns.starts[state + 1] {
      let best = patterns.best[index]
      let size = best.nonzeroBitCount
      let isBest = best >> UInt64(action) & 1 == 1
      let place = index - first
      (good[place], poor[place], flat[place]) = (0, 0, 0)
      guard isBest else {
        poor[place] = 1 / Double(count - size)
        continue
      }
      var share = 1 / Double(size)
      if taste == .habit, size > 1, patterns.hasHabits[index] {
        var taken = 0
        for other in 0..<count where best >> UInt64(other) & 1 == 1 { taken += habits[state * count + other] }
        share =
          (Double(habits[state * count + action]) + 1 / Double(count)) / (Double(taken) + Double(size) / Double(count))
      }
      if size == count { flat[place] = share } else { good[place] = share }
    }
  }
}
