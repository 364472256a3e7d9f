import Compute
import Findings

/// What makes a list of nodes a diagram. Each check names the part that is wrong.
struct DiagramChecks {
  let nodes: [InfluenceDiagram.Node]
  let places: DiagramPlaces
  private(set) var indices: [String: Int] = [:]
  private(set) var parents: [[Int]] = []
  private(set) var children: [[Int]]

  init(nodes: [InfluenceDiagram.Node], places: DiagramPlaces) throws {
    self.nodes = nodes
    self.places = places
    children = [[Int]](repeating: [], count: nodes.count)
    guard !nodes.isEmpty else {
      throw InputError("the diagram has no nodes", at: places.path, remedy: "give at least a decision and a utility")
    }
    for (index, node) in nodes.enumerated() {
      guard !node.name.isEmpty else {
        throw InputError("a node has no name", at: places.place(.node(index), "\(index)"), remedy: "name every node")
      }
      if node.kind.agent == "" {
        throw error(.node(index), "the agent has no name", remedy: "name the agent, or leave the field out")
      }
      guard indices.updateValue(index, forKey: node.name) == nil else {
        throw error(.node(index), "there are two nodes of this name", remedy: "rename one of them")
      }
    }
    for (index, node) in nodes.enumerated() {
      var own: [Int] = []
      var seen: Set<Int> = []
      for name in node.parents {
        guard let parent = indices[name] else {
          let place = places.place(.parents(index), node.name)
          throw InputError.unknown(
            "parent of \(node.name)", name, among: nodes.map(\.name).filter { $0 != node.name }, at: place)
        }
        guard seen.insert(parent).inserted else {
          throw error(.parents(index), "the parent \(name) is given twice", remedy: "keep one")
        }
        own.append(parent)
        children[parent].append(index)
      }
      parents.append(own)
    }
  }

  private func error(_ part: DiagramPlaces.Part, _ problem: String, remedy: String) -> InputError {
    let node =
      switch part {
      case .node(let node), .parents(let node), .outcomes(let node), .table(let node), .row(let node, _): nodes[node]
      }
    let place = places.place(part, node.name)
    return InputError(places.path == nil ? problem : "\(node.name): \(problem)", at: place, remedy: remedy)
  }

  /// All nodes, parents first.
  ///
  /// - Throws: `InputError` that names the nodes of a cycle.
  func sorted() throws -> [Int] {
    var waiting = parents.map(\.count)
    var ready = MinimumHeap(nodes.indices.filter { waiting[$0] == 0 })
    var order: [Int] = []
    while let next = ready.popFirst() {
      order.append(next)
      for child in children[next] {
        waiting[child] -= 1
        if waiting[child] == 0 { ready.insert(child) }
      }
    }
    guard order.count < nodes.count else { return order }
    // Every node that still waits has a parent that waits: going from parent to parent comes round.
    var position: [Int: Int] = [:]
    var path: [Int] = []
    var node = nodes.indices.first { waiting[$0] > 0 }!
    while position[node] == nil {
      position[node] = path.count
      path.append(node)
      node = parents[node].first { waiting[$0] > 0 }!
    }
    let cycle = Array(path[position[node]!...].reversed())
    let first = cycle.indices.min { cycle[$0] < cycle[$1] }!
    let turned = cycle[first...] + cycle[..<first] + [cycle[first]]
    let names = turned.map { nodes[$0].name }
    let shown = names.count > 12 ? names.prefix(6) + ["…"] + names.suffix(5) : names[...]
    throw error(
      .parents(cycle[first]), "\(places.whole) has a cycle, \(shown.joined(separator: " → "))",
      remedy: places.untied)
  }

  func checkUtilities() throws {
    for (index, node) in nodes.enumerated() where node.kind.isUtility {
      if let child = children[index].first {
        throw InputError(
          "\(nodes[child].name): its parent \(node.name) is a utility, and nothing depends on a utility",
          at: places.place(.parents(child), nodes[child].name),
          remedy: "let \(nodes[child].name) depend on what \(node.name) depends on, or make \(node.name) a chance node")
      }
      if !node.outcomes.isEmpty {
        throw error(.outcomes(index), "a utility has no outcomes", remedy: "give its values in the table")
      }
    }
  }

