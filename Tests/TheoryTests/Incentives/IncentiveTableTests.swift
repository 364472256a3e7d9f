import Testing
import Theory

/// What the verb shows about a decision.
@Suite("Tables of incentives")
struct IncentiveTableTests {
  @Test("the party: the forecast's worth and the weather's, the policy, by hand")
  func party() throws {
    let table = try IncentiveTable(Incentives(in: InfluenceDiagram(example: "party")))
    let rows = Dictionary(uniqueKeysWithValues: table.rows.map { ($0.node, $0) })
    // With the forecast .63 · 10 + .31 · 5 = 7.85, without it outside .7 · 10 = 7, and with the weather 7 + 1.5 = 8.5.
    #expect(abs((table.bestExpectedUtility ?? 0) - 7.85) < 1e-12)
    #expect(abs((rows["forecast"]?.worthOfKnowing ?? 0) - 0.85) < 1e-12)
    #expect(abs((rows["weather"]?.worthOfKnowing ?? 0) - 0.65) < 1e-12)
    // Who chooses the weather is always outside when it is dry.
    #expect(abs((rows["weather"]?.worthOfChoosing ?? 0) - (10 - 7.85)) < 1e-12)
    #expect(rows["fun"]?.worthOfKnowing == nil && rows["fun"]?.worthOfChoosing == nil)
    #expect(table.policy?.map(\.choice) == ["outside", "inside"])
    #expect(table.whyNoNumbers == nil && table.worthless.isEmpty)
  }

  @Test("two decisions: what the second knew of the first is worth nothing once the result is known")
  func tests() throws {
    let diagram = try InfluenceDiagram(example: "two-tests")
    let table = try IncentiveTable(Incentives(in: diagram, decision: "test"))
    // Untested: ½ · 8 − ½ · 10 < 0, so nothing is given; tested and good: .4 · 8 − .05 · 10 − 1.
    #expect(abs((table.bestExpectedUtility ?? 0) - 1.7) < 1e-12)
    #expect(table.policy?.first?.choice == "run")
    #expect(try Incentives(in: diagram, decision: "give").nodes(.response).contains("works"))
  }

  @Test("a graph without tables has no numbers, and half a set of tables says which is missing")
  func missing() throws {
    let graph = try IncentiveTable(Incentives(in: InfluenceDiagram(example: "content-recommender")))
    #expect(graph.bestExpectedUtility == nil && graph.whyNoNumbers == nil)
    let half = try InfluenceDiagram(
      yaml:
        "chance: {A: {outcomes: 2}}\ndecisions: {D: {outcomes: 2}}\nutilities: {U: {parents: [A, D], table: [1, 2, 3, 4]}}"
    )
    let table = try IncentiveTable(Incentives(in: half))
    #expect(table.whyNoNumbers == "A has no table, so that nothing can be computed")
  }
}
