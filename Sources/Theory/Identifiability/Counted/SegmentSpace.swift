import Compute
import Foundation

/// What comparisons of segments leave open, on the transitions that can happen.
///
/// - Returns of segments leave nothing: where windows of one length return nothing, the return at a step is γ^L times the
///   return L steps later, which never ends, or is over; so it is 0.
/// - Comparisons across starts leave at most one dimension: a reward that all windows return alike.
/// - Comparisons from the same start leave what depends on the start alone. A state that k steps can lead to is seen at
///   step k of a window; so what a window of length L pays from its jth step on is one number for the state where that
///   step starts, and the last steps' pay is one number for all states that j = L − k … L − 1 steps from such a state
///   lead to. What is open are those numbers: one for each class of states that are merged like this, and one for each
///   state that fewer than L − 1 steps can lead to.
struct SegmentSpace: Sendable {
  /// How many free numbers there are.
  let dimension: Int
  /// Of them, so many change nothing where a policy gets to, so many more are potential shaping, and one more may be a
  /// constant everywhere.
  let unreachable: Int
  let shaping: Int
  let constant: Int
  /// Whether all others are constants, one for each state.
  let areStates: Bool
  let holdsReward: Bool

  private let classes: Classes

  /// The most dimensions of which vectors are kept.
  static let mostVectors = 24

  /// The space of a source about segments.
  static func open(_ source: DataSource, _ possible: PossibleTransitions) -> OpenSpace {
    guard possible.count > 0, source.kind != .segmentReturns else { return .nothing }
    guard source.sameStart else { return across(source.length, possible) }
    let space = SegmentSpace(possible, length: source.length)
    guard space.dimension > 0 else { return .nothing }
    return space.dimension <= mostVectors ? .span(space.vectors()) : .wide(space)
  }

  /// Comparisons across starts.
  private static func across(_ length: Int?, _ possible: PossibleTransitions) -> OpenSpace {
    let discount = possible.mdp.discount
    let ones = OpenSpace.span([[Double](repeating: 1, count: possible.count)])
    guard discount > 0 else { return ones }
    guard let length else {
      // Where a step can come before a transition, a window less its last step shows it alone.
      return possible.followed.contains(true) ? .nothing : ones
    }
    guard length > 1, possible.canEnd else { return ones }
    return levelled(length, possible).map { .span([$0]) } ?? .nothing
  }

  /// A reward that all windows return as 1, ended ones too; nil if there is none. It depends on how many steps are left
  /// after a transition: 1 for none, and otherwise (1 − γ)(1 + γ^L + … ) up to the last whole window.
  private static func levelled(_ length: Int, _ possible: PossibleTransitions) -> [Double]? {
    let (least, most) = stepsLeft(possible)
    let discount = possible.mdp.discount
    let window = pow(discount, Double(length))
    /// Steps left that ask for the same: 0, then L − 1 lengths, then one, and so on.
    func level(_ steps: Int?) -> (Int, Bool)? {
      steps.map { ($0 / length, $0 % length == 0) }
    }
    func value(_ steps: Int?) -> Double {
      guard let steps else { return (1 - discount) / (1 - window) }
      let whole = pow(window, Double(steps / length))
      let sum = (1 - discount) * (1 - whole) / (1 - window)
      return steps % length == 0 ? sum + whole : sum + (1 - discount) * whole
    }
    var result = [Double](repeating: 0, count: possible.count)
    for index in result.indices {
      let place = possible.position[possible.nexts[index]]
      let (low, high) = place < 0 ? (0, 0) : (least[place], most[place])
      switch (level(low), level(high)) {
      case (nil, nil): break
      case (let a?, let b?) where a == b: break
      default: return nil
      }
      result[index] = value(low)
    }
    return result
  }

  /// The least and the greatest number of steps until the end, from each state; nil: never, for ever.
  private static func stepsLeft(_ possible: PossibleTransitions) -> (least: [Int?], most: [Int?]) {
    let count = possible.states.count
    var before = [[Int]](repeating: [], count: count)
    var (open, ending) = ([Int](repeating: 0, count: count), [Int]())
    var least = [Int?](repeating: nil, count: count)
    for state in 0..<count {
      for index in possible.transitions(fromState: state) {
        let place = possible.position[possible.nexts[index]]
        if place < 0 {
          if least[state] == nil {
            least[state] = 1
            ending.append(state)
          }
        } else {
          before[place].append(state)
          open[state] += 1
        }
      }
    }
    // Breadth first for the least; for the greatest, a state follows when all that it leads to have.
    var head = 0
    while head < ending.count {
      let state = ending[head]
      head += 1
      for earlier in before[state] where least[earlier] == nil {
        least[earlier] = (least[state] ?? 0) + 1
        ending.append(earlier)
      }
    }
    var most = [Int?](repeating: nil, count: count)
    var ready = (0..<count).filter { open[$0] == 0 }
    for state in ready { most[state] = 1 }
    while let state = ready.popLast() {
      for earlier in before[state] {
        open[earlier] -= 1
        most[earlier] = max(most[earlier] ?? 1, (most[state] ?? 0) + 1)
        if open[earlier] == 0 { ready.append(earlier) }
      }
    }
    // Whatever is not finished can go on for ever.
    for state in 0..<count where open[state] > 0 { most[state] = nil }
    return (least, most)
  }

  /// Comparisons from the same start.
  private init(_ possible: PossibleTransitions, length: Int?) {
    let length = possible.mdp.discount == 0 ? 1 : length
    classes = Classes(possible, length: length)
    let members = classes.members
    dimension = members.count
    unreachable = members.count { !$0.isReachable }
    if let length, possible.mdp.discount > 0 {
      let potentials = Classes.potentials(possible, length: length)
      let met = possible.states.indices.filter { possible.reachable[$0] }
      shaping = Set(met.map { potentials[$0] }).subtracting(potentials.suffix(1)).count
      // A constant is shaping exactly if each state, and each class of them, knows how many steps are left.
      let (least, most) = Self.stepsLeft(possible)
      let isShaping =
        met.allSatisfy { least[$0] == most[$0] } && Set(met.map { [potentials[$0], least[$0] ?? -1] }).count == shaping
      constant = !isShaping && classes.holds([Double](repeating: 1, count: possible.count)) ? 1 : 0
    } else {
      // Without a future every number is a potential; so is, of every length, that of a state that nothing leads to.
      (shaping, constant) = (dimension - unreachable, 0)
    }
    // Steps alone, or single states: each number is paid for being in one state.
    areStates = length == 1
    holdsReward = classes.holds(possible.reward)
  }

  /// A basis.
  private func vectors() -> [[Double]] { classes.members.map { classes.vector($0) } }
}
