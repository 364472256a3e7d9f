import Compute
import Testing
import Theory

/// Diagrams as text: what is read, and what is refused with which words.
@Suite("Files of influence diagrams")
struct DiagramFileTests {
  private static let party = """
    diagram: party
    chance:
      weather: {outcomes: [dry, rain], table: [0.7, 0.3]}
      forecast:
        parents: [weather]
        outcomes: [sunny, wet]
        table:
          dry: [0.9, 0.1]
          rain: {sunny: 1/5, wet: 0.8}
    decisions:
      place: {parents: [forecast], outcomes: [inside, outside]}
    utilities:
      fun:
        parents: [weather, place]
        table:
          rain, inside: 5
          rain, outside: 0
          [dry, inside]: 5
          dry,outside: 10
    """

  @Test("tables by the names of outcomes, in any order, are those that were meant")
  func tables() throws {
    let diagram = try InfluenceDiagram(yaml: Self.party)
    #expect(diagram.nodes.map(\.name) == ["weather", "forecast", "place", "fun"])
    #expect(diagram.nodes[1].table == [0.9, 0.1, 0.2, 0.8])
    #expect(diagram.nodes[3].table == [5, 10, 5, 0])
    // By hand: outside when sunny: .63 · 10; inside when wet: .31 · 5; sunny: .69.
    let optimum = try OptimalPolicy(diagram)
    #expect(abs(optimum.expectedUtility - (6.3 + 0.31 * 5)) < 1e-12)
  }

  @Test("rows in order, certain outcomes and counted outcomes are read")
  func shorthands() throws {
    let diagram = try InfluenceDiagram(
      yaml: """
        chance:
          A: {outcomes: 2, table: [0.5, 0.5]}
          B: {parents: [A], outcomes: [x, y, z], table: [x, z]}
          C: {parents: [A, B], outcomes: 2, table: [[1, 0], [1, 0], [1, 0], [0, 1], [0, 1], [0.5, 0.5]]}
          E: {parents: [A], outcomes: 2, table: [0.25, 0.75, 1, 0]}
        decisions:
          D: [B]
        utilities:
          U: D
        """)
    #expect(diagram.nodes[0].outcomes == ["0", "1"])
    #expect(diagram.nodes[1].table == [1, 0, 0, 0, 0, 1])
    #expect(diagram.nodes[2].table == [1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0.5, 0.5])
    #expect(diagram.nodes[3].table == [0.25, 0.75, 1, 0])
    #expect(diagram.nodes[5].parents == ["D"])
  }

  @Test("the arguments of PyCID's constructors, as JSON")
  func edges() throws {
    let one = try InfluenceDiagram(
      yaml: """
        {"edges": [["O", "I"], ["O", "M"], ["M", "P"], ["P", "I"], ["I", "C"], ["P", "C"]],
         "decisions": ["P"], "utilities": ["C"]}
        """)
    #expect(try Set(Incentives(in: one).nodes(.instrumentalControl)) == ["I", "P", "C"])
    let two = try InfluenceDiagram(
      yaml: """
        {"edges": [["D1", "U2"], ["D1", "D2"], ["D2", "U1"], ["D2", "U2"]],
         "agent_decisions": {"1": ["D1"], "2": ["D2"]}, "agent_utilities": {"1": ["U1"], "2": ["U2"]}}
        """)
    #expect(two.agents == ["1", "2"])
  }

  @Test("every example is read, and the graph of the literature's say what PyCID's tests say")
  func examples() throws {
    for (name, _) in InfluenceDiagram.examples { _ = try InfluenceDiagram(example: name) }
    let grades = try Incentives(in: InfluenceDiagram(example: "grade-predictor"))
    #expect(Set(grades.nodes(.response)) == ["race", "high school"])
    let tracker = try Incentives(in: InfluenceDiagram(example: "fitness-tracker"))
    #expect(tracker.nodes(.indirectValueOfControl) == ["step count"])
    #expect(throws: InputError.self) { try InfluenceDiagram(example: "grade-predicter") }
  }

