import Foundation

extension SealsNoisyObs {
  static var entry: EnvironmentEntry {
    let returns = places().episodeReturns(steps: horizon)
    return EnvironmentEntry(
      SealsNoisyObs(),
      returns: KnownReturns(
        reference: returns.optimum, bounds: returns.bounds, random: RandomReturn(exactly: returns.uniform))
    ).guided(
      by: Guidance(
        goal: "Get to the middle as soon as possible, and stay there.",
        legend: [
          Guidance.Sign(.disc, .agent, "the agent"), Guidance.Sign(.area, .goal, "the middle"),
          Guidance.Sign(.area, .track, "where it can go"),
        ],
        unsure: "Choose the one that is in the middle for longer, else nearer to it. About as good? Say so.",
        example: { step(towards: Float(size / 2) - $0[0], Float(size / 2) - $0[1]) }))
  }

  /// The move that makes the larger distance smaller; stays where there is none.
  static func step(towards across: Float, _ down: Float) -> [Float] {
    if across == 0, down == 0 { return [4] }
    return abs(across) >= abs(down) ? [across > 0 ? 0 : 2] : [down > 0 ? 1 : 3]
  }
}

extension SealsProcGoal {
  static var entry: EnvironmentEntry {
    let returns = displacements().episodeReturns(steps: horizon)
    return EnvironmentEntry(
      SealsProcGoal(),
      returns: KnownReturns(
        reference: returns.optimum, bounds: returns.bounds, random: RandomReturn(exactly: returns.uniform))
    ).guided(
      by: Guidance(
        goal: "Get to the goal as soon as possible, and stay there.",
        legend: [
          Guidance.Sign(.disc, .agent, "the agent"), Guidance.Sign(.area, .goal, "the goal, always in the middle"),
          Guidance.Sign(.area, .track, "where it can go"), Guidance.Sign(.line, .neutral, "every fifth row and column"),
        ],
        unsure: "Choose the one that is nearer to the goal, all along. About as good? Say so.",
        example: { SealsNoisyObs.step(towards: $0[2] - $0[0], $0[3] - $0[1]) }))
  }
}

extension SealsSort {
  static var entry: EnvironmentEntry {
    let returns = orders().episodeReturns(steps: horizon)
    return EnvironmentEntry(
      SealsSort(),
      returns: KnownReturns(
        reference: returns.optimum, bounds: returns.bounds, random: RandomReturn(exactly: returns.uniform))
    ).guided(
      by: Guidance(
        goal: "Sort the columns by height, the lowest on the left, with few swaps, and leave them sorted.",
        legend: [
          Guidance.Sign(.area, .goal, "a column that stands where it belongs"),
          Guidance.Sign(.area, .agent, "a column that belongs elsewhere"), Guidance.Sign(.area, .track, "background"),
        ],
        unsure: "Choose the one that is sorted sooner, else the one with more columns in place. About as good? Say so.",
        example: { numbers in
          let sorted = numbers.sorted()
          guard let place = numbers.indices.first(where: { numbers[$0] != sorted[$0] }),
            let other = numbers.firstIndex(of: sorted[place])
          else { return [0] }
          return [Float(place * length + other)]
        }))
  }
}

extension SealsLargestSum {
  static var entry: EnvironmentEntry {
    EnvironmentEntry(
      SealsLargestSum(), returns: KnownReturns(reference: 1, bounds: 0...1, random: RandomReturn(exactly: 0.5))
    ).guided(
      by: Guidance(
        goal: "Say which half has the larger sum.",
        legend: [
          Guidance.Sign(.line, .action, "what was said: this half"),
          Guidance.Sign(.area, .reward, "the sum of the half below it"),
          Guidance.Sign(.area, .agent, "the numbers"), Guidance.Sign(.area, .track, "background"),
        ],
        unsure: "Choose the one whose mark is above the longer bar. Both or neither? Say that they are equal.",
        example: { numbers in
          let half = length / 2
          return [numbers[..<half].reduce(0, +) > numbers[half...].reduce(0, +) ? 1 : 0]
        }))
  }
}

extension SealsParabola {
  /// A perfect follower loses what rounding takes, less than 1e-11 in all: 0. Nobody is further than 8 off.
  static var entry: EnvironmentEntry {
    EnvironmentEntry(
      SealsParabola(),
      returns: KnownReturns(
        reference: 0, bounds: -Double(64 * (horizon - 1))...0, random: RandomReturn(exactly: uniformReturn))
    ).guided(
      by: Guidance(
        goal: "Follow the curve from left to right.",
        legend: [
          Guidance.Sign(.disc, .agent, "the agent"), Guidance.Sign(.line, .goal, "the curve"),
          Guidance.Sign(.line, .danger, "how far it is off: twice as far costs four times as much"),
          Guidance.Sign(.area, .track, "background"),
        ],
        unsure: "Choose the one whose red lines are shorter, the longest first. About as good? Say so.",
        example: { seen in
          let next = seen[0] + step
          return [seen[2] * next * next + seen[3] * next + seen[4] - seen[1]]
        }))
  }
}

extension SealsCartPole {
  static var entry: EnvironmentEntry {
    EnvironmentEntry(
      SealsCartPole(), features: CartPole.fixedEntry.features, returns: KnownReturns(reference: 500, bounds: 0...500)
    ).guided(by: CartPole.guidance)
  }
}
