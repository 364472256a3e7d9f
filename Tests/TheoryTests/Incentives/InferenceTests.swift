import Compute
import Testing
import Theory

/// Elimination and backward induction against sums over all outcomes and over all policies.
@Suite("Inference in diagrams by enumeration")
struct InferenceTests {
  /// Visits every joint outcome of all nodes but utilities, with its probability when decisions follow these rules.
  private static func enumerate(
    _ diagram: InfluenceDiagram, _ rules: [Int: [Double]], _ visit: ([Int], Double) -> Void
  ) {
    var outcome = [Int](repeating: 0, count: diagram.nodes.count)
    func row(_ node: Int) -> Int {
      diagram.parents[node].reduce(0) { $0 * diagram.nodes[$1].outcomes.count + outcome[$1] }
    }
    let inner = diagram.order.filter { !diagram.nodes[$0].kind.isUtility }
    func descend(_ depth: Int, _ probability: Double) {
      guard depth < inner.count else { return visit(outcome, probability) }
      let node = inner[depth]
      let width = diagram.nodes[node].outcomes.count
      for value in 0..<width {
        let table = rules[node] ?? diagram.nodes[node].table!
        let own = table[row(node) * width + value]
        guard own > 0 else { continue }
        outcome[node] = value
        descend(depth + 1, probability * own)
      }
    }
    descend(0, 1)
  }

  private static func utility(_ diagram: InfluenceDiagram, _ rules: [Int: [Double]]) -> Double {
    var total = 0.0
    let utilities = diagram.utilities()
    enumerate(diagram, rules) { outcome, probability in
      for node in utilities {
        let row = diagram.parents[node].reduce(0) { $0 * diagram.nodes[$1].outcomes.count + outcome[$1] }
        total += probability * diagram.nodes[node].table![row]
      }
    }
    return total
  }

  /// The best expected utility over all deterministic policies; nil where there are too many.
  private static func best(_ diagram: InfluenceDiagram, limit: Double) -> Double? {
    let decisions = diagram.decisions()
    let rows = decisions.map { diagram.parents[$0].reduce(1) { $0 * diagram.nodes[$1].outcomes.count } }
    let widths = decisions.map { diagram.nodes[$0].outcomes.count }
    var count = 1.0
    for (rows, width) in zip(rows, widths) { for _ in 0..<rows { count *= Double(width) } }
    guard count <= limit else { return nil }
    var choices = rows.map { [Int](repeating: 0, count: $0) }
    var best = -Double.infinity
    while true {
      var rules: [Int: [Double]] = [:]
      for (index, decision) in decisions.enumerated() {
        rules[decision] = choices[index].flatMap { choice in (0..<widths[index]).map { $0 == choice ? 1.0 : 0 } }
      }
      best = max(best, utility(diagram, rules))
      var carried = true
      search: for index in decisions.indices {
        for row in choices[index].indices {
          choices[index][row] += 1
          if choices[index][row] < widths[index] {
            carried = false
            break search
          }
          choices[index][row] = 0
        }
      }
      if carried { return best }
    }
  }

  private static func uniform(_ diagram: InfluenceDiagram) -> [Int: [Double]] {
    var rules: [Int: [Double]] = [:]
    for decision in diagram.decisions() {
      let rows = diagram.parents[decision].reduce(1) { $0 * diagram.nodes[$1].outcomes.count }
      let width = diagram.nodes[decision].outcomes.count
      rules[decision] = [Double](repeating: 1 / Double(width), count: rows * width)
    }
    return rules
  }

  @Test("distributions, expected utilities and interventions are sums over all outcomes")
  func sums() throws {
    var random = RandomSource(seed: 4).stream("sums")
    for _ in 0..<40 {
      let diagram = try RandomDiagrams.graph(
        &random, nodes: 5 + random.below(4), decisions: 1 + random.below(2), utilities: 1 + random.below(2),
        density: random.uniform(0.2, 0.5), numbers: true)
      var inference = try DiagramInference(diagram)
      let rules = Self.uniform(diagram)
      #expect(abs(try inference.expectedUtility(diagram.utilities()) - Self.utility(diagram, rules)) < 1e-10)
      let node = random.below(diagram.nodes.count)
      guard !diagram.nodes[node].kind.isUtility else { continue }
      var marginal = [Double](repeating: 0, count: diagram.nodes[node].outcomes.count)
      Self.enumerate(diagram, rules) { marginal[$0[node]] += $1 }
      #expect(zip(try inference.distribution(of: node), marginal).allSatisfy { abs($0 - $1) < 1e-12 })
      // Set from outside, the node has one outcome whatever its parents say.
      inference.interventions = [node: 0]
      var forced = rules
      let width = diagram.nodes[node].outcomes.count
      let rows = diagram.parents[node].reduce(1) { $0 * diagram.nodes[$1].outcomes.count }
      forced[node] = (0..<rows).flatMap { _ in (0..<width).map { $0 == 0 ? 1.0 : 0 } }
      #expect(abs(try inference.expectedUtility(diagram.utilities()) - Self.utility(diagram, forced)) < 1e-10)
    }
  }

