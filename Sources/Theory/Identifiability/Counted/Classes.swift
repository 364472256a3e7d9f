import Compute

/// The free numbers of comparisons of segments that start alike (``SegmentSpace``): classes of states that any number of
/// steps can lead to, merged where windows of this length show them as one, and single states that fewer steps lead to.
struct Classes: Sendable {
  struct Member: Sendable {
    /// The state, or one of its class.
    let state: Int
    /// Whether it is a class of states with enough steps before them.
    let isDeep: Bool
    /// Whether a policy reaches it, or one of its class.
    let isReachable: Bool
  }

  private let possible: PossibleTransitions
  /// nil: windows of every length.
  private let length: Int?
  /// For each state by how many steps, at most L − 1, it can be reached from somewhere.
  private let depth: [Int]
  /// The class of each live state, and after them of each terminal one: its representative.
  private let root: [Int]
  private(set) var members: [Member] = []

  init(_ possible: PossibleTransitions, length: Int?) {
    self.possible = possible
    self.length = length
    let count = possible.states.count
    guard let length else {
      // Of every length: a step after another is seen alone.
      let followed = possible.followed
      depth = followed.map { $0 ? 1 : 0 }
      root = Array(0..<count)
      members = (0..<count).filter { !followed[$0] }.map {
        Member(state: $0, isDeep: false, isReachable: possible.reachable[$0])
      }
      return
    }
    let depth = Self.depth(possible, length: length)
    self.depth = depth
    var groups = Self.merged(possible, depth: depth, length: length, steps: length - 1)
    root = (0...count).map { groups.root($0) }
    var reachable = Set<Int>()
    for state in 0..<count where possible.reachable[state] && depth[state] >= length - 1 {
      reachable.insert(root[state])
    }
    var met = Set([root[count]])
    for state in 0..<count {
      if depth[state] < length - 1 {
        members.append(Member(state: state, isDeep: false, isReachable: possible.reachable[state]))
      } else if met.insert(root[state]).inserted {
        members.append(Member(state: state, isDeep: true, isReachable: reachable.contains(root[state])))
      }
    }
  }

  /// For each state by how many steps, at most L − 1, it can be reached from somewhere.
  private static func depth(_ possible: PossibleTransitions, length: Int) -> [Int] {
    precondition(length > 0, "segments have a first step")
    var depth = [Int](repeating: 0, count: possible.states.count)
    for step in 1..<length {
      var deeper = depth
      for state in depth.indices where depth[state] >= step - 1 {
        for index in possible.transitions(fromState: state) {
          let place = possible.position[possible.nexts[index]]
          if place >= 0 { deeper[place] = max(deeper[place], step) }
        }
      }
      depth = deeper
    }
    return depth
  }

  /// The live states, and after them all terminal ones as one, merged where the same window may show any of them: as far as
  /// so many steps after a state with at least the rest of L steps before it.
  private static func merged(
    _ possible: PossibleTransitions, depth: [Int], length: Int, steps: Int
  ) -> DisjointSets {
    let count = depth.count
    var groups = DisjointSets(count + 1)
    // After j steps from each state: one of those that may come, which are one class wherever it matters.
    var ahead = Array(0..<count) + [count]
    for step in 1..<steps + 1 {
      var next = ahead
      for state in 0..<count {
        var first: Int?
        for index in possible.transitions(fromState: state) {
          let place = possible.position[possible.nexts[index]]
          let after = ahead[place < 0 ? count : place]
          if let first, depth[state] >= length - step { groups.merge(first, after) }
          if first == nil { first = after }
        }
        next[state] = first ?? count
      }
      ahead = next
    }
    return groups
  }

  /// For each live state, and then for each terminal one, the class of states in which a potential is equal whose shaping
  /// windows of length L cannot show: such a window pays Φ(s) − γ^L Φ(s'), so Φ is equal wherever L steps from one state lead,
  /// and 0 where they may be over.
  static func potentials(_ possible: PossibleTransitions, length: Int) -> [Int] {
    var groups = merged(possible, depth: depth(possible, length: length), length: length, steps: length)
    return (0...possible.states.count).map { groups.root($0) }
  }

