import Compute
import Theory

/// Random diagrams of one agent for comparing two ways to an answer.
enum RandomDiagrams {
  /// Every later node is a child of each earlier one with some probability; utilities come last.
  static func graph(
    _ random: inout RandomStream, nodes: Int, decisions: Int, utilities: Int, density: Double, numbers: Bool = false
  ) throws -> InfluenceDiagram {
    var kinds = [InfluenceDiagram.Kind](repeating: .chance, count: nodes)
    for index in random.permutation(nodes - utilities).prefix(decisions) { kinds[index] = .decision(agent: "a") }
    for index in (nodes - utilities)..<nodes { kinds[index] = .utility(agent: "a") }
    var built: [InfluenceDiagram.Node] = []
    for index in 0..<nodes {
      let most = kinds[index].isUtility ? nodes - utilities : index
      var parents = (0..<most).filter { _ in random.bernoulli(density) }
      if parents.isEmpty, kinds[index].isUtility { parents = [random.below(most)] }
      let widths = parents.map { built[$0].outcomes.count }
      let rows = widths.reduce(1, *)
      let width = 2 + random.below(2)
      var table: [Double]?
      if numbers, kinds[index] == .chance {
        table = (0..<rows).flatMap { _ in
          let weights = (0..<width).map { _ in random.uniform() + 0.01 }
          let sum = weights.reduce(0, +)
          return weights.map { $0 / sum }
        }
      } else if numbers, kinds[index].isUtility {
        table = (0..<rows).map { _ in random.normal() }
      }
      let outcomes = numbers && !kinds[index].isUtility ? (0..<width).map { "\($0)" } : []
      built.append(
        InfluenceDiagram.Node(
          "n\(index)", kinds[index], parents: parents.map { "n\($0)" }, outcomes: outcomes, table: table))
    }
    // Given in another order than that of the arrows.
    random.shuffle(&built)
    return try InfluenceDiagram(nodes: built)
  }
}
