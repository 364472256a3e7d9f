import Compute

/// Say which half of fifty numbers has the larger sum: action 1 for the first half, 0 for the second. One step, reward 1
/// for the right answer.
///
/// The original calls the end of its only step termination; here it is the time limit, as in the other tasks. Sums are
/// taken in single precision in NumPy's order, so that near ties fall the same way. Source: `seals/LargestSum-v0`.
package struct SealsLargestSum: Environment {
  package struct State: Sendable, Hashable, Codable {
    /// The first fifty count.
    package var numbers: SIMD64<Float>
    /// What was said last, for the picture; nil before.
    package var answer: Int?

    package init(_ numbers: SIMD64<Float>) { self.numbers = numbers }
  }

  static let length = 50
  static let horizon = 1

  package let specification: EnvironmentSpecification

  package init() {
    specification = EnvironmentSpecification(
      id: "seals/LargestSum-v0",
      summary: "Say whether the first or the second half of fifty numbers has the larger sum",
      observationSpace: Box(
        low: [Float](repeating: 0, count: Self.length), high: [Float](repeating: 1, count: Self.length)),
      observationNames: (1...Self.length).map { "number \($0)" },
      actionSpace: .discrete(names: ["the second half", "the first half"]), maximumEpisodeSteps: Self.horizon,
      canTerminate: false, source: "seals at 90f68cf, LargestSum-v0")
  }

  package func reset(random: inout RandomStream) -> State {
    var numbers = SIMD64<Float>.zero
    for index in 0..<Self.length { numbers[index] = random.uniformFloat() }
    return State(numbers)
  }

  package func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    state.answer = action
    return Outcome(reward: action == Self.label(state) ? 1 : 0, terminated: false)
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    for index in 0..<Self.length { observation[index] = state.numbers[index] }
  }

  /// Both halves' numbers as columns, their sums as bars, and a mark at the half that was said.
  package func scene(_ state: State) -> Scene {
    let half = Double(Self.length / 2)
    let width = Double(Self.length) + 1
    var shapes: [Scene.Shape] = [.polygon(points: [0, 0, width, 0, width, 16, 0, 16], role: .track)]
    for index in 0..<Self.length {
      let x = Double(index) + (index < Self.length / 2 ? 0 : 1)
      let height = 8 * Double(min(max(state.numbers[index], 0), 1))
      shapes.append(.polygon(points: [x, 0, x + 0.8, 0, x + 0.8, height, x, height], role: .agent))
    }
    for (side, sum) in [Self.sum(state.numbers, from: 0), Self.sum(state.numbers, from: Self.length / 2)].enumerated() {
      let x = Double(side) * (half + 1)
      let length = half * Double(min(max(sum, 0), 25)) / 25
      shapes.append(.polygon(points: [x, 10, x + length, 10, x + length, 12, x, 12], role: .reward))
      if state.answer == 1 - side {
        shapes.append(.line(points: [x + 0.5, 14, x + half - 0.5, 14], width: 1, role: .action))
      }
    }
    return Scene(left: 0, bottom: 0, width: width, height: 16, shapes: shapes)
  }

  private static func label(_ state: State) -> Int {
    sum(state.numbers, from: 0) > sum(state.numbers, from: length / 2) ? 1 : 0
  }

  /// Eight running sums, added in pairs, then what is left over: as NumPy adds up to 128 numbers.
  private static func sum(_ numbers: SIMD64<Float>, from first: Int) -> Float {
    let count = length / 2
    var sums = SIMD8<Float>.zero
    for lane in 0..<8 { sums[lane] = numbers[first + lane] }
    var index = 8
    while index + 8 <= count {
      for lane in 0..<8 { sums[lane] += numbers[first + index + lane] }
      index += 8
    }
    var total = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
    while index < count {
      total += numbers[first + index]
      index += 1
    }
    return total
  }
}