  /// The change of the reward that one number makes.
  func vector(_ member: Member) -> [Double] {
    let value = (0..<possible.states.count).map { state in
      member.isDeep ? (isDeep(state) && root[state] == root[member.state] ? 1.0 : 0) : state == member.state ? 1 : 0
    }
    return vector(values: value)
  }

  private func isDeep(_ state: Int) -> Bool { length.map { depth[state] >= $0 - 1 } ?? false }

  /// The change of the reward with these numbers, one for each state.
  private func vector(values: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: possible.count)
    guard let length else {
      for state in values.indices where values[state] != 0 {
        for index in possible.transitions(fromState: state) { result[index] = values[state] }
      }
      return result
    }
    let discount = possible.mdp.discount
    func place(_ index: Int) -> Int { possible.position[possible.nexts[index]] }
    // returns[j][s]: what j steps from s pay.
    var returns = [[Double](repeating: 0, count: values.count)]
    for steps in 1..<length + 1 {
      var row = [Double](repeating: 0, count: values.count)
      for state in values.indices {
        guard let first = possible.transitions(fromState: state).first, steps >= length - depth[state] else { continue }
        let next = place(first)
        let later = next < 0 ? 0 : returns[steps - 1][next] - returns[length - depth[state] - 1][next]
        row[state] = values[state] + discount * later
      }
      returns.append(row)
    }
    for state in values.indices {
      for index in possible.transitions(fromState: state) {
        let next = place(index)
        result[index] = values[state] - (next < 0 ? 0 : discount * returns[length - depth[state] - 1][next])
      }
    }
    return result
  }

  /// Whether a change has this form: its numbers are read off, and the change that they make compared with it.
  func holds(_ change: [Double]) -> Bool {
    let discount = possible.mdp.discount
    var values = [Double](repeating: 0, count: possible.states.count)
    let count = values.count
    guard let length else {
      for member in members {
        values[member.state] = possible.transitions(fromState: member.state).first.map { change[$0] } ?? 0
      }
      return matches(vector(values: values), change)
    }
    // What j steps along the first transitions pay; deep states' own pay is their number.
    var returns = [[Double](repeating: 0, count: count)]
    for _ in 0..<length {
      var row = [Double](repeating: 0, count: count)
      for state in 0..<count {
        guard let first = possible.transitions(fromState: state).first else { continue }
        let next = possible.position[possible.nexts[first]]
        row[state] = change[first] + (next < 0 ? 0 : discount * returns[returns.count - 1][next])
      }
      returns.append(row)
    }
    for state in 0..<count { values[state] = returns[length - depth[state]][state] }
    // Merged states have one number.
    for state in 0..<count where isDeep(state) {
      let other = root[state] == root[count] ? 0 : values[root[state]]
      if possible.cleaned(values[state] - other, terms: abs(values[state]) + abs(other)) != 0 { return false }
    }
    return matches(vector(values: values), change)
  }

  private func matches(_ a: [Double], _ b: [Double]) -> Bool {
    let size = Vectors.largest(b)
    return zip(a, b).allSatisfy { possible.cleaned($0 - $1, terms: size) == 0 }
  }
}

/// Sets that only merge (Tarjan 1975).
struct DisjointSets {
  private var parent: [Int]

  init(_ count: Int) { parent = Array(0..<count) }

  mutating func root(_ element: Int) -> Int {
    var top = element
    while parent[top] != top { top = parent[top] }
    var walk = element
    while parent[walk] != top { (walk, parent[walk]) = (parent[walk], top) }
    return top
  }

  /// The least element stands for a set.
  mutating func merge(_ a: Int, _ b: Int) {
    let (one, two) = (root(a), root(b))
    parent[max(one, two)] = min(one, two)
  }
}