  /// Each wrong text, and what is said about it.
  private static let refusals: [(text: String, problem: String, line: Int?)] = [
    ("chance:\n  A: [B]\n  B: [C]\n  C: [A]\n", "A: the diagram has a cycle, A → C → B → A", 2),
    ("chance:\n  A: [A]\n", "A: the diagram has a cycle, A → A", 2),
    ("chance: {A: [U]}\nutilities:\n  U: []\n", "A: its parent U is a utility, and nothing depends on a utility", 1),
    ("chance:\n  rain: []\n  wet:\n    parents: [rian]\n", "unknown parent of wet 'rian'", 4),
    ("chance: {A: []}\ndecisions:\n  A: []\n", "A: there are two nodes of this name", 3),
    (
      "chance:\n  A:\n    outcomes: [x, y]\n    table:\n      [0.5, 0.6]\n", "A: the table sums to 1.1", 5
    ),
    (
      "chance:\n  A: {outcomes: 2, table: [1, 0]}\n  B:\n    parents: A\n    outcomes: 2\n    table:\n"
        + "      0: [1, 0]\n      1: [0.2, 0.7]\n",
      "B: the row (1) sums to 0.9", 8
    ),
    (
      "chance:\n  A: {outcomes: 2, table: [1, 0]}\n  B: {parents: A, outcomes: 2, table: {1: [1, 0]}}\n",
      "chance.B.table: there is no row (0)", 3
    ),
    (
      "chance:\n  A: {outcomes: 2, table: [1, 0]}\n  B: {parents: A, outcomes: 2, table: {\"0\": [1, 0], 2: [1, 0]}}\n",
      "unknown outcome of A '2'", 3
    ),
    (
      "decisions:\n  D: []\nutilities:\n  U: {parents: D, table: {a: 1}}\n",
      "D: the table of U depends on this decision, and it has no outcomes", 2
    ),
    ("decisions:\n  D: {outcomes: [a, b], table: [1, 0]}\n", "D: a decision has no table", 2),
    ("chance:\n  A: {outcomes: [a, a]}\n", "A: the outcome a is given twice", 2),
    ("chance:\n  A: {outcomes: [a, b], table: [-0.5, 1.5]}\n", "A: the table holds -0.5", 2),
    ("chance:\n  A: {outcomes: [a, b], table: [x, 1]}\n", "chance.A.table: 'x' is no number", 2),
    ("chance:\n  A: {outcomes: [a, b], table: [1]}\n", "chance.A.table: a row has 1 probabilities", 2),
    ("chance:\n  A: {outcomes: [a, b], tabel: [1, 0]}\n", "unknown field of A 'tabel'", 2),
    ("chances:\n  A: []\n", "unknown field 'chances'", 1),
    ("chance:\n  A: []\n  A: []\n", "given twice: 'A'", nil),
    ("chance: [\n", "malformed YAML: did not find expected node content", nil),
    ("edges: [[A, B, C]]\n", "edges: an edge has 3 ends", 1),
    ("{edges: [[A, B]], decisions: [C], utilities: [B]}", "unknown decision 'C'", nil),
    ("chance:\n  A: {agent: me}\n", "chance.A.agent: a chance node has no agent", 2),
    ("utilities:\n  U: {outcomes: [a]}\n", "U: a utility has no outcomes", 2),
  ]

  @Test("what is wrong is refused with its file, its line and its field", arguments: 0..<refusals.count)
  func refused(index: Int) throws {
    let (text, problem, line) = Self.refusals[index]
    let error = #expect(throws: InputError.self) { try InfluenceDiagram(yaml: text, place: "f.yaml") }
    #expect(error?.problem == problem, "\(text)")
    if let line { #expect(error?.place == "f.yaml:\(line)", "\(text)") }
    #expect(error?.place?.hasPrefix("f.yaml") == true)
    #expect(error?.remedy?.isEmpty == false)
  }

  @Test("diagrams made in code are refused too, by the node's name; recall is asked for by the pair that lacks it")
  func code() throws {
    let short = #expect(throws: InputError.self) {
      try InfluenceDiagram(nodes: [.chance("A", outcomes: ["x", "y"], table: [1])])
    }
    #expect(short?.description == "node A: the table has 1 entries; give 2: 1 row of 2")
    let blind = #expect(throws: InputError.self) {
      try Incentives(in: KnownDiagrams.blindPair(), decision: "A")
    }
    #expect(blind?.problem.contains("the best rule at A depends on the rule at B") == true)
    let near = #expect(throws: InputError.self) {
      try Incentives(in: KnownDiagrams.gradePredictor(), decision: "HS")
    }
    #expect(near?.problem == "unknown decision of agent 'HS'")
    #expect(throws: InputError.self) { try InfluenceDiagram(nodes: []) }
    #expect(throws: InputError.self) { try InfluenceDiagram(nodes: [.chance("")]) }
    #expect(throws: InputError.self) { try Incentives(in: InfluenceDiagram(nodes: [.chance("A")])) }
    // A table over 2^50 rows is refused before it is looked at.
    let many = (0..<50).map { InfluenceDiagram.Node.chance("c\($0)", outcomes: ["0", "1"]) }
    #expect(throws: InputError.self) {
      try InfluenceDiagram(nodes: many + [.utility("U", parents: many.map(\.name), table: [1])])
    }
  }
}
