/// Where the parts of a diagram stand in its file, so that an error about one names file and line.
package struct DiagramPlaces: Sendable {
  /// A part of a node, the whole of it last: what has no line of its own stands on the node's.
  package enum Part: Hashable, Sendable {
    case node(Int)
    case parents(Int)
    case outcomes(Int)
    case table(Int)
    case row(Int, Int)
  }

  /// The file, or nil for a diagram that was made in code.
  package var path: String?
  package var lines: [Part: Int] = [:]
  /// What a cycle is said to be in, and how it is undone.
  package var whole = "the diagram"
  package var untied = "take one of these edges out; what happens later is a node of its own"

  package init(path: String? = nil) { self.path = path }

  /// "file:line", or for a diagram without a file the node's name.
  func place(_ part: Part, _ name: String) -> String {
    guard let path else { return "node \(name)" }
    return line(part).map { "\(path):\($0)" } ?? path
  }

  private func line(_ part: Part) -> Int? {
    if let line = lines[part] { return line }
    switch part {
    case .row(let node, _): return line(.table(node))
    case .parents(let node), .outcomes(let node), .table(let node): return lines[.node(node)]
    case .node: return nil
    }
  }
}
