import Compute
import Reports
import Testing
import Theory

/// Pictures of influence diagrams.
@Suite("Pictures of influence diagrams")
struct DiagramDrawingTests {
  private func drawing(_ diagram: InfluenceDiagram) throws -> String {
    try DiagramDrawing(diagram, IncentiveTable(Incentives(in: diagram, decision: nil))).svg
  }

  @Test("arrows go right, and nothing in a column is nearer to its neighbour than a row", arguments: 0..<20)
  func layout(index: Int) throws {
    var random = RandomSource(seed: 8).stream("layout", index)
    let count = 3 + random.below(25)
    let nodes = (0..<count).map { node in
      InfluenceDiagram.Node.chance(
        "n\(node)", parents: (0..<node).filter { _ in random.bernoulli(0.2) }.map { "n\($0)" })
    }
    let diagram = try InfluenceDiagram(nodes: nodes)
    let layout = DiagramLayout(diagram)
    #expect(layout.routes.count == diagram.parents.reduce(0) { $0 + $1.count })
    for route in layout.routes {
      let points = [layout.places[route.parent]] + route.bends + [layout.places[route.child]]
      #expect(zip(points, points.dropFirst()).allSatisfy { $1.column == $0.column + 1 })
    }
    let all = layout.places + layout.routes.flatMap(\.bends)
    for column in 0..<layout.columnCount {
      let heights = all.filter { $0.column == column }.map(\.height).sorted()
      #expect(zip(heights, heights.dropFirst()).allSatisfy { $1 - $0 > 1 - 1e-9 })
    }
    #expect(all.allSatisfy { $0.height >= 0 && $0.height <= layout.rowCount - 1 + 1e-9 })
  }

  @Test("every node and every arrow is drawn once; a means has its frame, worthless information is faint")
  func parts() throws {
    let recommender = try InfluenceDiagram(example: "content-recommender")
    let svg = try drawing(recommender)
    #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\"") && svg.hasSuffix("</svg>\n"))
    #expect(svg.components("<g>") == 5 && svg.components("</g>") == 5)
    // Six arrows, three samples and the head of an arrow.
    #expect(svg.components("<path class=\"edge") == 10)
    #expect(svg.components("class=\"node chance means\"") == 1)
    #expect(svg.contains("influenced opinions: worth controlling; a means"))
    let tracker = try drawing(InfluenceDiagram(example: "fitness-tracker"))
    #expect(tracker.components("edge information faint") == 2)
  }

  @Test("names pass as text, whatever they hold")
  func names() throws {
    let diagram = try InfluenceDiagram(nodes: [
      .decision("<b>&\"'"), .utility("</svg><script>", parents: ["<b>&\"'"]),
    ])
    let svg = try drawing(diagram)
    #expect(!svg.contains("<script") && !svg.contains("<b>") && svg.components("</svg>") == 1)
  }

  @Test("a diagram of too many nodes is refused, not drawn badly")
  func large() throws {
    let nodes = (0..<200).map { InfluenceDiagram.Node.chance("n\($0)") }
    let diagram = try InfluenceDiagram(nodes: nodes + [.decision("d"), .utility("u", parents: ["d"])])
    #expect(throws: InputError.self) { try drawing(diagram) }
  }

  @Test("the terminal's table says what the graph admits, and the worth where there are numbers")
  func text() throws {
    let plain = IncentiveText(IncentiveTable(try Incentives(in: InfluenceDiagram(example: "content-recommender"))))
      .lines
    #expect(plain.contains("posts can gain by changing influenced opinions: a means to its utility."))
    let party = IncentiveText(IncentiveTable(try Incentives(in: InfluenceDiagram(example: "party")))).lines
    #expect(
      party.contains("yes 0.85") && party.contains("indirect 0.65")
        && party.contains("place: outside when forecast is sunny"))
    #expect(party.contains("no reason to change anything"))
    let game = GameText(GameTable(try InfluenceDiagram(example: "prisoners-dilemma"))).lines
    #expect(game.contains("1 equilibrium:") && game.contains("one gains −2 by first: betray"))
  }
}

extension String {
  /// How often the words stand in it.
  fileprivate func components(_ words: String) -> Int {
    split(separator: words, omittingEmptySubsequences: false).count - 1
  }
}