  @Test("the best policy is the best of all deterministic ones, with sufficient recall and without", arguments: 1...2)
  func optimum(decisions: Int) throws {
    var random = RandomSource(seed: 5).stream("optimum", decisions)
    var compared = (with: 0, without: 0)
    while compared.with < 25 || decisions == 2 && compared.without < 10 {
      let diagram = try RandomDiagrams.graph(
        &random, nodes: 6, decisions: decisions, utilities: 1 + random.below(2), density: 0.35, numbers: true)
      guard let best = Self.best(diagram, limit: 3000) else { continue }
      let policy = try OptimalPolicy(diagram)
      #expect(abs(policy.expectedUtility - best) < 1e-9, "\(diagram.nodes)")
      if try SufficientRecall(AgentView(diagram)).holds { compared.with += 1 } else { compared.without += 1 }
    }
  }

  @Test(
    "where the graph admits no value of information or control there is none, and many a graph that admits it has it")
  func soundness() throws {
    var random = RandomSource(seed: 6).stream("soundness")
    var admitted = 0
    var positive = 0
    var denied = 0
    for _ in 0..<40 {
      let diagram = try RandomDiagrams.graph(
        &random, nodes: 7, decisions: 1, utilities: 1 + random.below(2), density: 0.35, numbers: true)
      let incentives = try Incentives(in: diagram)
      guard let values = try? IncentiveValues(diagram) else { continue }
      let below = DiagramGraph(diagram).descendants(of: [incentives.decisionIndex])
      for node in diagram.nodes.indices where diagram.nodes[node].kind == .chance {
        if !below[node] {
          let worth = try values.information(node, at: incentives.decisionIndex)
          #expect(worth > -1e-9)
          if incentives.admits(.valueOfInformation, node) {
            admitted += 1
            positive += worth > 1e-9 ? 1 : 0
          } else {
            denied += 1
            #expect(abs(worth) < 1e-9, "\(diagram.nodes) \(node)")
          }
        }
        guard let worth = try? values.control(node) else { continue }
        #expect(worth > -1e-9)
        if !incentives.admits(.valueOfControl, node) { #expect(abs(worth) < 1e-9) }
      }
    }
    #expect(admitted > 30 && denied > 30 && positive * 4 > admitted)
  }

  @Test("inference refuses with the treewidth when its tables would not fit")
  func refusal() throws {
    // Twenty-five unseen causes of one utility.
    let names = (0..<25).map { "c\($0)" }
    let causes = names.map { InfluenceDiagram.Node.chance($0, outcomes: ["0", "1"], table: [0.5, 0.5]) }
    let pairs = names.indices.flatMap { i in names.indices.filter { $0 > i }.map { (i, $0) } }
    // Every two causes have an effect of their own, and all effects are summed in pairs: the causes hang together.
    let effects = pairs.map { i, j in
      InfluenceDiagram.Node.chance(
        "e\(i)-\(j)", parents: [names[i], names[j]], outcomes: ["0", "1"], table: [1, 0, 0, 1, 0, 1, 1, 0])
    }
    let carried = effects.indices.map { index in
      InfluenceDiagram.Node.chance(
        "s\(index)", parents: [effects[index].name] + (index > 0 ? ["s\(index - 1)"] : []), outcomes: ["0", "1"],
        table: index > 0 ? [1, 0, 0, 1, 0, 1, 1, 0] : [1, 0, 0, 1])
    }
    let nodes =
      causes + effects + carried + [
        .decision("d", outcomes: ["0", "1"]), .utility("u", parents: ["d", carried.last!.name], table: [0, 1, 1, 0]),
      ]
    let diagram = try InfluenceDiagram(name: "dense", nodes: nodes)
    let error = #expect(throws: InputError.self) { try OptimalPolicy(diagram, limit: 1 << 12) }
    #expect(error?.problem.contains("treewidth") == true)
    // The criteria need no tables.
    #expect(try Incentives(in: diagram).admits(.valueOfInformation, "c3"))
  }
}