  func checkTables() throws {
    for (index, node) in nodes.enumerated() {
      var names: Set<String> = []
      if let twice = node.outcomes.first(where: { !names.insert($0).inserted }) {
        throw error(.outcomes(index), "the outcome \(twice) is given twice", remedy: "keep one")
      }
      guard let table = node.table else { continue }
      if node.kind.isDecision {
        throw error(
          .table(index), "a decision has no table", remedy: "the agent chooses; make it a chance node to fix it")
      }
      if node.kind == .chance, node.outcomes.isEmpty {
        throw error(.outcomes(index), "the table has no outcomes to speak of", remedy: "list the outcomes")
      }
      if let parent = parents[index].first(where: { nodes[$0].outcomes.isEmpty }) {
        let kind = nodes[parent].kind.isDecision ? "decision" : "node"
        throw error(
          .outcomes(parent), "the table of \(node.name) depends on this \(kind), and it has no outcomes",
          remedy: "list the outcomes of \(nodes[parent].name)")
      }
      try check(table, of: index)
    }
  }

  private func check(_ table: [Double], of index: Int) throws {
    let node = nodes[index]
    let width = node.kind.isUtility ? 1 : node.outcomes.count
    let sizes = parents[index].map { nodes[$0].outcomes.count }
    // No table that fits in memory has more rows than this.
    var rows = 1
    for size in sizes {
      let (product, overflow) = rows.multipliedReportingOverflow(by: size)
      guard !overflow, product < 1 << 40 else {
        throw error(.table(index), "a table over so many parents cannot be held", remedy: "let fewer nodes be parents")
      }
      rows = product
    }
    guard table.count == rows * width else {
      throw error(
        .table(index), "the table has \(table.count) entries",
        remedy: "give \(rows * width): \(rows) row\(rows == 1 ? "" : "s") of \(width)")
    }
    for row in 0..<rows {
      let entries = table[(row * width)..<((row + 1) * width)]
      let named = rows == 1 ? "the table" : "the row \(rowName(row, of: index))"
      if let wrong = entries.first(where: { !$0.isFinite || node.kind == .chance && !(0...1).contains($0) }) {
        let remedy = node.kind == .chance ? "probabilities lie between 0 and 1" : "values are finite numbers"
        throw error(.row(index, row), "\(named) holds \(wrong)", remedy: remedy)
      }
      guard node.kind == .chance else { continue }
      let sum = entries.reduce(0, +)
      if abs(sum - 1) > 1e-9 {
        throw error(
          .row(index, row), "\(named) sums to \(Self.shown(sum))", remedy: "the probabilities of a row sum to 1")
      }
    }
  }

  /// Enough digits to see that it is not one.
  private static func shown(_ sum: Double) -> String {
    abs(sum - 1) < 1e-4 ? "\(sum)" : Numbers.plain(sum)
  }

  /// "(rain, 0)": the outcomes of the parents.
  private func rowName(_ row: Int, of index: Int) -> String {
    var rest = row
    var names: [String] = []
    for parent in parents[index].reversed() {
      let outcomes = nodes[parent].outcomes
      names.append(outcomes[rest % outcomes.count])
      rest /= outcomes.count
    }
    return "(" + names.reversed().joined(separator: ", ") + ")"
  }
}

/// The smallest of some integers, again and again: O(log n) each.
struct MinimumHeap {
  private var items: [Int]

  /// From ascending integers, which are a heap already.
  init(_ ascending: [Int]) { items = ascending }

  mutating func insert(_ item: Int) {
    items.append(item)
    var index = items.count - 1
    while index > 0, items[index] < items[(index - 1) / 2] {
      items.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  mutating func popFirst() -> Int? {
    guard let first = items.first else { return nil }
    let last = items.removeLast()
    guard !items.isEmpty else { return first }
    items[0] = last
    var index = 0
    while true {
      let left = 2 * index + 1
      guard left < items.count else { return first }
      let least = left + 1 < items.count && items[left + 1] < items[left] ? left + 1 : left
      guard items[least] < items[index] else { return first }
      items.swapAt(index, least)
      index = least
    }
  }
}
