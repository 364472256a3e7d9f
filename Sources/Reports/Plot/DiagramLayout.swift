import Theory

/// Where the nodes of a diagram are drawn: layers from left to right, each arrow going right.
///
/// A node's layer is the longest way to it, moved right towards its children where there is room. Arrows over several
/// layers bend at points of their own. The order within a layer follows the neighbours' means, back and forth; heights
/// are then averaged with the neighbours' as far as the order allows. (Sugiyama, Tagawa, Toda 1981.)
package struct DiagramLayout {
  /// A node, or a bend of an arrow, by its column and its height in rows.
  package struct Point: Sendable, Hashable {
    package var column: Int
    package var height: Double
  }

  /// For each node its place.
  package private(set) var places: [Point] = []
  /// For each arrow the points that it passes, from parent to child.
  package private(set) var routes: [(parent: Int, child: Int, bends: [Point])] = []
  package private(set) var columnCount = 0
  package private(set) var rowCount = 0.0

  private var layers: [[Int]] = []
  private var links: [(left: Int, right: Int)] = []

  package init(_ diagram: InfluenceDiagram) {
    var column = Self.columns(diagram)
    columnCount = (column.max() ?? 0) + 1
    // Bends become items after the nodes.
    var chains: [(parent: Int, child: Int, items: [Int])] = []
    for child in diagram.order {
      for parent in diagram.parents[child] {
        var items: [Int] = []
        for layer in (column[parent] + 1)..<max(column[parent] + 1, column[child]) {
          items.append(column.count)
          column.append(layer)
        }
        chains.append((parent, child, items))
        for (left, right) in zip([parent] + items, items + [child]) { links.append((left, right)) }
      }
    }
    layers = [[Int]](repeating: [], count: columnCount)
    for item in diagram.order + Array(diagram.nodes.count..<column.count) { layers[column[item]].append(item) }
    order(itemCount: column.count)
    let heights = heights(itemCount: column.count)
    let least = heights.min() ?? 0
    rowCount = (heights.max() ?? 0) - least + 1
    let points = column.indices.map { Point(column: column[$0], height: heights[$0] - least) }
    places = Array(points.prefix(diagram.nodes.count))
    routes = chains.map { ($0.parent, $0.child, $0.items.map { points[$0] }) }
  }

  private static func columns(_ diagram: InfluenceDiagram) -> [Int] {
    var column = [Int](repeating: 0, count: diagram.nodes.count)
    for node in diagram.order {
      for parent in diagram.parents[node] { column[node] = max(column[node], column[parent] + 1) }
    }
    // A cause stands next to its first effect, not at the far left.
    for node in diagram.order.reversed() {
      if let first = diagram.children[node].map({ column[$0] }).min() { column[node] = first - 1 }
    }
    let least = column.min() ?? 0
    return column.map { $0 - least }
  }

  private func neighbours(_ itemCount: Int) -> (left: [[Int]], right: [[Int]]) {
    var left = [[Int]](repeating: [], count: itemCount)
    var right = left
    for link in links {
      left[link.right].append(link.left)
      right[link.left].append(link.right)
    }
    return (left, right)
  }

  private mutating func order(itemCount: Int) {
    let (left, right) = neighbours(itemCount)
    var position = [Int](repeating: 0, count: itemCount)
    func index() {
      for layer in layers { for (place, item) in layer.enumerated() { position[item] = place } }
    }
    index()
    var best = (crossings: crossings(position), layers: layers)
    for sweep in 0..<24 where best.crossings > 0 {
      let isForward = sweep % 2 == 0
      for layer in isForward ? Array(layers.indices) : layers.indices.reversed() {
        let near = isForward ? left : right
        let means = layers[layer].map { item in
          near[item].isEmpty
            ? Double(position[item])
            : near[item].reduce(0.0) { $0 + Double(position[$1]) } / Double(near[item].count)
        }
        layers[layer] = layers[layer].indices.sorted { (means[$0], $0) < (means[$1], $1) }.map { layers[layer][$0] }
        for (place, item) in layers[layer].enumerated() { position[item] = place }
      }
      let now = crossings(position)
      if now < best.crossings { best = (now, layers) }
    }
    layers = best.layers
  }

  private func crossings(_ position: [Int]) -> Int {
    var column: [Int: Int] = [:]
    for (index, layer) in layers.enumerated() { for item in layer { column[item] = index } }
    let byColumn = Dictionary(grouping: links) { column[$0.left]! }
    var count = 0
    for group in byColumn.values {
      for (index, first) in group.enumerated() {
        for second in group[(index + 1)...] {
          let left = position[first.left] - position[second.left]
          let right = position[first.right] - position[second.right]
          if left * right < 0 { count += 1 }
        }
      }
    }
    return count
  }

  private func heights(itemCount: Int) -> [Double] {
    let (left, right) = neighbours(itemCount)
    var height = [Double](repeating: 0, count: itemCount)
    let tallest = layers.map(\.count).max() ?? 0
    for layer in layers {
      for (place, item) in layer.enumerated() { height[item] = Double(place) + Double(tallest - layer.count) / 2 }
    }
    for sweep in 0..<12 {
      for layer in sweep % 2 == 0 ? Array(layers.indices) : layers.indices.reversed() {
        let wishes = layers[layer].map { item in
          let near = left[item] + right[item]
          return near.isEmpty ? height[item] : near.reduce(0) { $0 + height[$1] } / Double(near.count)
        }
        // As near to the wishes as distances of one allow: pushed down from the top and up from the bottom, halfway.
        var down = wishes
        for index in wishes.indices.dropFirst() { down[index] = max(wishes[index], down[index - 1] + 1) }
        var up = wishes
        for index in wishes.indices.dropLast().reversed() { up[index] = min(wishes[index], up[index + 1] - 1) }
        for (index, item) in layers[layer].enumerated() { height[item] = (down[index] + up[index]) / 2 }
      }
    }
    return height
  }
}
