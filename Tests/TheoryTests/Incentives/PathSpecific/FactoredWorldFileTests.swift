import Compute
import Foundation
import Testing
import Theory

/// Worlds as text: what is read, and what is refused with which words.
@Suite("Files of factored worlds")
struct FactoredWorldFileTests {
  /// The coins of `FactoredWorldTests`, the count before the coin that it reads.
  private static let coins = """
    world: coins
    about: Tails count, up to two.
    horizon: 3
    actions: [toss, lay]
    variables:
      count:
        outcomes: 3
        start parents: [coin]
        start:
          heads: 0
          tails: [0, 1/2, 1/2]
        parents: [count, coin']
        table: ["0", "1", "1", "2", "2", "2"]
      coin:
        about: Lain down it shows heads.
        outcomes: [heads, tails]
        start: [0.25, 0.75]
        parents: [action]
        table: {toss: [0.5, 0.5], lay: heads}
    utilities:
      two: {parents: [count'], table: {"0": 0, "1": 0, "2": 1}}
    """

  @Test("variables may stand in any order: what is read within a step comes first, and the table is that by hand")
  func coins() throws {
    let world = try FactoredWorld(yaml: Self.coins)
    #expect(world.title == "coins" && world.variables.map(\.name) == ["coin", "count"] && world.horizon == 3)
    let mdp = try world.tabular()
    #expect(mdp.stateCount == 6 && mdp.start == [0.25, 0, 0, 0, 0.375, 0.375])
    let row = mdp.transitions(1, 0)
    #expect(row.map { mdp.successors[$0] } == [1, 5] && row.map { mdp.probabilities[$0] } == [0.5, 0.5])
    #expect(mdp.rewards[1 * 2] == 0.5 && mdp.rewards[1 * 2 + 1] == 0 && mdp.rewards[5 * 2] == 1)
  }

  @Test("a world without an end has a discount; JSON is YAML")
  func endless() throws {
    let world = try FactoredWorld(
      yaml: """
        {"actions": ["stay"], "discount": 0.5, "variables": {"a": {"outcomes": 2, "start": "1", "parents": "a",
         "table": {"0": 0, "1": 1}}}, "utilities": {"u": {"parents": "a", "table": [0, 3]}}}
        """)
    #expect(world.horizon == nil && world.discount == 0.5 && world.title == "world")
    let table = try world.tabular()
    #expect(abs(StagedPolicy(optimal: table, horizon: nil).value(in: table, horizon: nil) - 6) < 1e-9)
  }

