/// Which states of a search every path from its root must pass.
///
/// Lengauer & Tarjan's simple algorithm ("A fast algorithm for finding dominators in a flowgraph", TOPLAS 1979) with
/// path compression: O(edges · log(states)).
struct DominatorTree {
  /// For each state the order in which the search found it, from 0 for the root; −1 where it did not.
  private let entry: [Int]
  private let exit: [Int]

  /// - Parameters:
  ///   - stateCount: states are 0 ..< stateCount, the root among them.
  ///   - successors: calls its second argument with each state that may follow.
  init(root: Int, stateCount: Int, successors: (Int, (Int) -> Void) -> Void) {
    var number = [Int](repeating: -1, count: stateCount)
    var vertices: [Int] = []
    var treeParent: [Int] = []
    var predecessors: [[Int]] = []
    // Depth first, with numbers in preorder: from here on states go by their numbers.
    var stack: [(state: Int, from: Int)] = [(root, 0)]
    while let (state, from) = stack.popLast() {
      if number[state] >= 0 { continue }
      number[state] = vertices.count
      vertices.append(state)
      treeParent.append(from)
      predecessors.append([])
      let own = number[state]
      successors(state) { if number[$0] < 0 { stack.append(($0, own)) } }
    }
    let count = vertices.count
    for v in 0..<count { successors(vertices[v]) { predecessors[number[$0]].append(v) } }

    var semi = Array(0..<count)
    var best = Array(0..<count)
    var forest = [Int](repeating: -1, count: count)
    var dominator = [Int](repeating: 0, count: count)
    var buckets = [[Int]](repeating: [], count: count)
    var path: [Int] = []
    func evaluate(_ v: Int) -> Int {
      if forest[v] < 0 { return v }
      path.removeAll(keepingCapacity: true)
      var node = v
      while forest[forest[node]] >= 0 {
        path.append(node)
        node = forest[node]
      }
      for node in path.reversed() {
        let above = forest[node]
        if semi[best[above]] < semi[best[node]] { best[node] = best[above] }
        forest[node] = forest[above]
      }
      return best[v]
    }
    for w in stride(from: count - 1, to: 0, by: -1) {
      for v in predecessors[w] { semi[w] = min(semi[w], semi[evaluate(v)]) }
      buckets[semi[w]].append(w)
      let parent = treeParent[w]
      forest[w] = parent
      for v in buckets[parent] {
        let u = evaluate(v)
        dominator[v] = semi[u] < semi[v] ? u : parent
      }
      buckets[parent].removeAll()
    }
    for w in 1..<max(1, count) where dominator[w] != semi[w] { dominator[w] = dominator[dominator[w]] }

    // Entry and exit times of a walk round the tree answer "is above" at once.
    var below = [[Int]](repeating: [], count: count)
    for w in 1..<max(1, count) { below[dominator[w]].append(w) }
    var first = [Int](repeating: -1, count: stateCount)
    var last = first
    var clock = 0
    var walk: [(node: Int, next: Int)] = [(0, 0)]
    first[vertices[0]] = 0
    while let (node, next) = walk.last {
      if next < below[node].count {
        walk[walk.count - 1].next += 1
        clock += 1
        first[vertices[below[node][next]]] = clock
        walk.append((below[node][next], 0))
      } else {
        last[vertices[node]] = clock
        walk.removeLast()
      }
    }
    entry = first
    exit = last
  }

  func isReached(_ state: Int) -> Bool { entry[state] >= 0 }

  /// Whether every path from the root to the second state passes the first; false where one of them is not reached.
  func dominates(_ first: Int, _ second: Int) -> Bool {
    isReached(first) && isReached(second) && entry[first] <= entry[second] && exit[second] <= exit[first]
  }
}
