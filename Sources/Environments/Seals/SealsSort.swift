import Compute

/// Sort four numbers by swaps.
///
/// Action 4 i + j swaps the numbers at places i and j (where the original takes the pair); i = j does nothing. The reward
/// is 1 if the new list is sorted, plus by how many more numbers stand where they belong than before. Source:
/// `seals/Sort-v0`.
package struct SealsSort: Environment {
  package struct State: Sendable, Hashable, Codable {
    package var numbers: SIMD4<Float>

    package init(_ numbers: SIMD4<Float>) { self.numbers = numbers }
  }

  static let length = 4
  static let horizon = 6

  package let specification: EnvironmentSpecification

  package init() {
    let places = 1...Self.length
    specification = EnvironmentSpecification(
      id: "seals/Sort-v0", summary: "Sort four numbers by swapping two at a time",
      observationSpace: Box(
        low: [Float](repeating: 0, count: Self.length), high: [Float](repeating: 1, count: Self.length)),
      observationNames: places.map { "number at place \($0)" },
      actionSpace: .discrete(
        names: places.flatMap { first in
          places.map { second in first == second ? "leave place \(first)" : "swap place \(first) with \(second)" }
        }), maximumEpisodeSteps: Self.horizon, canTerminate: false, source: "seals at 90f68cf, Sort-v0")
  }

  package func reset(random: inout RandomStream) -> State {
    var numbers = SIMD4<Float>()
    for place in 0..<Self.length { numbers[place] = random.uniformFloat() }
    return State(numbers)
  }

  package func step(_ state: inout State, _ action: Int, random: inout RandomStream) -> Outcome {
    let before = Self.inPlace(state.numbers)
    state.numbers = Self.swapped(state.numbers, action)
    let after = Self.inPlace(state.numbers)
    return Outcome(reward: (after == Self.length ? 1 : 0) + Double(after - before), terminated: false)
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    for place in 0..<Self.length { observation[place] = state.numbers[place] }
  }

  /// A column for each number, green where it stands in its place.
  package func scene(_ state: State) -> Scene {
    let sorted = Self.sorted(state.numbers)
    var shapes: [Scene.Shape] = [
      .polygon(points: [0, 0, 4, 0, 4, 2.1, 0, 2.1], role: .track)
    ]
    for place in 0..<Self.length {
      let (x, height) = (Double(place), 0.05 + 2 * Double(min(max(state.numbers[place], 0), 1)))
      let role: Scene.Role = state.numbers[place] == sorted[place] ? .goal : .agent
      shapes.append(
        .polygon(points: [x + 0.1, 0, x + 0.9, 0, x + 0.9, height, x + 0.1, height], role: role))
    }
    return Scene(left: 0, bottom: 0, width: 4, height: 2.1, shapes: shapes)
  }

  private static func swapped(_ numbers: SIMD4<Float>, _ action: Int) -> SIMD4<Float> {
    let (first, second) = (action / length, action % length)
    var result = numbers
    (result[first], result[second]) = (numbers[second], numbers[first])
    return result
  }

  private static func sorted(_ numbers: SIMD4<Float>) -> SIMD4<Float> {
    var result = numbers
    for end in 1..<length {
      var place = end
      while place > 0, result[place - 1] > result[place] {
        (result[place - 1], result[place]) = (result[place], result[place - 1])
        place -= 1
      }
    }
    return result
  }

  private static func inPlace(_ numbers: SIMD4<Float>) -> Int {
    let sorted = sorted(numbers)
    return (0..<length).reduce(0) { $0 + (numbers[$1] == sorted[$1] ? 1 : 0) }
  }

  /// The 24 orders of four numbers, each equally likely at the start; equal numbers have probability 0.
  package static func orders() -> TabularMDP {
    var orders: [[Int]] = [[]]
    for _ in 0..<length {
      orders = orders.flatMap { order in (0..<length).filter { !order.contains($0) }.map { order + [$0] } }
    }
    let lists = orders.map { SIMD4<Float>($0.map(Float.init)) }
    return TabularMDP(
      deterministic: lists.count, actions: length * length,
      start: [Double](repeating: 1 / Double(lists.count), count: lists.count)
    ) { order, action in
      let next = swapped(lists[order], action)
      let (before, after) = (inPlace(lists[order]), inPlace(next))
      return (lists.firstIndex(of: next) ?? order, (after == length ? 1 : 0) + Double(after - before))
    }
  }
}