  /// The numbers of the built-in world, and of a program in Python that shares nothing with either.
  @Test("the recommender as a file has the numbers of the built-in one: plans, effects, drift, incentives")
  func recommender() throws {
    let path = URL(filePath: #filePath).appending(path: "../../../../../Examples/data/recommender.yaml").standardized
    let (written, known) = (try FactoredWorld(path: path.path), FactoredWorld.recommender)
    #expect(written.variables.map(\.name) == known.variables.map(\.name) && written.actions == known.actions)
    func report(_ world: FactoredWorld) throws -> PathSpecificReport {
      try PathSpecificReport(
        PathSpecificWorld(
          world, delicate: ["interest"], baseline: FactoredRule(always: "mixed", in: world)), penaltyWeight: 1)
    }
    func numbers(_ report: PathSpecificReport) -> [Double] {
      report.agents.flatMap { [$0.value, $0.pathSpecific, $0.direct, $0.indirect, $0.drift[0].fromNatural] }
    }
    let (own, builtIn) = (numbers(try report(written)), numbers(try report(known)))
    #expect(zip(own, builtIn).allSatisfy { abs($0 - $1) < 1e-12 }, "\(own), \(builtIn)")
    for (index, value) in [1.8629315, 2.59825846, 2.46193564453125, 1.989232974, 2.37117271875].enumerated() {
      #expect(abs(own[5 * index] - value) < 1e-8)
    }
    for name in ["habit", "interest"] {
      #expect(try written.admitsIncentive(toChange: name) == known.admitsIncentive(toChange: name))
    }
  }

  private static func world(_ variables: String, _ utilities: String = "  u: {parents: [a], table: [0, 1]}") -> String {
    "horizon: 2\nactions: [x, y]\nvariables:\n\(variables)\nutilities:\n\(utilities)\n"
  }

  private static let a = "  a: {outcomes: 2, start: \"0\", parents: [a], table: [\"0\", \"1\"]}"

  /// Each wrong text, and what is said about it.
  private static let refusals: [(text: String, problem: String, line: Int?)] = [
    (
      world(
        "  a: {outcomes: 2, start: \"0\", parents: [b'], table: [\"0\", \"1\"]}\n"
          + "  b: {outcomes: 2, start: \"0\", parents: [a'], table: [\"0\", \"1\"]}"),
      "a': the step has a cycle, a' → b' → a'", 4
    ),
    (
      world("  a: {outcomes: 2, start: \"0\", parents: [a'], table: [\"0\", \"1\"]}"),
      "a': the step has a cycle, a' → a'", 4
    ),
    (
      world(
        "  a: {outcomes: 2, start parents: [b], start: [\"0\", \"1\"], parents: [a], table: [\"0\", \"1\"]}\n"
          + "  b: {outcomes: 2, start parents: [a], start: [\"0\", \"1\"], parents: [a], table: [\"0\", \"1\"]}"),
      "a: the step has a cycle, a → b → a", 4
    ),
    (
      world(
        "  a: {outcomes: 2, start parents: [b], start: [\"0\", \"1\"], parents: [a], table: [\"0\", \"1\"]}\n"
          + "  b: {outcomes: 2, start: \"0\", parents: [a'], table: [\"0\", \"1\"]}"),
      "no order of a, b fits both how they start and how they go on", 4
    ),
    (
      world("  warm:\n    outcomes: 2\n    start: \"0\"\n    parents: [wram]\n    table: [\"0\", \"1\"]"),
      "unknown parent of warm' 'wram'", 7
    ),
    (world(a, "  u:\n    parents: [acton]\n    table: [0, 1]"), "unknown parent of u 'acton'", 7),
    (
      world(
        "  a:\n    outcomes: 2\n    start: \"0\"\n    parents: [a]\n    table:\n      0: [0.5, 0.6]\n      1: \"1\""),
      "a': the row (0) sums to 1.1", 9
    ),
    (
      world("  a:\n    outcomes: 2\n    start: [0.5, 0.4]\n    parents: [a]\n    table: [\"0\", \"1\"]"),
      "a: the table sums to 0.9", 6
    ),
    (
      world("  a:\n    outcomes: 2\n    start: \"0\"\n    parents: [a, action]\n    table:\n      0, x: \"1\""),
      "variables.a.table: there is no row (0, y), nor 2 others", 9
    ),
    (
      world("  a:\n    outcomes: 2\n    start: \"0\"\n    parents: [a]\n    table:\n      0: \"1\"\n      2: \"1\""),
      "unknown outcome of a '2'", 10
    ),
    (
      world("  a:\n    outcomes: 2\n    start: \"0\"\n    parents: [a]\n    table: {0: \"1\", 1: [1, nan]}"),
      "a': the row (1) holds nan", 8
    ),
    (world("  a: {outcomes: 2, start: \"2\", parents: [a], table: [\"0\", \"1\"]}"), "unknown outcome of a '2'", 4),
    (world("  a: {outcomes: 2, parents: [a], table: [\"0\", \"1\"]}"), "a: no start is given", 4),
    (world("  a: {outcomes: 2, start: \"0\", parents: [a]}"), "a: no table is given", 4),
    (world("  a: {start: \"0\", parents: [a]}"), "a: no outcomes are given", 4),
    (world("  a: {outcomes: 2, strat: \"0\"}"), "unknown field of a 'strat'", 4),
    (world(a, "  u: {parents: [a], start: 1}"), "unknown field of u 'start'", 6),
    (
      world("  a: {outcomes: 2, start parents: [action], start: \"0\", parents: [a], table: [\"0\", \"1\"]}"),
      "unknown variable at the start 'action'", 4
    ),
    (world("  action: {outcomes: 2}"), "a variable cannot be called 'action'", 4),
    (world("  a': {outcomes: 2}"), "a variable cannot be called 'a''", 4),
    (world(a, "  a: {parents: [a], table: [0, 1]}"), "a: there are two nodes of this name", 6),
    (
      world(a, "  u: {parents: [v], table: [0, 1]}\n  v: {parents: [a], table: [0, 1]}"),
      "u: its parent v is a utility, and nothing depends on a utility", 6
    ),
    ("actions: [x]\nhorizn: 2\n", "unknown field 'horizn'", 2),
    ("actions: [x]\nhorizon: 0\n", "horizon: '0' is no number of steps", 2),
    ("actions: [x]\nhorizon: 2.5\n", "horizon: '2.5' is no number of steps", 2),
    ("actions: [x]\nhorizon: 99999999999999999999\n", "horizon: '99999999999999999999' is no number of steps", 2),
    ("actions: [x]\ndiscount: 1.5\n", "discount: it is 1.5", 2),
    ("actions: [x]\ndiscount: nan\n", "discount: it is nan", 2),
    ("horizon: 2\nvariables:\n\(a)\n", "the world has no actions", nil),
    ("world: empty\nactions: [x]\n", "the world has no variables", nil),
    ("actions: [x]\nvariables:\n\(a)\n", "the world has no utilities", nil),
    (world(a).replacing("horizon: 2\n", with: ""), "the world has no end and no discount", nil),
    (world(a).replacing("[x, y]", with: "[x, x]"), "action: the outcome x is given twice", 2),
    ("actions: [\n", "malformed YAML: did not find expected node content", nil),
    ("", "the file is empty", nil),
  ]

  @Test("what is wrong is refused with its file, its line and its field", arguments: 0..<refusals.count)
  func refused(index: Int) throws {
    let (text, problem, line) = Self.refusals[index]
    let error = #expect(throws: InputError.self) { try FactoredWorld(yaml: text, place: "w.yaml") }
    #expect(error?.problem == problem, "\(text)")
    if let line { #expect(error?.place == "w.yaml:\(line)", "\(text)") }
    #expect(error?.place?.hasPrefix("w.yaml") == true)
    #expect(error?.remedy?.isEmpty == false)
  }

  @Test("near misses are named, and a text is a world if it has what only worlds have")
  func named() throws {
    let near = #expect(throws: InputError.self) {
      try FactoredWorld(
        yaml: Self.world("  warm: {outcomes: 2, start: \"0\", parents: [wram], table: [\"0\", \"1\"]}"))
    }
    #expect(near?.description.contains("did you mean warm") == true)
    #expect(FactoredWorld.isDescribed(by: Self.coins) && FactoredWorld.isDescribed(by: "actions: [x]"))
    #expect(!FactoredWorld.isDescribed(by: "decisions: {D: []}\nutilities: {U: D}"))
    #expect(!FactoredWorld.isDescribed(by: "[1, 2]") && !FactoredWorld.isDescribed(by: "chance: ["))
  }

  @Test("a world whose steps can go too many ways is refused before its table fills the memory")
  func tooLarge() throws {
    let many = (0..<16).map { "  v\($0): {outcomes: 2, start: \"0\", table: [0.5, 0.5]}" }.joined(separator: "\n")
    let world = try FactoredWorld(yaml: Self.world(many, "  u: {parents: [v0], table: [0, 1]}"))
    let error = #expect(throws: InputError.self) { try world.tabular() }
    #expect(error?.problem.contains("outcomes") == true)
    let states = try FactoredWorld(
      yaml: Self.world(
        many + "\n  w: {outcomes: 10, start: \"0\", table: \"0\"}", "  u: {parents: [v0], table: [0, 1]}"))
    let refused = #expect(throws: InputError.self) { try states.tabular() }
    #expect(refused?.problem.contains("states") == true)
  }
}
