import Testing
import Theory

/// What PyCID's own tests state about diagrams of the literature.
@Suite("Incentives of published diagrams")
struct PublishedIncentiveTests {
  private func expect(
    _ incentives: Incentives, _ criterion: Incentives.Criterion, _ names: Set<String>,
    _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(Set(incentives.nodes(criterion)) == names, sourceLocation: location)
  }

  @Test("a content recommender has a reason to change its readers, and none once clicks come from its model of them")
  func recommender() throws {
    let plain = try Incentives(in: KnownDiagrams.contentRecommender())
    expect(plain, .instrumentalControl, ["I", "P", "C"])
    expect(plain, .valueOfControl, ["O", "I", "M", "C"])
    let modified = try Incentives(in: KnownDiagrams.modifiedContentRecommender())
    expect(modified, .valueOfControl, ["O", "M", "C"])
    #expect(try !modified.admits(.instrumentalControl, "I"))
  }

  @Test("a grade predictor wants to know the school, and responds to race through it")
  func grades() throws {
    let informed = try Incentives(in: KnownDiagrams.gradePredictor())
    expect(informed, .valueOfInformation, ["HS", "E", "Gr"])
    expect(informed, .response, ["R", "HS"])
    let blind = try Incentives(in: KnownDiagrams.gradePredictor(knowsSchool: false))
    expect(blind, .valueOfInformation, ["R", "HS", "E", "Gr"])
    expect(blind, .response, [])
  }

  @Test("a fitness tracker's step count is worth controlling only for what it tells")
  func tracker() throws {
    let incentives = try Incentives(in: KnownDiagrams.fitnessTracker())
    expect(incentives, .indirectValueOfControl, ["SC"])
    expect(incentives, .directValueOfControl, ["F", "P"])
  }

  @Test("the trim example loses five of its twelve links, and D2 keeps Y2 alone")
  func trim() throws {
    let diagram = try KnownDiagrams.trimExample()
    let incentives = try Incentives(in: diagram, decision: "D2")
    #expect(DiagramGraph(diagram).edgeCount == 12)
    #expect(incentives.requisite.graph.edgeCount == 7 && incentives.requisite.removed == 5)
    let decision = try diagram.index(of: "D2")
    #expect(incentives.requisiteParents(of: decision).map { diagram.nodes[$0].name } == ["Y2"])
  }

  @Test("knowing a noisy copy is worth .6, and the truth .4 beyond it")
  func information() throws {
    let diagram = try KnownDiagrams.noisyCopy()
    expect(try Incentives(in: diagram), .valueOfInformation, ["S", "X"])
    let values = try IncentiveValues(diagram)
    #expect(abs(try values.information("X", at: "D") - 0.6) < 1e-12)
    #expect(abs(try values.information("S", at: "D") - 0.4) < 1e-12)
    #expect(abs(values.optimum.expectedUtility - 0.6) < 1e-12)
  }

  @Test("controlling what is known is worth nothing, and 1 when it is not known")
  func control() throws {
    let known = try KnownDiagrams.threeNodes()
    expect(try Incentives(in: known), .valueOfControl, ["S", "U"])
    #expect(abs(try IncentiveValues(known).control("S")) < 1e-12)
    #expect(abs(try IncentiveValues(KnownDiagrams.threeNodes(knows: false)).control("S") - 1) < 1e-12)
  }

  @Test("introduced bias: everything but the decision and its utility is worth knowing; total effects .5, 0, .5")
  func bias() throws {
    let diagram = try KnownDiagrams.introducedBias()
    expect(try Incentives(in: diagram), .valueOfInformation, ["A", "X", "Z", "Y"])
    let uniform = try DiagramInference(diagram)
    let cause = try diagram.index(of: "A")
    for (name, effect) in [("X", 0.5), ("D", 0), ("Y", 0.5)] {
      let found = try uniform.totalEffect(of: cause, from: 0, to: 1, on: diagram.index(of: name))
      #expect(abs(found - effect) < 1e-12)
    }
    #expect(abs(try uniform.totalEffect(of: diagram.index(of: "D"), from: 0, to: 1, on: cause)) < 1e-12)
  }

  @Test(
    "policies: both guesses right; without sight of the second, and with no sight at all, still the best joint rule")
  func policies() throws {
    #expect(abs(try OptimalPolicy(KnownDiagrams.threeNodes()).expectedUtility - 1) < 1e-12)
    #expect(abs(try OptimalPolicy(KnownDiagrams.twoDecisions()).expectedUtility - 1) < 1e-12)
    #expect(abs(try OptimalPolicy(KnownDiagrams.sequential()).expectedUtility - 2) < 1e-12)
    #expect(abs(try OptimalPolicy(KnownDiagrams.twoDecisions(seesSecond: false)).expectedUtility - 1) < 1e-12)
    #expect(abs(try OptimalPolicy(KnownDiagrams.blindPair()).expectedUtility - 1) < 1e-12)
  }

  @Test("sufficient recall: where the second decision sees the outcome of the first, and not where it does not")
  func recall() throws {
    for (diagram, holds) in [
      (try KnownDiagrams.twoDecisions(), true), (try KnownDiagrams.twoDecisions(seesSecond: false), false),
      (try KnownDiagrams.sequential(), true), (try KnownDiagrams.blindPair(), false),
    ] {
      #expect(try SufficientRecall(AgentView(diagram)).holds == holds)
    }
  }
}
